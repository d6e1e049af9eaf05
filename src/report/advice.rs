//! What a DPO might adjust after a week: holds that wait, clauses that cry wolf, senders to talk to.
//!
//! Each rule has a threshold below which it stays silent; a report that always complains is not read.

use crate::mail::count::counted;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::report::{ClauseChange, Report, would_have};
use crate::store::review::HeldMessage;

/// Hours after which a hold is old.
const OLD_HOLD: i64 = 24;
/// Reviews below which a share of releases says nothing.
const ENOUGH_REVIEWS: u64 = 4;
/// Stopped messages from which on a sender needs a word.
const REPEATED: u64 = 3;
/// Messages from which on a rise is worth a sentence.
const ENOUGH_FOR_A_RISE: u64 = 5;
/// Clauses in audit that get a sentence each.
const FEW_AUDITS: usize = 3;

/// The sentences for one report; empty when there is nothing to adjust.
#[must_use]
pub(crate) fn advice(report: &Report) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.extend(silence(report));
    sentences.extend(late_breaches(report));
    sentences.extend(old_holds(report));
    sentences.extend(released(report));
    sentences.extend(unreadable(report));
    sentences.extend(rises(report));
    sentences.extend(repeat_senders(report));
    sentences.extend(audits(report));
    sentences
}

fn silence(report: &Report) -> Option<String> {
    let silent = report.week.messages == 0;
    silent.then(|| "No message came through the gateway this week: is outgoing mail still routed through it?".to_owned())
}

fn late_breaches(report: &Report) -> impl Iterator<Item = String> {
    let late = report.breaches.iter();
    let late = late.filter(|breach| breach.is_late(report.made));
    late.map(|breach| {
        format!(
            "Breach {} has waited for a decision beyond its 72 hours: decide now, and say in the reason why it took longer (UK GDPR article 33).",
            breach.number
        )
    })
}

fn old_holds(report: &Report) -> Option<String> {
    let old =
        |held: &&HeldMessage| report.made.duration_since(held.received).as_hours() >= OLD_HOLD;
    let oldest = report.waiting.iter().find(old)?;
    let number = report.waiting.iter().filter(old).count() as u64;
    Some(format!(
        "{} waited for a reviewer for more than a day, the oldest since {}; what nobody answers goes back to its sender.",
        counted(number, "message has", "messages have"),
        report.moment(oldest.received)
    ))
}

fn released(report: &Report) -> Option<String> {
    let (released, refused) = (report.week.released, report.week.refused);
    let reviewed = released + refused;
    if reviewed < ENOUGH_REVIEWS || released * 5 < reviewed * 4 {
        return None;
    }
    let clause = report
        .clauses_in(Mode::Enforce)
        .find(|clause| clause.tally.verdict >= Verdict::Hold)?;
    Some(format!(
        "{released} of {reviewed} reviewed messages were released: look at what \"{}\" stopped, and whether a contact or partner is missing from the directory.",
        clause.tally.title
    ))
}

fn unreadable(report: &Report) -> Option<String> {
    let clause = report.clauses_in(Mode::Enforce).find(|clause| {
        clause.tally.clause == "unreadable-attachment" && clause.tally.messages >= ENOUGH_FOR_A_RISE
    })?;
    Some(format!(
        "{} carried attachments that could not be read: ask their senders for another format, or whether a scanner can add a text layer.",
        counted(clause.tally.messages, "message", "messages")
    ))
}

fn rises(report: &Report) -> impl Iterator<Item = String> {
    report
        .clauses_in(Mode::Enforce)
        .filter(|clause| {
            let (now, before) = (clause.tally.messages, clause.before);
            before > 0 && now >= ENOUGH_FOR_A_RISE && now >= 2 * before
        })
        .map(|clause| {
            format!(
                "\"{}\" rose from {} to {} messages: has something changed in how people work?",
                clause.tally.title, clause.before, clause.tally.messages
            )
        })
}

fn repeat_senders(report: &Report) -> impl Iterator<Item = String> {
    report
        .week
        .senders
        .iter()
        .filter(|sender| sender.stopped >= REPEATED)
        .map(|sender| {
            format!(
                "{} was stopped {} times: a word about what goes where may help more than the next notice.",
                sender.sender, sender.stopped
            )
        })
}

fn audits(report: &Report) -> Vec<String> {
    let audited: Vec<_> = report.clauses_in(Mode::Audit).collect();
    if audited.len() > FEW_AUDITS {
        return vec![format!(
            "{} clauses are in audit and would have acted: where what they would have done was right, set them to enforce.",
            audited.len()
        )];
    }
    let sentence = |clause: &&ClauseChange| {
        let (title, id) = (&clause.tally.title, &clause.tally.clause);
        let done = would_have(&clause.tally);
        format!("\"{title}\" is in audit and {done}: if that was right, set {id} to enforce.")
    };
    audited.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_quiet_week_asks_for_nothing() {
        let mut report = sample::report();
        report.waiting.clear();
        report.clauses.clear();
        report.week.senders.clear();
        assert_eq!(advice(&report), Vec::<String>::new());
    }

    #[test]
    fn each_rule_speaks_at_its_threshold_and_not_below() {
        let report = sample::report();
        let spoken = advice(&report).join("\n");
        for expected in [
            "1 message has waited for a reviewer for more than a day, the oldest since Thu 19 Nov, 09:30",
            "5 of 6 reviewed messages were released: look at what \"Another family's child\" stopped",
            "\"Another family's child\" rose from 2 to 6 messages",
            "j.smith@oakfield.sch.uk was stopped 4 times",
            "\"Advertising\" is in audit and would have returned 1 message",
        ] {
            assert!(spoken.contains(expected), "{expected} is not in\n{spoken}");
        }
        let mut milder = report;
        milder.week.released = 4;
        milder.week.refused = 2;
        milder.clauses[0].before = 4;
        milder.week.senders[0].stopped = 2;
        let spoken = advice(&milder).join("\n");
        for silent in ["were released", "rose from", "was stopped"] {
            assert!(!spoken.contains(silent), "{silent} is in\n{spoken}");
        }
    }

    #[test]
    fn a_week_without_mail_is_an_alarm() {
        let mut report = sample::report();
        report.week.messages = 0;
        assert!(advice(&report)[0].starts_with("No message came through"));
    }
}
