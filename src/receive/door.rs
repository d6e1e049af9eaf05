//! The door: what every command is answered with.
//!
//! The rules for each client stand in `visit`; here commands find their rule, and replies their consequence.

use std::sync::Arc;
use std::time::Duration;

use ring::error::Unspecified;
use samotop_core::common::S1Fut;
use samotop_core::smtp::{Action, DriverControl, SmtpContext, SmtpSession};

use crate::mail::address::Address;
use crate::mail::envelope::Recipient;
use crate::mail::outcome::Handler;
use crate::receive::Settings;
use crate::receive::auth::{self, LoginLine, Step};
use crate::receive::command::{Chunk, Command, Wrong};
use crate::receive::data::{Body, Framing, Memory};
use crate::receive::guesses::Guesses;
use crate::receive::limits::Limits;
use crate::receive::lines::Reply;
use crate::receive::reply;
use crate::receive::session::{CHUNK_MODE, say, visit};
use crate::receive::trace::TraceKey;
use crate::receive::visit::Arriving;

/// What all connections share.
#[derive(Clone)]
pub struct Door {
    pub(crate) settings: Arc<Settings>,
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) key: TraceKey,
    pub(crate) memory: Memory,
    pub(crate) guesses: Guesses,
}

/// What happens after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Line,
    Message,
    Chunk,
    LoginLine,
    Tls,
    Close,
}

/// A reply, where there is one yet, and what happens after it.
type Answer = (Option<Reply>, Then);

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
            guesses: Guesses::default(),
            settings: Arc::new(settings),
            handler,
            key,
        })
    }

    async fn answer(&self, command: Command, state: &mut SmtpContext) -> Answer {
        let settings = &*self.settings;
        let reply = match command {
            Command::Ehlo(name) => self.greet(name, Extended::Yes, state),
            Command::Helo(name) => self.greet(name, Extended::No, state),
            Command::Mail(mail) => visit(state).mail(mail, settings, &self.memory),
            Command::Rcpt(recipient) => visit(state).rcpt(*recipient, settings),
            Command::RcptPostmaster => self.postmaster(state),
            Command::Data => return self.data(state),
            Command::Bdat(chunk) => return self.chunk(chunk, state),
            Command::Rset => {
                state.session.reset();
                visit(state).reset();
                reply::FORGOTTEN
            }
            Command::Noop => reply::NOTHING_DONE,
            Command::Quit => return (Some(reply::GOODBYE), Then::Close),
            Command::Vrfy => reply::NOT_VERIFIED,
            Command::Help => reply::HELP,
            Command::StartTls => return self.start_tls(state),
            Command::Auth(mechanism, initial) => {
                return match visit(state).may_log_in(settings) {
                    Ok(()) => {
                        self.log_in(auth::begin(mechanism, initial.as_deref()), state)
                            .await
                    }
                    Err(refused) => (Some(refused), Then::Line),
                };
            }
            Command::Http => return (Some(reply::NOT_HTTP), Then::Close),
            Command::Wrong(Wrong::Chunk) => {
                return (Some(reply::wrong(&Wrong::Chunk)), Then::Close);
            }
            Command::Wrong(wrong) => reply::wrong(&wrong),
        };
        (Some(reply), Then::Line)
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

    fn data(&self, state: &mut SmtpContext) -> Answer {
        let visit = visit(state);
        if let Err(refused) = visit.may_begin() {
            return (Some(refused), Then::Line);
        }
        if visit.body.is_some() {
            return (Some(reply::BEGUN), Then::Line);
        }
        visit.body = Some(self.body(Framing::Dots));
        (Some(reply::GO_AHEAD), Then::Message)
    }

    /// The octets of a chunk follow whatever is thought of it, and are answered after they have come (RFC 3030 section 2).
    fn chunk(&self, chunk: Chunk, state: &mut SmtpContext) -> Answer {
        let limit = self.settings.limits.message;
        if chunk.octets > limit as u64 {
            return (Some(reply::too_large(limit)), Then::Close);
        }
        let visit = visit(state);
        let refused = visit.may_begin().err();
        if refused.is_none() && visit.body.is_none() {
            visit.body = Some(self.body(Framing::Chunks));
        }
        visit.chunk = Some(Arriving {
            left: usize::try_from(chunk.octets).unwrap_or(usize::MAX),
            last: chunk.last,
            refused,
        });
        (None, Then::Chunk)
    }

    fn body(&self, framing: Framing) -> Body {
        let settings = &self.settings;
        Body::new(
            framing,
            &settings.limits,
            settings.bare_line_ends,
            &self.memory,
        )
    }

    fn start_tls(&self, state: &mut SmtpContext) -> Answer {
        if self.settings.tls.is_none() {
            (Some(reply::wrong(&Wrong::NotOffered)), Then::Line)
        } else if visit(state).client.tls.is_some() {
            (Some(reply::ENCRYPTED), Then::Line)
        } else {
            (Some(reply::BEGIN_TLS), Then::Tls)
        }
    }

    async fn log_in(&self, step: Step, state: &mut SmtpContext) -> Answer {
        state.session.mode = None;
        let limits = &self.settings.limits;
        let credentials = match step {
            Step::Ask(question, exchange) => {
                visit(state).login = Some(exchange);
                return (Some(reply::question(question)), Then::LoginLine);
            }
            Step::Cancelled => return (Some(reply::LOGIN_CANCELLED), Then::Line),
            Step::Malformed => return (Some(reply::LOGIN_MALFORMED), Then::Line),
            Step::Check(credentials) => credentials,
        };
        let Some(accounts) = &self.settings.accounts else {
            return (Some(reply::wrong(&Wrong::NotOffered)), Then::Line);
        };
        let (visit, name) = (visit(state), &credentials.name);
        let address = visit.client.address;
        if !self.guesses.may_try(address, name, limits) {
            return (Some(reply::TOO_MANY_LOGINS), Then::Close);
        }
        match accounts.login(name, &credentials.password).await {
            Ok(Some(user)) => {
                visit.client.user = Some(user);
                (Some(reply::LOGGED_IN), Then::Line)
            }
            Ok(None) => {
                self.guesses.failed(address, name, limits);
                tracing::warn!(reference = %visit.session, client = %address, "login refused");
                tokio::time::sleep(limits.login_delay).await;
                visit.logins += 1;
                let last = visit.logins >= limits.logins;
                (
                    Some(reply::LOGIN_WRONG),
                    if last { Then::Close } else { Then::Line },
                )
            }
            Err(error) => {
                tracing::error!(reference = %visit.session, error = &error as &dyn std::error::Error, "no login");
                (Some(reply::NO_ACCOUNTS), Then::Line)
            }
        }
    }

    /// A chunk has come whole: refused, answered, or the end of its message.
    pub(crate) async fn chunk_ended(&self, state: &mut SmtpContext) {
        state.session.mode = None;
        let visit = visit(state);
        let Some(chunk) = visit.chunk.take() else {
            return;
        };
        let fault = visit.body.as_ref().and_then(Body::fault);
        let reply = match (chunk.refused, fault) {
            (Some(refused), _) => refused,
            (None, Some(fault)) => {
                let reply = reply::fault(fault, &self.settings.limits);
                visit.reset();
                reply
            }
            (None, None) if chunk.last => return self.finish(state).await,
            (None, None) => reply::CHUNK_OK,
        };
        say(state, &reply);
        self.count(&reply, state).await;
    }

    async fn give(&self, (reply, then): Answer, state: &mut SmtpContext) {
        if let Some(reply) = &reply {
            say(state, reply);
        }
        go_on(then, state);
        if let Some(reply) = &reply {
            self.count(reply, state).await;
        }
    }

    /// Counts errors, answers ever more slowly, and ends the dialogue of a client that makes nothing else.
    pub(crate) async fn count(&self, reply: &Reply, state: &mut SmtpContext) {
        if !reply.is_error() {
            return;
        }
        let limits = &self.settings.limits;
        let visit = visit(state);
        visit.errors += 1;
        let errors = visit.errors;
        tokio::time::sleep(error_delay(errors, limits)).await;
        if errors >= limits.errors {
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
            let answer = self.answer(command, state).await;
            self.give(answer, state).await;
        })
    }
}

impl Action<LoginLine> for Door {
    fn apply<'a, 's, 'f>(&'a self, line: LoginLine, state: &'s mut SmtpContext) -> S1Fut<'f, ()>
    where
        'a: 'f,
        's: 'f,
    {
        Box::pin(async move {
            let step = match visit(state).login.take() {
                Some(exchange) if !has_more_input(state) => auth::go_on(exchange, &line.0),
                Some(_) | None => Step::Malformed,
            };
            let answer = self.log_in(step, state).await;
            self.give(answer, state).await;
        })
    }
}

/// What the reply to the error of this number waits; people mistype a few commands, programs that guess do not stop.
fn error_delay(errors: usize, limits: &Limits) -> Duration {
    const FREE: usize = 4;
    let beyond = errors.saturating_sub(FREE).min(4);
    limits.error_delay * u32::try_from(beyond).unwrap_or_default()
}

fn go_on(then: Then, state: &mut SmtpContext) {
    match then {
        Then::Line => {}
        Then::Message => state.session.mode = Some(SmtpSession::DATA_MODE),
        Then::Chunk => state.session.mode = Some(CHUNK_MODE),
        Then::LoginLine => state.session.mode = Some(auth::LOGIN_MODE),
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
