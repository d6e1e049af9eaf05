//! The journey of a message: [`inspect`] thinks.

use std::sync::Arc;

use jiff::Timestamp;

use crate::decide::decision::Decision;
use crate::decide::{self, Case};
use crate::detect::finding::Findings;
use crate::detect::{self, Setting};
use crate::extract::content;
use crate::mail::envelope::Envelope;
use crate::mail::gap::Gap;
use crate::parse::message::{self, Headers};
use crate::school::{Knowledge, School};

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
    /// What happens to it.
    pub decision: Decision,
}

/// Parse, extract, detect, decide: a function of its arguments, without disk, network or clock of its own.
#[must_use]
pub fn inspect(
    raw: &[u8],
    envelope: &Envelope,
    knowledge: &Knowledge,
    now: Timestamp,
) -> Inspection {
    let message = message::message(raw, &knowledge.limits);
    let school = knowledge.school_of(envelope, &message.headers);
    let today = now.to_zoned(school.time_zone.clone()).date();
    let content = content::content(&message, &knowledge.limits);
    let findings = detect::findings(
        &content,
        &Setting {
            rules: &knowledge.rules,
            roll: &school.roll,
            directory: &school.directory,
            own: &school.own,
            author: message
                .headers
                .from
                .first()
                .and_then(|from| from.address.as_ref()),
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
        today,
    });
    Inspection {
        school,
        headers: message.headers,
        gaps: content.gaps,
        findings,
        decision,
    }
}
