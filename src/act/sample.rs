//! A message, its facts and its school, for the tests of this room.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::act::desk::Desk;
use crate::decide::decision::Severity;
use crate::directory::people::Directory;
use crate::mail::address::Address;
use crate::mail::envelope::Envelope;
use crate::mail::id::MessageId;
use crate::mail::kind::{RecipientKind, SenderKind};
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::origin::Origin;
use crate::mail::verdict::Verdict;
use crate::secret::Excerpt;
use crate::store::recipient::{Disposition, RecipientState, Refused};
use crate::store::record::{Facts, FindingFacts, Judgement, ReasonFacts, RecipientJudgement};

/// A message as it came, with something to recognise in its body.
pub(crate) const RAW: &str = "Received: from somewhere\r\n\
    From: Office <office@oakfield.sch.uk>\r\nTo: parent@home.example,\r\n other@home.example\r\n\
    Subject: About Amelia\r\nMessage-ID: <1@oakfield.sch.uk>\r\n\r\nThe secret body.\r\n";

pub(crate) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// Half past one in the afternoon of Monday 23 November 2026.
pub(crate) fn noon() -> Timestamp {
    "2026-11-23T13:30:00Z".parse().unwrap()
}

pub(crate) fn desk() -> Desk {
    let from = address("schoolgate@oakfield.sch.uk");
    let reviewers = [address("dpo@oakfield.sch.uk")];
    let zone = TimeZone::get("Europe/London").unwrap();
    let mut desk = Desk::new(
        "Oakfield Primary School",
        from,
        &reviewers,
        &Directory::default(),
        zone,
    );
    desk.dpo = reviewers.to_vec();
    desk.head = vec![address("head@oakfield.sch.uk")];
    desk.deputies = desk.head.clone();
    desk
}

/// A message from the office, with this verdict for each of these recipients.
pub(crate) fn facts(to: &[(&str, Verdict)]) -> Facts {
    let recipients: Vec<Address> = to.iter().map(|(name, _)| address(name)).collect();
    let judged = to.iter().map(|(name, verdict)| RecipientJudgement {
        address: address(name),
        kind: RecipientKind::Contact,
        verdict: *verdict,
        release: Verdict::Encrypt,
        receipt: false,
        clauses: vec!["wrong-family".to_owned()],
    });
    Facts {
        id: MessageId::from_random([7; 8]),
        school: "Oakfield Primary School".to_owned(),
        received: noon(),
        envelope: Envelope::local(Some(address("office@oakfield.sch.uk")), recipients),
        author: Some(address("office@oakfield.sch.uk")),
        header_id: Some("1@oakfield.sch.uk".to_owned()),
        subject: Excerpt::mask("About Amelia"),
        size: RAW.len(),
        about: Vec::new(),
        locked: false,
        judgement: Judgement {
            sender: SenderKind::Shared,
            answers: Some(address("office@oakfield.sch.uk")),
            level: Level::Protect,
            pupils: 1,
            households: 1,
            recipients: judged.collect(),
            reasons: to
                .iter()
                .map(|(name, verdict)| reason(name, *verdict))
                .collect(),
        },
        findings: vec![FindingFacts {
            detector: "roll.pupil".to_owned(),
            title: "name of a pupil".to_owned(),
            level: Level::Protect,
            confidence: 0.9,
            count: 3,
            origin: Origin::new("body"),
            excerpt: Excerpt::mask("Amelia Thornton"),
        }],
        gaps: Vec::new(),
    }
}

fn reason(to: &str, verdict: Verdict) -> ReasonFacts {
    ReasonFacts {
        clause: "wrong-family".to_owned(),
        title: "Data about a pupil goes only to that pupil's family".to_owned(),
        mode: Mode::Enforce,
        verdict,
        severity: Severity::Critical,
        tell: Vec::new(),
        recipient: Some(address(to)),
        explanation: format!("{to} is not a parent or carer of A••• T•••."),
    }
}

/// Where each recipient of `facts` stands at first.
pub(crate) fn states(facts: &Facts) -> Vec<RecipientState> {
    let judged = &facts.judgement.recipients;
    let refused = Refused::of(judged.iter().map(|judged| judged.verdict));
    let state = |judged: &RecipientJudgement| RecipientState {
        address: judged.address.clone(),
        kind: judged.kind,
        verdict: judged.verdict,
        disposition: Disposition::at_first(judged.verdict, refused),
        attempts: 0,
        reply: None,
        hop: None,
        changed: facts.received,
    };
    judged.iter().map(state).collect()
}
