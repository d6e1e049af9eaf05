//! What the demonstration tells: verdicts with their reasons, and what reached the next hop.

use crate::cli::demo::samples::Sample;
use crate::cli::demo::sink::Received;
use crate::cli::demo::table::{Cell, Ink, Table, shortened};
use crate::limits::Limits;
use crate::mail::verdict::Verdict;
use crate::parse::message;
use crate::parse::message::{Message, PartRole};
use crate::store::record::Judgement;

/// Recipients of one message with the same verdict for the same reasons.
struct Group<'a> {
    verdict: Verdict,
    clauses: &'a [String],
    recipients: Vec<&'a str>,
}

/// The columns of verdicts; with margins 99 characters.
const VERDICTS: &[(&str, usize)] = &[("message", 25), ("to", 31), ("verdict", 7), ("why", 28)];

/// The columns of arrivals; as wide.
const ARRIVALS: &[(&str, usize)] = &[("to", 39), ("what arrived", 51), ("TLS", 3)];

/// The table of verdicts: one row for each group of recipients.
pub(crate) fn verdicts(judged: &[(&Sample, Judgement)]) -> Table<'static> {
    let rows = judged.iter();
    Table {
        columns: VERDICTS,
        rows: rows
            .flat_map(|(sample, judgement)| rows_of(sample, judgement))
            .collect(),
    }
}

fn rows_of(sample: &Sample, judgement: &Judgement) -> Vec<Vec<Cell>> {
    let titles = std::iter::once(sample.title).chain(std::iter::repeat(""));
    let rows = titles.zip(groups(judgement)).map(|(title, group)| {
        vec![
            Cell::new(title, Ink::Normal),
            Cell::new(named(&group.recipients), Ink::Normal),
            Cell::new(group.verdict.as_str(), Ink::Of(group.verdict)),
            Cell::new(group.clauses.join(", ").replace('-', " "), Ink::Faint),
        ]
    });
    rows.collect()
}

fn groups(judgement: &Judgement) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for decided in &judgement.recipients {
        let recipient = decided.address.as_str();
        let same = groups
            .iter_mut()
            .find(|group| group.verdict == decided.verdict && group.clauses == decided.clauses);
        match same {
            Some(group) => group.recipients.push(recipient),
            None => groups.push(Group {
                verdict: decided.verdict,
                clauses: &decided.clauses,
                recipients: vec![recipient],
            }),
        }
    }
    groups
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

/// What reached the next hop: mail first, then the gateway's own notices, those of one kind together.
pub(crate) fn arrivals(received: &[Received]) -> Table<'static> {
    let mut mail = Vec::new();
    let mut notices: Vec<(String, Vec<&str>, bool)> = Vec::new();
    for received in received {
        let message = message(&received.message, &Limits::default());
        let recipients: Vec<&str> = received.recipients.iter().map(|path| bare(path)).collect();
        if !is_notice(&message) {
            mail.push(arrival(&recipients, content(&message), received.tls));
            continue;
        }
        let kind = kind(&message);
        match notices.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, told, tls)) => {
                told.extend(recipients);
                *tls &= received.tls;
            }
            None => notices.push((kind, recipients, received.tls)),
        }
    }
    let notices = notices.into_iter().map(|(kind, mut told, tls)| {
        let count = told.len();
        told.sort_unstable();
        told.dedup();
        let kind = if count > 1 {
            format!("{count} × {kind}")
        } else {
            kind
        };
        arrival(&told, kind, tls)
    });
    mail.extend(notices);
    Table {
        columns: ARRIVALS,
        rows: mail,
    }
}

fn arrival(recipients: &[&str], what: String, tls: bool) -> Vec<Cell> {
    vec![
        Cell::new(named(recipients), Ink::Normal),
        Cell::new(what, Ink::Normal),
        Cell::new(if tls { "yes" } else { "no" }, Ink::Faint),
    ]
}

/// Whether the gateway wrote it itself (RFC 3834).
fn is_notice(message: &Message) -> bool {
    let submitted = message.headers.first("auto-submitted").unwrap_or_default();
    submitted.starts_with("auto-generated")
}

/// The subject of a notice without its reference.
fn kind(message: &Message) -> String {
    let subject = message.headers.first("subject").unwrap_or_default();
    let kind = subject.split(" (").next().unwrap_or(subject);
    format!("notice: {kind}")
}

/// One message at the next hop in one line.
pub(crate) fn line(received: &Received) -> String {
    let message = message(&received.message, &Limits::default());
    let recipients: Vec<&str> = received.recipients.iter().map(|path| bare(path)).collect();
    let (to, what) = (recipients.join(", "), content(&message));
    shortened(&format!("arrived for {to}: {what}"), 98)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_two_recipients_and_counts_the_rest() {
        assert_eq!(named(&["a@x.example"]), "a@x.example");
        assert_eq!(
            named(&["a@x.example", "b@x.example"]),
            "a@x.example b@x.example"
        );
        assert_eq!(
            named(&["a@x.example", "b@x.example", "c@x.example"]),
            "a@x.example and 2 more"
        );
    }

    #[test]
    fn notices_of_one_kind_are_one_row_below_the_mail() {
        let notice = |to: &str| Received {
            mail: "<>".to_owned(),
            recipients: vec![format!("<{to}>")],
            message: b"Subject: Held (7K3F-9QXM-2B4T)\r\nAuto-Submitted: auto-generated\r\n\r\n"
                .to_vec(),
            tls: true,
        };
        let letter = Received {
            message: b"Subject: Hello\r\n\r\nhello\r\n".to_vec(),
            ..notice("c@x.example")
        };
        let table = arrivals(&[notice("a@x.example"), letter, notice("b@x.example")]);
        assert_eq!(table.rows.len(), 2);
        let mut out = Vec::new();
        table
            .write(&mut out, crate::cli::demo::table::Paint::Plain)
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.find("Hello").unwrap() < text.find("2 × notice: Held").unwrap(),
            "{text}"
        );
    }
}
