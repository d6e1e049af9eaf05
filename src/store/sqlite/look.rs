//! How the calls of the store look: in a thread of a reader, within one school, about one message; slow sums beside.

use std::sync::Arc;

use rusqlite::Connection;

use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::task::{self, Sealed};
use crate::store::sqlite::{SqliteStore, read};
use crate::store::work::Work;

impl SqliteStore {
    /// What is known of a school.
    pub(super) async fn of<T: Send + 'static>(
        &self,
        school: &str,
        look: impl FnOnce(&Connection, &str) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let school = school.to_owned();
        let look = move |connection: &Connection| look(connection, &school);
        self.readers.read(look).await
    }

    /// What is known of a message.
    pub(super) async fn about<T: Send + 'static>(
        &self,
        school: &str,
        id: &MessageId,
        look: impl FnOnce(&Connection, &str, &MessageId) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let id = id.clone();
        self.of(school, move |connection, school| {
            look(connection, school, &id)
        })
        .await
    }

    /// Seals work that follows with its message's key, where any of it has a credential.
    pub(super) async fn seal(
        &self,
        school: &str,
        id: &MessageId,
        work: &[Work],
    ) -> Result<Vec<Sealed>> {
        if work.iter().all(|work| work.secret.is_none()) {
            return task::plain(work);
        }
        let keys = Arc::clone(&self.keys);
        let key = self.about(school, id, move |connection, school, id| {
            read::key(connection, &keys, school, id)
        });
        let key = key.await?;
        task::sealed(&key, work)
    }

    /// Does slow sums beside the runtime's threads, few at a time.
    pub(super) async fn beside<T: Send + 'static>(
        &self,
        sums: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let closed = |_| StoreError::Closed;
        let _turn = self.checks.acquire().await.map_err(closed)?;
        tokio::task::spawn_blocking(sums)
            .await
            .map_err(|error| StoreError::failed("hash a password", error))
    }
}
