//! `directory import`: exports of an information system into a school's directory, whole or not at all.
//!
//! The new directory is checked together with the files that stay, written beside the old one, and put in its place
//! in one step, so that a running gateway sees the one or the other.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, json_line};
use crate::config::people;
use crate::config::problem::ConfigError;
use crate::directory::import::normal::normal;

/// Who may read a file where there was none: its owner and the group of the folder.
const MODE: u32 = 0o640;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The export with the pupils on roll
    #[arg(long, value_name = "FILE")]
    pupils: Option<PathBuf>,
    /// The export with parents and carers, one row for each pupil and contact
    #[arg(long, value_name = "FILE")]
    contacts: Option<PathBuf>,
    /// The export with staff and governors
    #[arg(long, value_name = "FILE")]
    staff: Option<PathBuf>,
    /// The list of partners and the channel agreed with each
    #[arg(long, value_name = "FILE")]
    partners: Option<PathBuf>,
    /// Outside addresses written to before, from a message trace
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Sensitivity labels and the level of each
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Only check; write nothing
    #[arg(long)]
    check: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

/// What an import came to.
#[derive(Debug, Serialize)]
struct Imported<'a> {
    school: &'a str,
    pupils: usize,
    contacts: usize,
    staff: usize,
    partners: usize,
    written: Vec<&'a str>,
    warnings: Vec<String>,
}

impl Arguments {
    fn given(&self) -> BTreeMap<&'static str, &Path> {
        let all = [
            ("pupils.csv", &self.pupils),
            ("contacts.csv", &self.contacts),
            ("staff.csv", &self.staff),
            ("partners.csv", &self.partners),
            ("history.csv", &self.history),
            ("sensitivity-labels.csv", &self.labels),
        ];
        let given = all.into_iter();
        given
            .filter_map(|(name, file)| Some((name, file.as_deref()?)))
            .collect()
    }
}

pub(super) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.school.choose(&config)?;
    let given = arguments.given();
    if given.is_empty() {
        return Err(Failure::input(
            "nothing to import: name at least one file, such as --pupils students.csv",
        ));
    }
    let merged = people::merged(&school.directory, &given);
    let (import, files) = merged.map_err(|problems| ConfigError { problems })?;
    let mut normals = BTreeMap::new();
    for name in given.keys() {
        let bytes = files.get(*name).map(Vec::as_slice).unwrap_or_default();
        normals.insert(*name, normal(name, bytes).unwrap_or_default());
    }
    if !arguments.check {
        put(&school.directory, &normals)?;
    }
    let directory = &import.directory;
    let imported = Imported {
        school: &school.name,
        pupils: directory.pupils.len(),
        contacts: directory.contacts.len(),
        staff: directory.staff.len(),
        partners: directory.partners.len(),
        written: if arguments.check {
            Vec::new()
        } else {
            normals.keys().copied().collect()
        },
        warnings: import.warnings.iter().map(ToString::to_string).collect(),
    };
    if arguments.json {
        return json_line(context.out, &imported);
    }
    say(&imported, context)
}

fn say(imported: &Imported<'_>, context: &mut Context<'_>) -> Result<(), Failure> {
    let out = &mut context.out;
    let written = match imported.written.as_slice() {
        [] => "all good, nothing written".to_owned(),
        written => format!("written: {}", written.join(", ")),
    };
    writeln!(out, "{}: {written}", imported.school)?;
    writeln!(
        out,
        "  the directory now has {} pupils, {} contacts, {} staff and governors, {} partners",
        imported.pupils, imported.contacts, imported.staff, imported.partners
    )?;
    for warning in &imported.warnings {
        writeln!(out, "  note: {warning}")?;
    }
    Ok(())
}

/// Puts these files into the folder in one step, beside those that stay.
fn put(folder: &Path, files: &BTreeMap<&str, Vec<u8>>) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| {
        Failure::input(format!("{} cannot be written: {error}", folder.display()))
    };
    // What a symbolic link leads to is replaced, and never the link.
    let folder = &fs::canonicalize(folder).map_err(wrong)?;
    let parent = folder.parent().unwrap_or(folder);
    let aside = tempfile::Builder::new()
        .prefix(".directory-")
        .tempdir_in(parent)
        .map_err(wrong)?;
    let old = fs::metadata(folder).map_err(wrong)?;
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let stays = entry
            .file_name()
            .to_str()
            .is_none_or(|name| !files.contains_key(name));
        if stays {
            let to = aside.path().join(entry.file_name());
            fs::copy(entry.path(), &to).map_err(wrong)?;
            like(&to, &entry.metadata().map_err(wrong)?).map_err(wrong)?;
        }
    }
    for (name, content) in files {
        let to = aside.path().join(name);
        let mut file = File::create(&to).map_err(wrong)?;
        file.write_all(content).map_err(wrong)?;
        match fs::metadata(folder.join(name)) {
            Ok(before) => like(&to, &before).map_err(wrong)?,
            Err(_) => owned(&to, &old, MODE).map_err(wrong)?,
        }
        file.sync_all().map_err(wrong)?;
    }
    like(aside.path(), &old).map_err(wrong)?;
    File::open(aside.path())
        .and_then(|new| new.sync_all())
        .map_err(wrong)?;
    renameat_with(CWD, aside.path(), CWD, folder, RenameFlags::EXCHANGE)
        .map_err(|error| wrong(error.into()))?;
    File::open(parent)
        .and_then(|parent| parent.sync_all())
        .map_err(wrong)
}

/// Gives a file or folder the owner and the mode of another.
fn like(path: &Path, other: &Metadata) -> std::io::Result<()> {
    owned(path, other, other.mode() & 0o7777)
}

fn owned(path: &Path, other: &Metadata, mode: u32) -> std::io::Result<()> {
    let own = fs::metadata(path)?;
    if (own.uid(), own.gid()) != (other.uid(), other.gid()) {
        chown(path, Some(other.uid()), Some(other.gid()))?;
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}
