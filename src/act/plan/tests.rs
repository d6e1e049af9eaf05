//! Plans for decisions of every kind.

use super::*;
use crate::act::sample;
use crate::decide::decision::{ClauseId, Reason, RecipientDecision, Severity, Told};
use crate::mail::kind::{RecipientKind, SenderKind};
use crate::mail::level::Level;
use crate::mail::mode::Mode;

fn decision(to: &[(&str, Verdict)], severity: Severity, tell: &[Told]) -> Decision {
    let recipient = |(address, verdict): &(&str, Verdict)| RecipientDecision {
        address: sample::address(address),
        kind: RecipientKind::External,
        verdict: *verdict,
        release: Verdict::Encrypt,
        receipt: false,
        clauses: Vec::new(),
    };
    let reason = |(address, verdict): &(&str, Verdict)| Reason {
        clause: ClauseId("wrong-family"),
        title: "Right family".to_owned(),
        mode: Mode::Enforce,
        verdict: *verdict,
        severity,
        tell: tell.to_vec(),
        recipient: Some(sample::address(address)),
        explanation: String::new(),
    };
    Decision {
        sender: SenderKind::Staff,
        answers: Some(sample::address("office@oakfield.sch.uk")),
        level: Level::Protect,
        pupils: 0,
        households: 0,
        recipients: to.iter().map(recipient).collect(),
        reasons: to.iter().map(reason).collect(),
    }
}

/// Work in a few words: `deliver pass a@x.example`, `notify held office@…: b@x.example`.
fn words(work: &[Work]) -> Vec<String> {
    let joined = |addresses: &[Address]| {
        let names: Vec<&str> = addresses.iter().map(Address::local).collect();
        names.join(" ")
    };
    let line = |work: &Work| match &work.kind {
        WorkKind::Deliver {
            verdict,
            recipients,
        } => {
            let locked = if work.secret.is_some() { " locked" } else { "" };
            format!("deliver {verdict} {}{locked}", joined(recipients))
        }
        WorkKind::Notify {
            notice,
            to,
            recipients,
        } => {
            format!("{notice:?} {}: {}", joined(to), joined(recipients))
        }
        other @ (WorkKind::Remind | WorkKind::Escalate | WorkKind::Expire) => {
            other.as_str().to_owned()
        }
    };
    work.iter().map(line).collect()
}

#[track_caller]
fn check(to: &[(&str, Verdict)], severity: Severity, tell: &[Told], expected: &[&str]) {
    let decision = decision(to, severity, tell);
    let password = Redacted::new("x".to_owned());
    let review = Review::default();
    let work = first_work(
        &decision,
        &[],
        &sample::desk(),
        &review,
        sample::noon(),
        &password,
    );
    assert_eq!(words(&work), expected);
}

#[test]
fn a_message_is_split_by_verdict() {
    let to = [
        ("a@x.example", Verdict::Pass),
        ("b@x.example", Verdict::Hold),
        ("c@x.example", Verdict::Encrypt),
        ("d@x.example", Verdict::Pass),
        ("e@x.example", Verdict::Return),
        ("f@x.example", Verdict::Reject),
        ("g@x.example", Verdict::Secure),
    ];
    let expected = [
        "deliver pass a d",
        "deliver secure g",
        "deliver encrypt c locked",
        "Held office: b",
        "Review dpo: b",
        "remind",
        "escalate",
        "expire",
        "Returned office: e f",
    ];
    check(
        &to,
        Severity::Normal,
        &[Told::Sender, Told::Reviewers],
        &expected,
    );
}

#[test]
fn a_refusal_of_everybody_tells_nobody_but_of_a_grave_incident() {
    let to = [("a@x.example", Verdict::Reject)];
    check(&to, Severity::Normal, &[Told::Sender], &[]);
    check(&to, Severity::Critical, &[], &["Incident dpo: "]);
}

#[test]
fn offices_that_a_clause_names_are_told_once() {
    let hold = [("a@x.example", Verdict::Hold)];
    let tell = [Told::Sender, Told::Head, Told::Dpo];
    let expected = [
        "Held office: a",
        "Review head: a",
        "remind",
        "escalate",
        "expire",
        "Incident dpo: ",
    ];
    check(&hold, Severity::Critical, &tell, &expected);
    let back = [
        ("a@x.example", Verdict::Return),
        ("b@x.example", Verdict::Return),
    ];
    check(
        &back,
        Severity::Critical,
        &[Told::Dpo],
        &["Returned office: a b", "Incident dpo: "],
    );
}

#[test]
fn a_clause_on_trial_alerts_nobody() {
    let mut decision = decision(
        &[("a@x.example", Verdict::Hold)],
        Severity::Critical,
        &[Told::Dpo],
    );
    decision.recipients[0].verdict = Verdict::Pass;
    decision.reasons[0].mode = Mode::Audit;
    let password = Redacted::new("x".to_owned());
    let review = Review::default();
    let work = first_work(
        &decision,
        &[],
        &sample::desk(),
        &review,
        sample::noon(),
        &password,
    );
    assert_eq!(words(&work), ["deliver pass a"]);
}

#[test]
fn a_release_delivers_as_the_clauses_of_each_recipient_ask() {
    let facts = sample::facts(&[
        ("a@x.example", Verdict::Hold),
        ("b@x.example", Verdict::Hold),
    ]);
    let password = Redacted::new("x".to_owned());
    let to = [sample::address("a@x.example")];
    let work = released(&facts.judgement, &to, sample::noon(), &password);
    assert_eq!(
        words(&work),
        ["deliver encrypt a locked", "Released office: a"]
    );
}
