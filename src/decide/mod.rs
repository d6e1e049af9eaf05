//! *Decide*: findings and recipients into a verdict for each recipient, with every reason.
//!
//! A pure function of its arguments: no disk, network or clock. One file per clause family; [`clause::CLAUSES`]
//! lists them. The strictest verdict of the clauses in force wins for each recipient, and every reason is kept,
//! also those of clauses that are only in audit.
#![deny(clippy::disallowed_methods)]

pub mod beforehand;
pub mod clause;
pub mod content;
pub mod decision;
pub mod flow;
pub mod lists;
pub mod memory;
mod outcome;
pub mod party;
pub mod policy;
pub mod recipient;
pub mod scan;
pub mod sender;
pub mod situation;
pub mod words;

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::decide::beforehand::Beforehand;
use crate::decide::clause::{CLAUSES, Clause, Hit};
use crate::decide::decision::{Decision, Reason};
use crate::decide::lists::Lists;
use crate::decide::policy::{Applied, Asks, Policy};
use crate::decide::situation::Situation;
use crate::detect::finding::Findings;
use crate::directory::people::Directory;
use crate::extract::content::Content;
use crate::mail::address::Domain;
use crate::mail::envelope::Envelope;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::parse::message::Headers;

/// Everything that is known of one message when it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Where it comes from and goes to.
    pub envelope: &'a Envelope,
    /// What it claims.
    pub headers: &'a Headers,
    /// What it holds, and what could not be read.
    pub content: &'a Content,
    /// What was found in it.
    pub findings: &'a Findings,
    /// The domains of the school.
    pub domains: &'a [Domain],
    /// The people of the school.
    pub directory: &'a Directory,
    /// The policy of the school.
    pub policy: &'a Policy,
    /// Domains and addresses everybody knows.
    pub lists: &'a Lists,
    /// What was asked before it was read.
    pub before: &'a Beforehand,
    /// The day at the school.
    pub today: Date,
}

/// Judges one message: each clause that is not off, for each recipient.
#[must_use]
pub fn decision(case: &Case<'_>) -> Decision {
    let situation = Situation::of(case);
    let mut reasons: Vec<Reason> = CLAUSES
        .iter()
        .flat_map(|clause| reasons_of(clause, &situation))
        .collect();
    reasons.sort_by_key(|reason| {
        (
            reason.mode,
            Reverse(reason.verdict),
            Reverse(reason.severity),
        )
    });
    let recipients = (0..situation.parties.len())
        .filter_map(|place| outcome::outcome(place, &situation, &reasons))
        .collect();
    Decision {
        sender: situation.sender,
        answers: situation.answers(),
        level: case.findings.level,
        pupils: case.findings.pupils,
        households: situation.households(),
        recipients,
        reasons,
    }
}

fn reasons_of(clause: &Clause, situation: &Situation<'_>) -> Vec<Reason> {
    let Some(applied) = situation.applied(clause.id) else {
        return Vec::new();
    };
    match applied.mode {
        Mode::Off => Vec::new(),
        Mode::Enforce | Mode::Audit => (clause.hits)(situation)
            .into_iter()
            .map(|hit| reason(clause, applied, situation, &hit))
            .collect(),
    }
}

fn reason(clause: &Clause, applied: Applied<'_>, situation: &Situation<'_>, hit: &Hit) -> Reason {
    let party = hit.recipient.and_then(|place| situation.parties.get(place));
    let settings = applied.settings;
    let verdict = match (party, applied.verdict) {
        (Some(party), Asks::Table) => situation.cell(party).verdict,
        (Some(party), Asks::Verdict(verdict)) => {
            let for_kind = settings.recipients.get(&party.kind).copied();
            party.protected(for_kind.unwrap_or(verdict))
        }
        (None, Asks::Verdict(verdict)) => verdict,
        (None, Asks::Table) => Verdict::Hold,
    };
    let mut reason = Reason {
        clause: clause.id,
        title: settings.title.clone(),
        mode: applied.mode,
        verdict,
        severity: settings.severity,
        tell: settings.tell.clone(),
        recipient: party.map(|party| party.address.clone()),
        explanation: settings.in_words(verdict, &hit.words),
    };
    if let Some(exception) = situation.exception(clause.id, reason.recipient.as_ref()) {
        let found = settings.in_words(Verdict::Pass, &hit.words);
        reason.mode = Mode::Audit;
        reason.explanation = format!("{found} {exception}");
    }
    reason
}

#[cfg(test)]
mod letter;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
