//! A store in one SQLite file: what a single gateway needs, backed up by copying a folder.
//!
//! One thread writes and commits for everybody who waits; readers work beside it (write-ahead log, `synchronous=FULL`).
//! Other processes, such as the command line, may open the same folder at the same time.
//! SQLite takes no lock of ours: a network file system will not do.

mod accept;
mod account;
mod after;
mod book;
pub mod copy;
mod file;
mod look;
mod memory;
mod purge;
mod queue;
mod read;
mod readers;
mod review;
pub mod room;
mod settle;
mod sql;
mod store;
mod task;
mod trace;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, params};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::secret::Redacted;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::key::{self, KeyPlace};
use crate::store::memory::Marker;
use crate::store::seal::Keys;
use crate::store::sqlite::book::Book;
use crate::store::sqlite::readers::Readers;
use crate::store::sqlite::room::{Bounds, Room};
use crate::store::sqlite::sql::{at, execute, first};
use crate::store::sqlite::writer::Writer;

/// Passwords checked at the same time: each takes 19 MiB and tens of milliseconds of one core.
const CHECKS: usize = 2;

/// The store in one folder: `schoolgate.db` with its log, and `store.key`.
#[derive(Debug)]
pub struct SqliteStore {
    folder: PathBuf,
    room: Room,
    keys: Arc<Keys>,
    readers: Readers,
    writer: Writer,
    checks: Semaphore,
}

impl SqliteStore {
    /// Opens the store in `folder`, which is made (0700) with a new key on first use.
    ///
    /// The key is the service manager's credential `schoolgate.key` where there is one
    /// (`$CREDENTIALS_DIRECTORY`, systemd.exec(5)), otherwise `store.key` in the folder.
    ///
    /// # Errors
    /// [`StoreError::Place`] when the folder or key cannot be used, is open to others, or belongs to another store;
    /// [`StoreError::Newer`] when a newer program wrote it; [`StoreError::Full`], [`StoreError::Failed`].
    pub async fn open(folder: &Path) -> Result<Self> {
        Self::open_within(folder, Bounds::default()).await
    }

    /// Opens the store in `folder` with bounds of its own.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn open_within(folder: &Path, bounds: Bounds) -> Result<Self> {
        let folder = folder.to_owned();
        let opening = spawn_blocking(move || Self::open_here(&folder, bounds));
        let opened = opening.await;
        opened.map_err(|error| StoreError::failed("open the store", error))?
    }

    fn open_here(folder: &Path, bounds: Bounds) -> Result<Self> {
        let place = file::prepare(folder)?;
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        let key = KeyPlace::of(folder, credentials.as_deref());
        let keys = Keys::new(&key::load(&key, place.key)?);
        let connection = file::writer(&place.database, bounds)?;
        file::migrate(&connection)?;
        recognise(&connection, &keys, key.path())?;
        Ok(Self {
            folder: place.folder,
            room: Room::new(bounds),
            keys: Arc::new(keys),
            readers: Readers::of(place.database),
            writer: Writer::start(connection)?,
            checks: Semaphore::new(CHECKS),
        })
    }

    /// The secret that signs the gateway's trace header: derived from the key file, so that it survives a restart.
    ///
    /// # Errors
    /// [`StoreError::Failed`], never in practice.
    pub fn trace_secret(&self) -> Result<Redacted<[u8; 32]>> {
        self.keys.trace()
    }

    fn marker(&self, school: &str) -> Result<Marker> {
        Ok(Marker::new(self.keys.memory(school)?))
    }

    fn book(&self, school: &str) -> Result<Book> {
        Ok(Book::of(school, self.keys.ledger(school)?))
    }
}

/// Marks a new store with its key; an old one must have been marked with the same.
fn recognise(connection: &Connection, keys: &Keys, key: &Path) -> Result<()> {
    let mine = keys.mark()?;
    let mark = match mark(connection)? {
        Some(mark) => mark,
        None => marked(connection, &mine)?,
    };
    if mark == mine {
        return Ok(());
    }
    Err(StoreError::Place {
        path: key.to_owned(),
        problem: "this is the key of another store: put the right one back, or the store that belongs to it"
            .to_owned(),
    })
}

fn mark(connection: &Connection) -> Result<Option<Vec<u8>>> {
    let doing = "read the mark of the store";
    first(connection, doing, "SELECT mark FROM store", [], |row| {
        at(row, 0)
    })
}

/// The mark that stands in the store now: ours, or that of a process that was faster.
fn marked(connection: &Connection, mine: &[u8]) -> Result<Vec<u8>> {
    execute(
        connection,
        "mark the store",
        "INSERT INTO store SELECT ? WHERE NOT EXISTS (SELECT 1 FROM store)",
        params![mine],
    )?;
    Ok(mark(connection)?.unwrap_or_default())
}
