//! One stream, before and after its TLS handshake.
//!
//! Knows neither lines nor limits; `connection` does.

use std::io;
use std::time::Duration;

use rustls::{ProtocolVersion, ServerConnection};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::receive::tls::Fingerprint;

/// How long a stream that is closed goes on reading.
const LINGER: Duration = Duration::from_secs(2);
/// Octets thrown away at a time meanwhile.
const UNREAD: usize = 2 * 1024;

/// The stream before and after its handshake.
pub(crate) enum Stream<S> {
    /// In clear.
    Plain(S),
    /// Encrypted.
    Tls(Box<TlsStream<S>>),
    /// A handshake is going on, or has failed.
    None,
}

impl<S> Stream<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    /// Appends what has come to `into`; 0 at the end.
    pub(crate) async fn read(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read_buf(into).await,
            Self::Tls(stream) => stream.read_buf(into).await,
            Self::None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Sends all of it now.
    pub(crate) async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => {
                stream.write_all(octets).await?;
                stream.flush().await
            }
            Self::Tls(stream) => {
                stream.write_all(octets).await?;
                stream.flush().await
            }
            Self::None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Says goodbye to TLS and TCP, then reads on for a moment:
    /// a socket closed with octets unread takes the last reply with it (RFC 1122 section 4.2.2.13).
    pub(crate) async fn shutdown(&mut self) {
        let goodbye = async {
            match self {
                Self::Plain(stream) => stream.shutdown().await?,
                Self::Tls(stream) => stream.shutdown().await?,
                Self::None => {}
            }
            let mut unread = Vec::with_capacity(UNREAD);
            while self.read(&mut unread).await? > 0 {
                unread.clear();
            }
            Ok::<(), io::Error>(())
        };
        drop(tokio::time::timeout(LINGER, goodbye).await);
    }

    /// Does the handshake; a stream whose handshake fails is of no use any more.
    pub(crate) async fn encrypt(&mut self, acceptor: &TlsAcceptor) -> io::Result<()> {
        if let Self::Plain(stream) = std::mem::replace(self, Self::None) {
            *self = Self::Tls(Box::new(acceptor.accept(stream).await?));
            Ok(())
        } else {
            Err(io::ErrorKind::NotConnected.into())
        }
    }

    /// The fingerprint of the certificate that the client showed and holds the key of.
    pub(crate) fn certificate(&self) -> Option<Fingerprint> {
        Some(Fingerprint::of(self.tls()?.peer_certificates()?.first()?))
    }

    /// Protocol version and cipher suite, such as `TLSv1.3 TLS13_AES_256_GCM_SHA384`.
    pub(crate) fn description(&self) -> String {
        let version = match self.tls().and_then(|tls| tls.protocol_version()) {
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            Some(_) | None => "TLS",
        };
        let suite = self.tls().and_then(|tls| tls.negotiated_cipher_suite());
        let suite = suite.and_then(|suite| suite.suite().as_str());
        format!("{version} {}", suite.unwrap_or("unknown"))
    }

    fn tls(&self) -> Option<&ServerConnection> {
        match self {
            Self::Tls(stream) => Some(stream.get_ref().1),
            Self::Plain(_) | Self::None => None,
        }
    }
}
