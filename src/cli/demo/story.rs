//! What the demonstration tells: verdicts with their reasons, and what reached the next hop.

use std::collections::BTreeMap;

use crate::cli::demo::post::Answer;
use crate::cli::demo::samples::Sample;
use crate::cli::demo::sink::Received;
use crate::cli::demo::table::{Cell, Ink, Table};
use crate::limits::Limits;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::parse::message::{Message, PartRole, message};
use crate::store::record::{Judgement, RecipientJudgement};

/// Recipients of one message with the same verdict for the same reasons.
#[derive(PartialEq, Eq)]
struct Group<'a> {
    verdict: Verdict,
    clauses: &'a [String],
    recipients: Vec<&'a str>,
}

/// The columns of the first table; with margins 99 characters.
const VERDICTS: &[(&str, usize)] = &[("message", 27), ("to", 31), ("verdict", 7), ("why", 24)];

/// The columns of the second.
const ARRIVALS: &[(&str, usize)] = &[("to", 40), ("what arrived", 44), ("over", 7)];

/// The table of verdicts: one row for each group of recipients.
pub(crate) fn verdicts() -> Table<'static> {
    Table {
        columns: VERDICTS,
        rows: Vec::new(),
    }
}

/// The rows of a message that was taken.
pub(crate) fn judged(sample: &Sample, judgement: &Judgement) -> Vec<Vec<Cell>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for decided in &judgement.recipients {
        let same = groups
            .iter_mut()
            .find(|group| group.verdict == decided.verdict && group.clauses == decided.clauses);
        match same {
            Some(group) => group.recipients.push(decided.address.as_str()),
            None => groups.push(group_of(decided)),
        }
    }
    let titles = titles(judgement);
    let rows = groups.iter().enumerate().map(|(place, group)| {
        let why: Vec<&str> = group
            .clauses
            .iter()
            .filter_map(|clause| titles.get(clause.as_str()).copied())
            .collect();
        vec![
            Cell::new(if place == 0 { sample.title } else { "" }, Ink::Normal),
            Cell::new(named(&group.recipients), Ink::Normal),
            Cell::new(group.verdict.as_str(), Ink::Of(group.verdict)),
            Cell::new(why.first().copied().unwrap_or_default(), Ink::Faint),
        ]
    });
    rows.collect()
}

/// The row of a message that was refused in the dialogue.
pub(crate) fn refused(sample: &Sample, answer: &Answer) -> Vec<Cell> {
    vec![
        Cell::new(sample.title, Ink::Normal),
        Cell::new(named(sample.recipients), Ink::Normal),
        Cell::new("reject", Ink::Of(Verdict::Reject)),
        Cell::new(
            format!("{} {}", answer.code, first_sentence(&answer.text)),
            Ink::Faint,
        ),
    ]
}

fn group_of(decided: &RecipientJudgement) -> Group<'_> {
    Group {
        verdict: decided.verdict,
        clauses: &decided.clauses,
        recipients: vec![decided.address.as_str()],
    }
}

fn titles(judgement: &Judgement) -> BTreeMap<&str, &str> {
    let enforced = judgement.reasons.iter();
    let enforced = enforced.filter(|reason| reason.mode == Mode::Enforce);
    enforced
        .map(|reason| (reason.clause.as_str(), reason.title.as_str()))
        .collect()
}

/// The first one or two, and how many more.
fn named(recipients: &[&str]) -> String {
    match recipients {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} {two}"),
        [one, more @ ..] => format!("{one} and {} more", more.len()),
    }
}

/// Up to the first full stop, without the reference that a refusal begins with.
fn first_sentence(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
    text.split(". ").next().unwrap_or(text)
}

/// The table of what reached the next hop.
pub(crate) fn arrivals(received: &[Received]) -> Table<'static> {
    Table {
        columns: ARRIVALS,
        rows: received.iter().map(arrival).collect(),
    }
}

fn arrival(received: &Received) -> Vec<Cell> {
    let message = message(&received.message, &Limits::default());
    let recipients: Vec<&str> = received.recipients.iter().map(|path| bare(path)).collect();
    let way = if received.tls { "TLS" } else { "plain" };
    vec![
        Cell::new(named(&recipients), Ink::Normal),
        Cell::new(content(&message), Ink::Normal),
        Cell::new(way, Ink::Faint),
    ]
}

/// `<a@b> NOTIFY=…` as `a@b`.
fn bare(path: &str) -> &str {
    let path = path.trim_start_matches('<');
    path.split('>').next().unwrap_or(path)
}

/// The subject, and the names of attachments.
fn content(message: &Message) -> String {
    let subject = message.headers.first("subject").unwrap_or("(no subject)");
    let attached = message.parts.iter();
    let attached: Vec<&str> = attached
        .filter(|part| part.role == PartRole::Attachment)
        .filter_map(|part| part.name.as_deref())
        .collect();
    if attached.is_empty() {
        subject.to_owned()
    } else {
        format!("{subject} [{}]", attached.join(", "))
    }
}
