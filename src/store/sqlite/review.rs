//! Held messages: the list of a school, and a reviewer's decision carried out.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde_json::json;

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::ledger::{Action, Actor, Note};
use crate::store::memory::Marker;
use crate::store::record::{Facts, RecipientJudgement};
use crate::store::review::{Answer, HeldMessage, Review};
use crate::store::sqlite::after;
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::memory;
use crate::store::sqlite::read;
use crate::store::sqlite::sql::{all, at, execute, micros, parsed, time, word};
use crate::store::sqlite::task::{self, Sealed};
use crate::store::sqlite::writer::Change;

/// The clause that finds an address new.
const FIRST_CONTACT: &str = "first-contact";

/// A review ready to be written.
#[derive(Debug)]
pub(super) struct Decide {
    pub(super) book: Book,
    pub(super) marker: Marker,
    pub(super) id: MessageId,
    pub(super) now: Timestamp,
    pub(super) review: Review,
    pub(super) work: Vec<Sealed>,
}

impl Change for Decide {
    type Output = ();

    fn apply(&self, connection: &Connection) -> Result<()> {
        let message = task::message(connection, &self.book.school, &self.id)?;
        let facts = read::facts(connection, &self.book.school, &self.id)?;
        self.may(&facts)?;
        let recipients = self.recipients(held_for(connection, message)?)?;
        self.is_verified(&facts, &recipients)?;
        self.move_on(connection, message, &recipients)?;
        if self.review.answer == Answer::Release {
            self.remember(connection, &facts, &recipients)?;
        }
        task::insert(connection, message, &self.work)?;
        after::nobody_stranded(connection, message, &self.id)?;
        after::settled(connection, message, self.now)?;
        let notes = [self.note(&recipients)];
        book::append(connection, &self.book, self.now, Some(&self.id), &notes)
    }
}

impl Decide {
    /// Nobody releases their own mail or a message about themselves; anybody may give it back.
    fn may(&self, facts: &Facts) -> Result<()> {
        let envelope = &facts.envelope;
        let own = [&envelope.sender, &facts.author, &envelope.client.user];
        let mut theirs = own.into_iter().flatten().chain(&facts.about);
        let is_theirs = theirs.any(|address| *address == self.review.reviewer);
        match self.review.answer {
            Answer::Release if is_theirs => Err(StoreError::OwnMail {
                reviewer: self.review.reviewer.clone(),
                message: self.id.clone(),
            }),
            Answer::Release | Answer::Return => Ok(()),
        }
    }

    /// A new address is written to only once somebody has made sure whose it is.
    fn is_verified(&self, facts: &Facts, recipients: &[Address]) -> Result<()> {
        if self.review.answer == Answer::Return || self.review.verified.is_some() {
            return Ok(());
        }
        let judged = facts.judgement.recipients.iter();
        let mut new = judged.filter(|judged| judged.clauses.iter().any(|one| one == FIRST_CONTACT));
        match new.find(|judged| recipients.contains(&judged.address)) {
            Some(new) => Err(StoreError::NotVerified {
                message: self.id.clone(),
                recipient: new.address.clone(),
            }),
            None => Ok(()),
        }
    }

    /// The recipients meant: those named, each of them held, or all that are held.
    fn recipients(&self, held: Vec<Address>) -> Result<Vec<Address>> {
        let named = &self.review.recipients;
        let all_held = named.iter().all(|recipient| held.contains(recipient));
        match (held.is_empty() || !all_held, named.is_empty()) {
            (true, _) => Err(StoreError::NotHeld(self.id.clone())),
            (false, true) => Ok(held),
            (false, false) => Ok(named.clone()),
        }
    }

    fn move_on(&self, connection: &Connection, message: i64, recipients: &[Address]) -> Result<()> {
        let (disposition, mark) = match self.review.answer {
            Answer::Release => (
                "pending",
                "UPDATE message SET released = 1 WHERE number = ?",
            ),
            Answer::Return => (
                "returned",
                "UPDATE message SET refused = 1 WHERE number = ?",
            ),
        };
        // The sender reads why it comes back.
        let why = (self.review.answer == Answer::Return).then_some(&self.review.reason);
        for recipient in recipients {
            execute(
                connection,
                "save a review",
                "UPDATE recipient SET disposition = ?, changed = ?, reply = coalesce(?, reply)
                 WHERE message = ? AND key = ?",
                params![disposition, micros(self.now), why, message, recipient.key()],
            )?;
        }
        execute(connection, "save a review", mark, params![message]).map(drop)
    }

    /// What a reviewer lets out is remembered like what left at once.
    fn remember(
        &self,
        connection: &Connection,
        facts: &Facts,
        recipients: &[Address],
    ) -> Result<()> {
        let judged = facts.judgement.recipients.iter();
        let released: Vec<&RecipientJudgement> = judged
            .filter(|judged| recipients.contains(&judged.address))
            .collect();
        let mut marks = self.marker.sent(facts, &released);
        marks.extend(
            self.marker
                .locked(facts, &released, |judged| judged.release),
        );
        memory::remember(connection, &self.book.school, self.now, &marks)
    }

    fn note(&self, recipients: &[Address]) -> Note {
        Note {
            actor: Actor::Reviewer(self.review.reviewer.clone()),
            action: match self.review.answer {
                Answer::Release => Action::Released,
                Answer::Return => Action::Refused,
            },
            facts: json!({
                "recipients": recipients,
                "reason": self.review.reason,
                "verified": self.review.verified,
            }),
        }
    }
}

fn held_for(connection: &Connection, message: i64) -> Result<Vec<Address>> {
    all(
        connection,
        "read recipients",
        "SELECT address FROM recipient WHERE message = ? AND disposition = 'held' ORDER BY place",
        params![message],
        |row| word(at(row, 0)?),
    )
}

/// The messages of a school that are held for somebody, the oldest first.
pub(super) fn held(connection: &Connection, school: &str) -> Result<Vec<HeldMessage>> {
    all(
        connection,
        "list held messages",
        "SELECT m.facts,
                (SELECT json_group_array(address ORDER BY place) FROM recipient
                 WHERE message = m.number AND disposition = 'held'),
                (SELECT min(due) FROM work WHERE message = m.number AND kind = 'expire')
         FROM message m
         WHERE m.number IN (SELECT message FROM recipient WHERE disposition = 'held') AND m.school = ?
         ORDER BY m.received",
        params![school],
        held_message,
    )
}

fn held_message(row: &Row<'_>) -> Result<HeldMessage> {
    let facts: Facts = parsed(&at::<String>(row, 0)?)?;
    let expires: Option<i64> = at(row, 2)?;
    Ok(HeldMessage {
        clauses: facts.judgement.titles_in_force(),
        id: facts.id,
        received: facts.received,
        sender: facts.envelope.sender,
        subject: facts.subject,
        level: facts.judgement.level,
        recipients: parsed(&at::<String>(row, 1)?)?,
        expires: expires.map(time).transpose()?,
    })
}
