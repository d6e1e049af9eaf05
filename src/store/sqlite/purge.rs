//! Retention: destroying content, facts and old ledger entries once their time is over, a little at a time.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use sqlx::{Row as _, SqliteConnection};

use crate::store::Result;
use crate::store::ledger::{Action, Note};
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::memory;
use crate::store::sqlite::sql::{failed, json as text, micros};
use crate::store::sqlite::writer::Change;
use crate::store::views::{Cutoffs, Purged};

/// Rows of one kind taken away in one transaction, so that mail never waits long behind a purge.
pub(super) const PORTION: u32 = 200;

/// One portion of a purge.
#[derive(Debug, Clone)]
pub(super) struct Purge {
    pub(super) book: Book,
    pub(super) now: Timestamp,
    pub(super) cutoffs: Cutoffs,
}

#[async_trait]
impl Change for Purge {
    type Output = Purged;

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<Purged> {
        let contents = self.contents(connection).await?;
        let messages = self.messages(connection).await?;
        let mut notes = Vec::new();
        for (count, action) in [
            (contents, Action::ContentPurged),
            (messages, Action::FactsPurged),
        ] {
            if count > 0 {
                notes.push(Note::of_gateway(action, json!({ "messages": count })));
            }
        }
        book::append(connection, &self.book, self.now, None, &notes).await?;
        Ok(Purged {
            contents,
            messages,
            entries: self.entries(connection).await?,
            marks: memory::forget(connection, &self.book.school, self.cutoffs.facts).await?,
        })
    }
}

impl Purge {
    async fn contents(&self, connection: &mut SqliteConnection) -> Result<u64> {
        let ended: Vec<i64> = sqlx::query_scalar(
            "UPDATE message SET kept = 0 WHERE number IN (
                 SELECT number FROM message WHERE kept = 1 AND school = ? AND ended <= ?
                 ORDER BY ended LIMIT ?)
             RETURNING number",
        )
        .bind(&self.book.school)
        .bind(micros(self.cutoffs.content))
        .bind(PORTION)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed("purge content"))?;
        sqlx::query("DELETE FROM content WHERE message IN (SELECT value FROM json_each(?))")
            .bind(text(&ended)?)
            .execute(connection)
            .await
            .map(|done| done.rows_affected())
            .map_err(failed("purge content"))
    }

    async fn messages(&self, connection: &mut SqliteConnection) -> Result<u64> {
        sqlx::query(
            "DELETE FROM message WHERE number IN (
                 SELECT number FROM message WHERE school = ? AND ended <= ? ORDER BY ended LIMIT ?)",
        )
        .bind(&self.book.school)
        .bind(micros(self.cutoffs.facts))
        .bind(PORTION)
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
        .map_err(failed("purge facts"))
    }

    /// Entries go from the beginning of the chain only; its new beginning is sealed, and a broken one stays broken.
    async fn entries(&self, connection: &mut SqliteConnection) -> Result<u64> {
        let Some((mut ends, seal)) = book::ends(connection, &self.book.school).await? else {
            return Ok(0);
        };
        let last = sqlx::query(
            "SELECT sequence, link FROM (
                 SELECT sequence, link, time FROM ledger WHERE school = ? ORDER BY sequence LIMIT ?)
             WHERE time < ? ORDER BY sequence DESC LIMIT 1",
        )
        .bind(&self.book.school)
        .bind(PORTION)
        .bind(micros(self.cutoffs.ledger))
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed("purge the ledger"))?;
        let Some(last) = last else { return Ok(0) };
        let (before, sound) = (ends.base, seal == ends.seal(&self.book.key));
        ends.base = last.try_get(0).map_err(failed("purge the ledger"))?;
        ends.base_link = book::link(last.try_get(1).map_err(failed("purge the ledger"))?);
        sqlx::query("DELETE FROM ledger WHERE school = ? AND sequence <= ?")
            .bind(&self.book.school)
            .bind(ends.base)
            .execute(&mut *connection)
            .await
            .map_err(failed("purge the ledger"))?;
        let seal = if sound {
            ends.seal(&self.book.key)
        } else {
            seal
        };
        book::keep(connection, &self.book.school, &ends, &seal).await?;
        self.tell(connection, ends.base - before).await
    }

    async fn tell(&self, connection: &mut SqliteConnection, entries: i64) -> Result<u64> {
        let note = Note::of_gateway(Action::LedgerPurged, json!({ "entries": entries }));
        book::append(connection, &self.book, self.now, None, &[note]).await?;
        Ok(u64::try_from(entries).unwrap_or_default())
    }
}
