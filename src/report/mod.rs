//! The weekly breach report: what was stopped and why, what waits, what to adjust, on one page for the DPO.
//!
//! Built from the store's figures; it holds masked excerpts and the addresses of senders, and nothing else personal.
//! [`text`] and [`html`] write it down.

pub mod advice;
pub mod html;
pub mod schedule;
pub mod text;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::mail::count::counted;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::store::breach::{self, Breach};
use crate::store::review::HeldMessage;
use crate::store::views::{ClauseTally, SenderTally, Tally};
use crate::store::{self, Store};

/// The report of seven days of one school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The school.
    pub school: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// When it was made.
    pub made: Timestamp,
    /// The week's figures.
    pub week: Tally,
    /// The figures of the seven days before.
    pub before: Tally,
    /// Clauses with the week before beside them, the most frequent first.
    pub clauses: Vec<ClauseChange>,
    /// What waits for a reviewer now, the oldest first.
    pub waiting: Vec<HeldMessage>,
    /// Breaches recorded in the week, and older ones without a decision.
    pub breaches: Vec<Breach>,
    /// What to adjust, in sentences.
    pub advice: Vec<String>,
    #[serde(skip)]
    zone: Zone,
}

/// How often a clause asked for something, this week and the week before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseChange {
    /// This week.
    #[serde(flatten)]
    pub tally: ClauseTally,
    /// Messages in the week before.
    pub before: u64,
}

/// What became of messages, in the words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// In words: "Held for a reviewer".
    pub title: &'static str,
    /// This week.
    pub week: u64,
    /// The week before.
    pub before: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Zone(TimeZone);

/// Reads a week's figures and makes its report; `to` is the last day, in the school's time zone.
///
/// # Errors
/// When the store cannot be read.
pub async fn weekly(
    store: &dyn Store,
    school: &str,
    zone: &TimeZone,
    to: Date,
    now: Timestamp,
) -> store::Result<Report> {
    let end = start_of(to.saturating_add(1.day()), zone);
    let start = start_of(to.saturating_sub(6.days()), zone);
    let earlier = start_of(to.saturating_sub(13.days()), zone);
    let week = store.tally(school, start, end, zone).await?;
    let before = store.tally(school, earlier, start, zone).await?;
    let waiting = store.held(school).await?;
    let mut breaches = breach::breaches(&store.occasions(school).await?);
    breaches.retain(|one| {
        one.recorded.time < end && (one.decided.is_none() || one.recorded.time >= start)
    });
    let mut report = Report {
        school: school.to_owned(),
        from: to.saturating_sub(6.days()),
        to,
        made: now,
        clauses: changes(&week.clauses, &before.clauses),
        week,
        before,
        waiting,
        breaches,
        advice: Vec::new(),
        zone: Zone(zone.clone()),
    };
    report.advice = advice::advice(&report);
    Ok(report)
}

/// The first moment of a day; a day that cannot be told begins at the start of time.
fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone())
        .map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp())
}

/// Pairs each clause with the week before; one that fell silent is not listed.
fn changes(week: &[ClauseTally], before: &[ClauseTally]) -> Vec<ClauseChange> {
    let earlier: BTreeMap<(&str, &str), u64> = before
        .iter()
        .map(|clause| {
            (
                (clause.clause.as_str(), clause.mode.as_str()),
                clause.messages,
            )
        })
        .collect();
    week.iter()
        .map(|tally| ClauseChange {
            before: earlier
                .get(&(tally.clause.as_str(), tally.mode.as_str()))
                .copied()
                .unwrap_or_default(),
            tally: tally.clone(),
        })
        .collect()
}

impl Report {
    /// What became of the week's messages, mildest first.
    #[must_use]
    pub fn outcomes(&self) -> Vec<Outcome> {
        [
            ("Passed", Verdict::Pass),
            ("Sent over verified TLS", Verdict::Secure),
            ("Encrypted", Verdict::Encrypt),
            ("Held for a reviewer", Verdict::Hold),
            ("Returned to the sender", Verdict::Return),
            ("Rejected", Verdict::Reject),
        ]
        .into_iter()
        .map(|(title, verdict)| Outcome {
            title,
            week: of(&self.week, verdict),
            before: of(&self.before, verdict),
        })
        .collect()
    }

    /// Clauses that counted, or only those in audit.
    pub fn clauses_in(&self, mode: Mode) -> impl Iterator<Item = &ClauseChange> {
        self.clauses
            .iter()
            .filter(move |clause| clause.tally.mode == mode)
    }

    /// Senders whose mail was stopped more than once.
    pub fn repeat_senders(&self) -> impl Iterator<Item = &SenderTally> {
        self.week.senders.iter().filter(|sender| sender.stopped > 1)
    }

    /// How long a message has waited, in words: "5 hours", "3 days".
    #[must_use]
    pub fn waited(&self, since: Timestamp) -> String {
        let hours = self.made.duration_since(since).as_hours().max(0);
        match hours {
            0 => "less than an hour".to_owned(),
            1 => "1 hour".to_owned(),
            2..=47 => format!("{hours} hours"),
            _ => format!("{} days", hours / 24),
        }
    }

    /// A moment as people of the school say it: "Tue 17 Nov, 14:05".
    #[must_use]
    pub fn moment(&self, time: Timestamp) -> String {
        let local = time.to_zoned(self.zone.0.clone());
        local.strftime("%a %-d %b, %H:%M").to_string()
    }

    /// Where a breach stands, in words.
    #[must_use]
    pub fn standing(&self, breach: &Breach) -> String {
        let deadline = self.moment(breach.deadline);
        match &breach.decided {
            Some(step) => format!(
                "the Commissioner is {}, the people concerned are {}: {}",
                step.facts.commissioner.in_words(),
                step.facts.people.in_words(),
                step.facts.reason
            ),
            None if breach.is_late(self.made) => {
                format!("not decided, and its 72 hours ended on {deadline}")
            }
            None => format!("to be decided by {deadline} whether the Commissioner is told"),
        }
    }

    /// The days it covers: "16 Nov to 22 Nov 2026".
    #[must_use]
    pub fn days(&self) -> String {
        let (from, to) = (self.from.strftime("%-d %b"), self.to.strftime("%-d %b %Y"));
        format!("{from} to {to}")
    }
}

fn of(tally: &Tally, verdict: Verdict) -> u64 {
    let found = tally.verdicts.iter().find(|(one, _)| *one == verdict);
    found.map_or(0, |(_, messages)| *messages)
}

/// A change against the week before, in words.
#[must_use]
pub fn change(week: u64, before: u64) -> String {
    match week.cmp(&before) {
        std::cmp::Ordering::Equal => "the same".to_owned(),
        std::cmp::Ordering::Greater => format!("{} more", week - before),
        std::cmp::Ordering::Less => format!("{} fewer", before - week),
    }
}

/// What a clause in audit would have done: "would have held 4 messages".
#[must_use]
pub fn would_have(tally: &ClauseTally) -> String {
    let done = match tally.verdict {
        Verdict::Pass => "noted",
        Verdict::Secure => "sent over verified TLS",
        Verdict::Encrypt => "encrypted",
        Verdict::Hold => "held",
        Verdict::Return => "returned",
        Verdict::Reject => "rejected",
    };
    let messages = counted(tally.messages, "message", "messages");
    format!("would have {done} {messages}")
}

#[cfg(test)]
pub(crate) mod sample;
