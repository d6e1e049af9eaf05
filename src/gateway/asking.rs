//! What is asked before a message is judged: the store what the school remembers of its recipients, and the virus scanner.
//!
//! An answer that does not come is a 4xx: a message is never judged as if there had been nothing to ask.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::spawn_blocking;

use crate::decide::beforehand::Beforehand;
use crate::decide::memory::{Memory, Question};
use crate::decide::party::is_own;
use crate::decide::scan::Scan;
use crate::gateway::Gateway;
use crate::gateway::patience::Letter;
use crate::gateway::scanner::Unreachable;
use crate::mail::address::{Address, Domain};
use crate::mail::outcome::Refusal;
use crate::parse;
use crate::school::{Knowledge, School};

impl Gateway {
    /// Asks what has to be known before `letter` is judged.
    ///
    /// # Errors
    /// The store cannot answer, or the scanner cannot and mail has to wait for it.
    pub(super) async fn beforehand(
        &self,
        letter: &Arc<Letter>,
        knowledge: &Arc<Knowledge>,
        now: Timestamp,
    ) -> Result<Beforehand, Refusal> {
        let memory = self.memory(letter, knowledge, now);
        let (memory, scan) = tokio::try_join!(memory, self.scan(letter))?;
        Ok(Beforehand { memory, scan })
    }

    async fn scan(&self, letter: &Letter) -> Result<Scan, Refusal> {
        let Some(scanner) = &self.scanner else {
            return Ok(Scan::Off);
        };
        match scanner.scan(&letter.raw).await {
            Ok(scan) => Ok(scan),
            Err(error) => {
                tracing::warn!(%error, "a message was not scanned for viruses");
                match scanner.unreachable {
                    Unreachable::Defer => Err(Refusal::inspection(error)),
                    Unreachable::Gap => Ok(Scan::Unknown),
                }
            }
        }
    }

    async fn memory(
        &self,
        letter: &Arc<Letter>,
        knowledge: &Arc<Knowledge>,
        now: Timestamp,
    ) -> Result<Memory, Refusal> {
        let school = school(letter, knowledge).await?;
        let question = question(letter, &school, knowledge);
        if question.recipients.is_empty() {
            return Ok(Memory::default());
        }
        let recalled = self.store.recall(&school.name, &question, now).await;
        recalled.map_err(Refusal::store)
    }
}

/// The school that will judge the letter. Only where the envelope does not say has the header to be read for it.
async fn school(letter: &Arc<Letter>, knowledge: &Arc<Knowledge>) -> Result<Arc<School>, Refusal> {
    if let Some(school) = knowledge.school_by_envelope(&letter.envelope) {
        return Ok(school);
    }
    let (letter, knowledge) = (Arc::clone(letter), Arc::clone(knowledge));
    let reading = spawn_blocking(move || {
        let headers = parse::message(&letter.raw, &knowledge.limits).headers;
        knowledge.school_of(&letter.envelope, &headers)
    });
    reading.await.map_err(Refusal::inspection)
}

/// What is asked about the recipients outside the school.
fn question(letter: &Letter, school: &School, knowledge: &Knowledge) -> Question {
    let recipients = letter.envelope.recipients.iter();
    let outside: Vec<Address> = recipients
        .map(|recipient| &recipient.address)
        .filter(|address| !is_own(address.domain(), &school.domains))
        .cloned()
        .collect();
    let vouched = |domain: &Domain| {
        knowledge.lists.is_consumer(domain)
            || knowledge.lists.is_secure(domain)
            || school.directory.partner(domain).is_some()
    };
    let unknown = |address: &&Address| {
        !vouched(address.domain()) && school.directory.contact(address).is_none()
    };
    let mut domains: Vec<Domain> = outside
        .iter()
        .filter(unknown)
        .map(|address| address.domain().clone())
        .collect();
    domains.sort();
    domains.dedup();
    Question {
        sender: letter.envelope.sender.clone(),
        recipients: outside,
        domains,
    }
}
