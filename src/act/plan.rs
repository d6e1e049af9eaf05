//! From a decision to due work: who gets the message, who waits, who is told.
//!
//! Pure: nothing is sent or stored here.
//! A message refused for everybody makes no work for its sender, whose mail program shows the refusal.

use jiff::{SignedDuration, Timestamp};

use crate::act::desk::Desk;
use crate::act::offices::Incident;
use crate::act::settings::Review;
use crate::decide::decision::Decision;
use crate::mail::address::Address;
use crate::mail::verdict::Verdict;
use crate::secret::Redacted;
use crate::store::recipient::{Disposition, Refused};
use crate::store::record::{Facts, Judgement};
use crate::store::work::{Notice, Work, WorkKind};

/// The first work about a message received at `received`.
///
/// `password` locks the copies of recipients whose verdict is `encrypt`; one for the message,
/// so that its sender has one to pass on. `about` are the staff it is about, who are not asked to decide.
#[must_use]
pub fn first_work(
    decision: &Decision,
    about: &[Address],
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
    let judgement = Judgement::from(decision);
    let incident = Incident {
        judgement: &judgement,
        about,
    };
    let held = standing(Disposition::Held);
    let reviewing = if held.is_empty() {
        Vec::new()
    } else {
        incident.asked(desk)
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
    let mut alerted = incident.alerted(desk);
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
    facts: &Facts,
    desk: &Desk,
    review: &Review,
    recipients: &[Address],
    now: Timestamp,
) -> Vec<Work> {
    let sender = facts.judgement.answers.iter();
    let mut work = told(Notice::Held, sender, recipients, now);
    let asked = Incident::of(facts).asked(desk);
    work.extend(told(Notice::Review, asked.iter(), recipients, now));
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

#[cfg(test)]
mod tests;
