//! MTA-STS: what a domain asks of whoever sends it mail, fetched over HTTPS and kept as long as it says (RFC 8461).
//!
//! Kept in memory: after a restart a policy is fetched anew. Reports about TLS (RFC 8460) are not sent.

mod http;
pub(crate) mod policy;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::act::deliver::dns::Dns;
use crate::act::deliver::sts::policy::Policy;
use crate::act::deliver::tls::{TlsPolicy, Trust};
use crate::act::retry::signed;
use crate::clock::Clock;

/// The longest a policy's server may take for everything (section 3.3).
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a policy that could not be fetched is not asked for again (section 3.3).
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// The policies that are known.
pub(super) struct Policies {
    trust: Trust,
    clock: Clock,
    port: u16,
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Clone)]
struct Known {
    /// As announced; `None` where it could not be fetched.
    id: Option<String>,
    policy: Option<Policy>,
    until: Timestamp,
    asked: Timestamp,
}

impl Policies {
    /// None yet; they are fetched from this port.
    pub(super) fn new(trust: Trust, clock: Clock, port: u16) -> Self {
        Self {
            trust,
            clock,
            port,
            known: Mutex::new(HashMap::new()),
        }
    }

    /// The policy in force for a domain, if it has one.
    ///
    /// Whoever can suppress the announcement cannot suppress a policy that is known (section 10.2).
    pub(super) async fn of(&self, domain: &str, dns: &Dns) -> Option<Policy> {
        let now = self.clock.now();
        let known = self.lock().get(domain).cloned();
        let in_force = known.as_ref().filter(|known| now < known.until);
        let in_force = in_force.and_then(|known| known.policy.clone());
        let records = dns.texts(&format!("_mta-sts.{domain}")).await;
        let Some(id) = policy::announced(&records) else {
            return in_force;
        };
        if let Some(known) = &known {
            let same = known.id.as_ref() == Some(&id) && in_force.is_some();
            let just_asked = now.duration_since(known.asked) < PAUSE;
            if same || just_asked {
                return in_force;
            }
        }
        let fetched = self.fetch(domain, dns).await;
        if fetched.is_none() {
            tracing::warn!(
                domain,
                "an MTA-STS policy is announced and cannot be fetched"
            );
        }
        let found = fetched.is_some();
        let policy = fetched.or(in_force);
        let until = match (&policy, &known) {
            (Some(policy), _) if found => now.saturating_add(signed(policy.age)).unwrap_or(now),
            (Some(_), Some(known)) => known.until,
            _ => now,
        };
        let known = Known {
            id: found.then_some(id),
            policy: policy.clone(),
            until,
            asked: now,
        };
        self.lock().insert(domain.to_owned(), known);
        policy
    }

    async fn fetch(&self, domain: &str, dns: &Dns) -> Option<Policy> {
        let host = format!("mta-sts.{domain}");
        let addresses = dns.addresses(&host).await.ok()?;
        for address in addresses {
            let getting = self.get(&host, address);
            if let Ok(Some(text)) = timeout(PATIENCE, getting).await {
                return Policy::parse(&text);
            }
        }
        None
    }

    async fn get(&self, host: &str, address: IpAddr) -> Option<String> {
        let stream = TcpStream::connect(SocketAddr::new(address, self.port))
            .await
            .ok()?;
        let shaken = self
            .trust
            .handshake(stream, host, TlsPolicy::Verified)
            .await;
        let (mut stream, _) = shaken.ok()?;
        stream
            .write_all(http::request(host).as_bytes())
            .await
            .ok()?;
        let mut answer = Vec::new();
        let most = u64::try_from(http::MOST).unwrap_or(u64::MAX);
        // A server that closes without saying so in TLS has still said what it said; the length is checked.
        let _ = stream.take(most).read_to_end(&mut answer).await;
        http::body(&answer)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
