//! What holds after every change of a message: reminders go with the last hold, nothing pending is without
//! due work, a message without anything left to do has ended, and what was simply delivered leaves no content behind.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::sql::{failed, micros, parsed};
use crate::store::sqlite::task::pending;
use crate::store::work::{WorkKind, delivered_by};

/// Takes finished work away.
pub(super) async fn done(
    connection: &mut SqliteConnection,
    message: i64,
    work: i64,
    now: Timestamp,
) -> Result<()> {
    delete(connection, "DELETE FROM work WHERE number = ?", work).await?;
    settled(connection, message, now).await
}

/// Reminders fall away with the last hold; the message ends with its last work.
pub(super) async fn settled(
    connection: &mut SqliteConnection,
    message: i64,
    now: Timestamp,
) -> Result<()> {
    delete(
        connection,
        "DELETE FROM work WHERE message = ?1 AND kind IN ('remind', 'escalate', 'expire')
         AND NOT EXISTS (SELECT 1 FROM recipient WHERE message = ?1 AND disposition = 'held')",
        message,
    )
    .await?;
    let stopped: Option<bool> = sqlx::query_scalar(
        "UPDATE message SET ended = ?2, kept = kept & stopped WHERE number = ?1 AND ended IS NULL
         AND NOT EXISTS (SELECT 1 FROM work WHERE message = ?1)
         AND NOT EXISTS (SELECT 1 FROM recipient
                         WHERE message = ?1 AND disposition IN ('pending', 'held'))
         RETURNING stopped",
    )
    .bind(message)
    .bind(micros(now))
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed("end a message"))?;
    match stopped {
        Some(false) => delete(connection, "DELETE FROM content WHERE message = ?", message).await,
        Some(true) | None => Ok(()),
    }
}

async fn delete(connection: &mut SqliteConnection, sql: &'static str, number: i64) -> Result<()> {
    let deleted = sqlx::query(sql).bind(number).execute(connection).await;
    deleted.map(drop).map_err(failed("finish work"))
}

/// Refuses a change that leaves a pending recipient with nothing due for it.
pub(super) async fn nobody_stranded(
    connection: &mut SqliteConnection,
    message: i64,
    id: &MessageId,
) -> Result<()> {
    let pending: HashSet<Address> = pending(connection, message).await?;
    if pending.is_empty() {
        return Ok(());
    }
    let tasks: Vec<String> =
        sqlx::query_scalar("SELECT task FROM work WHERE message = ? AND kind = 'deliver'")
            .bind(message)
            .fetch_all(connection)
            .await
            .map_err(failed("read due work"))?;
    let tasks: Vec<WorkKind> = tasks.iter().map(|t| parsed(t)).collect::<Result<_>>()?;
    let delivered = delivered_by(tasks.iter());
    if pending
        .iter()
        .all(|recipient| delivered.contains(recipient))
    {
        Ok(())
    } else {
        Err(StoreError::Stranded(id.clone()))
    }
}
