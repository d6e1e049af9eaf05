//! The queue as an operator sees it: what waits, trying it at once, giving it up.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::ledger::{Action, Actor, Note};
use crate::store::recipient::{Disposition, RecipientResult, RecipientState};
use crate::store::record::Facts;
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::sql::{failed, micros, number, parsed, time};
use crate::store::sqlite::task::{self, Sealed};
use crate::store::sqlite::writer::Change;
use crate::store::sqlite::{after, read, settle};
use crate::store::views::Queued;
use crate::store::work::WorkKind;

/// Deliveries and notices that are not done; a notice whose time has not come, such as a warning of delay, does not wait.
pub(super) async fn list(
    readers: &SqlitePool,
    school: &str,
    now: Timestamp,
) -> Result<Vec<Queued>> {
    let mut view = readers.begin().await.map_err(failed("list the queue"))?;
    let rows = sqlx::query(
        "SELECT m.facts, w.task, w.since, w.due, w.attempts, w.ready, w.holder, m.number
         FROM work w JOIN message m ON m.number = w.message
         WHERE m.school = ?1 AND (w.kind = 'deliver' OR w.kind = 'notify' AND (w.attempts > 0 OR w.due <= ?2))
         ORDER BY w.due",
    )
    .bind(school)
    .bind(micros(now))
    .fetch_all(&mut *view)
    .await
    .map_err(failed("list the queue"))?;
    let mut listed = Vec::with_capacity(rows.len());
    for row in &rows {
        let message: i64 = row.try_get(7).map_err(failed("list the queue"))?;
        let states = read::recipients_of(&mut view, message).await?;
        listed.push(queued(row, states, now)?);
    }
    Ok(listed)
}

fn queued(row: &SqliteRow, states: Vec<RecipientState>, now: Timestamp) -> Result<Queued> {
    let lost = failed("list the queue");
    let facts: Facts = parsed(row.try_get(0).map_err(&lost)?)?;
    let task: WorkKind = parsed(row.try_get(1).map_err(&lost)?)?;
    let holder: Option<String> = row.try_get(6).map_err(&lost)?;
    let ready: i64 = row.try_get(5).map_err(&lost)?;
    Ok(Queued {
        message: facts.id,
        work: task.as_str().to_owned(),
        sender: facts.envelope.sender,
        size: facts.size,
        since: time(row.try_get(2).map_err(&lost)?)?,
        due: time(row.try_get(3).map_err(&lost)?)?,
        attempts: number(row.try_get(4).map_err(&lost)?),
        in_hand: holder.is_some() && ready > micros(now),
        recipients: waiting(&task, states),
    })
}

/// The recipients this work is still for.
fn waiting(task: &WorkKind, states: Vec<RecipientState>) -> Vec<RecipientState> {
    let WorkKind::Deliver { recipients, .. } = task else {
        return Vec::new();
    };
    let pending = |state: &RecipientState| state.disposition == Disposition::Pending;
    states
        .into_iter()
        .filter(|state| pending(state) && recipients.contains(&state.address))
        .collect()
}

/// Makes what was put off due now; a warning of delay keeps its time.
#[derive(Debug)]
pub(super) struct Retry {
    pub(super) book: Book,
    pub(super) id: MessageId,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
}

#[async_trait]
impl Change for Retry {
    type Output = u64;

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<u64> {
        let message = task::message(connection, &self.book.school, &self.id).await?;
        let moved = sqlx::query(
            "UPDATE work SET due = ?1, ready = ?1
             WHERE message = ?2 AND (kind = 'deliver' OR kind = 'notify' AND attempts > 0)
             AND holder IS NULL AND due > ?1",
        )
        .bind(micros(self.now))
        .bind(message)
        .execute(&mut *connection)
        .await
        .map_err(failed("retry"))?
        .rows_affected();
        let note = Note {
            actor: self.actor.clone(),
            action: Action::Retried,
            facts: json!({ "work": moved }),
        };
        book::append(connection, &self.book, self.now, Some(&self.id), &[note]).await?;
        Ok(moved)
    }
}

/// Gives up a message's deliveries.
#[derive(Debug)]
pub(super) struct GiveUp {
    pub(super) book: Book,
    pub(super) id: MessageId,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
    pub(super) follow: Vec<Sealed>,
}

#[async_trait]
impl Change for GiveUp {
    type Output = Vec<Address>;

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<Vec<Address>> {
        let message = task::message(connection, &self.book.school, &self.id).await?;
        let states = read::recipients_of(connection, message).await?;
        let given_up: Vec<Address> = states
            .into_iter()
            .filter(|state| state.disposition == Disposition::Pending)
            .map(|state| state.address)
            .collect();
        let mut notes = vec![Note {
            actor: self.actor.clone(),
            action: Action::Dropped,
            facts: json!({ "recipients": given_up }),
        }];
        for address in &given_up {
            let result = gave_up(address);
            notes.push(settle::save(connection, message, &self.id, self.now, &result).await?);
        }
        sqlx::query("DELETE FROM work WHERE message = ? AND kind = 'deliver'")
            .bind(message)
            .execute(&mut *connection)
            .await
            .map_err(failed("drop"))?;
        if !given_up.is_empty() {
            task::insert(connection, message, &self.follow).await?;
        }
        after::settled(connection, message, self.now).await?;
        book::append(connection, &self.book, self.now, Some(&self.id), &notes).await?;
        Ok(given_up)
    }
}

fn gave_up(address: &Address) -> RecipientResult {
    RecipientResult {
        address: address.clone(),
        disposition: Disposition::Bounced,
        reply: "550 5.0.0 delivery was given up by the operator of the gateway".to_owned(),
        hop: None,
    }
}
