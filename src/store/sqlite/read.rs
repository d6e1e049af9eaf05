//! Reading one message: its facts, its recipients, its content.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::recipient::RecipientState;
use crate::store::record::Facts;
use crate::store::seal::{Keys, MessageKey, Purpose};
use crate::store::sqlite::sql::{failed, number, parsed, time, word};

/// What is known about a message.
pub(super) async fn facts(
    connection: &mut SqliteConnection,
    school: &str,
    id: &MessageId,
) -> Result<Facts> {
    let facts: Option<String> =
        sqlx::query_scalar("SELECT facts FROM message WHERE id = ? AND school = ?")
            .bind(id.as_str())
            .bind(school)
            .fetch_optional(connection)
            .await
            .map_err(failed("read a message"))?;
    parsed(&facts.ok_or_else(|| StoreError::NoMessage(id.clone()))?)
}

/// Where a message stands for each recipient, in the envelope's order.
pub(super) async fn recipients(
    readers: &SqlitePool,
    school: &str,
    id: &MessageId,
) -> Result<Vec<RecipientState>> {
    let rows = sqlx::query(
        "SELECT r.address, r.kind, r.verdict, r.disposition, r.attempts, r.reply, r.hop, r.changed
         FROM recipient r JOIN message m ON m.number = r.message
         WHERE m.id = ? AND m.school = ? ORDER BY r.place",
    )
    .bind(id.as_str())
    .bind(school)
    .fetch_all(readers)
    .await
    .map_err(failed("read recipients"))?;
    if rows.is_empty() {
        return Err(StoreError::NoMessage(id.clone()));
    }
    rows.iter().map(recipient).collect()
}

/// The recipients of a message by its row.
pub(super) async fn recipients_of(
    connection: &mut SqliteConnection,
    message: i64,
) -> Result<Vec<RecipientState>> {
    let rows = sqlx::query(
        "SELECT address, kind, verdict, disposition, attempts, reply, hop, changed
         FROM recipient WHERE message = ? ORDER BY place",
    )
    .bind(message)
    .fetch_all(connection)
    .await
    .map_err(failed("read recipients"))?;
    rows.iter().map(recipient).collect()
}

fn recipient(row: &SqliteRow) -> Result<RecipientState> {
    let lost = failed("read recipients");
    Ok(RecipientState {
        address: word(row.try_get(0).map_err(&lost)?)?,
        kind: word(row.try_get(1).map_err(&lost)?)?,
        verdict: word(row.try_get(2).map_err(&lost)?)?,
        disposition: word(row.try_get(3).map_err(&lost)?)?,
        attempts: number(row.try_get(4).map_err(&lost)?),
        reply: row.try_get(5).map_err(&lost)?,
        hop: row.try_get(6).map_err(&lost)?,
        changed: time(row.try_get(7).map_err(&lost)?)?,
    })
}

/// The message itself.
pub(super) async fn content(
    readers: &SqlitePool,
    keys: &Keys,
    school: &str,
    id: &MessageId,
) -> Result<Redacted<Vec<u8>>> {
    let row = sqlx::query(
        "SELECT c.key, c.sealed FROM message m LEFT JOIN content c ON c.message = m.number
         WHERE m.id = ? AND m.school = ?",
    )
    .bind(id.as_str())
    .bind(school)
    .fetch_optional(readers)
    .await
    .map_err(failed("read content"))?
    .ok_or_else(|| StoreError::NoMessage(id.clone()))?;
    let wrapped: Option<Vec<u8>> = row.try_get(0).map_err(failed("read content"))?;
    let sealed: Option<&[u8]> = row.try_get(1).map_err(failed("read content"))?;
    match (wrapped, sealed) {
        (Some(wrapped), Some(sealed)) => keys
            .unwrap(school, id, &wrapped)?
            .open(Purpose::Content, sealed),
        (Some(_) | None, Some(_) | None) => Err(StoreError::NoContent(id.clone())),
    }
}

/// The key of a message, to seal more with: the credential of work that follows.
pub(super) async fn key(
    readers: &SqlitePool,
    keys: &Keys,
    school: &str,
    id: &MessageId,
) -> Result<MessageKey> {
    let wrapped: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT c.key FROM message m JOIN content c ON c.message = m.number
         WHERE m.id = ? AND m.school = ?",
    )
    .bind(id.as_str())
    .bind(school)
    .fetch_optional(readers)
    .await
    .map_err(failed("read a key"))?;
    let wrapped = wrapped.ok_or_else(|| StoreError::NoContent(id.clone()))?;
    keys.unwrap(school, id, &wrapped)
}
