//! What `act` is handed: next hops, trust, patience, reviews, retention.

use crate::act::deliver::tls::{TlsPolicy, Trust};
use crate::act::settings::{Login, NextHop, Retention, Retry, Review, Settings};
use crate::config::check::Check;
use crate::config::file::{self, File};
use crate::secret::Redacted;

/// Checks everything about deliveries; what is wrong is noted, and `None` is the answer.
pub(crate) fn settings(check: &mut Check<'_>, written: &File, hostname: &str) -> Option<Settings> {
    let first = next_hop(check, "next_hop", &written.next_hop);
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
    let login = if user.is_empty() {
        None
    } else {
        Some(login(check, block, written, user)?)
    };
    Some(NextHop {
        host: host.to_owned(),
        port: written.port,
        tls: written.tls,
        login,
    })
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
