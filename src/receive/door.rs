//! The door: what every command is answered with.
//!
//! The rules for each client stand in [`Visit`]; here commands find their rule, and replies their consequence.

use std::sync::Arc;

use ring::error::Unspecified;
use samotop_core::common::S1Fut;
use samotop_core::smtp::{Action, DriverControl, SmtpContext, SmtpSession};

use crate::mail::address::Address;
use crate::mail::envelope::Recipient;
use crate::mail::outcome::Handler;
use crate::receive::Settings;
use crate::receive::command::{Command, Wrong};
use crate::receive::data::{Body, Framing, Memory};
use crate::receive::reply::{self, Reply};
use crate::receive::session::{say, visit};
use crate::receive::trace::TraceKey;

/// What all connections share.
#[derive(Clone)]
pub struct Door {
    pub(crate) settings: Arc<Settings>,
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) key: TraceKey,
    pub(crate) memory: Memory,
}

/// What happens after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Line,
    Message,
    Tls,
    Close,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Door {
    /// A door that hands its messages to `handler`.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn new(settings: Settings, handler: Arc<dyn Handler>) -> Result<Self, Unspecified> {
        let key = match &settings.trace_secret {
            Some(secret) => TraceKey::new(secret.reveal()),
            None => TraceKey::random()?,
        };
        Ok(Self {
            memory: Memory::new(settings.limits.in_flight),
            settings: Arc::new(settings),
            handler,
            key,
        })
    }

    fn answer(&self, command: Command, state: &mut SmtpContext) -> (Reply, Then) {
        let settings = &*self.settings;
        let reply = match command {
            Command::Ehlo(name) => self.greet(name, Extended::Yes, state),
            Command::Helo(name) => self.greet(name, Extended::No, state),
            Command::Mail(mail) => visit(state).mail(mail, settings, &self.memory),
            Command::Rcpt(recipient) => visit(state).rcpt(*recipient, settings),
            Command::RcptPostmaster => self.postmaster(state),
            Command::Data => return self.data(state),
            Command::Rset => {
                state.session.reset();
                visit(state).reset();
                reply::FORGOTTEN
            }
            Command::Noop => reply::NOTHING_DONE,
            Command::Quit => return (reply::GOODBYE, Then::Close),
            Command::Vrfy => reply::NOT_VERIFIED,
            Command::Help => reply::HELP,
            Command::StartTls => return self.start_tls(state),
            Command::Http => return (reply::NOT_HTTP, Then::Close),
            Command::Bdat(_) | Command::Auth(..) => reply::wrong(&Wrong::NotOffered),
            Command::Wrong(wrong) => reply::wrong(&wrong),
        };
        (reply, Then::Line)
    }

    fn greet(&self, name: String, extended: Extended, state: &mut SmtpContext) -> Reply {
        state.session.reset_helo(name.clone());
        let visit = visit(state);
        visit.greet(name, extended == Extended::Yes);
        match extended {
            Extended::No => Reply::new(250, "", self.settings.hostname.clone()),
            Extended::Yes => reply::extensions(&self.settings, visit),
        }
    }

    /// Mail to `<postmaster>` is mail to the postmaster of this gateway's own name.
    fn postmaster(&self, state: &mut SmtpContext) -> Reply {
        let address = format!("postmaster@{}", self.settings.hostname);
        match address.parse::<Address>() {
            Ok(address) => visit(state).rcpt(Recipient::new(address), &self.settings),
            Err(_) => reply::wrong(&Wrong::Recipient),
        }
    }

    fn data(&self, state: &mut SmtpContext) -> (Reply, Then) {
        let visit = visit(state);
        if let Err(refused) = visit.may_begin() {
            return (refused, Then::Line);
        }
        let settings = &self.settings;
        visit.body = Some(Body::new(
            Framing::Dots,
            &settings.limits,
            settings.bare_line_ends,
            &self.memory,
        ));
        (reply::GO_AHEAD, Then::Message)
    }

    fn start_tls(&self, state: &mut SmtpContext) -> (Reply, Then) {
        if self.settings.tls.is_none() {
            (reply::wrong(&Wrong::NotOffered), Then::Line)
        } else if visit(state).client.tls.is_some() {
            (reply::ENCRYPTED, Then::Line)
        } else {
            (reply::BEGIN_TLS, Then::Tls)
        }
    }

    /// Counts errors and ends the dialogue of a client that makes nothing else.
    pub(crate) fn count(&self, reply: &Reply, state: &mut SmtpContext) {
        if !reply.is_error() {
            return;
        }
        let visit = visit(state);
        visit.errors += 1;
        if visit.errors >= self.settings.limits.errors {
            say(state, &reply::too_many_errors(&self.settings.hostname));
            state.session.shutdown();
        }
    }
}

impl Action<Command> for Door {
    fn apply<'a, 's, 'f>(&'a self, command: Command, state: &'s mut SmtpContext) -> S1Fut<'f, ()>
    where
        'a: 'f,
        's: 'f,
    {
        Box::pin(async move {
            if must_be_last(&command) && has_more_input(state) {
                say(state, &reply::PIPELINED);
                state.session.shutdown();
                return;
            }
            let (reply, then) = self.answer(command, state);
            say(state, &reply);
            go_on(then, state);
            self.count(&reply, state);
        })
    }
}

fn go_on(then: Then, state: &mut SmtpContext) {
    match then {
        Then::Line => {}
        Then::Message => state.session.mode = Some(SmtpSession::DATA_MODE),
        Then::Tls => state.session.say(DriverControl::StartTls),
        Then::Close => state.session.shutdown(),
    }
}

/// Commands whose reply the client must wait for (RFC 2920 section 3.1, RFC 3207 section 4, RFC 4954 section 4).
fn must_be_last(command: &Command) -> bool {
    match command {
        Command::Ehlo(_)
        | Command::Helo(_)
        | Command::Data
        | Command::StartTls
        | Command::Auth(..) => true,
        Command::Mail(_)
        | Command::Rcpt(_)
        | Command::RcptPostmaster
        | Command::Bdat(_)
        | Command::Rset
        | Command::Noop
        | Command::Quit
        | Command::Vrfy
        | Command::Help
        | Command::Http
        | Command::Wrong(_) => false,
    }
}

fn has_more_input(state: &SmtpContext) -> bool {
    let input = &state.session.input;
    memchr::memchr(b'\n', input).is_some_and(|end| end + 1 < input.len())
}

/// Whether the client speaks ESMTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extended {
    Yes,
    No,
}
