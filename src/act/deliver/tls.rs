//! TLS towards the next hop: how much is demanded, whom we trust, and what was negotiated (RFC 8446, RFC 3207).
//!
//! Only TLS 1.2 and 1.3 exist here.
//! A certificate is always examined; whether a bad one ends the connection depends on the policy,
//! and what was found goes into the ledger.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How much TLS a delivery asks for, mildest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum TlsPolicy {
    /// Never; for a next hop on this machine.
    None,
    /// Where it is offered, with any certificate; in clear otherwise.
    #[default]
    Opportunistic,
    /// Always, with any certificate.
    Required,
    /// Always, with a certificate for the hop's name from an authority this machine trusts.
    Verified,
}

/// What protects a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: &'static str,
    /// The cipher suite by its IANA name.
    pub cipher: String,
    /// The certificate is for the hop's name and from an authority this machine trusts.
    pub verified: bool,
}

/// The certificate authorities that next hops are verified against.
#[derive(Clone)]
pub struct Trust {
    provider: Arc<CryptoProvider>,
    authorities: Option<Arc<WebPkiServerVerifier>>,
}

/// Why a file of certificate authorities cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// It is not PEM, or has no certificate in it.
    #[error("there is no PEM certificate in it: expected -----BEGIN CERTIFICATE----- blocks")]
    NoCertificate,
    /// A certificate is not one that can be an authority.
    #[error("certificate {number} cannot be an authority: {problem}")]
    BadCertificate {
        /// Its place in the file, from 1.
        number: usize,
        /// What rustls says.
        problem: String,
    },
}

/// Why a handshake failed.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// A name that no certificate can be for.
    #[error("`{0}` is not a host name that a certificate can be checked against")]
    Name(String),
    /// The certificate or the protocol is not good enough.
    #[error("{0}")]
    Refused(rustls::Error),
    /// The connection broke.
    #[error("the connection broke in the handshake: {0}")]
    Broken(std::io::Error),
}

impl Trust {
    /// The machine's own authorities and those of `extra`, PEM, which may be empty.
    ///
    /// # Errors
    /// `extra` is not empty and not PEM certificates. A machine without authorities is no error here:
    /// nothing can be verified then, and deliveries that must be say so.
    pub fn new(extra: &[u8]) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if !extra.is_empty() {
            add_authorities(&mut roots, extra)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let authorities =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .ok();
        Ok(Self {
            provider,
            authorities,
        })
    }

    /// Shakes hands as `host`'s client.
    ///
    /// # Errors
    /// See [`HandshakeError`]; with [`TlsPolicy::Verified`] also when the certificate is not trusted.
    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
        host: &str,
        policy: TlsPolicy,
    ) -> Result<(TlsStream<TcpStream>, Security), HandshakeError> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(bare.to_owned())
            .map_err(|_| HandshakeError::Name(host.to_owned()))?;
        let judge = Arc::new(Judge {
            trust: self.clone(),
            insist: policy == TlsPolicy::Verified,
            verified: AtomicBool::new(false),
        });
        let config = self.config(&judge).map_err(HandshakeError::Refused)?;
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .map_err(handshake_error)?;
        let verified = judge.verified.load(Ordering::Relaxed);
        let security = Security::of(stream.get_ref().1, verified);
        Ok((stream, security))
    }

    /// Resumed sessions skip the certificate, so there are none: connections are reused instead.
    fn config(&self, judge: &Arc<Judge>) -> Result<ClientConfig, rustls::Error> {
        let verifier = Arc::clone(judge) as Arc<dyn ServerCertVerifier>;
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        Ok(config)
    }
}

fn add_authorities(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), TrustError> {
    let mut number = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        number += 1;
        let bad = |problem: String| TrustError::BadCertificate { number, problem };
        let certificate = certificate.map_err(|problem| bad(problem.to_string()))?;
        roots
            .add(certificate)
            .map_err(|problem| bad(problem.to_string()))?;
    }
    if number == 0 {
        return Err(TrustError::NoCertificate);
    }
    Ok(())
}

/// tokio-rustls wraps what rustls says in an I/O error; everything else is the network.
fn handshake_error(error: std::io::Error) -> HandshakeError {
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        Some(refusal) => HandshakeError::Refused(refusal.clone()),
        None => HandshakeError::Broken(error),
    }
}

impl Security {
    fn of(connection: &rustls::ClientConnection, verified: bool) -> Self {
        let version = match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        let cipher = connection
            .negotiated_cipher_suite()
            .and_then(|suite| suite.suite().as_str())
            .unwrap_or("unknown cipher");
        Self {
            version,
            cipher: cipher.to_owned(),
            verified,
        }
    }
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let certificate = if self.verified {
            "certificate verified"
        } else {
            "certificate not verified"
        };
        write!(f, "{} {}, {certificate}", self.version, self.cipher)
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.authorities.is_some() {
            "Trust(ready)"
        } else {
            "Trust(no authorities)"
        };
        f.write_str(state)
    }
}

/// Examines the certificate of one connection and remembers the result.
#[derive(Debug)]
struct Judge {
    trust: Trust,
    insist: bool,
    verified: AtomicBool,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let result = match &self.trust.authorities {
            Some(authorities) => authorities.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(rustls::Error::General(
                "this machine trusts no certificate authority".to_owned(),
            )),
        };
        self.verified.store(result.is_ok(), Ordering::Relaxed);
        match result {
            Err(problem) if self.insist => Err(problem),
            Ok(_) | Err(_) => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.trust.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.trust.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.trust.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_authorities_that_is_none_is_refused_with_the_reason() {
        assert_eq!(Trust::new(b"hello").unwrap_err(), TrustError::NoCertificate);
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(
            Trust::new(broken),
            Err(TrustError::BadCertificate { number: 1, .. })
        ));
    }

    #[test]
    fn policies_are_ordered_from_mild_to_strict() {
        assert!(TlsPolicy::None < TlsPolicy::Opportunistic);
        assert!(TlsPolicy::Required < TlsPolicy::Verified);
    }
}
