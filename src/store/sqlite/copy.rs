//! A consistent copy of the store while it is in use: one file, without what was deleted (<https://sqlite.org/lang_vacuum.html>).
//!
//! Sealed content stays sealed in it; the key is a file of its own.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::key::{self, KeyPlace, Missing};
use crate::store::sqlite::file;
use crate::store::sqlite::sql::execute;

/// The files that make a store.
pub const FILES: [&str; 2] = [file::FILE, key::FILE];

/// Copies the store in `from` into the folder `to`, which must be there and empty; both may be opened afterwards.
///
/// # Errors
/// [`StoreError::Place`] when there is no store in `from`, or `to` cannot be written;
/// [`StoreError::Full`], [`StoreError::Failed`].
pub async fn copy(from: &Path, to: &Path) -> Result<()> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let copying = spawn_blocking(move || copy_here(&from, &to)).await;
    copying.map_err(|error| StoreError::failed("copy the store", error))?
}

fn copy_here(from: &Path, to: &Path) -> Result<()> {
    let database = from.join(file::FILE);
    if !database.is_file() {
        return Err(refused(&database, "there is no store here"));
    }
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let place = KeyPlace::of(from, credentials.as_deref());
    let master = key::load(&place, Missing::Refuse)?;
    let target = to.join(file::FILE);
    let target = target
        .to_str()
        .ok_or_else(|| refused(to, "its name is no UTF-8"))?;
    let connection = file::open(&database)?;
    execute(&connection, "copy the store", "VACUUM INTO ?", [target])?;
    drop(connection);
    let written = key::written(&master);
    put(&to.join(key::FILE), &mut written.reveal().as_bytes())
}

/// Puts one of the [`FILES`] where it belongs: new, for its owner only, and on disk when this returns.
///
/// # Errors
/// [`StoreError::Place`] when it is there already or cannot be written.
pub fn put(path: &Path, content: &mut dyn std::io::Read) -> Result<()> {
    let mut write = || {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        std::io::copy(content, &mut file)?;
        file.flush()?;
        file.sync_all()
    };
    write().map_err(|error| refused(path, &format!("it cannot be written: {error}")))
}

/// Makes an empty folder for a store, or takes one that is empty.
///
/// # Errors
/// [`StoreError::Place`] when something is in it, or it cannot be made.
pub fn empty_folder(folder: &Path) -> Result<()> {
    file::make_folder(folder)?;
    let mut entries = fs::read_dir(folder)
        .map_err(|error| refused(folder, &format!("cannot be read: {error}")))?;
    if entries.next().is_some() {
        return Err(refused(
            folder,
            "it is not empty: a store is restored into an empty folder only, so move what is there away first",
        ));
    }
    Ok(())
}

fn refused(path: &Path, problem: &str) -> StoreError {
    StoreError::Place {
        path: path.to_owned(),
        problem: problem.to_owned(),
    }
}
