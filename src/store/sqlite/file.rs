//! The folder and file of a SQLite store: made with narrow permissions, opened with the settings that make a
//! commit durable, brought to the schema of this program.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::key::Missing;
use crate::store::sqlite::room::{Bounds, LOG};
use crate::store::sqlite::sql::{at as field, failed, first};

/// Name of the database in the store's folder; SQLite keeps its write-ahead log beside it.
pub(super) const FILE: &str = "schoolgate.db";
/// Octets of a page; larger than SQLite's default because most of the file is message content.
const PAGE: u64 = 8192;
/// One script for each schema version, each brought forward from the one before.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("memory.sql"),
    include_str!("patience.sql"),
    include_str!("occasions.sql"),
];

/// Where the database is, and whether it was there before.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) database: PathBuf,
    pub(super) key: Missing,
}

/// Makes the folder (0700) and an empty database (0600) where they are not there yet, and tries that they can be written.
///
/// # Errors
/// [`StoreError::Place`] when that fails, or when others may write in the folder:
/// they could put another key or store there. That they may list it shows them nothing, its files are 0600.
pub(super) fn prepare(folder: &Path) -> Result<Place> {
    make_folder(folder)?;
    let mode = fs::metadata(folder).map_err(at(folder))?.mode();
    if mode & 0o022 != 0 {
        return Err(StoreError::Place {
            path: folder.to_owned(),
            problem: format!(
                "others may write in it (mode {:o}): chmod 700 it",
                mode & 0o777
            ),
        });
    }
    let database = folder.join(FILE);
    let mut file = OpenOptions::new();
    let file = file.write(true).create(true).truncate(false).mode(0o600);
    let state = file.open(&database).and_then(|file| file.metadata());
    let empty = state.map_err(at(&database))?.len() == 0;
    // SQLite gives its other files the mode of this one.
    Ok(Place {
        folder: folder.to_owned(),
        database,
        key: if empty {
            Missing::Create
        } else {
            Missing::Refuse
        },
    })
}

/// Makes the folder of a store, where it is not there yet.
pub(super) fn make_folder(folder: &Path) -> Result<()> {
    let mut make = DirBuilder::new();
    let make = make.recursive(true).mode(0o700);
    make.create(folder).map_err(at(folder))
}

fn at(path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |error| StoreError::Place {
        path: path.to_owned(),
        problem: format!("it cannot be made or written: {error}"),
    }
}

/// Statements kept prepared; more than there are.
const STATEMENTS: usize = 128;
/// How long a connection waits for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a connection that only reads.
pub(super) fn reader(database: &Path) -> Result<Connection> {
    let connection = open(database)?;
    run(&connection, "PRAGMA query_only = ON")?;
    Ok(connection)
}

/// Opens the connection that writes: the log is folded into the file every 8 MiB and cut back to 16 MiB after a burst,
/// and deleted rows (wrapped keys among them) are overwritten where that costs no extra page.
pub(super) fn writer(database: &Path, bounds: Bounds) -> Result<Connection> {
    let connection = open(database)?;
    let terms = format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA wal_autocheckpoint = 1024;
         PRAGMA journal_size_limit = {LOG};
         PRAGMA cache_size = -32768;
         PRAGMA secure_delete = FAST"
    );
    run(&connection, &terms)?;
    if let Some(end) = bounds.end() {
        let pages = format!("PRAGMA max_page_count = {}", end / PAGE);
        run(&connection, &pages)?;
    }
    Ok(connection)
}

/// Opens a connection with what all of them need; `synchronous=FULL` is what makes a commit durable.
pub(super) fn open(database: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(database, flags);
    let connection = opened.map_err(failed("open the store"))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let patient = connection.busy_timeout(PATIENCE);
    patient.map_err(failed("open the store"))?;
    let terms =
        format!("PRAGMA page_size = {PAGE}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
    run(&connection, &terms)?;
    Ok(connection)
}

/// When commits reach the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Synced {
    /// Each before it is answered (`synchronous=FULL`).
    AtOnce,
    /// With the next that is (`NORMAL`; <https://sqlite.org/pragma.html#pragma_synchronous>).
    AtNext,
}

/// Changes when commits reach the disk.
pub(super) fn sync(connection: &Connection, synced: Synced) -> Result<()> {
    // SQLite carries this out while it prepares it, so it cannot be kept prepared.
    let script = match synced {
        Synced::AtOnce => "PRAGMA synchronous = FULL",
        Synced::AtNext => "PRAGMA synchronous = NORMAL",
    };
    run(connection, script)
}

/// Brings the schema to this program's version, in one transaction; writes nothing where it is there already,
/// so that a store on a full disk still opens.
///
/// # Errors
/// [`StoreError::Newer`] when a newer program has written it.
pub(super) fn migrate(connection: &Connection) -> Result<()> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version(connection)? == known {
        return Ok(());
    }
    run(connection, "BEGIN IMMEDIATE")?;
    let done = forward(connection, known).and_then(|()| run(connection, "COMMIT"));
    if done.is_err() {
        // The first error is the one to tell.
        let _undone = run(connection, "ROLLBACK");
    }
    done
}

/// Looks again: another process may have been faster.
fn forward(connection: &Connection, known: i64) -> Result<()> {
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let done = usize::try_from(found).unwrap_or_default();
    for script in MIGRATIONS.iter().copied().skip(done) {
        run(connection, script)?;
    }
    run(connection, &format!("PRAGMA user_version = {known}"))
}

fn version(connection: &Connection) -> Result<i64> {
    let doing = "read the schema version";
    let version = first(connection, doing, "PRAGMA user_version", [], |row| {
        field(row, 0)
    })?;
    Ok(version.unwrap_or_default())
}

fn run(connection: &Connection, script: &str) -> Result<()> {
    let done = connection.execute_batch(script);
    done.map_err(failed("prepare the store"))
}
