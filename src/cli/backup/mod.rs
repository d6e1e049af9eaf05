//! `backup` and `restore`: the store with its key in one encrypted file, made while the gateway runs.
//!
//! The file is a zip with AES-256, so that it can be opened without this program, with 7-Zip.
//! Its strength is that of its passphrase: one that is drawn cannot be guessed.

mod archive;
mod restore;
mod secret;

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::Context;
use crate::cli::backup::secret::Passphrase;
use crate::cli::failure::Failure;
use crate::cli::stored::wait_for;
use crate::config::Config;
use crate::mail::count::counted;
use crate::store::Store as _;
use crate::store::ledger::Verified;
use crate::store::sqlite::{SqliteStore, copy};

pub(crate) use restore::{Arguments as Restore, run as restore};

/// Write an encrypted copy of the store and its key into a file, also while the gateway runs
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  schoolgate backup /backup/schoolgate-2026-11-22.zip\n  schoolgate backup store.zip --passphrase-file /etc/schoolgate/backup.passphrase\n\nWithout a passphrase one is drawn and shown once; keep it away from the backup.\nschoolgate restore puts it back; 7-Zip opens it as well."
)]
pub(crate) struct Arguments {
    /// The file to be written; it must not be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    passphrase: Passphrase,
}

/// Runs `backup`.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let file = &arguments.file;
    if file.exists() {
        return Err(Failure::input(format!(
            "{} is there already",
            file.display()
        )));
    }
    let given = arguments.passphrase.read()?;
    let is_drawn = given.is_none();
    let passphrase = match given {
        Some(given) => given,
        None => secret::drawn()?,
    };
    // Beside the store, because the copy must not lie where others can read it.
    let aside = tempfile::Builder::new()
        .prefix("backup-")
        .tempdir_in(&config.data)
        .map_err(|error| Failure::input(format!("{}: {error}", config.data.display())))?;
    let entries = wait_for(async {
        copy::copy(&config.data, aside.path()).await?;
        sound(&config, aside.path()).await
    })?;
    let part = part_of(file);
    let packed = archive::pack(aside.path(), &part, &passphrase);
    let placed = packed.and_then(|octets| Ok(fs::rename(&part, file).map(|()| octets)?));
    if placed.is_err() {
        // Half a backup is none; that it cannot be removed changes nothing about the error.
        let _ = fs::remove_file(&part);
    }
    let octets = placed?;
    let entries = counted(entries, "ledger entry", "ledger entries");
    writeln!(
        context.out,
        "{}: {octets} octets, {entries}, whole and encrypted",
        file.display()
    )?;
    if is_drawn {
        writeln!(context.out, "passphrase {}", passphrase.reveal())?;
        writeln!(
            context.out,
            "It is not shown again, and nothing else opens the file."
        )?;
    }
    Ok(())
}

/// Written beside its place, so that a file of the right name is always whole.
fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// How many ledger entries a store has, all of them as they were written.
async fn sound(config: &Config, folder: &Path) -> Result<u64, Failure> {
    let store = SqliteStore::open(folder).await?;
    let mut all = 0;
    let mut broken = Vec::new();
    for school in &config.schools {
        match store.verify(&school.name).await? {
            Verified::Sound { entries } => all += entries,
            Verified::Broken { sequence } => broken.push(format!(
                "{}: the ledger does not hold from entry {sequence} on; see schoolgate audit verify",
                school.name
            )),
        }
    }
    store.close().await;
    if broken.is_empty() {
        Ok(all)
    } else {
        Err(Failure::Failed(anyhow::anyhow!(broken.join("\n"))))
    }
}
