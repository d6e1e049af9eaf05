//! What `receive` is handed: listeners, networks, certificate, limits.

use std::net::SocketAddr;

use crate::config::Certificate;
use crate::config::check::Check;
use crate::config::file::File;
use crate::config::file::Text;
use crate::config::file::receive::{self as written, BareLineEnds, ForeignSenders, Receive};
use crate::config::school::Declared;
use crate::receive::network::Network;
use crate::receive::senders::{Foreign, Senders};
use crate::receive::tls::Tls;
use crate::receive::{Kind, Listener, Settings, limits};
use crate::secret::Redacted;

/// Checks everything about the door; what is wrong is noted.
pub(crate) fn settings(
    check: &mut Check<'_>,
    file: &File,
    hostname: &str,
    certificate: Option<&Certificate>,
    schools: &[Declared],
) -> Settings {
    let receive = &file.receive;
    let domains = schools.iter().map(|school| school.domains.clone());
    Settings {
        hostname: hostname.to_owned(),
        listeners: listeners(check, receive),
        networks: check.all_parsed::<Network>("receive.networks", &receive.networks),
        client_certificates: check
            .all_parsed("receive.client_certificates", &receive.client_certificates),
        proxies: check.all_parsed("receive.proxies", &receive.proxies),
        tls: certificate.and_then(|pair| tls(check, receive, pair)),
        senders: Senders::new(
            domains.collect(),
            match receive.foreign_senders {
                ForeignSenders::Judge => Foreign::Judge,
                ForeignSenders::Refuse => Foreign::Refuse,
            },
        ),
        bare_line_ends: match receive.bare_line_ends {
            BareLineEnds::Refuse => limits::BareLineEnds::Refuse,
            BareLineEnds::Normalise => limits::BareLineEnds::Normalise,
        },
        limits: written::Limits::for_the_door(&receive.limits, file.limits.message.0),
        ..Settings::default()
    }
}

fn listeners(check: &mut Check<'_>, receive: &Receive) -> Vec<Listener> {
    let kinds = [
        ("receive.listen", &receive.listen, Kind::Relay),
        ("receive.submission", &receive.submission, Kind::Submission),
        (
            "receive.submission_tls",
            &receive.submission_tls,
            Kind::SubmissionTls,
        ),
    ];
    let mut listeners = Vec::new();
    for (key, values, kind) in kinds {
        for value in values {
            if let Some(address) = check.taken(key, value, socket) {
                listeners.push(Listener { address, kind });
            }
            if kind != Kind::Relay && receive.certificate.get_ref().is_empty() {
                check.wrong(
                    key,
                    value,
                    "needs a certificate: expected receive.certificate and receive.private_key",
                );
            }
        }
    }
    if listeners.is_empty() && kinds.iter().all(|(_, values, _)| values.is_empty()) {
        check.missing(
            "receive.listen",
            "is empty: expected at least one address and port, such as \"127.0.0.1:2525\"",
        );
    }
    listeners
}

fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is not an address with a port: expected one such as \"127.0.0.1:2525\" or \"[::1]:2525\"")
    })
}

/// The certificate of the door, where one is given.
pub(crate) fn certificate(check: &mut Check<'_>, receive: &Receive) -> Option<Certificate> {
    let (chain, key) = (&receive.certificate, &receive.private_key);
    let given = |value: &Text| !value.get_ref().trim().is_empty();
    let lacks = match (given(chain), given(key)) {
        (false, false) => return None,
        (true, true) => None,
        (true, false) => Some((
            "receive.private_key",
            chain,
            "is missing: a certificate needs its key",
        )),
        (false, true) => Some((
            "receive.certificate",
            key,
            "is missing: a key needs its certificate",
        )),
    };
    if let Some((key, value, problem)) = lacks {
        check.wrong(key, value, problem);
        return None;
    }
    Some(Certificate {
        chain: check.content("receive.certificate", chain)?,
        key: Redacted::new(check.content("receive.private_key", key)?),
    })
}

fn tls(check: &mut Check<'_>, receive: &Receive, pair: &Certificate) -> Option<Tls> {
    let tls = if receive.client_certificates.is_empty() {
        Tls::new(&pair.chain, &pair.key)
    } else {
        Tls::asking_clients(&pair.chain, &pair.key)
    };
    match tls {
        Ok(tls) => Some(tls),
        Err(error) => {
            check.wrong(
                "receive.certificate",
                &receive.certificate,
                error.to_string(),
            );
            None
        }
    }
}
