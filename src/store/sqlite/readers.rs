//! Connections that read, a few at a time, beside the runtime's threads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::file;

/// Connections that read at the same time.
const READERS: usize = 4;

/// Opens connections when they are first needed, and keeps them.
#[derive(Debug)]
pub(super) struct Readers {
    database: PathBuf,
    turns: Semaphore,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// Readers of a database that exists.
    pub(super) fn of(database: PathBuf) -> Self {
        Self {
            database,
            turns: Semaphore::new(READERS),
            idle: Arc::default(),
        }
    }

    /// What `look` sees, in one view of the file: nothing that is written meanwhile shows in it.
    ///
    /// # Errors
    /// What `look` says, and [`StoreError::Closed`].
    pub(super) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(|_| StoreError::Closed)?;
        let (idle, database) = (Arc::clone(&self.idle), self.database.clone());
        let looking = spawn_blocking(move || {
            let kept = lock(&idle).pop();
            let mut connection = kept.map_or_else(|| file::reader(&database), Ok)?;
            let seen = in_one_view(&mut connection, look);
            lock(&idle).push(connection);
            seen
        });
        looking
            .await
            .map_err(|error| StoreError::failed("read the store", error))?
    }

    /// Lets whoever reads finish, and closes.
    pub(super) async fn close(&self) {
        let all = u32::try_from(READERS).unwrap_or(u32::MAX);
        drop(self.turns.acquire_many(all).await);
        self.turns.close();
        lock(&self.idle).clear();
    }
}

fn in_one_view<T>(
    connection: &mut Connection,
    look: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    let begun = connection.transaction();
    let view = begun.map_err(|error| StoreError::failed("read the store", error))?;
    look(&view)
}

fn lock(idle: &Mutex<Vec<Connection>>) -> MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
