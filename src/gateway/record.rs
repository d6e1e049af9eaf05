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
use crate::mail::mode::Mode;
use crate::mail::outcome::{Outcome, Refusal};
use crate::mail::verdict::Verdict;
use crate::school::School;
use crate::secret::{Excerpt, Redacted};
use crate::store::record::{Facts, Judgement, Record, Subject};

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
    let (decision, about) = (&inspection.decision, &inspection.about);
    let work = plan::first_work(decision, about, &desk, review, received, &password);
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
        about: about.clone(),
        locked: inspection.locked,
        judgement: Judgement::from(&inspection.decision),
        findings: inspection.findings.items.iter().map(Into::into).collect(),
        gaps: inspection.gaps.clone(),
    };
    Ok(Record {
        subjects: subjects(inspection),
        facts,
        raw: Redacted::new(letter.raw),
        work,
    })
}

/// The pupils found and the colleagues it is about.
fn subjects(inspection: &Inspection) -> Vec<Subject> {
    let directory = &inspection.school.directory;
    let pupils = inspection.findings.on_roll.iter();
    let pupils = pupils.filter_map(|id| directory.pupil(*id));
    let pupils = pupils.map(|pupil| Subject::Pupil(pupil.admission_no.clone()));
    let staff = inspection.about.iter().cloned().map(Subject::Staff);
    pupils.chain(staff).collect()
}

/// The answer to the client once `facts` are committed.
///
/// A refusal is the sender's only notice: which clauses, what was found, what to do instead, whom to ask.
pub(super) fn outcome(facts: &Facts, school: &School) -> Outcome {
    let recipients = &facts.judgement.recipients;
    if recipients
        .iter()
        .any(|judged| judged.verdict != Verdict::Reject)
    {
        return Outcome::Accepted(facts.id.clone());
    }
    let mut sentences: Vec<String> = Vec::new();
    for reason in &facts.judgement.reasons {
        let sentence = format!("{}. {}", reason.title, reason.explanation);
        let rejects = reason.mode == Mode::Enforce && reason.verdict == Verdict::Reject;
        if rejects && !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if let Some(contact) = Desk::of(school).contacts().first() {
        sentences.push(format!("Questions? Ask {contact}"));
    }
    Outcome::Rejected {
        id: facts.id.clone(),
        explanation: sentences.join(" "),
    }
}
