//! The queue as an operator sees it: what waits, trying it at once, giving it up.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde_json::json;

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::ledger::{Action, Actor, Note};
use crate::store::recipient::{Disposition, RecipientResult, RecipientState};
use crate::store::record::Facts;
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::sql::{all, at, execute, micros, number, parsed, time};
use crate::store::sqlite::task::{self, Sealed};
use crate::store::sqlite::writer::Change;
use crate::store::sqlite::{after, read, settle};
use crate::store::views::Queued;
use crate::store::work::WorkKind;

/// Deliveries and notices that are not done; a notice whose time has not come, such as a warning of delay, does not wait.
pub(super) fn list(connection: &Connection, school: &str, now: Timestamp) -> Result<Vec<Queued>> {
    all(
        connection,
        "list the queue",
        "SELECT m.facts, w.task, w.since, w.due, w.attempts, w.ready, w.holder, m.number
         FROM work w JOIN message m ON m.number = w.message
         WHERE m.school = ?1 AND (w.kind = 'deliver' OR w.kind = 'notify' AND (w.attempts > 0 OR w.due <= ?2))
         ORDER BY w.due",
        params![school, micros(now)],
        |row| {
            let states = read::recipients_of(connection, at(row, 7)?)?;
            queued(row, states, now)
        },
    )
}

fn queued(row: &Row<'_>, states: Vec<RecipientState>, now: Timestamp) -> Result<Queued> {
    let facts: Facts = parsed(&at::<String>(row, 0)?)?;
    let task: WorkKind = parsed(&at::<String>(row, 1)?)?;
    let holder: Option<String> = at(row, 6)?;
    let ready: i64 = at(row, 5)?;
    Ok(Queued {
        message: facts.id,
        work: task.as_str().to_owned(),
        sender: facts.envelope.sender,
        size: facts.size,
        since: time(at(row, 2)?)?,
        due: time(at(row, 3)?)?,
        attempts: number(at(row, 4)?),
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

impl Change for Retry {
    type Output = u64;

    fn apply(&self, connection: &Connection) -> Result<u64> {
        let message = task::message(connection, &self.book.school, &self.id)?;
        let moved = execute(
            connection,
            "retry",
            "UPDATE work SET due = ?1, ready = ?1, hurried = ?1
             WHERE message = ?2 AND (kind = 'deliver' OR kind = 'notify' AND attempts > 0)
             AND holder IS NULL AND due > ?1",
            params![micros(self.now), message],
        )?;
        let note = Note {
            actor: self.actor.clone(),
            action: Action::Retried,
            facts: json!({ "work": moved }),
        };
        book::append(connection, &self.book, self.now, Some(&self.id), &[note])?;
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

impl Change for GiveUp {
    type Output = Vec<Address>;

    fn apply(&self, connection: &Connection) -> Result<Vec<Address>> {
        let message = task::message(connection, &self.book.school, &self.id)?;
        let states = read::recipients_of(connection, message)?;
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
            notes.push(settle::save(
                connection, message, &self.id, self.now, &result,
            )?);
        }
        execute(
            connection,
            "drop",
            "DELETE FROM work WHERE message = ? AND kind = 'deliver'",
            params![message],
        )?;
        if !given_up.is_empty() {
            task::insert(connection, message, &self.follow)?;
        }
        after::settled(connection, message, self.now)?;
        book::append(connection, &self.book, self.now, Some(&self.id), &notes)?;
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
