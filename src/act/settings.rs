//! How due work is done: the next hop, time-outs, retries, reviews and retention, with their defaults.
//!
//! The checked and ready form; `config` reads it from a file.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use lettre::transport::smtp::extension::ClientId;

use crate::act::deliver::tls::{TlsPolicy, Trust};
use crate::mail::address::Domain;
use crate::secret::Redacted;

/// Everything the worker is handed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of this gateway in EHLO, Message-ID and reports.
    pub hostname: String,
    /// Where mail goes; tried in order, the next only when the one before cannot be reached.
    pub next_hops: Vec<NextHop>,
    /// Instead of them: to the servers that each recipient's domain names in DNS.
    pub mx: Option<Mx>,
    /// Domains, with those below them, whose mail needs at least this much TLS.
    pub domain_tls: Vec<(Domain, TlsPolicy)>,
    /// Certificate authorities for verified TLS.
    pub trust: Trust,
    /// Patience in the dialogue with a next hop.
    pub timeouts: Timeouts,
    /// When a delivery is tried again.
    pub retry: Retry,
    /// When a hold reminds, escalates and ends.
    pub review: Review,
    /// How long content and facts are kept.
    pub retention: Retention,
    /// Pieces of work done at the same time. Default 16.
    pub concurrency: usize,
    /// How long running work may still take after a stop is asked for. Default 30 s.
    pub grace: Duration,
}

/// One smart host.
#[derive(Debug, Clone)]
pub struct NextHop {
    /// Host name or address; the name its certificate is checked against.
    pub host: String,
    /// Its addresses, where they are known; otherwise this machine looks them up.
    pub addresses: Vec<IpAddr>,
    /// Port: 25, 587, or 465 where TLS begins with the first octet (RFC 8314).
    pub port: u16,
    /// How much TLS it must speak; a message whose verdict is `secure` asks for `verified` whatever stands here.
    pub tls: TlsPolicy,
    /// How to sign in, only ever over TLS.
    pub login: Option<Login>,
}

/// Mail without a smart host: how the servers are found and talked to.
#[derive(Debug, Clone)]
pub struct Mx {
    /// Port of every server. 25, but in tests.
    pub port: u16,
    /// How much TLS each must speak; a domain's MTA-STS policy may ask for more.
    pub tls: TlsPolicy,
    /// Resolvers to ask; none: those of this machine.
    pub resolvers: Vec<SocketAddr>,
    /// Port from which MTA-STS policies are fetched. 443, but in tests.
    pub policy_port: u16,
}

/// An account at a smart host (RFC 4954).
#[derive(Debug, Clone)]
pub struct Login {
    /// User name.
    pub user: String,
    /// Password.
    pub password: Redacted<String>,
}

/// The longest waits in a dialogue; the defaults are those of RFC 5321 section 4.5.3.2.
#[derive(Debug, Clone)]
pub struct Timeouts {
    /// TCP connection, for each address of the host. Default 30 s.
    pub connect: Duration,
    /// Greeting and EHLO. Default 5 min.
    pub greeting: Duration,
    /// STARTTLS and the handshake. Default 2 min.
    pub tls: Duration,
    /// Reply to MAIL, to RCPT, to RSET and to AUTH. Default 5 min.
    pub command: Duration,
    /// Reply to DATA. Default 2 min.
    pub data: Duration,
    /// A block of the message that the far side does not take. Default 3 min.
    pub block: Duration,
    /// Reply to the final dot. Default 10 min: a shorter wait makes duplicates (RFC 1047).
    pub dot: Duration,
}

/// Back-off of failed deliveries.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Wait after the first failure; doubled after each further one. Default 1 min.
    pub first: Duration,
    /// The longest wait. Default 30 min.
    pub longest: Duration,
    /// When a delivery is given up and its sender told. Default 5 days.
    pub give_up: Duration,
    /// When its sender is told that it is late. Default 4 h.
    pub warn: Duration,
}

/// What happens to a hold that nobody answers: never a sending.
#[derive(Debug, Clone)]
pub struct Review {
    /// The reviewers are reminded. Default 4 h.
    pub remind: Duration,
    /// The deputy is told. Default 24 h.
    pub escalate: Duration,
    /// The message is returned to its sender. Default 5 days.
    pub end: Duration,
}

/// How long personal data is kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Held or undelivered content after its end. Default 14 days.
    pub content: Duration,
    /// Incident facts. Default 12 months.
    pub incidents: Duration,
    /// The ledger. Default 6 years.
    pub ledger: Duration,
}

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

impl Settings {
    /// Settings with every default, for a gateway of this name in front of these next hops.
    #[must_use]
    pub fn new(hostname: &str, next_hops: Vec<NextHop>, trust: Trust) -> Self {
        Self {
            hostname: hostname.to_owned(),
            next_hops,
            mx: None,
            domain_tls: Vec::new(),
            trust,
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            review: Review::default(),
            retention: Retention::default(),
            concurrency: 16,
            grace: Duration::from_secs(30),
        }
    }

    /// The TLS that mail for this domain needs at least.
    pub(crate) fn tls_of(&self, domain: &Domain) -> TlsPolicy {
        let ours = self.domain_tls.iter();
        let ours = ours.filter(|(listed, _)| domain.is_or_under(listed));
        ours.map(|(_, tls)| *tls).max().unwrap_or(TlsPolicy::None)
    }

    pub(crate) fn hello(&self) -> ClientId {
        ClientId::Domain(self.hostname.clone())
    }
}

impl NextHop {
    /// What distinguishes it from any other hop.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// A hop on this port with opportunistic TLS and no account.
    #[must_use]
    pub fn new(host: &str, port: u16) -> Self {
        Self {
            host: host.to_owned(),
            addresses: Vec::new(),
            port,
            tls: TlsPolicy::default(),
            login: None,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: 5 * MINUTE,
            tls: 2 * MINUTE,
            command: 5 * MINUTE,
            data: 2 * MINUTE,
            block: 3 * MINUTE,
            dot: 10 * MINUTE,
        }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            first: MINUTE,
            longest: 30 * MINUTE,
            give_up: 5 * DAY,
            warn: 4 * HOUR,
        }
    }
}

impl Default for Review {
    fn default() -> Self {
        Self {
            remind: 4 * HOUR,
            escalate: 24 * HOUR,
            end: 5 * DAY,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            content: 14 * DAY,
            incidents: 365 * DAY,
            ledger: 6 * 365 * DAY,
        }
    }
}
