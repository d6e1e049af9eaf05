//! Saving what came of claimed work: results first, whoever has the work now; the rest only for the holder of the lease.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::json;

use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::ledger::{Action, Note};
use crate::store::recipient::{Disposition, RecipientResult};
use crate::store::sqlite::after;
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::sql::{at, execute, first, micros, word};
use crate::store::sqlite::task::{self, Sealed};
use crate::store::sqlite::writer::Change;
use crate::store::work::{Lease, Next};

/// A settlement ready to be written.
#[derive(Debug)]
pub(super) struct Settle {
    pub(super) book: Book,
    pub(super) id: MessageId,
    pub(super) work: i64,
    pub(super) lease: i64,
    pub(super) now: Timestamp,
    pub(super) results: Vec<RecipientResult>,
    pub(super) follow: Vec<Sealed>,
    pub(super) notes: Vec<Note>,
    pub(super) next: Next,
    pub(super) awaits: Option<String>,
}

impl Change for Settle {
    type Output = Lease;

    fn apply(&self, connection: &Connection) -> Result<Lease> {
        let message = task::message(connection, &self.book.school, &self.id)?;
        let mut notes = Vec::with_capacity(self.results.len() + self.notes.len());
        for result in &self.results {
            notes.push(save(connection, message, &self.id, self.now, result)?);
        }
        let lease = self.next(connection, message)?;
        if lease == Lease::Kept {
            notes.extend(self.notes.iter().cloned());
            task::insert(connection, message, &self.follow)?;
            after::nobody_stranded(connection, message, &self.id)?;
        }
        after::settled(connection, message, self.now)?;
        book::append(connection, &self.book, self.now, Some(&self.id), &notes)?;
        Ok(lease)
    }
}

impl Settle {
    /// Moves the work on, if it is still ours.
    fn next(&self, connection: &Connection, message: i64) -> Result<Lease> {
        // The lease counts claims, so that a claim that was overtaken changes nothing.
        let (doing, work, lease) = ("settle work", self.work, self.lease);
        let moved = match self.next {
            Next::Finished => execute(
                connection,
                doing,
                "DELETE FROM work WHERE number = ?1 AND lease = ?2 AND message = ?3 AND holder IS NOT NULL",
                params![work, lease, message],
            ),
            Next::Again { due } => execute(
                connection,
                doing,
                "UPDATE work SET due = ?4, ready = ?4, attempts = attempts + 1, holder = NULL,
                 hurried = NULL, awaits = ?5
                 WHERE number = ?1 AND lease = ?2 AND message = ?3 AND holder IS NOT NULL",
                params![work, lease, message, micros(due), self.awaits],
            ),
            Next::Continue { until } => execute(
                connection,
                doing,
                "UPDATE work SET ready = ?4
                 WHERE number = ?1 AND lease = ?2 AND message = ?3 AND holder IS NOT NULL",
                params![work, lease, message, micros(until)],
            ),
        };
        Ok(match moved? {
            0 => Lease::Lost,
            _ => Lease::Kept,
        })
    }
}

/// Saves one result, and says what the ledger has to say of it.
///
/// The first final outcome stands: a later result is noted as late.
pub(super) fn save(
    connection: &Connection,
    message: i64,
    id: &MessageId,
    now: Timestamp,
    result: &RecipientResult,
) -> Result<Note> {
    let nobody = || StoreError::NoRecipient {
        message: id.clone(),
        recipient: result.address.clone(),
    };
    let (place, before) = first(
        connection,
        "save a result",
        "SELECT place, disposition FROM recipient WHERE message = ? AND key = ?",
        params![message, result.address.key()],
        |row| Ok((at::<i64>(row, 0)?, word::<Disposition>(at(row, 1)?)?)),
    )?
    .ok_or_else(nobody)?;
    let facts = json!({"recipient": result.address, "reply": result.reply, "hop": result.hop});
    if !before.may_become(result.disposition) {
        let late = json!({"recipient": result.address, "reply": result.reply, "hop": result.hop,
                          "came": result.disposition, "stands": before});
        return Ok(Note::of_gateway(Action::Late, late));
    }
    update(connection, message, place, now, result)?;
    Ok(Note::of_gateway(action(result.disposition), facts))
}

fn update(
    connection: &Connection,
    message: i64,
    place: i64,
    now: Timestamp,
    result: &RecipientResult,
) -> Result<()> {
    execute(
        connection,
        "save a result",
        "UPDATE recipient SET disposition = ?, reply = ?, hop = ?, changed = ?, attempts = attempts + 1
         WHERE message = ? AND place = ?",
        params![
            result.disposition.as_str(),
            result.reply,
            result.hop,
            micros(now),
            message,
            place,
        ],
    )?;
    match result.disposition {
        Disposition::Pending | Disposition::Delivered => Ok(()),
        Disposition::Held
        | Disposition::Returned
        | Disposition::Bounced
        | Disposition::Rejected => execute(
            connection,
            "save a result",
            "UPDATE message SET stopped = 1 WHERE number = ? AND stopped = 0",
            params![message],
        )
        .map(drop),
    }
}

fn action(disposition: Disposition) -> Action {
    match disposition {
        Disposition::Pending => Action::Deferred,
        Disposition::Held => Action::Held,
        Disposition::Delivered => Action::Delivered,
        Disposition::Returned => Action::Returned,
        Disposition::Bounced | Disposition::Rejected => Action::Bounced,
    }
}
