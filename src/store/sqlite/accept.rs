//! Accepting a message: everything is sealed and written out beforehand, so that the writer only inserts.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::mail::verdict::Verdict;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::ledger::{Action, Note};
use crate::store::memory::Marker;
use crate::store::recipient::{Disposition, Refused};
use crate::store::record::{Facts, Judgement, RecipientJudgement, Record};
use crate::store::seal::{Keys, MessageKey, Purpose};
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::memory;
use crate::store::sqlite::sql::{failed, is_taken, json as text, micros};
use crate::store::sqlite::task::{self, Sealed};
use crate::store::sqlite::writer::Change;
use crate::store::work::delivered_by;

/// One message, ready to be written.
#[derive(Debug)]
pub(super) struct Accept {
    book: Book,
    id: MessageId,
    received: Timestamp,
    sender: Option<String>,
    author: Option<String>,
    header_id: Option<String>,
    facts: String,
    recipients: Vec<Addressed>,
    wrapped: Vec<u8>,
    content: Option<Vec<u8>>,
    work: Vec<Sealed>,
    marks: BTreeSet<String>,
    judged: Note,
}

/// One recipient, ready to be written.
#[derive(Debug)]
struct Addressed {
    address: Address,
    kind: &'static str,
    verdict: Verdict,
    at_first: Disposition,
}

impl Accept {
    /// Seals a record.
    ///
    /// # Errors
    /// [`StoreError::Stranded`] when a recipient is to be delivered to and no work says so.
    pub(super) fn new(keys: &Keys, record: &Record) -> Result<Self> {
        let facts = &record.facts;
        let refused = refused(&facts.judgement);
        let recipients = recipients(&facts.judgement, refused);
        let delivered = delivered_by(record.work.iter().map(|work| &work.kind));
        let mut pending = recipients
            .iter()
            .filter(|row| row.at_first == Disposition::Pending);
        if pending.any(|row| !delivered.contains(&row.address)) {
            return Err(StoreError::Stranded(facts.id.clone()));
        }
        let (key, wrapped) = keys.fresh(&facts.school, &facts.id)?;
        let sender = facts.envelope.sender.as_ref().map(Address::key);
        let author = facts.author.as_ref().map(Address::key);
        Ok(Self {
            book: Book::of(&facts.school, keys.ledger(&facts.school)?),
            id: facts.id.clone(),
            received: facts.received,
            author: author.filter(|author| Some(author) != sender.as_ref()),
            sender,
            header_id: facts.header_id.as_deref().map(bare),
            facts: text(facts)?,
            marks: marks(
                &Marker::new(keys.memory(&facts.school)?),
                facts,
                &recipients,
            ),
            recipients,
            wrapped,
            content: content(&key, record, refused)?,
            work: task::sealed(&key, &record.work)?,
            judged: Note::of_gateway(Action::Judged, judged(facts)),
        })
    }

    async fn message(&self, connection: &mut SqliteConnection) -> Result<i64> {
        let stopped = self
            .recipients
            .iter()
            .any(|row| row.at_first != Disposition::Pending);
        let over =
            self.work.is_empty() && self.recipients.iter().all(|row| row.at_first.is_final());
        let inserted = sqlx::query(
            "INSERT INTO message (school, id, received, sender, author, header_id, facts, kept, ended, stopped)
             VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
        )
        .bind(&self.book.school)
        .bind(self.id.as_str())
        .bind(micros(self.received))
        .bind(&self.sender)
        .bind(&self.author)
        .bind(&self.header_id)
        .bind(&self.facts)
        .bind(over.then(|| micros(self.received)))
        .bind(stopped)
        .execute(connection)
        .await;
        match inserted {
            Ok(done) => Ok(done.last_insert_rowid()),
            Err(error) if is_taken(&error) => Err(StoreError::Taken(self.id.clone())),
            Err(error) => Err(failed("accept a message")(error)),
        }
    }

    async fn content(&self, connection: &mut SqliteConnection, number: i64) -> Result<()> {
        sqlx::query("INSERT INTO content VALUES (?, ?, ?)")
            .bind(number)
            .bind(&self.wrapped)
            .bind(&self.content)
            .execute(connection)
            .await
            .map(drop)
            .map_err(failed("accept a message"))
    }

    /// All in one statement: a message to three hundred parents is three hundred rows.
    async fn recipients(&self, connection: &mut SqliteConnection, number: i64) -> Result<()> {
        let rows: Vec<Value> = self
            .recipients
            .iter()
            .map(|row| {
                json!([
                    row.address.key(),
                    row.address,
                    row.kind,
                    row.verdict,
                    row.at_first
                ])
            })
            .collect();
        sqlx::query(
            "INSERT INTO recipient (message, place, key, address, kind, verdict, disposition, changed)
             SELECT ?1, key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, ?2
             FROM json_each(?3)",
        )
        .bind(number)
        .bind(micros(self.received))
        .bind(text(&rows)?)
        .execute(connection)
        .await
        .map(drop)
        .map_err(failed("accept a message"))
    }
}

#[async_trait]
impl Change for Accept {
    type Output = ();

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<()> {
        let number = self.message(connection).await?;
        self.content(connection, number).await?;
        self.recipients(connection, number).await?;
        task::insert(connection, number, &self.work).await?;
        memory::remember(connection, &self.book.school, self.received, &self.marks).await?;
        let notes = std::slice::from_ref(&self.judged);
        book::append(connection, &self.book, self.received, Some(&self.id), notes).await
    }
}

fn refused(judgement: &Judgement) -> Refused {
    Refused::of(
        judgement
            .recipients
            .iter()
            .map(|recipient| recipient.verdict),
    )
}

fn recipients(judgement: &Judgement, refused: Refused) -> Vec<Addressed> {
    let row = |judged: &RecipientJudgement| Addressed {
        address: judged.address.clone(),
        kind: judged.kind.as_str(),
        verdict: judged.verdict,
        at_first: Disposition::at_first(judged.verdict, refused),
    };
    judgement.recipients.iter().map(row).collect()
}

/// What is remembered of a message: whom it leaves for, and who gets, or may get, something locked.
fn marks(marker: &Marker, facts: &Facts, recipients: &[Addressed]) -> BTreeSet<String> {
    let standing = |wanted: &[Disposition]| -> Vec<&RecipientJudgement> {
        let judged = facts.judgement.recipients.iter().zip(recipients);
        let judged = judged.filter(|(_, row)| wanted.contains(&row.at_first));
        judged.map(|(judged, _)| judged).collect()
    };
    let mut marks = marker.sent(facts, &standing(&[Disposition::Pending]));
    let kept = standing(&[Disposition::Pending, Disposition::Held]);
    marks.extend(marker.locked(facts, &kept, |judged| judged.verdict));
    marks
}

/// The content is not kept where the client still has the message.
fn content(key: &MessageKey, record: &Record, refused: Refused) -> Result<Option<Vec<u8>>> {
    match refused {
        Refused::Everybody => Ok(None),
        Refused::Some => key.seal(Purpose::Content, record.raw.reveal()).map(Some),
    }
}

/// What the ledger says of a judgement; it outlives the facts.
fn judged(facts: &Facts) -> Value {
    let judgement = &facts.judgement;
    let recipients: Vec<Value> = judgement
        .recipients
        .iter()
        .map(|r| json!({"address": r.address, "verdict": r.verdict, "clauses": r.clauses}))
        .collect();
    json!({
        "sender": facts.envelope.sender,
        "client": facts.envelope.client.address,
        "header_id": facts.header_id,
        "size": facts.size,
        "level": judgement.level,
        "pupils": judgement.pupils,
        "verdict": judgement.verdict(),
        "recipients": recipients,
        "findings": facts.findings.len(),
        "gaps": facts.gaps.len(),
    })
}

/// A Message-ID without its angle brackets, so that both forms find it.
pub(super) fn bare(header_id: &str) -> String {
    let trimmed = header_id.trim();
    let open = trimmed.strip_prefix('<').unwrap_or(trimmed);
    open.strip_suffix('>').unwrap_or(open).to_owned()
}
