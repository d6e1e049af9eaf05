//! The sentences that several notices share: when, to whom, why, what was found, whom to ask.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::act::desk::Desk;
use crate::act::notice::About;
use crate::act::notice::letter::Block;
use crate::mail::address::Address;
use crate::mail::kind::SenderKind;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::store::record::{FindingFacts, ReasonFacts};

/// The clause whose notice never quotes, and what else its notice may say.
const UNQUOTED: [&str; 2] = ["pupil-safety", "pupil-account"];
/// The most findings, reasons or recipients one notice lists.
const MOST: usize = 12;

/// `Monday 23 November at 14:05`, on the school's clock.
pub(super) fn moment(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone())
        .strftime("%A %-d %B at %H:%M")
        .to_string()
}

/// `Monday 23 November`, on the school's calendar.
pub(super) fn day(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone())
        .strftime("%A %-d %B")
        .to_string()
}

/// `your message of Monday 23 November at 14:05`.
pub(super) fn your_message(about: &About<'_>, desk: &Desk) -> String {
    format!(
        "your message of {}",
        moment(about.facts.received, &desk.zone)
    )
}

/// The recipients a notice is about, one a line.
pub(super) fn recipients(about: &About<'_>) -> Block {
    let addresses = about.states.iter().map(|state| state.address.to_string());
    Block::List(shortened(addresses.collect(), "more"))
}

/// Why, and what was found, for whoever sent it.
///
/// A pupil is told nothing of what was found, and where their safety is concerned no words of clauses that quote
/// (clause `pupil-safety`).
pub(super) fn told_its_sender(about: &About<'_>) -> Vec<Block> {
    let mut blocks = reasons_for_its_sender(about);
    if about.facts.judgement.sender != SenderKind::Pupil {
        blocks.extend(found(about));
    }
    blocks
}

/// Why, for whoever sent it.
pub(super) fn reasons_for_its_sender(about: &About<'_>) -> Vec<Block> {
    let mut in_force = reasons_in_force(about);
    if in_force.any(|reason| reason.clause == UNQUOTED[0]) {
        let unquoted = |reason: &&ReasonFacts| UNQUOTED.contains(&reason.clause.as_str());
        why(reasons_in_force(about).filter(unquoted))
    } else {
        reasons(about)
    }
}

/// Why: titles and explanations of the clauses in force for these recipients, each once.
pub(super) fn reasons(about: &About<'_>) -> Vec<Block> {
    why(reasons_in_force(about))
}

fn why<'a>(reasons: impl Iterator<Item = &'a ReasonFacts>) -> Vec<Block> {
    let mut points: Vec<String> = Vec::new();
    for reason in reasons {
        let point = format!(
            "{}. {}",
            reason.title.trim_end_matches('.'),
            reason.explanation
        );
        if !points.contains(&point) {
            points.push(point);
        }
    }
    if points.is_empty() {
        return Vec::new();
    }
    vec![
        Block::Heading("Why".to_owned()),
        Block::List(shortened(points, "more reasons of the same kind")),
    ]
}

/// Reasons that counted and asked for more than delivery, for the recipients the notice is about.
pub(super) fn reasons_in_force<'a>(
    about: &'a About<'_>,
) -> impl Iterator<Item = &'a ReasonFacts> + 'a {
    let concerns = |reason: &ReasonFacts| match &reason.recipient {
        Some(address) => about.states.iter().any(|state| state.address == *address),
        None => true,
    };
    let strictest = about.states.iter().map(|state| state.verdict).max();
    let least = strictest.unwrap_or_default().min(Verdict::Hold);
    let reasons = about.facts.judgement.reasons.iter();
    reasons.filter(move |reason| {
        reason.mode == Mode::Enforce && reason.verdict >= least && concerns(reason)
    })
}

/// What was found and where, masked, and what could not be read.
pub(super) fn found(about: &About<'_>) -> Vec<Block> {
    let findings = about.facts.findings.iter().map(finding);
    let gaps = about.facts.gaps.iter();
    let gaps = gaps.map(|gap| format!("{} {}", gap.origin, gap.reason.in_words()));
    let mut points: Vec<String> = Vec::new();
    for point in findings.chain(gaps) {
        if !points.contains(&point) {
            points.push(point);
        }
    }
    if points.is_empty() {
        return Vec::new();
    }
    vec![
        Block::Heading("What was found".to_owned()),
        Block::List(shortened(points, "more places")),
    ]
}

/// `unique pupil number B80••••••••01 and 29 others, in attachment list.xlsx › sheet Year 4`
fn finding(finding: &FindingFacts) -> String {
    let others = match finding.count {
        0 | 1 => String::new(),
        2 => " and one other".to_owned(),
        count => format!(" and {} others", count - 1),
    };
    let excerpt = match finding.excerpt.as_str() {
        "" => String::new(),
        excerpt => format!(" {excerpt}"),
    };
    format!("{}{excerpt}{others}, in {}", finding.title, finding.origin)
}

/// The reference, whom to ask, and who is writing.
pub(super) fn closing(about: &About<'_>, desk: &Desk) -> Vec<Block> {
    let ask = match desk.contacts() {
        [] => "Questions? Please quote the reference.".to_owned(),
        contacts => format!(
            "Questions? Write to {} and quote the reference.",
            listed(contacts)
        ),
    };
    vec![
        Block::Paragraph(format!("Reference: {}. {ask}", about.facts.id)),
        Block::Paragraph(format!(
            "{}. Written by schoolgate, which checks the school's outgoing mail. Please do not reply to this message.",
            desk.school
        )),
    ]
}

/// `a@x.example, b@x.example or c@x.example`
fn listed(addresses: &[Address]) -> String {
    let names: Vec<&str> = addresses.iter().take(4).map(Address::as_str).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

fn shortened(mut points: Vec<String>, rest: &str) -> Vec<String> {
    if points.len() > MOST {
        let left = points.len() - MOST;
        points.truncate(MOST);
        points.push(format!("and {left} {rest}"));
    }
    points
}
