//! Saving what came of claimed work: results first, whoever has the work now; the rest only for the holder of the lease.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use sqlx::{Row as _, SqliteConnection};

use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::ledger::{Action, Note};
use crate::store::recipient::{Disposition, RecipientResult};
use crate::store::sqlite::after;
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::sql::{failed, micros, word};
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
}

#[async_trait]
impl Change for Settle {
    type Output = Lease;

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<Lease> {
        let message = task::message(connection, &self.book.school, &self.id).await?;
        let mut notes = Vec::with_capacity(self.results.len() + self.notes.len());
        for result in &self.results {
            notes.push(save(connection, message, &self.id, self.now, result).await?);
        }
        let lease = self.next(connection, message).await?;
        if lease == Lease::Kept {
            notes.extend(self.notes.iter().cloned());
            task::insert(connection, message, &self.follow).await?;
            after::nobody_stranded(connection, message, &self.id).await?;
        }
        after::settled(connection, message, self.now).await?;
        book::append(connection, &self.book, self.now, Some(&self.id), &notes).await?;
        Ok(lease)
    }
}

impl Settle {
    /// Moves the work on, if it is still ours.
    async fn next(&self, connection: &mut SqliteConnection, message: i64) -> Result<Lease> {
        // The lease counts claims, so that a claim that was overtaken changes nothing.
        let query = match self.next {
            Next::Finished => sqlx::query(
                "DELETE FROM work WHERE number = ?1 AND lease = ?2 AND message = ?3 AND holder IS NOT NULL",
            ),
            Next::Again { .. } => sqlx::query(
                "UPDATE work SET due = ?4, ready = ?4, attempts = attempts + 1, holder = NULL
                 WHERE number = ?1 AND lease = ?2 AND message = ?3 AND holder IS NOT NULL",
            ),
            Next::Continue { .. } => sqlx::query(
                "UPDATE work SET ready = ?4
                 WHERE number = ?1 AND lease = ?2 AND message = ?3 AND holder IS NOT NULL",
            ),
        };
        let query = query.bind(self.work).bind(self.lease).bind(message);
        let query = match self.next {
            Next::Finished => query,
            Next::Again { due: time } | Next::Continue { until: time } => query.bind(micros(time)),
        };
        let done = query
            .execute(connection)
            .await
            .map_err(failed("settle work"))?;
        Ok(match done.rows_affected() {
            0 => Lease::Lost,
            _ => Lease::Kept,
        })
    }
}

/// Saves one result, and says what the ledger has to say of it.
///
/// The first final outcome stands: a later result is noted as late.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    message: i64,
    id: &MessageId,
    now: Timestamp,
    result: &RecipientResult,
) -> Result<Note> {
    let nobody = || StoreError::NoRecipient {
        message: id.clone(),
        recipient: result.address.clone(),
    };
    let row = sqlx::query("SELECT place, disposition FROM recipient WHERE message = ? AND key = ?")
        .bind(message)
        .bind(result.address.key())
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed("save a result"))?
        .ok_or_else(nobody)?;
    let place: i64 = row.try_get(0).map_err(failed("save a result"))?;
    let before: Disposition = word(row.try_get(1).map_err(failed("save a result"))?)?;
    let facts = json!({"recipient": result.address, "reply": result.reply, "hop": result.hop});
    if !before.may_become(result.disposition) {
        let late = json!({"recipient": result.address, "reply": result.reply, "hop": result.hop,
                          "came": result.disposition, "stands": before});
        return Ok(Note::of_gateway(Action::Late, late));
    }
    update(connection, message, place, now, result).await?;
    Ok(Note::of_gateway(action(result.disposition), facts))
}

async fn update(
    connection: &mut SqliteConnection,
    message: i64,
    place: i64,
    now: Timestamp,
    result: &RecipientResult,
) -> Result<()> {
    sqlx::query(
        "UPDATE recipient SET disposition = ?, reply = ?, hop = ?, changed = ?, attempts = attempts + 1
         WHERE message = ? AND place = ?",
    )
    .bind(result.disposition.as_str())
    .bind(&result.reply)
    .bind(&result.hop)
    .bind(micros(now))
    .bind(message)
    .bind(place)
    .execute(&mut *connection)
    .await
    .map_err(failed("save a result"))?;
    match result.disposition {
        Disposition::Pending | Disposition::Delivered => Ok(()),
        Disposition::Held
        | Disposition::Returned
        | Disposition::Bounced
        | Disposition::Rejected => {
            sqlx::query("UPDATE message SET stopped = 1 WHERE number = ? AND stopped = 0")
                .bind(message)
                .execute(connection)
                .await
                .map(drop)
                .map_err(failed("save a result"))
        }
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
