//! The folder and file of a SQLite store: made with narrow permissions, opened with the settings that make a
//! commit durable, brought to the schema of this program.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection};

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::key::Missing;
use crate::store::sqlite::room::Bounds;
use crate::store::sqlite::sql::failed;

/// Name of the database in the store's folder; SQLite keeps its write-ahead log beside it.
const FILE: &str = "schoolgate.db";
/// Octets of a page; larger than SQLite's default because most of the file is message content.
const PAGE: u32 = 8192;
/// One script for each schema version, each brought forward from the one before.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql"), include_str!("memory.sql")];

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
    let mut make = DirBuilder::new();
    make.recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(at(folder))?;
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

fn at(path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |error| StoreError::Place {
        path: path.to_owned(),
        problem: format!("it cannot be made or written: {error}"),
    }
}

/// How every connection is opened.
pub(super) fn options(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .page_size(PAGE)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
}

/// How the writer is opened: the log is folded into the file every 8 MiB and cut back to 16 MiB after a burst,
/// and deleted rows (wrapped keys among them) are overwritten where that costs no extra page.
pub(super) fn writer_options(database: &Path, bounds: Bounds) -> SqliteConnectOptions {
    let options = options(database)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("wal_autocheckpoint", "1024")
        .pragma("journal_size_limit", "16777216")
        .pragma("cache_size", "-32768")
        .pragma("secure_delete", "FAST");
    match bounds.most {
        Some(most) => options.pragma("max_page_count", (most / u64::from(PAGE)).to_string()),
        None => options,
    }
}

/// Brings the schema to this program's version, in one transaction; writes nothing where it is there already,
/// so that a store on a full disk still opens.
///
/// # Errors
/// [`StoreError::Newer`] when a newer program has written it.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version(connection).await? == known {
        return Ok(());
    }
    execute(connection, "BEGIN IMMEDIATE").await?;
    let done = forward(connection, known).await;
    match done {
        Ok(()) => execute(connection, "COMMIT").await,
        Err(error) => {
            // The first error is the one to tell.
            let _undone = execute(connection, "ROLLBACK").await;
            Err(error)
        }
    }
}

/// Looks again: another process may have been faster.
async fn forward(connection: &mut SqliteConnection, known: i64) -> Result<()> {
    let found = version(connection).await?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let done = usize::try_from(found).unwrap_or_default();
    for script in MIGRATIONS.iter().copied().skip(done) {
        execute(connection, script).await?;
    }
    let version = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {known}"));
    let set = sqlx::raw_sql(version).execute(connection).await;
    set.map(drop).map_err(failed("bring the schema forward"))
}

async fn version(connection: &mut SqliteConnection) -> Result<i64> {
    sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await
        .map_err(failed("read the schema version"))
}

async fn execute(connection: &mut SqliteConnection, script: &'static str) -> Result<()> {
    let done = sqlx::raw_sql(script).execute(connection).await;
    done.map(drop).map_err(failed("bring the schema forward"))
}
