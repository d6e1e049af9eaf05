//! Where the demonstration plays: a temporary folder with the sample school, and a next hop on this machine.
//!
//! The next hop proves its name with a certificate made for the occasion, so that verified TLS is really verified.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use include_dir::{Dir, include_dir};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

use crate::cli::demo::sink::{Options, Sink};

static SCHOOL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/testdata/school");

/// The folder, and the next hop that its configuration names.
#[derive(Debug)]
pub struct Stage {
    folder: TempDir,
    /// What arrives.
    pub sink: Sink,
}

impl Stage {
    /// Writes the sample school into a new folder and starts the next hop.
    ///
    /// # Errors
    /// No folder, no port or no certificate can be had.
    pub async fn set() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("schoolgate-").tempdir()?;
        let proof = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()])?;
        let options = Options {
            tls: Some(acceptor(&proof)?),
            ..Options::default()
        };
        let sink = Sink::start(options)
            .await
            .context("no port for a next hop")?;
        SCHOOL.extract(folder.path())?;
        fs::write(folder.path().join("authority.pem"), proof.cert.pem())?;
        let stage = Self { folder, sink };
        fs::write(stage.config_file(), stage.configuration()?)?;
        Ok(stage)
    }

    /// The configuration file.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join("gateway.toml")
    }

    /// The sample school's own file, below the settings of this machine.
    fn configuration(&self) -> anyhow::Result<String> {
        let school = SCHOOL
            .get_file("gateway.toml")
            .and_then(include_dir::File::contents_utf8);
        let school = school.context("the sample school has no gateway.toml")?;
        let mut text = String::from("hostname = \"gate.oakfield.sch.uk\"\ndata = \"data\"\n");
        let next_hop = self.sink.address();
        write!(
            text,
            "\n[receive]\nlisten = [\"127.0.0.1:0\"]\n\n[next_hop]\nhost = \"{}\"\nport = {}\n\n[delivery]\nauthorities = \"authority.pem\"\n\n{school}",
            next_hop.ip(),
            next_hop.port(),
        )?;
        Ok(text)
    }
}

fn acceptor(proof: &rcgen::CertifiedKey<rcgen::KeyPair>) -> anyhow::Result<TlsAcceptor> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(proof.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![proof.cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
