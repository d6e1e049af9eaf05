//! What holds after every change of a message: reminders go with the last hold, warnings with the last delivery, nothing pending is without
//! due work, a message without anything left to do has ended, and what was simply delivered leaves no content behind.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::sql::{all, at, execute, first, micros, parsed};
use crate::store::sqlite::task::pending;
use crate::store::work::{WorkKind, delivered_by};

/// Takes finished work away.
pub(super) fn done(connection: &Connection, message: i64, work: i64, now: Timestamp) -> Result<()> {
    delete(connection, "DELETE FROM work WHERE number = ?", work)?;
    settled(connection, message, now)
}

/// Reminders fall away with the last hold, a warning of delay with the last delivery; the message ends with its last work.
pub(super) fn settled(connection: &Connection, message: i64, now: Timestamp) -> Result<()> {
    delete(
        connection,
        "DELETE FROM work WHERE message = ?1 AND kind IN ('remind', 'escalate', 'expire')
         AND NOT EXISTS (SELECT 1 FROM recipient WHERE message = ?1 AND disposition = 'held')",
        message,
    )?;
    delete(
        connection,
        "DELETE FROM work WHERE message = ?1 AND kind = 'notify' AND task ->> '$.notice' = 'delay'
         AND NOT EXISTS (SELECT 1 FROM recipient WHERE message = ?1 AND disposition = 'pending')",
        message,
    )?;
    let stopped: Option<bool> = first(
        connection,
        "end a message",
        "UPDATE message SET ended = ?2, kept = kept & stopped WHERE number = ?1 AND ended IS NULL
         AND NOT EXISTS (SELECT 1 FROM work WHERE message = ?1)
         AND NOT EXISTS (SELECT 1 FROM recipient
                         WHERE message = ?1 AND disposition IN ('pending', 'held'))
         RETURNING stopped",
        params![message, micros(now)],
        |row| at(row, 0),
    )?;
    match stopped {
        Some(false) => delete(connection, "DELETE FROM content WHERE message = ?", message),
        Some(true) | None => Ok(()),
    }
}

fn delete(connection: &Connection, sql: &'static str, number: i64) -> Result<()> {
    execute(connection, "finish work", sql, params![number]).map(drop)
}

/// Refuses a change that leaves a pending recipient with nothing due for it.
pub(super) fn nobody_stranded(connection: &Connection, message: i64, id: &MessageId) -> Result<()> {
    let pending: HashSet<Address> = pending(connection, message)?;
    if pending.is_empty() {
        return Ok(());
    }
    let tasks: Vec<WorkKind> = all(
        connection,
        "read due work",
        "SELECT task FROM work WHERE message = ? AND kind = 'deliver'",
        params![message],
        |row| parsed(&at::<String>(row, 0)?),
    )?;
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
