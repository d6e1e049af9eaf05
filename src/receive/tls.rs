//! The door's certificate: built from PEM, replaced while the gateway runs (RFC 3207, RFC 8996: TLS 1.2 and 1.3 only).
//!
//! Reads no files; `config` does. Client certificates are known by fingerprint, so that no authority need be trusted
//! and a self-signed one will do; whoever shows an unknown one is a client like any other.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};

use ring::digest::{SHA256, digest};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::ring::default_provider;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoClientAuth;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use tokio_rustls::TlsAcceptor;

use crate::secret::Redacted;

/// A certificate in use; clones share it, so that replacing one replaces all.
#[derive(Debug, Clone)]
pub struct Tls {
    server: Arc<RwLock<Arc<ServerConfig>>>,
    clients: ClientCertificates,
}

/// Whether clients are asked for a certificate of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientCertificates {
    NotAsked,
    Asked,
}

/// The SHA-256 of a client's certificate, as `openssl x509 -fingerprint -sha256` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The chain is no PEM, or has no certificate in it.
    #[error("the certificate chain has no certificate in PEM form")]
    Chain,
    /// The key is no PEM, or locked with a password.
    #[error("the private key is not an unencrypted key in PEM form")]
    Key,
    /// Certificate and key do not belong together, or are of a kind that TLS cannot use.
    #[error("certificate and private key cannot be used together")]
    Pair(#[source] rustls::Error),
    /// Not a fingerprint.
    #[error("`{0}` is not a fingerprint: expected 64 hexadecimal digits, with or without colons")]
    Fingerprint(String),
}

impl Tls {
    /// A certificate chain, server first, and its key, both in PEM.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(chain: &[u8], key: &Redacted<Vec<u8>>) -> Result<Self, TlsError> {
        Self::build(chain, key, ClientCertificates::NotAsked)
    }

    /// The same, asking clients for a certificate of their own, which they need not have.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn asking_clients(chain: &[u8], key: &Redacted<Vec<u8>>) -> Result<Self, TlsError> {
        Self::build(chain, key, ClientCertificates::Asked)
    }

    fn build(
        chain: &[u8],
        key: &Redacted<Vec<u8>>,
        clients: ClientCertificates,
    ) -> Result<Self, TlsError> {
        let server = Arc::new(server(chain, key, clients)?);
        Ok(Self {
            server: Arc::new(RwLock::new(server)),
            clients,
        })
    }

    /// Takes a new certificate into use: connections in progress keep the old one.
    ///
    /// # Errors
    /// See [`TlsError`]; the old certificate then stays.
    pub fn replace(&self, chain: &[u8], key: &Redacted<Vec<u8>>) -> Result<(), TlsError> {
        let server = Arc::new(server(chain, key, self.clients)?);
        *self.server.write().unwrap_or_else(PoisonError::into_inner) = server;
        Ok(())
    }

    /// An acceptor with the certificate of this moment.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let server = self.server.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&server))
    }
}

fn server(
    chain: &[u8],
    key: &Redacted<Vec<u8>>,
    clients: ClientCertificates,
) -> Result<ServerConfig, TlsError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::Chain)?;
    if chain.is_empty() {
        return Err(TlsError::Chain);
    }
    let key = PrivateKeyDer::from_pem_slice(key.reveal()).map_err(|_| TlsError::Key)?;
    let provider = default_provider();
    let verifier: Arc<dyn ClientCertVerifier> = match clients {
        ClientCertificates::NotAsked => Arc::new(NoClientAuth),
        ClientCertificates::Asked => {
            Arc::new(AnyCertificate(provider.signature_verification_algorithms))
        }
    };
    ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TlsError::Pair)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(TlsError::Pair)
}

/// Takes any certificate whose key the client holds; what it may do is decided by its fingerprint.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Self {
        let mut octets = [0; 32];
        octets.copy_from_slice(digest(&SHA256, certificate).as_ref());
        Self(octets)
    }
}

impl FromStr for Fingerprint {
    type Err = TlsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || TlsError::Fingerprint(text.to_owned());
        let digits: String = text.trim().chars().filter(|c| *c != ':').collect();
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut octets = [0; 32];
        for (octet, at) in octets.iter_mut().zip((0..64).step_by(2)) {
            let pair = digits.get(at..at + 2).ok_or_else(wrong)?;
            *octet = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(octets))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, octet) in self.0.iter().enumerate() {
            let colon = if place == 0 { "" } else { ":" };
            write!(f, "{colon}{octet:02X}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_as_it_prints_with_or_without_colons() {
        let print = Fingerprint::of(b"a certificate");
        let text = print.to_string();
        assert_eq!(text.parse::<Fingerprint>().unwrap(), print);
        assert_eq!(
            text.replace(':', "")
                .to_lowercase()
                .parse::<Fingerprint>()
                .unwrap(),
            print
        );
        for bad in ["", "AB:CD", &text[1..], &text.replace(['A', '0'], "G")] {
            assert!(bad.parse::<Fingerprint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_pair_that_does_not_fit_is_refused() {
        let pem = |name: &str| {
            let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
            (
                made.cert.pem(),
                Redacted::new(made.signing_key.serialize_pem().into_bytes()),
            )
        };
        let ((chain, key), (_, other)) = (pem("mail.oakfield.sch.uk"), pem("mail.oakfield.sch.uk"));
        assert!(matches!(Tls::new(b"", &key), Err(TlsError::Chain)));
        assert!(matches!(
            Tls::new(chain.as_bytes(), &Redacted::new(Vec::new())),
            Err(TlsError::Key)
        ));
        assert!(matches!(
            Tls::new(chain.as_bytes(), &other),
            Err(TlsError::Pair(_))
        ));
        let tls = Tls::new(chain.as_bytes(), &key).unwrap();
        assert!(tls.replace(chain.as_bytes(), &other).is_err());
        assert!(tls.replace(chain.as_bytes(), &key).is_ok());
    }
}
