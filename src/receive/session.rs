//! The dialogue as a state machine: a line in, a reply out, carried by samotop.
//!
//! samotop's session holds the input, the queue of replies and controls, and the mode;
//! its interpretter hands each line to [`Grammar`] and the command to [`Door`].
//! No sockets here: the connection feeds input and empties the queue.

use std::net::IpAddr;

use ring::error::Unspecified;
use ring::rand::{SecureRandom, SystemRandom};
use samotop_core::smtp::{
    DriverControl, Interpret, Interpretter, ParseError, SmtpContext, SmtpSession,
};
use tokio_rustls::TlsAcceptor;

use crate::mail::id::MessageId;
use crate::receive::Kind;
use crate::receive::command::{Command, Grammar};
use crate::receive::data::Progress;
use crate::receive::door::Door;
use crate::receive::reply::{self, Reply};
use crate::receive::tls::Tls;
use crate::receive::visit::Visit;

/// One dialogue.
#[derive(Debug)]
pub(crate) struct Session {
    door: Door,
    interpretter: Interpretter,
    state: SmtpContext,
}

/// What the dialogue wants next from the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    /// A line.
    Line,
    /// The octets of a message up to its CRLF.CRLF.
    Message,
}

impl Session {
    /// A dialogue that has not begun.
    pub(crate) fn new(door: Door, client: IpAddr, kind: Kind) -> Self {
        let visit = Visit::new(client, kind, random_id(), &door.settings);
        let mut state = SmtpContext::default();
        state
            .session
            .service_name
            .clone_from(&door.settings.hostname);
        state.set(visit);
        let interpretter = Interpretter::default()
            .parse::<Command>()
            .with(Grammar)
            .and_apply(door.clone());
        Self {
            door,
            interpretter,
            state,
        }
    }

    /// Octets that have arrived and are not understood yet; the connection appends to them.
    pub(crate) fn input(&mut self) -> &mut Vec<u8> {
        &mut self.state.session.input
    }

    /// The next reply to write or thing to do.
    pub(crate) fn next_control(&mut self) -> Option<DriverControl> {
        self.state.session.pop_control()
    }

    /// What kind of input is understood next.
    pub(crate) fn wants(&self) -> Wants {
        match self.state.session.mode {
            Some(SmtpSession::DATA_MODE) => Wants::Message,
            Some(_) | None => Wants::Line,
        }
    }

    /// Understands one line, if there is a whole one; false when there is none.
    pub(crate) async fn interpret(&mut self) -> bool {
        match self.interpretter.interpret(&mut self.state).await {
            Ok(consumed) => {
                let consumed = consumed.unwrap_or(0);
                self.state.session.input.drain(..consumed);
                true
            }
            Err(ParseError::Incomplete | ParseError::Failed(_) | ParseError::Mismatch(_)) => false,
        }
    }

    /// Takes octets of the message from the input; true once it has ended.
    pub(crate) fn take_message(&mut self) -> bool {
        let input = std::mem::take(&mut self.state.session.input);
        let progress = match visit(&mut self.state).body.as_mut() {
            Some(body) => body.take(&input),
            None => Progress::Ended(0),
        };
        match progress {
            Progress::More => {
                self.state.session.input = input;
                self.state.session.input.clear();
                false
            }
            Progress::Ended(taken) => {
                self.state.session.input = input;
                self.state.session.input.drain(..taken);
                true
            }
        }
    }

    /// Hands the finished message on, and answers.
    pub(crate) async fn finish_message(&mut self) {
        self.door.clone().finish(&mut self.state).await;
    }

    /// The first word.
    pub(crate) fn greet(&mut self) {
        say(
            &mut self.state,
            &reply::greeting(&self.door.settings.hostname),
        );
    }

    /// The client was silent too long.
    pub(crate) fn close_late(&mut self) {
        self.close(&reply::timed_out(&self.door.settings.hostname));
    }

    /// The gateway is stopping.
    pub(crate) fn close_stopping(&mut self) {
        self.close(&reply::stopping(&self.door.settings.hostname));
    }

    /// Nobody is there to hear a last word.
    pub(crate) fn hang_up(&mut self) {
        self.state.session.shutdown();
    }

    /// Whether no message and no command is half given.
    pub(crate) fn is_idle(&mut self) -> bool {
        self.state.session.input.is_empty() && visit(&mut self.state).transaction.is_none()
    }

    /// An acceptor for a handshake, where there is a certificate.
    pub(crate) fn acceptor(&self) -> Option<TlsAcceptor> {
        self.door.settings.tls.as_ref().map(Tls::acceptor)
    }

    /// Says a last word and closes.
    pub(crate) fn close(&mut self, reply: &Reply) {
        say(&mut self.state, reply);
        self.state.session.shutdown();
    }

    /// A TLS handshake is done: what was said before it is forgotten.
    pub(crate) fn secured(&mut self, tls: String) {
        self.state.session.input.clear();
        self.state.session.peer_name = None;
        self.state.session.reset();
        visit(&mut self.state).secured(tls);
    }
}

/// A name for log and replies; where there are no random numbers the name is not unique, and nothing else is lost.
fn random_id() -> MessageId {
    let mut octets = [0; 8];
    match SystemRandom::new().fill(&mut octets) {
        Ok(()) | Err(Unspecified) => MessageId::from_random(octets),
    }
}

/// The visit lives in samotop's context; a context without one belongs to nobody and may do nothing.
pub(crate) fn visit(state: &mut SmtpContext) -> &mut Visit {
    state.get_or_insert(Visit::nobody)
}

/// Puts a reply into the queue.
pub(crate) fn say(state: &mut SmtpContext, reply: &Reply) {
    state.session.say(DriverControl::Response(reply.octets()));
}
