//! Where a recipient's mail goes: to the smart hosts, or to the servers that the recipient's domain names in DNS.
//!
//! A domain may ask for more than the configuration does: `[[tls]]` here, MTA-STS there (RFC 8461). Never for less.

use std::net::IpAddr;
use std::sync::Arc;

use ring::rand::{SecureRandom, SystemRandom};

use crate::act::deliver::dns::{Dns, DnsError};
use crate::act::deliver::fault::Fault;
use crate::act::deliver::mx::{self, Nowhere, Server};
use crate::act::deliver::reply::Reply;
use crate::act::deliver::sts::Policies;
use crate::act::deliver::sts::policy::{Mode, Policy};
use crate::act::deliver::tls::TlsPolicy;
use crate::act::settings::{Mx, NextHop, Settings};
use crate::clock::Clock;
use crate::mail::address::{Address, Domain};
use crate::mail::envelope::Recipient;

/// Finds ways.
pub(super) struct Routes {
    settings: Arc<Settings>,
    lookup: Option<Lookup>,
}

/// Servers to try, in order.
pub(super) struct Way {
    pub(super) hops: Vec<NextHop>,
    /// Somebody other than DNS vouches that these are the domain's servers:
    /// whoever configured them, or the domain's MTA-STS policy.
    pub(super) vouched: Vouched,
}

/// Who says that a hop is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vouched {
    /// Our configuration, or the domain's own policy.
    Yes,
    /// Only DNS, which anybody on the way may have answered.
    OnlyDns,
}

/// Why there is no way.
pub(super) enum NoWay {
    /// And there never will be.
    Never(Reply),
    /// At present.
    NotNow(Fault),
}

/// What mail without a smart host is routed by.
struct Lookup {
    mx: Mx,
    dns: Result<Dns, DnsError>,
    policies: Policies,
}

impl Routes {
    pub(super) fn new(settings: Arc<Settings>, clock: Clock) -> Self {
        let lookup = settings.mx.clone().map(|mx| Lookup {
            dns: Dns::new(&mx.resolvers),
            policies: Policies::new(settings.trust.clone(), clock, mx.policy_port),
            mx,
        });
        Self { settings, lookup }
    }

    /// Recipients who share a way, in the order of the first of each.
    pub(super) fn together(&self, recipients: &[Recipient]) -> Vec<Vec<Recipient>> {
        let mut groups: Vec<Vec<Recipient>> = Vec::new();
        for recipient in recipients {
            let shares = |group: &&mut Vec<Recipient>| {
                group
                    .first()
                    .is_some_and(|first| self.is_one_way(&first.address, &recipient.address))
            };
            match groups.iter_mut().find(shares) {
                Some(group) => group.push(recipient.clone()),
                None => groups.push(vec![recipient.clone()]),
            }
        }
        groups
    }

    fn is_one_way(&self, one: &Address, other: &Address) -> bool {
        let (one, other) = (one.domain(), other.domain());
        match self.lookup {
            Some(_) => one == other,
            None => self.settings.tls_of(one) == self.settings.tls_of(other),
        }
    }

    /// The way to a domain.
    pub(super) async fn to(&self, domain: &Domain) -> Result<Way, NoWay> {
        let mut way = match &self.lookup {
            None => Way {
                hops: self.settings.next_hops.clone(),
                vouched: Vouched::Yes,
            },
            Some(lookup) => lookup.to(domain, &self.settings.hostname).await?,
        };
        let least = self.settings.tls_of(domain);
        for hop in &mut way.hops {
            hop.tls = hop.tls.max(least);
        }
        Ok(way)
    }
}

impl Lookup {
    async fn to(&self, domain: &Domain, own: &str) -> Result<Way, NoWay> {
        if let Some(address) = literal(domain) {
            let hops = vec![self.hop(domain.as_str(), vec![address])];
            return Ok(Way {
                hops,
                vouched: Vouched::Yes,
            });
        }
        let name = idna::domain_to_ascii(domain.as_str()).map_err(|_| no_such_domain(domain))?;
        let dns = match &self.dns {
            Ok(dns) => dns,
            Err(problem) => return Err(not_now(&name, problem)),
        };
        let names = names(dns, &name, own).await?;
        let policy = self.policies.of(&name, dns).await;
        let enforced = policy
            .as_ref()
            .filter(|policy| policy.mode == Mode::Enforce);
        if let Some(policy) = policy.as_ref().filter(|p| p.mode == Mode::Testing) {
            note_strangers(&name, &names, policy);
        }
        let may = |server: &&String| enforced.is_none_or(|policy| policy.names(server));
        let may_have: Vec<&String> = names.iter().filter(may).collect();
        if may_have.is_empty() {
            return Err(NoWay::NotNow(Fault::BadTls {
                host: name,
                problem: "its MTA-STS policy names none of the servers that DNS names".to_owned(),
            }));
        }
        let (least, vouched) = match enforced {
            Some(_) => (TlsPolicy::Verified, Vouched::Yes),
            None => (TlsPolicy::None, Vouched::OnlyDns),
        };
        let mut hops = self.hops(dns, &name, &may_have).await?;
        for hop in &mut hops {
            hop.tls = hop.tls.max(least);
        }
        Ok(Way { hops, vouched })
    }

    /// The servers with their addresses; one that has none is left out as long as another has.
    async fn hops(
        &self,
        dns: &Dns,
        domain: &str,
        names: &[&String],
    ) -> Result<Vec<NextHop>, NoWay> {
        let mut hops = Vec::with_capacity(names.len());
        let mut trouble = None;
        for name in names {
            match dns.addresses(name).await {
                Ok(addresses) => hops.push(self.hop(name, addresses)),
                Err(DnsError::NoName | DnsError::NoRecord) => {}
                Err(problem) => trouble = Some(not_now(name, &problem)),
            }
        }
        if !hops.is_empty() {
            return Ok(hops);
        }
        let nowhere = format!("5.4.4 no mail server of {domain} has an address");
        Err(trouble.unwrap_or_else(|| NoWay::Never(Reply::new(550, &nowhere))))
    }

    fn hop(&self, host: &str, addresses: Vec<IpAddr>) -> NextHop {
        NextHop {
            tls: self.mx.tls,
            addresses,
            ..NextHop::new(host, self.mx.port)
        }
    }
}

/// The names of the domain's servers in the order to try them; the domain itself where it names none.
async fn names(dns: &Dns, domain: &str, own: &str) -> Result<Vec<String>, NoWay> {
    let servers = match dns.servers(domain).await {
        Ok(servers) => servers,
        Err(DnsError::NoRecord) => vec![Server {
            preference: 0,
            name: domain.to_owned(),
        }],
        Err(DnsError::NoName) => {
            let nobody = format!("5.1.2 there is no domain {domain}");
            return Err(NoWay::Never(Reply::new(550, &nobody)));
        }
        Err(problem @ DnsError::NotNow(_)) => return Err(not_now(domain, &problem)),
    };
    mx::in_order(&servers, own, draw).map_err(|nowhere| {
        NoWay::Never(match nowhere {
            Nowhere::Null => Reply::new(556, &format!("5.1.10 {domain} takes no mail (null MX)")),
            Nowhere::Here => Reply::new(
                554,
                &format!("5.4.6 mail for {domain} would come back here: its MX is this gateway"),
            ),
        })
    })
}

/// A policy that is being tried out changes nothing; whoever runs the gateway may want to know.
fn note_strangers(domain: &str, names: &[String], policy: &Policy) {
    for server in names.iter().filter(|name| !policy.names(name)) {
        tracing::info!(
            domain,
            server,
            "an MTA-STS policy in testing does not name this server"
        );
    }
}

fn no_such_domain(domain: &Domain) -> NoWay {
    let wrong = format!("5.1.2 {} is no domain name", domain.as_str());
    NoWay::Never(Reply::new(550, &wrong))
}

fn not_now(host: &str, problem: &DnsError) -> NoWay {
    NoWay::NotNow(Fault::Unresolved {
        host: host.to_owned(),
        problem: std::io::Error::other(problem.clone()),
    })
}

/// The address of a literal such as `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3).
fn literal(domain: &Domain) -> Option<IpAddr> {
    let inside = domain.as_str().strip_prefix('[')?.strip_suffix(']')?;
    inside.strip_prefix("ipv6:").unwrap_or(inside).parse().ok()
}

/// A number by chance; without random numbers equals are tried in the order of their names.
fn draw() -> u32 {
    let mut octets = [0; 4];
    let _ = SystemRandom::new().fill(&mut octets);
    u32::from_ne_bytes(octets)
}
