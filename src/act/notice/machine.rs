//! The part of a notice that programs read: a delivery status (RFC 3464), or our own fields in the same form.
//!
//! Only reports about delivery are delivery status notifications.
//! Mail programs show those in a form of their own, with the human part folded away,
//! and a held or returned message must be explained in plain sight; so its notice has a type of its own.

use jiff::Timestamp;

use crate::act::deliver::reply::Reply;
use crate::act::header;
use crate::act::notice::About;
use crate::mail::address::Address;
use crate::store::recipient::RecipientState;
use crate::store::work::Notice;

/// What a delivery report says became of a recipient (RFC 3464 section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// For good.
    Failed,
    /// We go on trying, until then.
    Delayed(Timestamp),
    /// Handed to a system that sends no reports.
    Relayed,
}

/// `message/delivery-status`: ASCII, CRLF line ends.
pub(super) fn delivery_status(about: &About<'_>, hostname: &str, action: Action) -> String {
    let mut status = field("Reporting-MTA", &format!("dns; {hostname}"));
    if let Some(envelope_id) = &about.facts.envelope.asked.envelope_id {
        status += &field("Original-Envelope-Id", &from_xtext(envelope_id));
    }
    status += &field("Arrival-Date", &header::date(about.facts.received));
    for state in about.states {
        status += "\r\n";
        status += &recipient_status(about, state, action);
    }
    status
}

fn recipient_status(about: &About<'_>, state: &RecipientState, action: Action) -> String {
    let asked = about.facts.envelope.recipients.iter();
    let mut asked = asked.filter(|recipient| recipient.address == state.address);
    let original = asked
        .next()
        .and_then(|recipient| recipient.original.as_deref());
    let reply = state.reply.as_deref().map(said);
    let mut status = String::new();
    if let Some(original) = original {
        status += &field("Original-Recipient", &from_xtext(original));
    }
    status += &field("Final-Recipient", &typed(&state.address));
    let (word, class) = match action {
        Action::Failed => ("failed", '5'),
        Action::Delayed(_) => ("delayed", '4'),
        Action::Relayed => ("relayed", '2'),
    };
    status += &field("Action", word);
    let code = reply
        .as_ref()
        .map_or_else(|| "0.0.0".to_owned(), Reply::status);
    // The status agrees with the action, also where the last reply was only about the last attempt (RFC 3464 section 2.3.4).
    let code = code.split_once('.').map_or("0.0", |(_, rest)| rest);
    status += &field("Status", &format!("{class}.{code}"));
    if let Some(hop) = &state.hop {
        status += &field("Remote-MTA", &format!("dns; {hop}"));
        if let Some(reply) = &reply {
            status += &field("Diagnostic-Code", &format!("smtp; {reply}"));
        }
    }
    status += &field("Last-Attempt-Date", &header::date(state.changed));
    if let Action::Delayed(until) = action {
        status += &field("Will-Retry-Until", &header::date(until));
    }
    status
}

/// Our own fields, for every other notice.
pub(super) fn notice_fields(about: &About<'_>, notice: Notice) -> String {
    let mut fields = field("Notice", &word(notice));
    fields += &field("Reference", about.facts.id.as_str());
    fields += &field("Arrival-Date", &header::date(about.facts.received));
    let judged = &about.facts.judgement.recipients;
    for state in about.states {
        let clauses = judged.iter().find(|judged| judged.address == state.address);
        let clauses = clauses.map_or_else(String::new, |judged| judged.clauses.join(", "));
        fields += "\r\n";
        fields += &field("Recipient", &typed(&state.address));
        fields += &field("Verdict", state.verdict.as_str());
        fields += &field("Disposition", state.disposition.as_str());
        fields += &field("Clauses", &clauses);
    }
    fields
}

/// The notice as one word, as the store writes it.
pub(super) fn word(notice: Notice) -> String {
    let word = serde_json::to_value(notice).ok();
    let word = word.as_ref().and_then(serde_json::Value::as_str);
    word.unwrap_or("notice").to_owned()
}

/// One field on one line; what is not printable ASCII becomes `?`.
fn field(name: &str, value: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_graphic() || c == ' ' {
            c
        } else {
            '?'
        }
    };
    let value: String = value.chars().take(800).map(plain).collect();
    format!("{name}: {value}\r\n")
}

/// A reply as the store keeps it: `550 5.1.1 no such user`.
fn said(text: &str) -> Reply {
    let (code, rest) = text.split_once(' ').unwrap_or((text, ""));
    match code.parse() {
        Ok(code @ 200..=599) => Reply::new(code, rest),
        Ok(_) | Err(_) => Reply::new(550, text),
    }
}

/// An address with its type; beyond ASCII in the escaped form of RFC 6533 section 3.
fn typed(address: &Address) -> String {
    if address.as_str().is_ascii() {
        return format!("rfc822; {address}");
    }
    let escaped = address.as_str().chars().map(|c| {
        if c.is_ascii() {
            c.to_string()
        } else {
            format!("\\x{{{:X}}}", u32::from(c))
        }
    });
    format!("utf-8; {}", escaped.collect::<String>())
}

/// Undoes xtext (RFC 3461 section 4): `+3D` is `=`.
fn from_xtext(text: &str) -> String {
    let mut pieces = text.split('+');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let octet = piece
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let (Some(octet), Some(rest)) = (octet, piece.get(2..)) {
            plain.push(char::from(octet));
            plain.push_str(rest);
        } else {
            plain.push('+');
            plain.push_str(piece);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xtext_is_undone_and_broken_xtext_is_left() {
        assert_eq!(from_xtext("abc+3D1+2B2"), "abc=1+2");
        assert_eq!(from_xtext("a+zz+"), "a+zz+");
    }

    #[test]
    fn a_field_never_becomes_two_lines() {
        assert_eq!(
            field("Status", "5.1.1\r\nBcc: x"),
            "Status: 5.1.1??Bcc: x\r\n"
        );
    }

    #[test]
    fn an_address_beyond_ascii_is_escaped() {
        let address = "jürgen@schule.example".parse().unwrap();
        assert_eq!(typed(&address), "utf-8; j\\x{FC}rgen@schule.example");
    }
}
