//! What one inspection leaves behind: the record to commit, and the answer it allows.
//!
//! Excerpts are masked here; the message itself goes only into [`Record::raw`].

use jiff::Timestamp;

use crate::act::desk::Desk;
use crate::act::encrypt::password;
use crate::act::plan;
use crate::act::settings::Review;
use crate::gateway::Inspection;
use crate::gateway::patience::Letter;
use crate::mail::id::MessageId;
use crate::mail::outcome::{Outcome, Refusal};
use crate::mail::verdict::Verdict;
use crate::secret::{Excerpt, Redacted};
use crate::store::record::{Facts, Judgement, Record};

/// Everything that is committed about one message, its first work included.
///
/// # Errors
/// The operating system has no random numbers to give.
pub(super) fn record(
    id: MessageId,
    letter: Letter,
    inspection: &Inspection,
    received: Timestamp,
    review: &Review,
) -> Result<Record, Refusal> {
    let password = password::draw().map_err(Refusal::inspection)?;
    let desk = Desk::of(&inspection.school);
    let work = plan::first_work(&inspection.decision, &desk, review, received, &password);
    let headers = &inspection.headers;
    let author = headers.from.first().and_then(|from| from.address.clone());
    let facts = Facts {
        id,
        school: inspection.school.name.clone(),
        received,
        envelope: letter.envelope,
        author,
        header_id: headers.message_id.clone(),
        subject: Excerpt::mask(&headers.subject),
        size: letter.raw.len(),
        about: Vec::new(),
        locked: inspection.locked,
        judgement: Judgement::from(&inspection.decision),
        findings: inspection.findings.items.iter().map(Into::into).collect(),
        gaps: inspection.gaps.clone(),
    };
    Ok(Record {
        facts,
        raw: Redacted::new(letter.raw),
        work,
    })
}

/// The answer to the client once `facts` are committed.
pub(super) fn outcome(facts: &Facts) -> Outcome {
    let recipients = &facts.judgement.recipients;
    if recipients
        .iter()
        .any(|judged| judged.verdict != Verdict::Reject)
    {
        return Outcome::Accepted(facts.id.clone());
    }
    let reasons = facts.judgement.reasons.iter();
    let mut rejecting = reasons.filter(|reason| reason.verdict == Verdict::Reject);
    Outcome::Rejected {
        id: facts.id.clone(),
        explanation: rejecting
            .next()
            .map_or_else(String::new, |reason| reason.explanation.clone()),
    }
}
