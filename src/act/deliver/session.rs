//! One connection to a next hop: opened, protected, signed in, ready for transactions (RFC 5321, RFC 3207, RFC 4954).
//!
//! lettre speaks the dialogue; connecting, TLS and every limit on time are ours.
//! What the far side said before TLS is forgotten with the buffer it stood in (CVE-2011-0411).

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Auth, Ehlo, Quit, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::act::deliver::capabilities::{Capabilities, Extension};
use crate::act::deliver::fault::{Fault, Stage};
use crate::act::deliver::reply::Reply;
use crate::act::deliver::tls::{HandshakeError, Security, TlsPolicy, Trust};
use crate::act::deliver::wire::{Carrier, Wire};
use crate::act::settings::{Login, NextHop, Timeouts};

/// The port on which TLS begins with the first octet (RFC 8314).
const IMPLICIT_TLS: u16 = 465;

/// A connection on which messages can be handed over.
pub(crate) struct Session {
    pub(super) connection: AsyncSmtpConnection,
    pub(super) timeouts: Timeouts,
    /// The hop's name, for faults and reports.
    pub(crate) host: String,
    /// What the hop offers, as told after TLS where there is TLS.
    pub(crate) capabilities: Capabilities,
    /// What protects the connection; `None` in clear.
    pub(crate) security: Option<Security>,
}

/// What lettre says, or that it said nothing in time.
pub(super) type Answer = Result<Result<Response, Error>, tokio::time::error::Elapsed>;

/// What a session needs to know besides the hop.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) hello: &'a ClientId,
    pub(crate) trust: &'a Trust,
    pub(crate) timeouts: &'a Timeouts,
    /// At least this much TLS, whatever the hop's own policy says.
    pub(crate) tls: TlsPolicy,
}

impl Session {
    /// Connects to `hop`, protects the connection as it and `terms` ask, and signs in where there is an account.
    ///
    /// # Errors
    /// Any [`Fault`]; the connection is closed then.
    pub(crate) async fn open(hop: &NextHop, terms: Terms<'_>) -> Result<Self, Fault> {
        let policy = hop.tls.max(terms.tls);
        match Self::open_with(hop, policy, terms).await {
            // Opportunistic is what it says: no worse than clear text, and no better against who can tamper.
            Err(fault) if policy == TlsPolicy::Opportunistic && fault.is_about_tls() => {
                Self::open_with(hop, TlsPolicy::None, terms).await
            }
            result => result,
        }
    }

    async fn open_with(hop: &NextHop, policy: TlsPolicy, terms: Terms<'_>) -> Result<Self, Fault> {
        let stream = connect(hop, terms.timeouts).await?;
        let mut session = if hop.port == IMPLICIT_TLS {
            Self::begin_in_tls(stream, hop, policy, terms).await?
        } else {
            Self::begin_in_clear(stream, hop, policy, terms).await?
        };
        session.learn(terms.hello).await?;
        if let Some(login) = &hop.login {
            session.sign_in(login).await?;
        }
        Ok(session)
    }

    async fn begin_in_tls(
        stream: TcpStream,
        hop: &NextHop,
        policy: TlsPolicy,
        terms: Terms<'_>,
    ) -> Result<Self, Fault> {
        let (carrier, security) = shake_hands(stream, hop, policy, terms).await?;
        let connection = greet(carrier, hop, terms).await?;
        Ok(Self::new(connection, Some(security), hop, terms))
    }

    async fn begin_in_clear(
        stream: TcpStream,
        hop: &NextHop,
        policy: TlsPolicy,
        terms: Terms<'_>,
    ) -> Result<Self, Fault> {
        let broken = |problem: std::io::Error| Fault::Broken {
            host: hop.host.clone(),
            stage: Stage::Greeting,
            problem: problem.to_string(),
        };
        // lettre never gives its stream back, so the handshake gets a second handle on the same socket.
        let stream = stream.into_std().map_err(broken)?;
        let handle = stream.try_clone().map_err(broken)?;
        let stream = TcpStream::from_std(stream).map_err(broken)?;
        let connection = greet(Carrier::Plain(stream), hop, terms).await?;
        let mut session = Self::new(connection, None, hop, terms);
        match (policy, session.connection.can_starttls()) {
            (TlsPolicy::None, _) | (TlsPolicy::Opportunistic, false) => Ok(session),
            (TlsPolicy::Required | TlsPolicy::Verified, false) => Err(Fault::NoTls {
                host: hop.host.clone(),
            }),
            (_, true) => {
                let handle = TcpStream::from_std(handle).map_err(broken)?;
                session.start_tls(handle, hop, policy, terms).await?;
                Ok(session)
            }
        }
    }

    fn new(
        connection: AsyncSmtpConnection,
        security: Option<Security>,
        hop: &NextHop,
        terms: Terms<'_>,
    ) -> Self {
        Self {
            connection,
            timeouts: terms.timeouts.clone(),
            host: hop.host.clone(),
            capabilities: Capabilities::default(),
            security,
        }
    }

    /// STARTTLS: anything but 220 is no agreement, and whatever stood in lettre's buffer goes with its old stream.
    async fn start_tls(
        &mut self,
        handle: TcpStream,
        hop: &NextHop,
        policy: TlsPolicy,
        terms: Terms<'_>,
    ) -> Result<(), Fault> {
        let limit = terms.timeouts.tls;
        let answer = timeout(limit, self.connection.command(Starttls)).await;
        let reply = self.reply(answer, Stage::Tls, limit)?;
        if reply.code != 220 {
            return Err(Fault::Refused {
                host: hop.host.clone(),
                stage: Stage::Tls,
                reply,
            });
        }
        let (carrier, security) = shake_hands(handle, hop, policy, terms).await?;
        let wire = Wire::new(carrier, terms.timeouts.block, terms.timeouts.dot);
        self.replace_stream(wire);
        self.security = Some(security);
        Ok(())
    }

    #[expect(
        deprecated,
        reason = "lettre 0.11.14 deprecated the name of this type, and has no other way to replace a stream"
    )]
    fn replace_stream(&mut self, wire: Wire) {
        let stream = lettre::transport::smtp::client::AsyncNetworkStream::use_existing_tokio1(
            Box::new(wire),
        );
        self.connection.set_stream(stream);
    }

    /// Says EHLO once more and reads what lettre does not keep.
    async fn learn(&mut self, hello: &ClientId) -> Result<(), Fault> {
        let limit = self.timeouts.greeting;
        let answer = timeout(limit, self.connection.command(Ehlo::new(hello.clone()))).await;
        let response = self.response(answer, Stage::Greeting, limit)?;
        self.capabilities = Capabilities::of_response(&response);
        Ok(())
    }

    async fn sign_in(&mut self, login: &Login) -> Result<(), Fault> {
        let mechanism = match (&self.security, &self.capabilities) {
            (Some(_), offered) if offered.has(Extension::AuthPlain) => Mechanism::Plain,
            (Some(_), offered) if offered.has(Extension::AuthLogin) => Mechanism::Login,
            (Some(_) | None, _) => {
                return Err(Fault::NoLogin {
                    host: self.host.clone(),
                });
            }
        };
        let credentials = Credentials::new(login.user.clone(), login.password.reveal().clone());
        let limit = self.timeouts.command;
        let mut step = Auth::new(mechanism, credentials.clone(), None);
        for _ in 0..4 {
            let command = step.map_err(|error| fault_of(&self.host, Stage::SignIn, &error))?;
            let answer = timeout(limit, self.connection.command(command)).await;
            let response = self.response(answer, Stage::SignIn, limit)?;
            if !response.has_code(334) {
                return Ok(());
            }
            step = Auth::new_from_response(mechanism, credentials.clone(), &response);
        }
        Err(Fault::NoLogin {
            host: self.host.clone(),
        })
    }

    /// The reply in an answer of lettre, whatever its code.
    pub(super) fn reply(
        &self,
        answer: Answer,
        stage: Stage,
        limit: Duration,
    ) -> Result<Reply, Fault> {
        match self.response(answer, stage, limit) {
            Ok(response) => Ok(Reply::of_response(&response)),
            Err(Fault::Refused { reply, .. }) => Ok(reply),
            Err(fault) => Err(fault),
        }
    }

    /// A positive answer; a 4xx or 5xx is a refusal of the whole session.
    fn response(&self, answer: Answer, stage: Stage, limit: Duration) -> Result<Response, Fault> {
        match answer {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(fault_of(&self.host, stage, &error)),
            Err(_) => Err(Fault::TimedOut {
                host: self.host.clone(),
                stage,
                limit,
            }),
        }
    }

    /// Says goodbye, without waiting long for the answer.
    pub(crate) async fn quit(mut self) {
        let goodbye = self.connection.command(Quit);
        drop(timeout(Duration::from_secs(2), goodbye).await);
    }
}

/// Awaits `answer` for at most `limit`.
async fn within<T>(
    limit: Duration,
    hop: &NextHop,
    stage: Stage,
    answer: impl Future<Output = T>,
) -> Result<T, Fault> {
    timeout(limit, answer).await.map_err(|_| Fault::TimedOut {
        host: hop.host.clone(),
        stage,
        limit,
    })
}

/// Tries every address of the host in turn.
async fn connect(hop: &NextHop, timeouts: &Timeouts) -> Result<TcpStream, Fault> {
    let mut problem = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    for address in addresses(hop, timeouts).await? {
        match timeout(timeouts.connect, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Replies and commands are small and waited for: Nagle's algorithm only costs time.
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
            Ok(Err(error)) => problem = error,
            Err(_) => problem = std::io::ErrorKind::TimedOut.into(),
        }
    }
    Err(Fault::Unreachable {
        host: hop.host.clone(),
        problem,
    })
}

/// The hop's addresses: those that are known, or those this machine finds.
async fn addresses(hop: &NextHop, timeouts: &Timeouts) -> Result<Vec<SocketAddr>, Fault> {
    if !hop.addresses.is_empty() {
        let known = hop.addresses.iter();
        return Ok(known.map(|address| (*address, hop.port).into()).collect());
    }
    let bare = hop.host.trim_start_matches('[').trim_end_matches(']');
    let looking = lookup_host((bare, hop.port));
    let found = within(timeouts.connect, hop, Stage::Greeting, looking).await?;
    match found {
        Ok(addresses) => Ok(addresses.collect()),
        Err(problem) => Err(Fault::Unresolved {
            host: hop.host.clone(),
            problem,
        }),
    }
}

async fn greet(
    carrier: Carrier,
    hop: &NextHop,
    terms: Terms<'_>,
) -> Result<AsyncSmtpConnection, Fault> {
    let timeouts = terms.timeouts;
    let wire = Box::new(Wire::new(carrier, timeouts.block, timeouts.dot));
    let greeting = AsyncSmtpConnection::connect_with_transport(wire, terms.hello);
    within(timeouts.greeting, hop, Stage::Greeting, greeting)
        .await?
        .map_err(|error| fault_of(&hop.host, Stage::Greeting, &error))
}

async fn shake_hands(
    stream: TcpStream,
    hop: &NextHop,
    policy: TlsPolicy,
    terms: Terms<'_>,
) -> Result<(Carrier, Security), Fault> {
    let handshake = terms.trust.handshake(stream, &hop.host, policy);
    let result = within(terms.timeouts.tls, hop, Stage::Tls, handshake).await?;
    let host = hop.host.clone();
    match result {
        Ok((stream, security)) => Ok((Carrier::Tls(Box::new(stream)), security)),
        Err(HandshakeError::Broken(problem)) => Err(Fault::Broken {
            host,
            stage: Stage::Tls,
            problem: problem.to_string(),
        }),
        Err(refusal @ (HandshakeError::Name(_) | HandshakeError::Refused(_))) => {
            Err(Fault::BadTls {
                host,
                problem: refusal.to_string(),
            })
        }
    }
}

fn fault_of(host: &str, stage: Stage, error: &Error) -> Fault {
    let host = host.to_owned();
    match Reply::of_error(error) {
        Some(reply) => Fault::Refused { host, stage, reply },
        None => Fault::Broken {
            host,
            stage,
            problem: plain(error),
        },
    }
}

/// lettre's own words with the cause behind them.
fn plain(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}
