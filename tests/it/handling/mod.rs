//! The clauses of handling, over loopback and on a clock that is moved: who is told what, who decides, what stays on record.

mod backup;
mod breach;
mod consent;
mod explain;
mod imported;
mod offices;
mod person;
mod weekly;

use mail_parser::MessageParser;
use schoolgate::cli::demo::sink::Received;

const FLETCHER: &str = "k.fletcher@oakfield.sch.uk";
const LEAD: &str = "s.pritchard@oakfield.sch.uk";
const DEPUTY_LEAD: &str = "j.adeyemi@oakfield.sch.uk";

/// A short letter.
fn letter(from: &str, to: &str, subject: &str, body: &str) -> Vec<u8> {
    let date = "Fri, 20 Nov 2026 15:58:00 +0000";
    format!("From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{subject}@x.example>\r\n\r\n{body}\r\n")
        .replace(" @x", "@x")
        .into_bytes()
}

/// The plain text of what was received.
fn text_of(received: &Received) -> String {
    let parsed = MessageParser::default().parse(&received.message).unwrap();
    let text = parsed.body_text(0).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The subject lines of what was received, without references.
fn subjects(received: &[&Received]) -> Vec<String> {
    let subject = |one: &&Received| {
        let parsed = MessageParser::default().parse(&one.message).unwrap();
        let subject = parsed.subject().unwrap().to_owned();
        subject.split(" (").next().unwrap().to_owned()
    };
    received.iter().map(subject).collect()
}
