//! Records, work and results for the tests: only what a test is about needs saying.

use jiff::{SignedDuration, Timestamp};
use schoolgate::mail::address::Address;
use schoolgate::mail::envelope::Envelope;
use schoolgate::mail::id::MessageId;
use schoolgate::mail::kind::{RecipientKind, SenderKind};
use schoolgate::mail::level::Level;
use schoolgate::mail::mode::Mode;
use schoolgate::mail::origin::Origin;
use schoolgate::mail::verdict::Verdict;
use schoolgate::secret::{Excerpt, Redacted};
use schoolgate::store::Store;
use schoolgate::store::recipient::{Disposition, RecipientResult};
use schoolgate::store::record::{
    Facts, FindingFacts, Judgement, ReasonFacts, RecipientJudgement, Record,
};
use schoolgate::store::review::{Answer, Review};
use schoolgate::store::work::{Claim, Next, Settlement, Work, WorkKind};

pub(crate) const OAKFIELD: &str = "Oakfield Primary School";
pub(crate) const ELMWOOD: &str = "Elmwood Primary School";
pub(crate) const BODY: &str = "Reminder: the Kestrel class trip leaves at nine sharp.";

pub(crate) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub(crate) fn id(number: u64) -> MessageId {
    MessageId::from_random(number.to_be_bytes())
}

/// Minutes after a Monday morning.
pub(crate) fn at(minutes: i64) -> Timestamp {
    let monday: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    monday + SignedDuration::from_mins(minutes)
}

/// A message from `teacher@oakfield.sch.uk`, received at minute 0, one recipient for each verdict.
pub(crate) fn record(number: u64, recipients: &[(&str, Verdict)]) -> Record {
    let addresses: Vec<Address> = recipients.iter().map(|(a, _)| address(a)).collect();
    let sender = address("teacher@oakfield.sch.uk");
    let facts = Facts {
        id: id(number),
        school: OAKFIELD.to_owned(),
        received: at(0),
        envelope: Envelope::local(Some(sender.clone()), addresses),
        author: Some(sender),
        header_id: Some(format!("{number}@oakfield.sch.uk")),
        subject: Excerpt::mask("Kestrel class trip"),
        size: BODY.len(),
        about: Vec::new(),
        locked: false,
        judgement: judgement(recipients),
        findings: vec![finding()],
        gaps: Vec::new(),
    };
    Record {
        facts,
        raw: Redacted::new(BODY.as_bytes().to_vec()),
        subjects: Vec::new(),
        work: first_work(recipients),
    }
}

fn judgement(recipients: &[(&str, Verdict)]) -> Judgement {
    let judged = |(address_of, verdict): &(&str, Verdict)| RecipientJudgement {
        address: address(address_of),
        kind: RecipientKind::External,
        verdict: *verdict,
        release: (*verdict).min(Verdict::Encrypt),
        receipt: false,
        clauses: vec!["personal-data".to_owned()],
    };
    let strictest = recipients.iter().map(|(_, v)| *v).max().unwrap();
    Judgement {
        sender: SenderKind::Staff,
        answers: Some(address("teacher@oakfield.sch.uk")),
        level: Level::Protect,
        pupils: 1,
        households: 1,
        recipients: recipients.iter().map(judged).collect(),
        reasons: vec![ReasonFacts {
            clause: "personal-data".to_owned(),
            title: "Personal data".to_owned(),
            mode: Mode::Enforce,
            verdict: strictest,
            severity: schoolgate::decide::decision::Severity::Normal,
            tell: Vec::new(),
            recipient: None,
            explanation: "a pupil's name stands in the body".to_owned(),
        }],
    }
}

fn finding() -> FindingFacts {
    FindingFacts {
        detector: "roll.pupil".to_owned(),
        title: "pupil on roll".to_owned(),
        level: Level::Protect,
        confidence: 0.9,
        count: 1,
        origin: Origin::new("body"),
        excerpt: Excerpt::mask("Amelia Thornton"),
    }
}

fn first_work(recipients: &[(&str, Verdict)]) -> Vec<Work> {
    let of = |wanted: fn(Verdict) -> bool| -> Vec<&str> {
        let fit = recipients.iter().filter(|(_, verdict)| wanted(*verdict));
        fit.map(|(address, _)| *address).collect()
    };
    let (sent, held) = (of(|v| v < Verdict::Hold), of(|v| v == Verdict::Hold));
    let mut work = Vec::new();
    if !sent.is_empty() {
        work.push(deliver(&sent, 0));
    }
    if !held.is_empty() {
        work.push(Work::new(WorkKind::Remind, at(60)));
        work.push(Work::new(WorkKind::Expire, at(600)));
    }
    work
}

pub(crate) fn deliver(recipients: &[&str], due: i64) -> Work {
    let recipients = recipients.iter().map(|a| address(a)).collect();
    let verdict = Verdict::Pass;
    Work::new(
        WorkKind::Deliver {
            verdict,
            recipients,
        },
        at(due),
    )
}

pub(crate) fn result(recipient: &str, disposition: Disposition) -> RecipientResult {
    RecipientResult {
        address: address(recipient),
        disposition,
        reply: "250 2.0.0 taken".to_owned(),
        hop: Some("mx.example".to_owned()),
    }
}

pub(crate) fn settlement(results: &[(&str, Disposition)], next: Next) -> Settlement {
    Settlement {
        results: results.iter().map(|(a, d)| result(a, *d)).collect(),
        next,
        ..Settlement::finished()
    }
}

pub(crate) fn review(reviewer: &str, answer: Answer, work: Vec<Work>) -> Review {
    Review {
        reviewer: address(reviewer),
        recipients: Vec::new(),
        answer,
        reason: "the contact rang and asked for it".to_owned(),
        verified: None,
        work,
    }
}

/// Everything due at `now`, in the hands of "this gateway" for fifteen minutes.
pub(crate) async fn claim(store: &dyn Store, now: i64) -> Vec<Claim> {
    let claims = store
        .claim("this gateway", at(now), at(now + 15), 100)
        .await;
    claims.unwrap()
}

/// Where a message stands, one word a recipient.
pub(crate) async fn standing(store: &dyn Store, number: u64) -> Vec<&'static str> {
    let states = store.recipients(OAKFIELD, &id(number)).await.unwrap();
    states
        .iter()
        .map(|state| state.disposition.as_str())
        .collect()
}

/// What the ledger says happened to a message, one word an entry.
pub(crate) async fn actions(store: &dyn Store, number: u64) -> Vec<&'static str> {
    let history = store.history(OAKFIELD, &id(number)).await.unwrap();
    history.iter().map(|entry| entry.action.as_str()).collect()
}
