//! Notices: what senders, reviewers and the data protection officer are told, ready to be sent.
//!
//! A `multipart/report` (RFC 6522): a letter to a person, then fields for programs,
//! then, for reports about delivery, the header of the message.
//! Never its content: what was found is masked, and what was stopped is not sent back.
//! Notices go out with the null sender and `Auto-Submitted: auto-generated` (RFC 3834), so that nothing answers them.

mod header;
mod letter;
mod machine;
pub mod page;
mod reviewer;
mod sender;
mod status;
mod words;

use jiff::{SignedDuration, Timestamp};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address as HeaderAddress;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId as HeaderId;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use crate::act::desk::Desk;
use crate::act::notice::letter::Letter;
use crate::act::notice::machine::Action;
use crate::act::quoted;
use crate::mail::address::Address;
use crate::secret::Redacted;
use crate::store::recipient::RecipientState;
use crate::store::record::Facts;
use crate::store::work::Notice;

/// What a notice is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The message.
    pub(crate) facts: &'a Facts,
    /// The recipients the notice speaks of.
    pub(crate) states: &'a [RecipientState],
    /// Every recipient of the message.
    pub(crate) everybody: &'a [RecipientState],
    /// The password, where the notice is to tell it.
    pub(crate) password: Option<&'a Redacted<String>>,
    /// The message as it came, for the header in a report about delivery.
    pub(crate) raw: Option<&'a [u8]>,
}

/// Who writes, and by which clocks.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    /// The school's.
    pub(crate) desk: &'a Desk,
    /// This gateway, in Message-ID and Reporting-MTA.
    pub(crate) hostname: &'a str,
    /// Now.
    pub(crate) now: Timestamp,
    /// How long a hold waits for an answer.
    pub(crate) hold_ends: SignedDuration,
    /// How long a delivery is tried.
    pub(crate) give_up: SignedDuration,
}

/// Writes one notice to one person, as it goes over the wire.
///
/// # Errors
/// Only what writing to memory can fail with.
pub(crate) fn compose(
    notice: Notice,
    to: &Address,
    about: &About<'_>,
    writer: &Writer<'_>,
) -> std::io::Result<Vec<u8>> {
    let letter = letter(notice, about, writer);
    let facts = about.facts;
    let id = format!("{}.{}@{}", facts.id, machine::word(notice), writer.hostname);
    let desk = writer.desk;
    let from = HeaderAddress::new_address(Some("schoolgate"), desk.from.as_str());
    let mut message = MessageBuilder::new()
        .from(from)
        .to(HeaderAddress::new_address(None::<&str>, to.as_str()))
        .subject(one_line(&letter.subject))
        .header("Date", Raw::new(crate::act::header::date(writer.now)))
        .message_id(id)
        .header("Auto-Submitted", Raw::new("auto-generated"))
        // Exchange answers whatever does not tell it not to.
        .header("X-Auto-Response-Suppress", Raw::new("All"));
    if let Some(original) = facts.header_id.as_deref().filter(|id| is_plain_id(id)) {
        message = message
            .in_reply_to(HeaderId::new(original))
            .references(HeaderId::new(original));
    }
    message
        .body(report(&letter, notice, about, writer))
        .write_to_vec()
}

fn letter(notice: Notice, about: &About<'_>, writer: &Writer<'_>) -> Letter {
    let desk = writer.desk;
    match notice {
        Notice::Held => sender::held(about, desk, writer.hold_ends),
        Notice::Returned => sender::returned(about, desk),
        Notice::Released => sender::released(about, desk),
        Notice::Password => {
            let password = about.password.map(Redacted::reveal);
            sender::password(about, desk, password.map_or("", String::as_str))
        }
        Notice::Review => reviewer::review(about, desk),
        Notice::Reminder => reviewer::reminder(about, desk),
        Notice::Escalation => reviewer::escalation(about, desk),
        Notice::Incident => reviewer::incident(about, desk),
        Notice::Bounce => status::bounce(about, desk),
        Notice::Delay => status::delay(about, desk, gives_up(about, writer)),
        Notice::Delivered => status::delivered(about, desk),
    }
}

/// The `multipart/report` with its parts.
fn report<'x>(
    letter: &Letter,
    notice: Notice,
    about: &About<'_>,
    writer: &Writer<'_>,
) -> MimePart<'x> {
    let action = match notice {
        Notice::Bounce => Some(Action::Failed),
        Notice::Delay => Some(Action::Delayed(gives_up(about, writer))),
        Notice::Delivered => Some(Action::Relayed),
        Notice::Held
        | Notice::Returned
        | Notice::Released
        | Notice::Password
        | Notice::Review
        | Notice::Reminder
        | Notice::Escalation
        | Notice::Incident => None,
    };
    let human = MimePart::new(
        "multipart/alternative",
        vec![
            text_part("text/plain", &letter.text()),
            text_part("text/html", &letter.html()),
        ],
    );
    let Some(action) = action else {
        let fields = machine::notice_fields(about, notice);
        let kind = "vnd.schoolgate.notice";
        let fields = plain_part(&format!("application/{kind}"), fields);
        return multipart_report(kind, vec![human, fields]);
    };
    let status = machine::delivery_status(about, writer.hostname, action);
    let mut parts = vec![human, plain_part("message/delivery-status", status)];
    if let Some(raw) = about.raw {
        let returned = header::to_return(raw, about);
        parts.push(text_part("text/rfc822-headers", &returned));
    }
    multipart_report("delivery-status", parts)
}

fn multipart_report<'x>(kind: &str, parts: Vec<MimePart<'x>>) -> MimePart<'x> {
    // Written as others write it, without the quotes that mail-builder gives every parameter:
    // not everything that looks for reports knows them.
    let content_type = format!("multipart/report; report-type={kind}");
    MimePart::new(ContentType::new(content_type), parts)
}

/// Text in UTF-8, in lines that every server takes.
fn text_part<'x>(content_type: &'static str, text: &str) -> MimePart<'x> {
    let encoded = quoted::printable(text.as_bytes());
    let plain = text
        .replace("\r\n", "\n")
        .replace('\n', "\r\n")
        .into_bytes();
    let coding = if encoded == plain {
        "7bit"
    } else {
        "quoted-printable"
    };
    MimePart::new(
        ContentType::new(content_type).attribute("charset", "utf-8"),
        BodyPart::Binary(encoded.into()),
    )
    .transfer_encoding(coding)
}

/// Fields in ASCII, as they are.
fn plain_part<'x>(content_type: &str, fields: String) -> MimePart<'x> {
    MimePart::new(
        ContentType::new(content_type.to_owned()),
        BodyPart::Binary(fields.into_bytes().into()),
    )
    .transfer_encoding("7bit")
}

fn gives_up(about: &About<'_>, writer: &Writer<'_>) -> Timestamp {
    let received = about.facts.received;
    received.saturating_add(writer.give_up).unwrap_or(received)
}

/// A header value stays one: mail-builder writes line ends as they are.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.len() < 900 && id.bytes().all(|octet| octet.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
