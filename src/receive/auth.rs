//! Who may send: accounts for copiers and applications, and the two exchanges by which they log in (RFC 4954).
//!
//! The door asks, whoever keeps the accounts answers; passwords are compared there, with argon2id.
//! AUTH PLAIN is RFC 4616; AUTH LOGIN was never standardised and is what copiers know.

use std::future::Future;
use std::pin::Pin;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samotop_core::smtp::{ParseError, ParseResult, Parser, SmtpContext};

use crate::mail::address::Address;
use crate::receive::command::Mechanism;
use crate::secret::Redacted;

/// A future of the answer to one login: the account's address, or `None` when name or password is wrong.
pub type Login<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Address>, AccountsError>> + Send + 'a>>;

/// Whoever keeps the accounts.
pub trait Accounts: Send + Sync {
    /// Whether `password` is that of the account `name`; takes as long for a name that does not exist.
    fn login<'a>(&'a self, name: &'a str, password: &'a Redacted<String>) -> Login<'a>;
}

/// The accounts could not be read; the client is asked to try again.
#[derive(Debug, thiserror::Error)]
#[error("the accounts cannot be read")]
pub struct AccountsError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Samotop's session mode while a login goes on.
pub(crate) const LOGIN_MODE: &str = "LOGIN";

/// What the next line of the client answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// PLAIN without initial response.
    Plain,
    /// LOGIN's first question.
    LoginName,
    /// LOGIN's second question.
    LoginPassword {
        /// The answer to the first.
        name: String,
    },
}

/// What a line of an exchange came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Another question, in base64.
    Ask(&'static str, Exchange),
    /// Name and password are complete.
    Check(Credentials),
    /// The client gave up with `*`.
    Cancelled,
    /// Not base64, not UTF-8, or a user acting as another.
    Malformed,
}

/// A name and a password to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The account's name.
    pub(crate) name: String,
    /// Its password.
    pub(crate) password: Redacted<String>,
}

/// One line of a login, without its line end.
#[derive(Debug, Clone)]
pub(crate) struct LoginLine(pub(crate) Vec<u8>);

/// Takes whole lines while a login goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginLines;

impl Parser<LoginLine> for LoginLines {
    fn parse(&self, input: &[u8], state: &SmtpContext) -> ParseResult<LoginLine> {
        if state.session.mode != Some(LOGIN_MODE) {
            return Err(ParseError::Mismatch("no login".to_owned()));
        }
        match input.windows(2).position(|pair| pair == b"\r\n") {
            Some(end) => Ok((
                end + 2,
                LoginLine(input.get(..end).unwrap_or_default().to_vec()),
            )),
            None => Err(ParseError::Incomplete),
        }
    }
}

/// `Username:` in base64.
const ASK_NAME: &str = "VXNlcm5hbWU6";
/// `Password:` in base64.
const ASK_PASSWORD: &str = "UGFzc3dvcmQ6";

/// Begins a login with the initial response, where there is one; `=` is an empty one.
pub(crate) fn begin(mechanism: Mechanism, initial: Option<&str>) -> Step {
    let exchange = match mechanism {
        Mechanism::Plain => Exchange::Plain,
        Mechanism::Login => Exchange::LoginName,
    };
    match (initial, exchange) {
        (Some("="), exchange) => go_on(exchange, b""),
        (Some(initial), exchange) => go_on(exchange, initial.as_bytes()),
        (None, Exchange::Plain) => Step::Ask("", Exchange::Plain),
        (None, exchange) => Step::Ask(ASK_NAME, exchange),
    }
}

/// Goes on with one line of the client.
pub(crate) fn go_on(exchange: Exchange, line: &[u8]) -> Step {
    if line == b"*" {
        return Step::Cancelled;
    }
    let decoded = STANDARD.decode(line.trim_ascii());
    let Some(text) = decoded
        .ok()
        .and_then(|octets| String::from_utf8(octets).ok())
    else {
        return Step::Malformed;
    };
    match exchange {
        Exchange::Plain => plain(&text),
        Exchange::LoginName => Step::Ask(ASK_PASSWORD, Exchange::LoginPassword { name: text }),
        Exchange::LoginPassword { name } => Step::Check(Credentials {
            name,
            password: Redacted::new(text),
        }),
    }
}

/// `[acting as] NUL name NUL password`; acting as somebody else is not offered.
fn plain(text: &str) -> Step {
    let mut fields = text.split('\0');
    match (fields.next(), fields.next(), fields.next(), fields.next()) {
        (Some(acting_as), Some(name), Some(password), None)
            if !name.is_empty() && (acting_as.is_empty() || acting_as == name) =>
        {
            Step::Check(Credentials {
                name: name.to_owned(),
                password: Redacted::new(password.to_owned()),
            })
        }
        (_, _, _, _) => Step::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(name: &str, password: &str) -> Step {
        Step::Check(Credentials {
            name: name.to_owned(),
            password: Redacted::new(password.to_owned()),
        })
    }

    #[test]
    fn plain_takes_one_response_now_or_later() {
        let response = STANDARD.encode("\0copier@oakfield.sch.uk\0tulip 7");
        let right = credentials("copier@oakfield.sch.uk", "tulip 7");
        assert_eq!(begin(Mechanism::Plain, Some(&response)), right);
        assert_eq!(
            begin(Mechanism::Plain, None),
            Step::Ask("", Exchange::Plain)
        );
        assert_eq!(go_on(Exchange::Plain, response.as_bytes()), right);
    }

    #[test]
    fn login_asks_twice() {
        let name = STANDARD.encode("copier");
        let asked = Exchange::LoginPassword {
            name: "copier".to_owned(),
        };
        assert_eq!(
            begin(Mechanism::Login, None),
            Step::Ask(ASK_NAME, Exchange::LoginName)
        );
        assert_eq!(
            begin(Mechanism::Login, Some(&name)),
            Step::Ask(ASK_PASSWORD, asked.clone())
        );
        let password = STANDARD.encode("tulip 7");
        assert_eq!(
            go_on(asked, password.as_bytes()),
            credentials("copier", "tulip 7")
        );
    }

    #[test]
    fn what_is_no_response_is_said_to_be_none() {
        for line in ["%%%", "AA", "AGE=", "/w==", "eABhAGI=", "AGEAYgBj"] {
            assert_eq!(
                go_on(Exchange::Plain, line.as_bytes()),
                Step::Malformed,
                "{line}"
            );
        }
        assert_eq!(go_on(Exchange::LoginName, b"*"), Step::Cancelled);
    }

    #[test]
    fn a_password_is_never_printed() {
        let printed = format!("{:?}", credentials("copier", "tulip 7"));
        assert!(!printed.contains("tulip"), "{printed}");
    }
}
