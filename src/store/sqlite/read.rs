//! Reading one message: its facts, its recipients, its content.

use rusqlite::{Connection, Row, params};

use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::recipient::RecipientState;
use crate::store::record::Facts;
use crate::store::seal::{Keys, MessageKey, Purpose};
use crate::store::sqlite::sql::{all, at, first, number, parsed, time, word};
use crate::store::sqlite::task;

/// What is known about a message.
pub(super) fn facts(connection: &Connection, school: &str, id: &MessageId) -> Result<Facts> {
    let facts: Option<String> = first(
        connection,
        "read a message",
        "SELECT facts FROM message WHERE id = ? AND school = ?",
        params![id.as_str(), school],
        |row| at(row, 0),
    )?;
    parsed(&facts.ok_or_else(|| StoreError::NoMessage(id.clone()))?)
}

/// Where a message stands for each recipient, in the envelope's order.
pub(super) fn recipients(
    connection: &Connection,
    school: &str,
    id: &MessageId,
) -> Result<Vec<RecipientState>> {
    recipients_of(connection, task::message(connection, school, id)?)
}

/// The recipients of a message by its row.
pub(super) fn recipients_of(connection: &Connection, message: i64) -> Result<Vec<RecipientState>> {
    all(
        connection,
        "read recipients",
        "SELECT address, kind, verdict, disposition, attempts, reply, hop, changed
         FROM recipient WHERE message = ? ORDER BY place",
        params![message],
        recipient,
    )
}

fn recipient(row: &Row<'_>) -> Result<RecipientState> {
    Ok(RecipientState {
        address: word(at(row, 0)?)?,
        kind: word(at(row, 1)?)?,
        verdict: word(at(row, 2)?)?,
        disposition: word(at(row, 3)?)?,
        attempts: number(at(row, 4)?),
        reply: at(row, 5)?,
        hop: at(row, 6)?,
        changed: time(at(row, 7)?)?,
    })
}

/// A message as it is kept: its wrapped key and its sealed octets.
type Sealed = (Option<Vec<u8>>, Option<Vec<u8>>);

/// The message itself.
pub(super) fn content(
    connection: &Connection,
    keys: &Keys,
    school: &str,
    id: &MessageId,
) -> Result<Redacted<Vec<u8>>> {
    let sealed: Option<Sealed> = first(
        connection,
        "read content",
        "SELECT c.key, c.sealed FROM message m LEFT JOIN content c ON c.message = m.number
         WHERE m.id = ? AND m.school = ?",
        params![id.as_str(), school],
        |row| Ok((at(row, 0)?, at(row, 1)?)),
    )?;
    match sealed.ok_or_else(|| StoreError::NoMessage(id.clone()))? {
        (Some(wrapped), Some(sealed)) => keys
            .unwrap(school, id, &wrapped)?
            .open(Purpose::Content, &sealed),
        (Some(_) | None, Some(_) | None) => Err(StoreError::NoContent(id.clone())),
    }
}

/// The key of a message, to seal more with: the credential of work that follows.
pub(super) fn key(
    connection: &Connection,
    keys: &Keys,
    school: &str,
    id: &MessageId,
) -> Result<MessageKey> {
    let wrapped: Option<Vec<u8>> = first(
        connection,
        "read a key",
        "SELECT c.key FROM message m JOIN content c ON c.message = m.number
         WHERE m.id = ? AND m.school = ?",
        params![id.as_str(), school],
        |row| at(row, 0),
    )?;
    let wrapped = wrapped.ok_or_else(|| StoreError::NoContent(id.clone()))?;
    keys.unwrap(school, id, &wrapped)
}
