//! From a decision to due work: who gets the message, who waits, who is told.
//!
//! Pure: nothing is sent or stored here.
//! A message refused for everybody makes no work for its sender, whose mail program shows the refusal.

use jiff::{SignedDuration, Timestamp};

use crate::act::desk::Desk;
use crate::act::settings::Review;
use crate::decide::decision::{Decision, Reason, Severity, Told};
use crate::mail::address::Address;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::secret::Redacted;
use crate::store::recipient::{Disposition, Refused};
use crate::store::record::Judgement;
use crate::store::work::{Notice, Work, WorkKind};

/// The first work about a message received at `received`.
///
/// `password` locks the copies of recipients whose verdict is `encrypt`; one for the message,
/// so that its sender has one to pass on.
#[must_use]
pub fn first_work(
    decision: &Decision,
    desk: &Desk,
    review: &Review,
    received: Timestamp,
    password: &Redacted<String>,
) -> Vec<Work> {
    let verdicts = decision
        .recipients
        .iter()
        .map(|recipient| recipient.verdict);
    let refused = Refused::of(verdicts);
    let standing = |wanted: Disposition| -> Vec<Address> {
        let recipients = decision.recipients.iter();
        recipients
            .filter(|decided| Disposition::at_first(decided.verdict, refused) == wanted)
            .map(|decided| decided.address.clone())
            .collect()
    };
    let by_verdict = decision.recipients.iter();
    let by_verdict = by_verdict.map(|decided| (decided.verdict, &decided.address));
    let mut work = deliveries(&by_verdict, received, password);
    let held = standing(Disposition::Held);
    let reviewing = if held.is_empty() {
        Vec::new()
    } else {
        reviewers(decision, desk)
    };
    if !held.is_empty() {
        work.extend(told(Notice::Held, decision.answers.iter(), &held, received));
        work.extend(told(Notice::Review, reviewing.iter(), &held, received));
        work.extend(hold_clock(review, received));
    }
    let returned = standing(Disposition::Returned);
    if !returned.is_empty() {
        let to = decision.answers.iter();
        work.extend(told(Notice::Returned, to, &returned, received));
    }
    let mut alerted = alerted(decision, desk);
    // Whoever is asked to decide is told everything there.
    alerted.retain(|address| !reviewing.contains(address));
    work.extend(told(Notice::Incident, alerted.iter(), &[], received));
    work
}

/// Work after a reviewer's release: deliver as each recipient's clauses ask, and tell the sender.
#[must_use]
pub fn released(
    judgement: &Judgement,
    recipients: &[Address],
    now: Timestamp,
    password: &Redacted<String>,
) -> Vec<Work> {
    let judged = judgement.recipients.iter();
    let judged = judged.filter(|judged| recipients.contains(&judged.address));
    let by_verdict = judged.map(|judged| (judged.release, &judged.address));
    let mut work = deliveries(&by_verdict, now, password);
    let to = judgement.answers.iter();
    work.extend(told(Notice::Released, to, recipients, now));
    work
}

/// Work after a message was given back, by a reviewer or because nobody decided: tell the sender.
#[must_use]
pub fn given_back(judgement: &Judgement, recipients: &[Address], now: Timestamp) -> Vec<Work> {
    told(Notice::Returned, judgement.answers.iter(), recipients, now)
}

/// Work after an operator gave up a delivery: a report to the envelope sender, unless it is the null sender.
#[must_use]
pub fn given_up(sender: Option<&Address>, recipients: &[Address], now: Timestamp) -> Vec<Work> {
    told(Notice::Bounce, sender.into_iter(), recipients, now)
}

/// Work about a hold that came about later, because no safe channel is left.
pub(crate) fn held_after_all(
    judgement: &Judgement,
    desk: &Desk,
    review: &Review,
    recipients: &[Address],
    now: Timestamp,
) -> Vec<Work> {
    let mut work = told(Notice::Held, judgement.answers.iter(), recipients, now);
    work.extend(told(
        Notice::Review,
        desk.contacts().iter(),
        recipients,
        now,
    ));
    work.extend(hold_clock(review, now));
    work
}

/// One notice for each person: each is sent and retried by itself.
pub(crate) fn told<'a>(
    notice: Notice,
    to: impl Iterator<Item = &'a Address>,
    recipients: &[Address],
    due: Timestamp,
) -> Vec<Work> {
    let one = |address: &Address| {
        let kind = WorkKind::Notify {
            notice,
            to: vec![address.clone()],
            recipients: recipients.to_vec(),
        };
        Work::new(kind, due)
    };
    to.map(one).collect()
}

/// One delivery for each verdict that delivers.
fn deliveries<'a>(
    by_verdict: &(impl Iterator<Item = (Verdict, &'a Address)> + Clone),
    due: Timestamp,
    password: &Redacted<String>,
) -> Vec<Work> {
    let delivering = [Verdict::Pass, Verdict::Secure, Verdict::Encrypt];
    let group = |verdict: Verdict| -> Option<Work> {
        let group = by_verdict.clone().filter(|(own, _)| *own == verdict);
        let recipients: Vec<Address> = group.map(|(_, address)| address.clone()).collect();
        if recipients.is_empty() {
            return None;
        }
        let kind = WorkKind::Deliver {
            verdict,
            recipients,
        };
        let mut work = Work::new(kind, due);
        work.secret = (verdict == Verdict::Encrypt).then(|| password.clone());
        Some(work)
    };
    delivering.into_iter().filter_map(group).collect()
}

/// A hold reminds, escalates and ends by itself; it falls away with its last recipient.
fn hold_clock(review: &Review, from: Timestamp) -> [Work; 3] {
    let at = |kind, after: std::time::Duration| {
        let after = SignedDuration::try_from(after).unwrap_or(SignedDuration::MAX);
        Work::new(kind, from.saturating_add(after).unwrap_or(Timestamp::MAX))
    };
    [
        at(WorkKind::Remind, review.remind),
        at(WorkKind::Escalate, review.escalate),
        at(WorkKind::Expire, review.end),
    ]
}

/// Who is asked to decide about a hold: the offices its clauses name, else the reviewers.
///
/// Nobody is asked about their own mail where somebody else can be.
fn reviewers(decision: &Decision, desk: &Desk) -> Vec<Address> {
    let holds = in_force(decision).filter(|reason| reason.verdict == Verdict::Hold);
    let offices = holds.flat_map(|reason| reason.tell.iter());
    let mut asked: Vec<Address> = Vec::new();
    for office in offices {
        asked.extend(
            match office {
                Told::Reviewers => desk.reviewers.iter(),
                Told::SafeguardingLead => desk.safeguarding.iter(),
                Told::Head => desk.head.iter(),
                Told::Chair => desk.chair.iter(),
                Told::Sender | Told::Dpo => [].iter(),
            }
            .cloned(),
        );
    }
    if asked.is_empty() {
        asked = desk.contacts().to_vec();
    }
    asked.sort();
    asked.dedup();
    let others: Vec<Address> = asked
        .iter()
        .filter(|address| decision.answers.as_ref() != Some(*address))
        .cloned()
        .collect();
    if others.is_empty() { asked } else { others }
}

/// Who is told of an incident at once: the data protection officer of grave ones, and whomever clauses name.
///
/// A concern about the head goes to the chair of governors too.
fn alerted(decision: &Decision, desk: &Desk) -> Vec<Address> {
    let mut alerted: Vec<Address> = Vec::new();
    for reason in in_force(decision) {
        let grave = reason.severity == Severity::Critical;
        alerted.extend(desk.dpo.iter().filter(|_| grave).cloned());
        for office in &reason.tell {
            alerted.extend(
                match office {
                    Told::Dpo => desk.dpo.iter(),
                    Told::SafeguardingLead => desk.safeguarding.iter(),
                    Told::Head => desk.head.iter(),
                    Told::Chair => desk.chair.iter(),
                    Told::Sender | Told::Reviewers => [].iter(),
                }
                .cloned(),
            );
        }
    }
    let about_the_head = decision
        .answers
        .as_ref()
        .is_some_and(|sender| desk.head.contains(sender));
    if about_the_head && !alerted.is_empty() {
        alerted.extend(desk.chair.iter().cloned());
    }
    alerted.sort();
    alerted.dedup();
    alerted
}

/// Reasons that counted and stopped something.
fn in_force(decision: &Decision) -> impl Iterator<Item = &Reason> {
    let reasons = decision.reasons.iter();
    reasons.filter(|reason| reason.mode == Mode::Enforce && reason.verdict > Verdict::Pass)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::sample;
    use crate::decide::decision::{ClauseId, RecipientDecision};
    use crate::mail::kind::{RecipientKind, SenderKind};
    use crate::mail::level::Level;

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
}
