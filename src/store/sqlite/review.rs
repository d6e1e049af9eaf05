//! Held messages: the list of a school, and a reviewer's decision carried out.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

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
use crate::store::sqlite::sql::{failed, micros, parsed, time, word};
use crate::store::sqlite::task::{self, Sealed};
use crate::store::sqlite::writer::Change;

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

#[async_trait]
impl Change for Decide {
    type Output = ();

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<()> {
        let message = task::message(connection, &self.book.school, &self.id).await?;
        let facts = read::facts(connection, &self.book.school, &self.id).await?;
        self.may(&facts)?;
        let recipients = self.recipients(held_for(connection, message).await?)?;
        self.move_on(connection, message, &recipients).await?;
        if self.review.answer == Answer::Release {
            self.remember(connection, &facts, &recipients).await?;
        }
        task::insert(connection, message, &self.work).await?;
        after::nobody_stranded(connection, message, &self.id).await?;
        after::settled(connection, message, self.now).await?;
        let notes = [self.note(&recipients)];
        book::append(connection, &self.book, self.now, Some(&self.id), &notes).await
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

    async fn move_on(
        &self,
        connection: &mut SqliteConnection,
        message: i64,
        recipients: &[Address],
    ) -> Result<()> {
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
        for recipient in recipients {
            sqlx::query(
                "UPDATE recipient SET disposition = ?, changed = ? WHERE message = ? AND key = ?",
            )
            .bind(disposition)
            .bind(micros(self.now))
            .bind(message)
            .bind(recipient.key())
            .execute(&mut *connection)
            .await
            .map_err(failed("save a review"))?;
        }
        let marked = sqlx::query(mark).bind(message).execute(connection).await;
        marked.map(drop).map_err(failed("save a review"))
    }

    /// What a reviewer lets out is remembered like what left at once.
    async fn remember(
        &self,
        connection: &mut SqliteConnection,
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
        memory::remember(connection, &self.book.school, self.now, &marks).await
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

async fn held_for(connection: &mut SqliteConnection, message: i64) -> Result<Vec<Address>> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT address FROM recipient WHERE message = ? AND disposition = 'held' ORDER BY place",
    )
    .bind(message)
    .fetch_all(connection)
    .await
    .map_err(failed("read recipients"))?;
    rows.into_iter().map(word).collect()
}

/// The messages of a school that are held for somebody, the oldest first.
pub(super) async fn held(readers: &SqlitePool, school: &str) -> Result<Vec<HeldMessage>> {
    let rows = sqlx::query(
        "SELECT m.facts,
                (SELECT json_group_array(address ORDER BY place) FROM recipient
                 WHERE message = m.number AND disposition = 'held'),
                (SELECT min(due) FROM work WHERE message = m.number AND kind = 'expire')
         FROM message m
         WHERE m.number IN (SELECT message FROM recipient WHERE disposition = 'held') AND m.school = ?
         ORDER BY m.received",
    )
    .bind(school)
    .fetch_all(readers)
    .await
    .map_err(failed("list held messages"))?;
    rows.iter().map(held_message).collect()
}

fn held_message(row: &SqliteRow) -> Result<HeldMessage> {
    let lost = failed("list held messages");
    let facts: Facts = parsed(row.try_get(0).map_err(&lost)?)?;
    let expires: Option<i64> = row.try_get(2).map_err(&lost)?;
    Ok(HeldMessage {
        clauses: facts.judgement.titles_in_force(),
        id: facts.id,
        received: facts.received,
        sender: facts.envelope.sender,
        subject: facts.subject,
        level: facts.judgement.level,
        recipients: parsed(row.try_get(1).map_err(&lost)?)?,
        expires: expires.map(time).transpose()?,
    })
}
