//! From reasons to the outcome for one recipient: the strictest wins, except in the safeguarding lane.

use crate::decide::decision::{ClauseId, Reason, RecipientDecision};
use crate::decide::flow::lane::SAFEGUARDING_LANE;
use crate::decide::policy::Asks;
use crate::decide::situation::Situation;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;

/// The outcome for the recipient at `place`, from the reasons that are about it or about the whole message.
pub(crate) fn outcome(
    place: usize,
    situation: &Situation<'_>,
    reasons: &[Reason],
) -> Option<RecipientDecision> {
    let party = situation.parties.get(place)?;
    let concerns = |reason: &&Reason| {
        let about = reason.recipient.as_ref();
        about.is_none_or(|address| address == party.address)
    };
    let in_force: Vec<&Reason> = reasons
        .iter()
        .filter(|reason| reason.mode == Mode::Enforce)
        .filter(concerns)
        .collect();
    let by_table = in_force
        .iter()
        .filter_map(|reason| situation.applied(reason.clause))
        .any(|applied| applied.verdict == Asks::Table);
    let cell = situation.cell(party);
    let verdicts = || in_force.iter().map(|reason| reason.verdict);
    let released = by_table.then_some(cell.release);
    let release = verdicts()
        .filter(|verdict| *verdict < Verdict::Hold)
        .chain(released)
        .max()
        .unwrap_or_default();
    let in_lane = in_force
        .iter()
        .any(|reason| reason.clause == SAFEGUARDING_LANE.id);
    Some(RecipientDecision {
        address: party.address.clone(),
        kind: party.kind,
        verdict: match verdicts().max().unwrap_or_default() {
            Verdict::Hold | Verdict::Return if in_lane => release,
            strictest => strictest,
        },
        release,
        receipt: in_lane || by_table && cell.receipt,
        clauses: asking(&in_force),
    })
}

/// The clauses that asked for more than `pass`, each once, in the order of the reasons.
fn asking(in_force: &[&Reason]) -> Vec<ClauseId> {
    let mut clauses = Vec::new();
    for reason in in_force {
        if reason.verdict > Verdict::Pass && !clauses.contains(&reason.clause) {
            clauses.push(reason.clause);
        }
    }
    clauses
}
