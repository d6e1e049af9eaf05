//! The journey of a message: [`inspect`] thinks, [`Gateway::handle`] adds the effects.
//!
//! An `Err` becomes a 4xx and the client keeps the message; only a committed outcome can become a 250.

mod asking;
mod patience;
mod record;
pub mod scanner;

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::act::settings::Review;
use crate::clock::Clock;
use crate::decide::beforehand::Beforehand;
use crate::decide::decision::Decision;
use crate::decide::scan::Scan;
use crate::decide::{self, Case};
use crate::detect::finding::Findings;
use crate::detect::{self, Setting};
use crate::extract;
use crate::extract::content::Content;
use crate::extract::worker;
use crate::gateway::patience::Letter;
use crate::gateway::scanner::Scanner;
use crate::mail::address::Address;
use crate::mail::envelope::Envelope;
use crate::mail::gap::{Gap, GapReason};
use crate::mail::id::MessageId;
use crate::mail::origin::Origin;
use crate::mail::outcome::{Answer, Handler, Outcome, Refusal};
use crate::parse;
use crate::parse::message::{Headers, Message};
use crate::school::{Knowledge, School};
use crate::store::Store;
use crate::store::error::StoreError;

/// What thinking about one message came to.
#[derive(Debug)]
pub struct Inspection {
    /// The school it leaves from.
    pub school: Arc<School>,
    /// Its headers.
    pub headers: Headers,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What was found.
    pub findings: Findings,
    /// Whether something in it is locked.
    pub locked: bool,
    /// The staff it is about, who do not decide about it.
    pub about: Vec<Address>,
    /// What happens to it.
    pub decision: Decision,
}

/// Parse, extract, detect, decide: a function of its arguments, without disk, network or clock of its own.
///
/// What had to be asked of the store is in `before`.
/// Where `knowledge` has readers, attachments are read in their processes; what is read is the same.
#[must_use]
pub fn inspect(
    raw: &[u8],
    envelope: &Envelope,
    knowledge: &Knowledge,
    before: &Beforehand,
    now: Timestamp,
) -> Inspection {
    let message = parse::message(raw, &knowledge.limits);
    let content = match &knowledge.readers {
        Some(readers) => worker::content(readers, &message, raw, &knowledge.limits),
        None => extract::content(&message, &knowledge.limits),
    };
    judge(message, content, envelope, knowledge, before, now)
}

/// Detect and decide, whether the content could be read or not.
fn judge(
    message: Message,
    mut content: Content,
    envelope: &Envelope,
    knowledge: &Knowledge,
    before: &Beforehand,
    now: Timestamp,
) -> Inspection {
    if before.scan == Scan::Unknown {
        let (origin, reason) = (Origin::new("message"), GapReason::NotScanned);
        content.gaps.push(Gap { origin, reason });
    }
    let school = knowledge.school_of(envelope, &message.headers);
    let today = now.to_zoned(school.time_zone.clone()).date();
    let author = message.headers.from.first();
    let recipients = envelope.recipients.iter().map(|to| &to.address);
    let children = school.directory.children_of(recipients);
    let findings = detect::findings(
        &content,
        &Setting {
            rules: school.rules.as_ref().unwrap_or(&knowledge.rules),
            roll: &school.roll,
            directory: &school.directory,
            own: &school.own,
            consumers: knowledge.lists.consumers(),
            author: author.and_then(|from| from.address.as_ref()),
            children: &children,
            today,
        },
    );
    let decision = decide::decision(&Case {
        envelope,
        headers: &message.headers,
        content: &content,
        findings: &findings,
        domains: &school.domains,
        directory: &school.directory,
        policy: &school.policy,
        lists: &knowledge.lists,
        before,
        today,
    });
    Inspection {
        about: detect::staff::spoken_of(&content, &findings, &school.directory),
        school,
        headers: message.headers,
        locked: content.is_locked(),
        gaps: content.gaps,
        findings,
        decision,
    }
}

/// Inspects and records messages.
#[derive(Debug)]
pub struct Gateway {
    knowledge: RwLock<Arc<Knowledge>>,
    review: Review,
    store: Arc<dyn Store>,
    clock: Clock,
    due: Arc<Notify>,
    scanner: Option<Scanner>,
}

impl Gateway {
    /// Ask, inspect, commit once, answer.
    ///
    /// # Errors
    /// The message could not be inspected or is not on disk; nothing of it is kept then.
    pub async fn handle(
        &self,
        id: MessageId,
        envelope: Envelope,
        raw: Vec<u8>,
    ) -> Result<Outcome, Refusal> {
        let received = self.clock.now();
        self.room_for(&raw).await?;
        let knowledge = self.knowledge();
        let letter = Arc::new(Letter { envelope, raw });
        let before = self.beforehand(&letter, &knowledge, received).await?;
        let (letter, inspection) = patience::inspect(letter, knowledge, before, received).await?;
        let record = record::record(id, letter, &inspection, received, &self.review)?;
        let outcome = record::outcome(&record.facts, &inspection.school);
        self.store.accept(record).await.map_err(not_stored)?;
        self.due.notify_one();
        Ok(outcome)
    }

    /// What would not fit is not even read.
    async fn room_for(&self, raw: &[u8]) -> Result<(), Refusal> {
        let octets = u64::try_from(raw.len()).unwrap_or(u64::MAX);
        if self.store.room_for(octets).await.map_err(not_stored)? {
            Ok(())
        } else {
            Err(Refusal::Full)
        }
    }

    /// A gateway that judges by `knowledge` and rings `due` when there is work to do.
    #[must_use]
    pub fn new(
        knowledge: Arc<Knowledge>,
        review: Review,
        store: Arc<dyn Store>,
        clock: Clock,
        due: Arc<Notify>,
    ) -> Self {
        Self {
            knowledge: RwLock::new(knowledge),
            review,
            store,
            clock,
            due,
            scanner: None,
        }
    }

    /// The same gateway with a virus scanner that is asked about every message.
    #[must_use]
    pub fn scanning(mut self, scanner: Option<Scanner>) -> Self {
        self.scanner = scanner;
        self
    }

    /// Judges by `knowledge` from the next message on.
    pub fn learn(&self, knowledge: Arc<Knowledge>) {
        *self
            .knowledge
            .write()
            .unwrap_or_else(PoisonError::into_inner) = knowledge;
    }

    fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(
            &self
                .knowledge
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

fn not_stored(error: StoreError) -> Refusal {
    if error.is_full() {
        tracing::warn!(
            "the store is full: mail is refused until deliveries or retention make room"
        );
        return Refusal::Full;
    }
    Refusal::store(error)
}

impl Handler for Gateway {
    fn handle(&self, id: MessageId, envelope: Envelope, raw: Vec<u8>) -> Answer<'_> {
        Box::pin(Gateway::handle(self, id, envelope, raw))
    }
}
