//! *Receive*: the SMTP door (RFC 5321). The only module that knows samotop.
//!
//! ```text
//! listener ──▶ connection ──▶ session ──────▶ door ───────▶ handover ──▶ Handler
//! sockets      octets, time   a line in,      what each     the end of
//! and places   and TLS        a reply out     command does  a message
//!                 └▶ data        └▶ command      └▶ visit      └▶ trace
//! ```
//!
//! A message is answered 250 only after [`Handler::handle`] has said that it is committed; `reply` alone writes codes.

pub mod auth;
pub(crate) mod command;
pub mod connection;
pub(crate) mod data;
pub mod door;
pub(crate) mod guesses;
pub(crate) mod handover;
pub mod limits;
pub(crate) mod lines;
pub mod listener;
pub mod network;
pub(crate) mod proxy;
pub(crate) mod reply;
pub mod senders;
pub(crate) mod session;
pub(crate) mod stream;
pub mod tls;
pub(crate) mod trace;
pub(crate) mod visit;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::mail::outcome::Handler;
use crate::receive::auth::Accounts;
use crate::receive::limits::{BareLineEnds, Limits};
use crate::receive::listener::{ListenError, Listening};
use crate::receive::network::Network;
use crate::receive::senders::Senders;
use crate::receive::tls::{Fingerprint, Tls};
use crate::secret::Redacted;

/// What the door needs to know.
#[derive(Clone)]
pub struct Settings {
    /// The gateway's own name, in greeting, EHLO and `Received`. Default `localhost`.
    pub hostname: String,
    /// Where to listen. Default `127.0.0.1:2525`, relay.
    pub listeners: Vec<Listener>,
    /// Who may relay without logging in. Default this machine alone.
    pub networks: Vec<Network>,
    /// The certificate; without one STARTTLS is not offered and nobody can log in. Default none.
    pub tls: Option<Tls>,
    /// Accounts for submission; without them nobody can log in. Default none.
    pub accounts: Option<Arc<dyn Accounts>>,
    /// Client certificates that may relay from anywhere; needs [`Tls::asking_clients`]. Default none.
    pub client_certificates: Vec<Fingerprint>,
    /// The domains of the schools, and whether others may send. Default no school, and others are judged.
    pub senders: Senders,
    /// Load balancers that speak PROXY protocol version 2 to us; from anybody else it is no SMTP. Default none.
    pub proxies: Vec<Network>,
    /// What to do with bare CR and LF in messages. Default refuse.
    pub bare_line_ends: BareLineEnds,
    /// The secret that signs the gateway's own trace header. Default: random, for as long as the process lives.
    pub trace_secret: Option<Redacted<[u8; 32]>>,
    /// Limits, each with its default.
    pub limits: Limits,
    /// The time in `Received` headers. Default the machine's.
    pub clock: Clock,
}

/// One address to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Address and port; port 0 lets the system choose.
    pub address: SocketAddr,
    /// What is spoken there.
    pub kind: Kind,
}

/// What is spoken on a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Port 25: listed networks relay; STARTTLS when there is a certificate.
    #[default]
    Relay,
    /// Port 587: STARTTLS, then log in (RFC 6409).
    Submission,
    /// Port 465: TLS from the first octet, then log in (RFC 8314).
    SubmissionTls,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hostname: "localhost".to_owned(),
            listeners: vec![Listener {
                address: SocketAddr::from(([127, 0, 0, 1], 2525)),
                kind: Kind::Relay,
            }],
            networks: Network::loopback(),
            tls: None,
            accounts: None,
            client_certificates: Vec::new(),
            senders: Senders::default(),
            proxies: Vec::new(),
            bare_line_ends: BareLineEnds::default(),
            trace_secret: None,
            limits: Limits::default(),
            clock: Clock::system(),
        }
    }
}

/// Opens the door: binds every listener, then serves until `stop`, then finishes what is in hand.
///
/// # Errors
/// A listener cannot be bound, or the system has no random numbers.
pub async fn listen(
    settings: Settings,
    handler: Arc<dyn Handler>,
    stop: CancellationToken,
) -> Result<Listening, ListenError> {
    listener::open(settings, handler, stop).await
}
