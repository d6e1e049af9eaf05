//! What `act` is handed: next hops, trust, patience, reviews, retention.

use std::net::{IpAddr, SocketAddr};

use crate::act::deliver::tls::{TlsPolicy, Trust};
use crate::act::settings::{Login, Mx, NextHop, Retention, Retry, Review, Settings};
use crate::config::check::Check;
use crate::config::file::{self, File};
use crate::mail::address::Domain;
use crate::secret::Redacted;

/// The port of resolvers.
const DNS: u16 = 53;
/// The port of MTA-STS policies.
const HTTPS: u16 = 443;

/// Checks everything about deliveries; what is wrong is noted, and `None` is the answer.
pub(crate) fn settings(check: &mut Check<'_>, written: &File, hostname: &str) -> Option<Settings> {
    let mx = mx(check, &written.next_hop);
    let domain_tls = domain_tls(check, &written.tls);
    let first = next_hop(check, "next_hop", &written.next_hop);
    if written.fallback.iter().any(|hop| hop.mx) {
        let problem = "mx = true has no place here: it is the whole of [next_hop], or nothing";
        check.missing("fallback", problem);
    } else if mx.is_some() && !written.fallback.is_empty() {
        let problem = "has no place beside next_hop.mx = true: each domain names its own servers";
        check.missing("fallback", problem);
    }
    let further = written
        .fallback
        .iter()
        .map(|hop| next_hop(check, "fallback", hop));
    let hops = std::iter::once(first)
        .chain(further.collect::<Vec<_>>())
        .collect::<Option<_>>();
    let trust = trust(check, &written.delivery)?;
    let delivery = &written.delivery;
    let (review, retention) = (&written.review, &written.retention);
    Some(Settings {
        retry: Retry {
            first: delivery.retry_first.0,
            longest: delivery.retry_longest.0,
            give_up: delivery.give_up_after.0,
            warn: delivery.warn_after.0,
        },
        review: Review {
            remind: review.remind_after.0,
            escalate: review.escalate_after.0,
            end: review.end_after.0,
        },
        retention: Retention {
            content: retention.content.0,
            incidents: retention.incidents.0,
            ledger: retention.ledger.0,
        },
        concurrency: delivery.concurrency.max(1),
        grace: delivery.grace.0,
        mx,
        domain_tls,
        ..Settings::new(hostname, hops?, trust)
    })
}

fn next_hop(check: &mut Check<'_>, block: &str, written: &file::NextHop) -> Option<NextHop> {
    let host = written.host.get_ref().trim();
    if host.is_empty() || host.contains(char::is_whitespace) {
        let problem = format!(
            "`{host}` is not a host: expected a name or an address, such as smtp.example.net"
        );
        check.wrong(&format!("{block}.host"), &written.host, problem);
        return None;
    }
    let user = written.user.get_ref().trim();
    let login = if user.is_empty() || written.mx {
        None
    } else {
        Some(login(check, block, written, user)?)
    };
    Some(NextHop {
        tls: written.tls,
        login,
        ..NextHop::new(host, written.port)
    })
}

/// Mail straight to the servers of each domain, where that is asked for.
fn mx(check: &mut Check<'_>, written: &file::NextHop) -> Option<Mx> {
    let resolver = |text: &str| {
        let with_port = text.parse::<SocketAddr>().ok();
        let found = with_port.or_else(|| Some((text.parse::<IpAddr>().ok()?, DNS).into()));
        found.ok_or_else(|| {
            format!(
                "`{text}` is not a resolver: expected an address, such as 192.0.2.53 or 192.0.2.53:5353"
            )
        })
    };
    let resolvers = written.resolvers.iter();
    let resolvers = resolvers
        .filter_map(|value| check.taken("next_hop.resolvers", value, resolver))
        .collect();
    if !written.mx {
        return None;
    }
    if !written.user.get_ref().trim().is_empty() {
        let problem =
            "has no place beside mx = true: nobody signs in at the servers of other domains";
        check.wrong("next_hop.user", &written.user, problem);
    }
    Some(Mx {
        port: written.port,
        tls: written.tls,
        resolvers,
        policy_port: HTTPS,
    })
}

/// Domains whose mail needs more TLS, and how much.
fn domain_tls(check: &mut Check<'_>, written: &[file::DomainTls]) -> Vec<(Domain, TlsPolicy)> {
    let mut found = Vec::new();
    for block in written {
        if block.domains.is_empty() {
            let problem =
                "domains is missing: expected the domains of the recipients, such as [\"nhs.net\"]";
            check.missing("tls", problem);
        }
        let Some(policy) = &block.policy else {
            let problem = "policy is missing: expected \"required\" or \"verified\"";
            check.missing("tls", problem);
            continue;
        };
        let domains: Vec<Domain> = check.all_parsed("tls.domains", &block.domains);
        found.extend(
            domains
                .into_iter()
                .map(|domain| (domain, *policy.get_ref())),
        );
    }
    found
}

fn login(check: &mut Check<'_>, block: &str, written: &file::NextHop, user: &str) -> Option<Login> {
    let key = format!("{block}.password_file");
    if written.tls == TlsPolicy::None {
        let problem = "signs in, which is only done over TLS: expected tls to be opportunistic, required or verified";
        check.wrong(&format!("{block}.user"), &written.user, problem);
    }
    let content = check.content(&key, &written.password_file);
    let Some(content) = content else {
        if written.password_file.get_ref().trim().is_empty() {
            check.wrong(
                &key,
                &written.user,
                "is missing: expected a file whose first line is the password",
            );
        }
        return None;
    };
    let text = String::from_utf8_lossy(&content);
    let password = text.lines().next().unwrap_or_default().to_owned();
    if password.is_empty() {
        check.wrong(
            &key,
            &written.password_file,
            "has an empty first line: expected the password",
        );
    }
    Some(Login {
        user: user.to_owned(),
        password: Redacted::new(password),
    })
}

fn trust(check: &mut Check<'_>, written: &file::Delivery) -> Option<Trust> {
    let value = &written.authorities;
    let extra = check
        .content("delivery.authorities", value)
        .unwrap_or_default();
    match Trust::new(&extra) {
        Ok(trust) => Some(trust),
        Err(error) => {
            check.wrong("delivery.authorities", value, error.to_string());
            None
        }
    }
}
