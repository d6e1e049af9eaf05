//! One line to one [`Command`]: `smtp-proto` behind samotop's `Parser` trait.
//!
//! Total: what is no command becomes [`Command::Wrong`] with the reason.
//! Follows RFC 5321 section 4.1.1, RFC 1870 (SIZE), 3461 (DSN), 6531 (SMTPUTF8), 8689 (REQUIRETLS), 3030 (BDAT), 4954 (AUTH).
//!
//! `smtp-proto` 0.2.5 forgives what a relay must not, so [`Grammar`] looks first:
//! a number of more than twenty digits starts again from zero, `DATA` and `STARTTLS` take arguments,
//! control characters and bytes that are no UTF-8 pass, and paths are read by [`path`].

mod path;

use std::borrow::Cow;
use std::str::from_utf8;

use samotop_core::smtp::{ParseError, ParseResult, Parser, SmtpContext};
use smtp_proto::{
    AUTH_LOGIN, AUTH_PLAIN, Error, MAIL_BODY_8BITMIME, MAIL_BODY_BINARYMIME, MAIL_REQUIRETLS,
    MAIL_RET_FULL, MAIL_RET_HDRS, MAIL_SMTPUTF8, RCPT_NOTIFY_DELAY, RCPT_NOTIFY_FAILURE,
    RCPT_NOTIFY_NEVER, RCPT_NOTIFY_SUCCESS, Request,
};

use crate::mail::address::Address;
use crate::mail::envelope::{MailParameters, Recipient};
use crate::receive::command::path::Path;

/// One command of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// `EHLO name`.
    Ehlo(String),
    /// `HELO name`.
    Helo(String),
    /// `MAIL FROM:<path> [parameters]`.
    Mail(Mail),
    /// `RCPT TO:<path> [parameters]`.
    Rcpt(Box<Recipient>),
    /// `RCPT TO:<postmaster>`: the postmaster of this gateway (RFC 5321 section 4.5.1).
    RcptPostmaster,
    /// `DATA`.
    Data,
    /// `BDAT size [LAST]`.
    Bdat(Chunk),
    /// `RSET`.
    Rset,
    /// `NOOP`.
    Noop,
    /// `QUIT`.
    Quit,
    /// `VRFY string`.
    Vrfy,
    /// `HELP`.
    Help,
    /// `STARTTLS`.
    StartTls,
    /// `AUTH mechanism [initial response]`.
    Auth(Mechanism, Option<String>),
    /// The first line of an HTTP request, or a header of one.
    Http,
    /// Not a command this door understands.
    Wrong(Wrong),
}

/// What `MAIL FROM` said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    /// The reverse-path; `None` is `<>`.
    pub(crate) sender: Option<Address>,
    /// `SIZE=`; a number too great for 64 bits is `u64::MAX`.
    pub(crate) size: Option<u64>,
    /// `BODY=BINARYMIME`, which is not offered.
    pub(crate) binary: bool,
    /// What travels with the message.
    pub(crate) asked: MailParameters,
}

/// What `BDAT` announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Octets that follow the command.
    pub(crate) octets: u64,
    /// Whether the message ends with them.
    pub(crate) last: bool,
}

/// A SASL mechanism by which the door lets clients in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mechanism {
    /// RFC 4616.
    Plain,
    /// The two questions that copiers know.
    Login,
}

/// Why a line is no command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// No such verb.
    Unknown,
    /// A verb that is known and not offered, such as `EXPN`.
    NotOffered,
    /// The right verb with the wrong shape; the right one is given.
    Syntax(&'static str),
    /// A known parameter with a wrong value.
    Value(&'static str),
    /// A parameter that was never offered.
    Parameter,
    /// The reverse-path is no address.
    Sender,
    /// The forward-path is no address.
    Recipient,
    /// A chunk whose length is no number: nobody knows where the next command begins.
    Chunk,
    /// An AUTH mechanism that is not offered.
    Mechanism,
    /// Control characters, or octets that are no UTF-8.
    Characters,
}

/// The grammar of commands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grammar;

impl Parser<Command> for Grammar {
    /// Takes one line with its CRLF from the front of `input`.
    fn parse(&self, input: &[u8], state: &SmtpContext) -> ParseResult<Command> {
        if state.session.mode.is_some() {
            return Err(ParseError::Mismatch("not a command".to_owned()));
        }
        match input.windows(2).position(|pair| pair == b"\r\n") {
            Some(end) => {
                let line = input.get(..end).unwrap_or_default();
                Ok((end + 2, command(line)))
            }
            None => Err(ParseError::Incomplete),
        }
    }
}

/// Reads one line without its line end.
pub(crate) fn command(line: &[u8]) -> Command {
    let text = match from_utf8(line) {
        Ok(text) if !text.contains(|c: char| c.is_control() && c != '\t') => text,
        Ok(_) | Err(_) => return Command::Wrong(Wrong::Characters),
    };
    if is_http(text) {
        return Command::Http;
    }
    let (path, line) = match path::taken_out(text) {
        Some((Path::Wrong, _)) if is_rcpt(text) => return Command::Wrong(Wrong::Recipient),
        Some((Path::Wrong, _)) => return Command::Wrong(Wrong::Sender),
        Some((path, line)) => (path, Cow::Owned(line)),
        None => (Path::Wrong, Cow::Borrowed(text)),
    };
    let terminated = format!("{}\r\n", known_address_type(&line));
    match Request::parse(&mut terminated.as_bytes().iter()) {
        Ok(request) => from_request(request, path, &line),
        Err(error) => from_error(&error, &line),
    }
}

/// `smtp-proto` knows addresses of type `rfc822` only, and DSN with SMTPUTF8 has `utf-8`, too (RFC 6533 section 3).
fn known_address_type(text: &str) -> Cow<'_, str> {
    match parameter(text, "ORCPT").and_then(|original| original.split_once(';')) {
        Some((kind, address)) if kind.eq_ignore_ascii_case("utf-8") => {
            Cow::Owned(text.replace(&format!("{kind};{address}"), "rfc822;known"))
        }
        Some(_) | None => Cow::Borrowed(text),
    }
}

fn is_rcpt(text: &str) -> bool {
    text.trim_start().starts_with(['R', 'r'])
}

fn from_request(request: Request<Cow<'_, str>>, path: Path, text: &str) -> Command {
    let bare = !text.trim_end().contains([' ', '\t']);
    match request {
        Request::Ehlo { host } => Command::Ehlo(host.into_owned()),
        Request::Helo { host } => Command::Helo(host.into_owned()),
        Request::Mail { from } => mail(path, from.flags, text),
        Request::Rcpt { to } => recipient(path, to.flags, text),
        Request::Data if bare => Command::Data,
        Request::Data => Command::Wrong(Wrong::Syntax("DATA")),
        Request::Bdat {
            chunk_size,
            is_last,
        } => Command::Bdat(Chunk {
            octets: text
                .split_ascii_whitespace()
                .nth(1)
                .map_or(chunk_size as u64, number),
            last: is_last,
        }),
        Request::Rset => Command::Rset,
        Request::Noop { .. } => Command::Noop,
        Request::Quit => Command::Quit,
        Request::Vrfy { .. } => Command::Vrfy,
        Request::Help { .. } => Command::Help,
        Request::StartTls if bare => Command::StartTls,
        Request::StartTls => Command::Wrong(Wrong::Syntax("STARTTLS")),
        Request::Auth {
            mechanism,
            initial_response,
        } => auth(mechanism, &initial_response),
        Request::Lhlo { .. }
        | Request::Expn { .. }
        | Request::Etrn { .. }
        | Request::Atrn { .. }
        | Request::Burl { .. } => Command::Wrong(Wrong::NotOffered),
    }
}

fn from_error(error: &Error, text: &str) -> Command {
    Command::Wrong(match error {
        Error::InvalidSenderAddress => Wrong::Sender,
        Error::InvalidRecipientAddress => Wrong::Recipient,
        Error::SyntaxError { syntax } if syntax.starts_with("BDAT") => Wrong::Chunk,
        Error::SyntaxError { syntax } => Wrong::Syntax(syntax),
        Error::InvalidParameter { param: "SIZE" }
            if parameter(text, "SIZE").is_some_and(is_number) =>
        {
            return Command::Mail(Mail {
                sender: None,
                size: Some(u64::MAX),
                binary: false,
                asked: MailParameters::default(),
            });
        }
        Error::InvalidParameter { param } => Wrong::Value(param),
        Error::UnsupportedParameter { .. } => Wrong::Parameter,
        Error::UnknownCommand
        | Error::NeedsMoreData { .. }
        | Error::ResponseTooLong
        | Error::InvalidResponse { .. } => Wrong::Unknown,
    })
}

fn mail(path: Path, flags: u64, text: &str) -> Command {
    let sender = match path {
        Path::Null => None,
        Path::Mailbox(address) => Some(address),
        Path::Postmaster | Path::Wrong => return Command::Wrong(Wrong::Sender),
    };
    let envelope_id = parameter(text, "ENVID").map(str::to_owned);
    if !envelope_id.as_deref().is_none_or(str::is_ascii) {
        return Command::Wrong(Wrong::Value("ENVID"));
    }
    let flag = |bit: u64| flags & bit != 0;
    Command::Mail(Mail {
        sender,
        size: parameter(text, "SIZE").map(number),
        binary: flag(MAIL_BODY_BINARYMIME),
        asked: MailParameters {
            eight_bit: flag(MAIL_BODY_8BITMIME),
            utf8: flag(MAIL_SMTPUTF8),
            ret: match (flag(MAIL_RET_FULL), flag(MAIL_RET_HDRS)) {
                (true, false) => Some("FULL".to_owned()),
                (false, true) => Some("HDRS".to_owned()),
                (false, false) => None,
                (true, true) => return Command::Wrong(Wrong::Value("RET")),
            },
            envelope_id,
            require_tls: flag(MAIL_REQUIRETLS),
        },
    })
}

fn recipient(path: Path, flags: u64, text: &str) -> Command {
    let address = match path {
        Path::Mailbox(address) => address,
        Path::Postmaster => return Command::RcptPostmaster,
        Path::Null | Path::Wrong => return Command::Wrong(Wrong::Recipient),
    };
    let wishes = [
        (RCPT_NOTIFY_NEVER, "NEVER"),
        (RCPT_NOTIFY_SUCCESS, "SUCCESS"),
        (RCPT_NOTIFY_FAILURE, "FAILURE"),
        (RCPT_NOTIFY_DELAY, "DELAY"),
    ];
    let notify: Vec<&str> = wishes
        .iter()
        .filter(|(bit, _)| flags & bit != 0)
        .map(|(_, word)| *word)
        .collect();
    if notify.len() > 1 && notify.contains(&"NEVER") {
        return Command::Wrong(Wrong::Value("NOTIFY"));
    }
    Command::Rcpt(Box::new(Recipient {
        address,
        notify: (!notify.is_empty()).then(|| notify.join(",")),
        original: parameter(text, "ORCPT").map(str::to_owned),
    }))
}

fn auth(mechanism: u64, initial: &str) -> Command {
    let initial = (!initial.is_empty()).then(|| initial.to_owned());
    match mechanism {
        AUTH_PLAIN => Command::Auth(Mechanism::Plain, initial),
        AUTH_LOGIN => Command::Auth(Mechanism::Login, initial),
        _ => Command::Wrong(Wrong::Mechanism),
    }
}

/// The value of `NAME=value` as the client wrote it: xtext stays xtext.
fn parameter<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut values = text.split_ascii_whitespace().filter_map(|word| {
        let (key, value) = word.split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    });
    values.next_back()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A decimal number; one that does not fit is the greatest there is.
fn number(text: &str) -> u64 {
    text.parse().unwrap_or(u64::MAX)
}

/// A browser was made to talk to us (cross-protocol scripting): its lines look like these.
fn is_http(text: &str) -> bool {
    let first = text.split_ascii_whitespace().next().unwrap_or_default();
    let verbs = [
        "GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH", "TRACE",
    ];
    let request = verbs.contains(&first) && text.contains('/');
    let lower = first.to_ascii_lowercase();
    request
        || ["host:", "user-agent:", "content-type:", "content-length:"].contains(&lower.as_str())
}

#[cfg(test)]
mod tests;
