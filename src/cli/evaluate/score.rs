//! What became of a labelled set: leaks found and missed, ordinary messages touched, by detector and by clause.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::cli::evaluate::set::Case;
use crate::gateway::Inspection;
use crate::mail::verdict::Verdict;

/// Figures over a whole set.
#[derive(Debug, Default, Serialize)]
pub(super) struct Score {
    /// Messages.
    pub(super) messages: usize,
    /// Messages that must not go out as they are,
    pub(super) leaks: usize,
    /// and did not.
    pub(super) stopped: usize,
    /// Other messages that did not pass.
    pub(super) touched: usize,
    /// Detectors that should find something: how often they should, and how often they did.
    pub(super) detectors: BTreeMap<String, Tally>,
    /// Levels that messages should have: how often they had them, and how often another.
    pub(super) levels: BTreeMap<String, Tally>,
    /// Clauses that stopped something: leaks, and others.
    pub(super) clauses: BTreeMap<String, Tally>,
    /// What is not as the label says, one line each.
    pub(super) misses: Vec<String>,
}

/// Two figures of one detector or clause.
#[derive(Debug, Default, Serialize)]
pub(super) struct Tally {
    /// As the labels say.
    pub(super) right: usize,
    /// Not as the labels say.
    pub(super) wrong: usize,
}

impl Score {
    /// Adds one message.
    pub(super) fn add(&mut self, case: &Case, seen: &Inspection) {
        self.messages += 1;
        let stopped = seen.decision.verdict() != Verdict::Pass;
        match (case.leak, stopped) {
            (true, true) => self.stopped += 1,
            (true, false) => self.misses.push(format!("{}: leaves as it is", case.name)),
            (false, true) => {
                self.touched += 1;
                let why = detectors(seen).into_iter().collect::<Vec<_>>().join(", ");
                self.misses
                    .push(format!("{}: stopped for {why}", case.name));
            }
            (false, false) => {}
        }
        self.leaks += usize::from(case.leak);
        self.add_detectors(case, seen);
        for clause in seen.decision.recipients.iter().flat_map(|r| &r.clauses) {
            let tally = self.clauses.entry(clause.to_string()).or_default();
            *(if case.leak {
                &mut tally.right
            } else {
                &mut tally.wrong
            }) += 1;
        }
        self.add_level(case, seen);
        if let Some(pupils) = case.pupils.filter(|pupils| *pupils != seen.findings.pupils) {
            let found = seen.findings.pupils;
            self.misses
                .push(format!("{}: {found} pupils, not {pupils}", case.name));
        }
    }

    fn add_level(&mut self, case: &Case, seen: &Inspection) {
        let Some(level) = case.level else {
            return;
        };
        let found = seen.decision.level;
        let tally = self.levels.entry(level.to_string()).or_default();
        if found == level {
            tally.right += 1;
        } else {
            tally.wrong += 1;
            self.misses
                .push(format!("{}: is {found}, not {level}", case.name));
        }
    }

    fn add_detectors(&mut self, case: &Case, seen: &Inspection) {
        let found = detectors(seen);
        for detector in &case.finds {
            let tally = self.detectors.entry(detector.clone()).or_default();
            if found.contains(detector.as_str()) {
                tally.right += 1;
            } else {
                tally.wrong += 1;
                self.misses
                    .push(format!("{}: {detector} finds nothing", case.name));
            }
        }
        for detector in case
            .silent
            .iter()
            .filter(|one| found.contains(one.as_str()))
        {
            self.misses
                .push(format!("{}: {detector} finds something", case.name));
        }
    }

    /// Leaks stopped of all leaks, in percent.
    pub(super) fn recall(&self) -> f64 {
        percent(self.stopped, self.leaks)
    }

    /// Leaks of everything stopped, in percent.
    pub(super) fn precision(&self) -> f64 {
        percent(self.stopped, self.stopped + self.touched)
    }
}

fn detectors(seen: &Inspection) -> BTreeSet<&str> {
    let items = &seen.findings.items;
    items
        .iter()
        .map(|finding| finding.detector.as_str())
        .collect()
}

fn percent(part: usize, of: usize) -> f64 {
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    100.0 * exact(part) / exact(of).max(1.0)
}
