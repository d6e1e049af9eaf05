//! A store in one SQLite file: what a single gateway needs, backed up by copying a folder.
//!
//! One task writes and commits for everybody who waits; readers work beside it (write-ahead log, `synchronous=FULL`).
//! Other processes, such as the command line, may open the same folder at the same time.
//! SQLite takes no lock of ours: a network file system will not do.

mod accept;
mod account;
mod after;
mod book;
mod file;
mod memory;
mod purge;
mod queue;
mod read;
mod review;
pub mod room;
mod settle;
mod sql;
mod store;
mod task;
mod trace;
mod writer;

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{ConnectOptions as _, SqliteConnection, SqlitePool};
use tokio::sync::Semaphore;

use crate::secret::Redacted;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::key::{self, KeyPlace};
use crate::store::memory::Marker;
use crate::store::seal::Keys;
use crate::store::sqlite::book::Book;
use crate::store::sqlite::file::Place;
use crate::store::sqlite::room::{Bounds, Room};
use crate::store::sqlite::sql::failed;
use crate::store::sqlite::writer::Writer;

/// Connections that read.
const READERS: u32 = 4;
/// Passwords checked at the same time: each takes 19 MiB and tens of milliseconds of one core.
const CHECKS: usize = 2;

/// The store in one folder: `schoolgate.db` with its log, and `store.key`.
#[derive(Debug)]
pub struct SqliteStore {
    folder: PathBuf,
    room: Room,
    keys: Keys,
    readers: SqlitePool,
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
        let place = file::prepare(folder)?;
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        let key = KeyPlace::of(folder, credentials.as_deref());
        let keys = Keys::new(&key::load(&key, place.key)?);
        let mut connection = connect(&place, bounds).await?;
        file::migrate(&mut connection).await?;
        recognise(&mut connection, &keys, key.path()).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(file::options(&place.database).pragma("query_only", "ON"));
        Ok(Self {
            folder: place.folder,
            room: Room::new(bounds),
            keys,
            readers,
            writer: Writer::start(connection),
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

async fn connect(place: &Place, bounds: Bounds) -> Result<SqliteConnection> {
    file::writer_options(&place.database, bounds)
        .connect()
        .await
        .map_err(failed("open the store"))
}

/// Marks a new store with its key; an old one must have been marked with the same.
async fn recognise(connection: &mut SqliteConnection, keys: &Keys, key: &Path) -> Result<()> {
    let mine = keys.mark()?;
    let mark = match mark(connection).await? {
        Some(mark) => mark,
        None => marked(connection, &mine).await?,
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

async fn mark(connection: &mut SqliteConnection) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar("SELECT mark FROM store")
        .fetch_optional(connection)
        .await
        .map_err(failed("read the mark of the store"))
}

/// The mark that stands in the store now: ours, or that of a process that was faster.
async fn marked(connection: &mut SqliteConnection, mine: &[u8]) -> Result<Vec<u8>> {
    sqlx::query("INSERT INTO store SELECT ? WHERE NOT EXISTS (SELECT 1 FROM store)")
        .bind(mine)
        .execute(&mut *connection)
        .await
        .map_err(failed("mark the store"))?;
    Ok(mark(connection).await?.unwrap_or_default())
}
