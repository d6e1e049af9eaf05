//! The one place where an outcome, a refusal or a fault becomes an SMTP code.
//!
//! Codes follow RFC 5321 section 4.2, enhanced codes RFC 3463 and the IANA registry.
//! Every text is one a mail administrator can act on; none carries content of a message.

use std::net::IpAddr;

use crate::mail::outcome::{Outcome, Refusal};
use crate::receive::Settings;
use crate::receive::command::Wrong;
use crate::receive::data::Fault;
use crate::receive::limits::Limits;
use crate::receive::lines::{Reply, wrapped};
use crate::receive::senders::NotOurs;
use crate::receive::visit::Visit;

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
/// 452: no room in the store for the message now.
pub(crate) const FULL: Reply = Reply::fixed(
    452,
    "4.3.1",
    "The store is full; please send the message again later",
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
/// 250 to a chunk that is not the last.
pub(crate) const CHUNK_OK: Reply = Reply::fixed(250, "2.0.0", "Chunk taken");
/// 235: logged in (RFC 4954 section 6).
pub(crate) const LOGGED_IN: Reply = Reply::fixed(235, "2.7.0", "Logged in");
/// 501: the client gave up.
pub(crate) const LOGIN_CANCELLED: Reply = Reply::fixed(501, "5.7.0", "Login cancelled");
/// 501: not what was asked for.
pub(crate) const LOGIN_MALFORMED: Reply =
    Reply::fixed(501, "5.5.2", "Not the base64 of a name and a password");
/// 503: logged in before.
pub(crate) const LOGGED_IN_ALREADY: Reply = Reply::fixed(503, "5.5.1", "Logged in already");
/// 535: wrong name or wrong password; which of them is not said.
pub(crate) const LOGIN_WRONG: Reply = Reply::fixed(535, "5.7.8", "Name or password is wrong");
/// 454: whoever guesses passwords is asked to come back later.
pub(crate) const TOO_MANY_LOGINS: Reply = Reply::fixed(
    454,
    "4.7.0",
    "Too many logins from your address have failed; please try again later",
);
/// 454: the accounts cannot be read.
pub(crate) const NO_ACCOUNTS: Reply = Reply::fixed(
    454,
    "4.7.0",
    "Logins cannot be checked now; please try again later",
);
/// 538: a password in clear would be anybody's (RFC 4954 section 6).
pub(crate) const TLS_FIRST: Reply = Reply::fixed(
    538,
    "5.7.11",
    "Passwords are taken over TLS only; say STARTTLS first",
);
/// 530: submission in clear (RFC 8314).
pub(crate) const STARTTLS_FIRST: Reply =
    Reply::fixed(530, "5.7.0", "Say STARTTLS first, then log in");
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
/// 555: RFC 3030's binary messages.
pub(crate) const NO_BINARY: Reply = Reply::fixed(555, "5.5.4", "BODY=BINARYMIME is not offered");

/// What the end of a message is answered with: 250 for what is committed, and for nothing else.
pub(crate) fn outcome(outcome: &Outcome) -> Reply {
    match outcome {
        Outcome::Accepted(id) => Reply::new(250, "2.0.0", format!("Accepted, reference {id}")),
        Outcome::Rejected { explanation, .. } => Reply::new(550, "5.7.1", wrapped(explanation)),
    }
}

/// What a message is answered with that could not be taken; the client keeps it and tries again.
pub(crate) fn refusal(refusal: &Refusal) -> Reply {
    let (enhanced, why) = match refusal {
        Refusal::Full => return FULL,
        Refusal::Store(_) => ("4.3.0", "The message could not be stored"),
        Refusal::Inspection(_) => ("4.7.1", "The message could not be inspected"),
        Refusal::Busy => ("4.3.2", "Too many messages in hand"),
    };
    later(enhanced, why)
}

/// The handler died or took too long: nothing is promised.
pub(crate) fn unanswered() -> Reply {
    later("4.3.0", "The message could not be handled")
}

fn later(enhanced: &'static str, why: &str) -> Reply {
    Reply::new(451, enhanced, format!("{why}; please send it again later"))
}

/// 554: the message has been here, or nearly everywhere, before.
pub(crate) const LOOPING: Reply = Reply::fixed(
    554,
    "5.4.6",
    "Mail loop: the message has passed this gateway, or too many systems, already",
);

/// 334: a question of a login, in base64.
pub(crate) fn question(question: &'static str) -> Reply {
    Reply::fixed(334, "", question)
}

/// 550: the sender is of a domain that this gateway, or this account, does not send for.
pub(crate) fn not_ours(sender: &NotOurs) -> Reply {
    let text = match sender {
        NotOurs::Foreign(domain) => format!("This gateway does not send mail for {domain}"),
        NotOurs::OtherSchool(domain) => {
            format!(
                "The account that is logged in does not send mail for {domain}: its school has other domains"
            )
        }
    };
    Reply::new(550, "5.7.1", text)
}

/// Why a message was thrown away.
pub(crate) fn fault(fault: Fault, limits: &Limits) -> Reply {
    match fault {
        Fault::TooLarge => too_large(limits.message),
        Fault::LineTooLong => {
            let limit = limits.data_line;
            let text = format!("A line of the message is longer than {limit} octets");
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
        Wrong::Chunk => Reply::fixed(501, "5.5.4", "Expected: BDAT chunk-size [LAST]; closing"),
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
        "{}\nPIPELINING\nSIZE {size}\n8BITMIME\nSMTPUTF8\nCHUNKING\nDSN\nENHANCEDSTATUSCODES\n",
        settings.hostname
    );
    let encrypted = visit.client.tls.is_some();
    if settings.tls.is_some() && !encrypted {
        text.push_str("STARTTLS\n");
    }
    if encrypted {
        text.push_str("REQUIRETLS\n");
    }
    if encrypted && settings.accounts.is_some() {
        text.push_str("AUTH PLAIN LOGIN\n");
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
