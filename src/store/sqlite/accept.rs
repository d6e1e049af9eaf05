//! Accepting a message: everything is sealed and written out beforehand, so that the writer only inserts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

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
use crate::store::sqlite::sql::{execute, insert_unless, json as text, micros};
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
    subjects: Vec<Vec<u8>>,
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
            subjects: subjects(keys, record)?,
            work: task::sealed(&key, &record.work)?,
            judged: Note::of_gateway(Action::Judged, judged(facts)),
        })
    }

    fn message(&self, connection: &Connection) -> Result<i64> {
        let stopped = self
            .recipients
            .iter()
            .any(|row| row.at_first != Disposition::Pending);
        let over =
            self.work.is_empty() && self.recipients.iter().all(|row| row.at_first.is_final());
        insert_unless(
            connection,
            "accept a message",
            "INSERT INTO message (school, id, received, sender, author, header_id, facts, kept, ended, stopped)
             VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
            params![
                self.book.school,
                self.id.as_str(),
                micros(self.received),
                self.sender,
                self.author,
                self.header_id,
                self.facts,
                over.then(|| micros(self.received)),
                stopped,
            ],
            || StoreError::Taken(self.id.clone()),
        )?;
        Ok(connection.last_insert_rowid())
    }

    fn content(&self, connection: &Connection, number: i64) -> Result<()> {
        execute(
            connection,
            "accept a message",
            "INSERT INTO content VALUES (?, ?, ?)",
            params![number, self.wrapped, self.content],
        )
        .map(drop)
    }

    fn subjects(&self, connection: &Connection, number: i64) -> Result<()> {
        for person in &self.subjects {
            let sql = "INSERT OR IGNORE INTO subject VALUES (?, ?)";
            execute(connection, "accept a message", sql, params![number, person])?;
        }
        Ok(())
    }

    /// All in one statement: a message to three hundred parents is three hundred rows.
    fn recipients(&self, connection: &Connection, number: i64) -> Result<()> {
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
        execute(
            connection,
            "accept a message",
            "INSERT INTO recipient (message, place, key, address, kind, verdict, disposition, changed)
             SELECT ?1, key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, ?2
             FROM json_each(?3)",
            params![number, micros(self.received), text(&rows)?],
        )
        .map(drop)
    }
}

impl Change for Accept {
    type Output = ();

    fn apply(&self, connection: &Connection) -> Result<()> {
        let number = self.message(connection)?;
        self.content(connection, number)?;
        self.recipients(connection, number)?;
        self.subjects(connection, number)?;
        task::insert(connection, number, &self.work)?;
        memory::remember(connection, &self.book.school, self.received, &self.marks)?;
        let notes = std::slice::from_ref(&self.judged);
        book::append(connection, &self.book, self.received, Some(&self.id), notes)
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

fn subjects(keys: &Keys, record: &Record) -> Result<Vec<Vec<u8>>> {
    let school = &record.facts.school;
    let subjects = record.subjects.iter();
    subjects.map(|one| keys.subject(school, one)).collect()
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
