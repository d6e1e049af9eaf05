//! Adding up the figures of a week from the facts of its messages; the same for every kind of store.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::mail::address::Address;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::store::record::Facts;
use crate::store::views::{ClauseTally, SenderTally, Tally};

/// One message to be counted.
#[derive(Debug)]
pub(crate) struct Tallied {
    /// What is known about it.
    pub(crate) facts: Facts,
    /// Whether a reviewer released it for anybody.
    pub(crate) released: bool,
    /// Whether a reviewer gave it back for anybody.
    pub(crate) refused: bool,
}

/// Counts messages one by one.
#[derive(Debug)]
pub(crate) struct Counting {
    zone: TimeZone,
    tally: Tally,
    days: BTreeMap<Date, BTreeMap<Verdict, u64>>,
    verdicts: BTreeMap<Verdict, u64>,
    clauses: BTreeMap<(String, &'static str), ClauseTally>,
    senders: BTreeMap<Address, SenderTally>,
}

impl Counting {
    /// Nothing counted; days begin where the school is.
    pub(crate) fn new(zone: &TimeZone) -> Self {
        Self {
            zone: zone.clone(),
            tally: Tally::default(),
            days: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            clauses: BTreeMap::new(),
            senders: BTreeMap::new(),
        }
    }

    /// Counts one message.
    pub(crate) fn add(&mut self, message: &Tallied) {
        let facts = &message.facts;
        let verdict = facts.judgement.verdict();
        let day = facts.received.to_zoned(self.zone.clone()).date();
        self.tally.messages += 1;
        self.tally.released += u64::from(message.released);
        self.tally.refused += u64::from(message.refused);
        *self.verdicts.entry(verdict).or_default() += 1;
        *self
            .days
            .entry(day)
            .or_default()
            .entry(verdict)
            .or_default() += 1;
        self.add_clauses(facts);
        self.add_sender(facts, verdict);
    }

    /// A clause counts once a message, however many recipients it touched.
    fn add_clauses(&mut self, facts: &Facts) {
        let mut of_message = BTreeMap::new();
        for reason in &facts.judgement.reasons {
            let asked = reason.verdict > Verdict::Pass && reason.mode != Mode::Off;
            if asked {
                let key = (reason.clause.clone(), reason.mode.as_str());
                let strictest = of_message.entry(key).or_insert((reason.verdict, reason));
                strictest.0 = strictest.0.max(reason.verdict);
            }
        }
        for (key, (verdict, reason)) in of_message {
            let clause = self.clauses.entry(key).or_insert_with(|| ClauseTally {
                clause: reason.clause.clone(),
                title: reason.title.clone(),
                mode: reason.mode,
                verdict,
                messages: 0,
            });
            clause.messages += 1;
            clause.verdict = clause.verdict.max(verdict);
        }
    }

    fn add_sender(&mut self, facts: &Facts, verdict: Verdict) {
        let Some(sender) = facts.envelope.sender.as_ref().or(facts.author.as_ref()) else {
            return;
        };
        let counted = self
            .senders
            .entry(sender.clone())
            .or_insert_with(|| SenderTally {
                sender: sender.clone(),
                stopped: 0,
                messages: 0,
            });
        counted.messages += 1;
        counted.stopped += u64::from(verdict >= Verdict::Hold);
    }

    /// The figures; what only the store knows now is added to them.
    pub(crate) fn finish(self, open_holds: u64, outcomes: Vec<(String, u64)>) -> Tally {
        let mut clauses: Vec<_> = self.clauses.into_values().collect();
        clauses.sort_by_key(|clause| std::cmp::Reverse(clause.messages));
        let stopped = |sender: &SenderTally| sender.stopped > 0;
        let mut senders: Vec<_> = self.senders.into_values().filter(stopped).collect();
        senders.sort_by_key(|sender| std::cmp::Reverse(sender.stopped));
        let days = self.days.into_iter();
        Tally {
            days: days
                .map(|(day, counts)| (day, counts.into_iter().collect()))
                .collect(),
            verdicts: self.verdicts.into_iter().collect(),
            clauses,
            senders,
            open_holds,
            outcomes,
            ..self.tally
        }
    }
}
