//! `restore`: a backup into the empty data folder of the configuration, whole and verified or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::Context;
use crate::cli::backup::secret::Passphrase;
use crate::cli::backup::{archive, sound};
use crate::cli::failure::Failure;
use crate::cli::stored::wait_for;
use crate::mail::count::counted;
use crate::store::sqlite::copy::{self, FILES};

/// Put a backup into the empty data folder of the configuration, and check that it is whole
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  schoolgate restore /backup/schoolgate-2026-11-22.zip --passphrase-file /etc/schoolgate/backup.passphrase\n\nStop the gateway first, and run this as its user.\nWhat was delivered or decided after the backup was made is not known to it: such a message is held or delivered again."
)]
pub(crate) struct Arguments {
    /// The file that `schoolgate backup` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    passphrase: Passphrase,
}

/// Runs `restore`.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let passphrase = arguments.passphrase.read()?.ok_or_else(|| {
        Failure::input("what opens it? expected --passphrase-file or --passphrase-stdin")
    })?;
    copy::empty_folder(&config.data).map_err(|error| Failure::input(error.to_string()))?;
    let restored = archive::unpack(&arguments.file, &config.data, &passphrase)
        .and_then(|()| wait_for(sound(&config, &config.data)));
    if restored.is_err() {
        clear(&config.data);
    }
    let entries = counted(restored?, "ledger entry", "ledger entries");
    writeln!(
        context.out,
        "{}: restored, {entries}, all as they were written",
        config.data.display()
    )?;
    Ok(())
}

/// Takes away what a failed restore has left; the folder was empty before.
fn clear(folder: &Path) {
    for name in FILES {
        for ending in ["", "-wal", "-shm"] {
            // What is not there need not be removed.
            let _ = fs::remove_file(folder.join(format!("{name}{ending}")));
        }
    }
}
