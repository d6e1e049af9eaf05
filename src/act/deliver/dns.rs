//! What delivery asks of DNS: the servers of a domain, the addresses of a server, a name's texts (RFC 1035, RFC 5321 section 5.1).
//!
//! Answers are kept for as long as they say. DNSSEC is not validated: what a domain wants believed, it says by MTA-STS.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

use crate::act::deliver::mx::Server;

/// Asks the resolver of this machine, or particular ones.
pub(super) struct Dns(TokioResolver);

/// Why DNS has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum DnsError {
    /// The name does not exist.
    #[error("no such domain")]
    NoName,
    /// The name exists, and has nothing of the kind.
    #[error("no such record")]
    NoRecord,
    /// Nobody knows at present.
    #[error("{0}")]
    NotNow(String),
}

impl Dns {
    /// Asks these servers; where there are none, those of this machine.
    ///
    /// # Errors
    /// The machine does not say which its are.
    pub(super) fn new(servers: &[SocketAddr]) -> Result<Self, DnsError> {
        let not_now = |error: NetError| DnsError::NotNow(error.to_string());
        let builder = if servers.is_empty() {
            TokioResolver::builder_tokio().map_err(not_now)?
        } else {
            let servers = servers.iter().map(|server| {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                let connections = connections.map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
                NameServerConfig::new(server.ip(), true, connections.to_vec())
            });
            let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        builder.build().map(Self).map_err(not_now)
    }

    /// The servers a domain names for its mail, as they stand in DNS.
    ///
    /// # Errors
    /// See [`DnsError`]; [`DnsError::NoRecord`] where it names none.
    pub(super) async fn servers(&self, domain: &str) -> Result<Vec<Server>, DnsError> {
        let found = self
            .0
            .mx_lookup(absolute(domain))
            .await
            .map_err(|error| told(&error))?;
        let servers = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::MX(mx) => Some(Server {
                    preference: mx.preference,
                    name: plain(&mx.exchange.to_ascii()),
                }),
                _ => None,
            });
        let servers: Vec<Server> = servers.collect();
        if servers.is_empty() {
            return Err(DnsError::NoRecord);
        }
        Ok(servers)
    }

    /// The addresses of a host.
    ///
    /// # Errors
    /// See [`DnsError`].
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        let found = self
            .0
            .lookup_ip(absolute(host))
            .await
            .map_err(|error| told(&error))?;
        Ok(found.iter().collect())
    }

    /// The texts of a name, each record's pieces joined; none where they cannot be had.
    pub(super) async fn texts(&self, name: &str) -> Vec<String> {
        let Ok(found) = self.0.txt_lookup(absolute(name)).await else {
            return Vec::new();
        };
        let texts = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(text) => Some(text.txt_data.concat()),
                _ => None,
            });
        texts
            .filter_map(|text| String::from_utf8(text).ok())
            .collect()
    }
}

/// A name that is not looked for in the machine's own domain too.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

/// `mx.example` of `mx.example.`; empty for the root, which null MX names.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn told(error: &NetError) -> DnsError {
    if error.is_nx_domain() {
        DnsError::NoName
    } else if error.is_no_records_found() {
        DnsError::NoRecord
    } else {
        DnsError::NotNow(error.to_string())
    }
}
