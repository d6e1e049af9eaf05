//! Replies: the one place where an outcome, a refusal or a fault becomes an SMTP code.
//!
//! Codes follow RFC 5321 section 4.2, enhanced codes RFC 3463 and the IANA registry.
//! Every text is one a mail administrator can act on; none carries content of a message.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::mail::id::MessageId;
use crate::mail::outcome::{Outcome, Refusal};
use crate::receive::Settings;
use crate::receive::command::Wrong;
use crate::receive::data::Fault;
use crate::receive::limits::Limits;
use crate::receive::visit::Visit;

/// Room for text in one reply line: 512 octets less the codes and the line end (RFC 5321 section 4.5.3.1.5).
const LINE: usize = 200;

/// One reply: a code, an enhanced code unless the reply has none, and one or more lines of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    code: u16,
    enhanced: &'static str,
    text: Cow<'static, str>,
}

impl Reply {
    /// A reply that never changes; `enhanced` is empty for greetings, EHLO and 354 (RFC 2034 section 4).
    pub(crate) const fn fixed(code: u16, enhanced: &'static str, text: &'static str) -> Self {
        Self {
            code,
            enhanced,
            text: Cow::Borrowed(text),
        }
    }

    /// A reply with a text of its own; an LF begins a new line of the reply.
    pub(crate) fn new(code: u16, enhanced: &'static str, text: String) -> Self {
        Self {
            code,
            enhanced,
            text: Cow::Owned(text),
        }
    }

    /// Whether the client did something wrong, as far as counting errors goes.
    pub(crate) fn is_error(&self) -> bool {
        self.code >= 500
    }

    /// The reply as octets with CRLF line ends.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(self.text.len() + 32);
        let mut lines = self.text.split('\n').peekable();
        while let Some(line) = lines.next() {
            let mark = if lines.peek().is_some() { '-' } else { ' ' };
            octets.extend_from_slice(format!("{}{mark}", self.code).as_bytes());
            if !self.enhanced.is_empty() {
                octets.extend_from_slice(self.enhanced.as_bytes());
                octets.push(b' ');
            }
            octets.extend(line.chars().map(printable));
            octets.extend_from_slice(b"\r\n");
        }
        octets
    }
}

/// Replies are ASCII: a client need not understand more (RFC 5321 section 4.2).
fn printable(c: char) -> u8 {
    match c {
        '‘' | '’' => b'\'',
        '“' | '”' => b'"',
        '–' | '—' => b'-',
        ' '..='~' => u8::try_from(c).unwrap_or(b'?'),
        _ => b'?',
    }
}

/// Breaks a long explanation at spaces into lines that fit a reply.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let mut length = 0;
    for word in text.split_whitespace() {
        let word: String = word.chars().take(LINE).collect();
        let room = LINE.saturating_sub(length);
        match (length, word.chars().count()) {
            (0, count) => length = count,
            (_, count) if count < room => {
                wrapped.push(' ');
                length += count + 1;
            }
            (_, count) => {
                wrapped.push('\n');
                length = count;
            }
        }
        wrapped.push_str(&word);
    }
    wrapped
}

/// 221, the answer to QUIT.
pub(crate) const GOODBYE: Reply = Reply::fixed(221, "2.0.0", "Goodbye");
/// 250 to RSET.
pub(crate) const FORGOTTEN: Reply = Reply::fixed(250, "2.0.0", "Forgotten");
/// 250 to NOOP.
pub(crate) const NOTHING_DONE: Reply = Reply::fixed(250, "2.0.0", "Nothing done");
/// 250 to MAIL.
pub(crate) const SENDER_OK: Reply = Reply::fixed(250, "2.1.0", "Sender ok");
/// 250 to RCPT.
pub(crate) const RECIPIENT_OK: Reply = Reply::fixed(250, "2.1.5", "Recipient ok");
/// 354, the go-ahead for a message.
pub(crate) const GO_AHEAD: Reply = Reply::fixed(354, "", "Send the message; end it with CRLF.CRLF");
/// 252: nothing is disclosed (RFC 5321 section 7.3).
pub(crate) const NOT_VERIFIED: Reply =
    Reply::fixed(252, "2.1.5", "Not verified; send a message and see");
/// 214.
pub(crate) const HELP: Reply = Reply::fixed(
    214,
    "2.0.0",
    "schoolgate checks outgoing school mail; for help write to the postmaster of this host",
);
/// 220 to STARTTLS.
pub(crate) const BEGIN_TLS: Reply = Reply::fixed(220, "2.0.0", "Begin the TLS handshake");
/// 452: no memory for the message now.
pub(crate) const NO_ROOM: Reply = Reply::fixed(
    452,
    "4.3.1",
    "Too much mail in hand; please send it again later",
);
/// 500: a line that ends in LF alone.
pub(crate) const BARE_LINE_END: Reply =
    Reply::fixed(500, "5.5.2", "A command ends with CRLF; closing");
/// 503: MAIL before EHLO.
pub(crate) const EHLO_FIRST: Reply = Reply::fixed(503, "5.5.1", "Say EHLO first");
/// 503: RCPT, DATA or BDAT before MAIL.
pub(crate) const MAIL_FIRST: Reply = Reply::fixed(503, "5.5.1", "Say MAIL first");
/// 503: MAIL in the middle of a message.
pub(crate) const NESTED: Reply = Reply::fixed(
    503,
    "5.5.1",
    "A message is being given already; end it or say RSET",
);
/// 503: a command that cannot come between chunks of a message (RFC 3030 section 2).
pub(crate) const BEGUN: Reply =
    Reply::fixed(503, "5.5.1", "The message has begun; finish it or say RSET");
/// 503: STARTTLS within TLS.
pub(crate) const ENCRYPTED: Reply =
    Reply::fixed(503, "5.5.1", "The connection is encrypted already");
/// 530: submission without login (RFC 4954 section 6).
pub(crate) const LOG_IN_FIRST: Reply = Reply::fixed(530, "5.7.0", "Log in first");
/// 553: an address beyond ASCII without SMTPUTF8 (RFC 6531 section 3.5).
pub(crate) const NEEDS_UTF8: Reply = Reply::fixed(
    553,
    "5.6.7",
    "An address beyond ASCII needs the SMTPUTF8 parameter of MAIL",
);
/// 554: the client is a web browser.
pub(crate) const NOT_HTTP: Reply = Reply::fixed(554, "5.5.0", "This is not a web server; closing");
/// 554: the client did not wait for a reply it must wait for (RFC 2920 section 3.1).
pub(crate) const PIPELINED: Reply = Reply::fixed(
    554,
    "5.5.0",
    "The client did not wait for a reply it must wait for; closing",
);
/// 554: no RCPT was accepted.
pub(crate) const NO_RECIPIENTS: Reply = Reply::fixed(554, "5.5.1", "No valid recipients");
/// 554: the message has been here, or nearly everywhere, before.
pub(crate) const LOOPING: Reply = Reply::fixed(
    554,
    "5.4.6",
    "Mail loop: the message has passed this gateway, or too many systems, already",
);
/// 555: RFC 3030's binary messages.
pub(crate) const NO_BINARY: Reply = Reply::fixed(555, "5.5.4", "BODY=BINARYMIME is not offered");

/// What the end of a message is answered with: 250 for what is committed, and for nothing else.
pub(crate) fn outcome(outcome: &Outcome) -> Reply {
    match outcome {
        Outcome::Accepted(id) => Reply::new(250, "2.0.0", format!("Accepted, reference {id}")),
        Outcome::Rejected { id, explanation } => Reply::new(
            550,
            "5.7.1",
            wrapped(&format!("{explanation} (reference {id})")),
        ),
    }
}

/// What a message is answered with that could not be taken; the client keeps it and tries again.
pub(crate) fn refusal(refusal: &Refusal, session: &MessageId) -> Reply {
    let (enhanced, why) = match refusal {
        Refusal::Store(_) => ("4.3.0", "The message could not be stored"),
        Refusal::Inspection(_) => ("4.7.1", "The message could not be inspected"),
        Refusal::Busy => ("4.3.2", "Too many messages in hand"),
    };
    later(enhanced, why, session)
}

/// The handler died or took too long: nothing is promised.
pub(crate) fn unanswered(session: &MessageId) -> Reply {
    later("4.3.0", "The message could not be handled", session)
}

fn later(enhanced: &'static str, why: &str, session: &MessageId) -> Reply {
    Reply::new(
        451,
        enhanced,
        format!("{why}; please send it again later (session {session})"),
    )
}

/// Why a message was thrown away.
pub(crate) fn fault(fault: Fault, limits: &Limits) -> Reply {
    match fault {
        Fault::TooLarge => too_large(limits.message),
        Fault::LineTooLong => {
            let text = format!(
                "A line of the message is longer than {} octets",
                limits.data_line
            );
            Reply::new(550, "5.6.0", text)
        }
        Fault::BareLineEnd => Reply::fixed(
            550,
            "5.6.11",
            "The message has a CR or LF that is no CRLF line end (SMTP smuggling); the sending system must correct it",
        ),
        Fault::Nul => Reply::fixed(
            550,
            "5.6.11",
            "The message has a NUL character, which no message may have",
        ),
        Fault::NoRoom => NO_ROOM,
    }
}

/// What is wrong with a line that is no command.
pub(crate) fn wrong(wrong: &Wrong) -> Reply {
    match wrong {
        Wrong::Unknown => Reply::fixed(500, "5.5.2", "Not a command this gateway knows"),
        Wrong::NotOffered => Reply::fixed(502, "5.5.1", "Not offered here"),
        Wrong::Syntax(right) => Reply::new(501, "5.5.4", format!("Expected: {right}")),
        Wrong::Value(name) => Reply::new(501, "5.5.4", format!("Not a value that {name} can have")),
        Wrong::Parameter => Reply::fixed(555, "5.5.4", "A parameter that was not offered"),
        Wrong::Sender => Reply::fixed(501, "5.1.7", "The sender is not an address"),
        Wrong::Recipient => Reply::fixed(501, "5.1.3", "The recipient is not an address"),
        Wrong::Mechanism => Reply::fixed(504, "5.5.4", "Not a way to log in that is offered here"),
        Wrong::Characters => Reply::fixed(
            501,
            "5.5.2",
            "A command is UTF-8 text without control characters",
        ),
    }
}

/// 220, the greeting.
pub(crate) fn greeting(hostname: &str) -> Reply {
    Reply::new(220, "", format!("{hostname} ESMTP schoolgate"))
}

/// EHLO: the name, then what is offered to this client now.
pub(crate) fn extensions(settings: &Settings, visit: &Visit) -> Reply {
    let size = settings.limits.message;
    let mut text = format!(
        "{}\nPIPELINING\nSIZE {size}\n8BITMIME\nSMTPUTF8\nDSN\nENHANCEDSTATUSCODES\n",
        settings.hostname
    );
    if settings.tls.is_some() && visit.client.tls.is_none() {
        text.push_str("STARTTLS\n");
    }
    text.push_str("HELP");
    Reply::new(250, "", text)
}

/// The client may not send mail through this gateway.
pub(crate) fn relay_denied(client: IpAddr) -> Reply {
    let text =
        format!("{client} may not send mail here: it is not on this gateway's list of networks");
    Reply::new(550, "5.7.1", text)
}

/// The message, as announced or as received, is larger than the limit.
pub(crate) fn too_large(limit: usize) -> Reply {
    let text = format!("The message is larger than this gateway takes ({limit} octets)");
    Reply::new(552, "5.3.4", text)
}

/// 452: the client sends to the rest of the recipients in another transaction.
pub(crate) fn too_many_recipients(limit: usize) -> Reply {
    let text = format!("At most {limit} recipients at a time; send to the others next");
    Reply::new(452, "4.5.3", text)
}

/// 500: a line too long to be a command.
pub(crate) fn line_too_long(limit: usize) -> Reply {
    Reply::new(
        500,
        "5.5.2",
        format!("A command has at most {limit} octets; closing"),
    )
}

/// 421 because of time: the client was silent, or slower than the slowest allowed.
pub(crate) fn timed_out(hostname: &str) -> Reply {
    Reply::new(
        421,
        "4.4.2",
        format!("{hostname} waited too long for the client; closing"),
    )
}

/// 421 because the gateway is stopping.
pub(crate) fn stopping(hostname: &str) -> Reply {
    Reply::new(
        421,
        "4.3.2",
        format!("{hostname} is stopping; please try again in a moment"),
    )
}

/// 421 because a limit on connections is reached.
pub(crate) fn too_many_connections(hostname: &str) -> Reply {
    let text = format!("{hostname} has too many connections open; please try again later");
    Reply::new(421, "4.7.0", text)
}

/// 421 because the client made too many errors.
pub(crate) fn too_many_errors(hostname: &str) -> Reply {
    Reply::new(
        421,
        "4.7.0",
        format!("{hostname} has seen too many errors; closing"),
    )
}

/// 421 after the last message this connection may give.
pub(crate) fn too_many_messages(hostname: &str) -> Reply {
    let text =
        format!("{hostname} takes no more messages over this connection; please open another");
    Reply::new(421, "4.7.0", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_explanation_becomes_several_lines_that_all_fit() {
        let explanation = "This message names a pupil. ".repeat(40);
        let id = MessageId::from_random([7; 8]);
        let octets = outcome(&Outcome::Rejected { id, explanation }).octets();
        let text = String::from_utf8(octets).unwrap();
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert!(lines.len() > 1);
        let (last, rest) = lines.split_last().unwrap();
        assert!(
            rest.iter()
                .all(|line| line.starts_with("550-5.7.1 ") && line.len() < 510)
        );
        assert!(last.starts_with("550 5.7.1 "), "{last}");
    }

    #[test]
    fn an_explanation_cannot_break_out_of_its_reply() {
        let explanation = "no\r\n250 2.0.0 yes — “really”".to_owned();
        let id = MessageId::from_random([7; 8]);
        let octets = outcome(&Outcome::Rejected { id, explanation }).octets();
        let text = String::from_utf8(octets).unwrap();
        assert_eq!(text.matches("\r\n").count(), 1);
        assert!(text.contains("no 250 2.0.0 yes - \"really\""), "{text}");
    }
}
