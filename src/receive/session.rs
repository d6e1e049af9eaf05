//! The dialogue as a state machine: a line in, a reply out, carried by samotop.
//!
//! samotop's session holds the input, the queue of replies and controls, and the mode;
//! its interpretter hands each line to [`Grammar`] and the command to [`Door`].
//! No sockets here: the connection feeds input and empties the queue.

use std::net::IpAddr;

use ring::rand::{SecureRandom, SystemRandom};
use samotop_core::smtp::{
    DriverControl, Interpret, Interpretter, ParseError, SmtpContext, SmtpSession,
};
use tokio_rustls::TlsAcceptor;

use crate::mail::id::MessageId;
use crate::receive::Kind;
use crate::receive::auth::{LOGIN_MODE, LoginLine, LoginLines};
use crate::receive::command::{Command, Grammar};
use crate::receive::data::Progress;
use crate::receive::door::Door;
use crate::receive::lines::Reply;
use crate::receive::reply;
use crate::receive::tls::{Fingerprint, Tls};
use crate::receive::visit::Visit;

/// Samotop's session mode while a chunk of `BDAT` comes.
pub(crate) const CHUNK_MODE: &str = "CHUNK";

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
    /// The octets of a chunk of a message.
    Chunk,
}

impl Session {
    /// A dialogue that has not begun.
    pub(crate) fn new(door: Door, client: IpAddr, kind: Kind) -> Self {
        // Where there are no random numbers the reference is not unique, and nothing else is lost.
        let session = random_id().unwrap_or_else(|| MessageId::from_random([0; 8]));
        let visit = Visit::new(client, kind, session, &door.settings);
        let mut state = SmtpContext::default();
        state
            .session
            .service_name
            .clone_from(&door.settings.hostname);
        state.set(visit);
        let interpretter = Interpretter::default()
            .parse::<Command>()
            .with(Grammar)
            .and_apply(door.clone())
            .parse::<LoginLine>()
            .with(LoginLines)
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
            Some(CHUNK_MODE) => Wants::Chunk,
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

    /// The longest line understood next: a login may be longer than other commands (RFC 4954 section 4.3).
    pub(crate) fn longest_line(&self) -> usize {
        let limits = &self.door.settings.limits;
        let verb = self.state.session.input.get(..4).unwrap_or_default();
        if self.state.session.mode == Some(LOGIN_MODE) || verb.eq_ignore_ascii_case(b"AUTH") {
            limits.auth_line
        } else {
            limits.command_line
        }
    }

    /// Takes octets of the message from the input; true once it has ended.
    pub(crate) fn take_message(&mut self) -> bool {
        let mut input = std::mem::take(&mut self.state.session.input);
        let visit = visit(&mut self.state);
        let taken = match visit.body.as_mut().map(|body| body.take(&input)) {
            Some(Progress::More) => None,
            Some(Progress::Ended(taken)) => Some(taken),
            None => Some(0),
        };
        input.drain(..taken.unwrap_or(input.len()));
        self.state.session.input = input;
        taken.is_some()
    }

    /// Takes octets of the chunk from the input; true once all have come.
    pub(crate) fn take_chunk(&mut self) -> bool {
        let mut input = std::mem::take(&mut self.state.session.input);
        let visit = visit(&mut self.state);
        let left = visit.chunk.as_mut().map_or(0, |chunk| {
            let now = chunk.left.min(input.len());
            chunk.left -= now;
            let octets = input.get(..now).unwrap_or_default();
            match visit.body.as_mut() {
                Some(body) if chunk.refused.is_none() => drop(body.take(octets)),
                Some(_) | None => {}
            }
            input.drain(..now);
            chunk.left
        });
        self.state.session.input = input;
        left == 0
    }

    /// Answers the chunk, or the message that ends with it.
    pub(crate) async fn finish_chunk(&mut self) {
        self.door.clone().chunk_ended(&mut self.state).await;
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
    pub(crate) fn secured(&mut self, tls: String, certificate: Option<Fingerprint>) {
        self.state.session.input.clear();
        self.state.session.peer_name = None;
        self.state.session.reset();
        let list = &self.door.settings.client_certificates;
        let known = certificate.is_some_and(|certificate| list.contains(&certificate));
        visit(&mut self.state).secured(tls, known);
    }
}

/// A reference for log and replies; `None` where the system has no random numbers.
pub(crate) fn random_id() -> Option<MessageId> {
    let mut octets = [0; 8];
    SystemRandom::new().fill(&mut octets).ok()?;
    Some(MessageId::from_random(octets))
}

/// The visit lives in samotop's context; a context without one belongs to nobody and may do nothing.
pub(crate) fn visit(state: &mut SmtpContext) -> &mut Visit {
    state.get_or_insert(Visit::nobody)
}

/// Puts a reply into the queue; a refusal is logged, and ends with the reference by which the log is searched.
pub(crate) fn say(state: &mut SmtpContext, reply: &Reply) {
    let visit = visit(state);
    let octets = if reply.is_refusal() {
        let (reference, client) = (&visit.session, visit.client.address);
        tracing::info!(%reference, %client, %reply, "refused");
        reply.under(reference).octets()
    } else {
        reply.octets()
    };
    state.session.say(DriverControl::Response(octets));
}

/// Puts the answer to a whole message into the queue; a refusal ends with the message's own reference.
///
/// What the policy says about a message is not for the log.
pub(crate) fn say_of(message: &MessageId, state: &mut SmtpContext, reply: &Reply) {
    let visit = visit(state);
    let octets = if reply.is_refusal() {
        let (session, client) = (&visit.session, visit.client.address);
        tracing::info!(reference = %message, %session, %client, codes = reply.codes(), "message refused");
        reply.under(message).octets()
    } else {
        reply.octets()
    };
    state.session.say(DriverControl::Response(octets));
}
