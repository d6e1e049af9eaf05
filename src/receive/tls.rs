//! The door's certificate: built from PEM, replaced while the gateway runs (RFC 3207, RFC 8996: TLS 1.2 and 1.3 only).
//!
//! Reads no files; `config` does.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::secret::Redacted;

/// A certificate in use; clones share it, so that replacing one replaces all.
#[derive(Debug, Clone)]
pub struct Tls(Arc<RwLock<Arc<ServerConfig>>>);

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
}

impl Tls {
    /// A certificate chain, server first, and its key, both in PEM.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(chain: &[u8], key: &Redacted<Vec<u8>>) -> Result<Self, TlsError> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(server(chain, key)?)))))
    }

    /// Takes a new certificate into use: connections in progress keep the old one.
    ///
    /// # Errors
    /// See [`TlsError`]; the old certificate then stays.
    pub fn replace(&self, chain: &[u8], key: &Redacted<Vec<u8>>) -> Result<(), TlsError> {
        let server = Arc::new(server(chain, key)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = server;
        Ok(())
    }

    /// An acceptor with the certificate of this moment.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(
            &self.0.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

fn server(chain: &[u8], key: &Redacted<Vec<u8>>) -> Result<ServerConfig, TlsError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::Chain)?;
    if chain.is_empty() {
        return Err(TlsError::Chain);
    }
    let key = PrivateKeyDer::from_pem_slice(key.reveal()).map_err(|_| TlsError::Key)?;
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TlsError::Pair)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Pair)
}
