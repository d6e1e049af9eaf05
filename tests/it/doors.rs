//! The door over real sockets: places are counted, a stop is in good order, certificates open it,
//! a balancer's word is taken, and mail that comes round again is known.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_util::sync::CancellationToken;

use schoolgate::receive::listener::Listening;
use schoolgate::receive::tls::{Fingerprint, Tls};
use schoolgate::receive::{Kind, Listener, Settings, listen};
use schoolgate::secret::Redacted;

use crate::postbox::Postbox;

trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

struct Client(BufStream<Box<dyn Socket>>);

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        Self::over(Box::new(TcpStream::connect(address).await.unwrap()))
    }

    fn over(stream: Box<dyn Socket>) -> Self {
        Self(BufStream::new(stream))
    }

    /// The last line of the next reply; empty when the connection is closed.
    async fn reply(&mut self) -> String {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await.is_err() {
                return String::new();
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    async fn send(&mut self, octets: &[u8]) {
        self.0.write_all(octets).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// Sends a line and looks at the reply's beginning.
    async fn say(&mut self, line: &str, expected: &str) {
        self.send(format!("{line}\r\n").as_bytes()).await;
        let reply = self.reply().await;
        assert!(reply.starts_with(expected), "{line}: {reply}");
    }

    async fn begin_message(&mut self) {
        self.say("EHLO client.example", "250 ").await;
        self.say("MAIL FROM:<office@oakfield.sch.uk>", "250 2.1.0 ")
            .await;
        self.say("RCPT TO:<parent@family.example>", "250 2.1.5 ")
            .await;
        self.say("DATA", "354 ").await;
    }

    async fn start_tls(mut self, config: ClientConfig) -> (Self, Vec<u8>) {
        self.say("STARTTLS", "220 ").await;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let name = "mail.oakfield.sch.uk".try_into().unwrap();
        let tls = connector.connect(name, self.0.into_inner()).await.unwrap();
        let shown = tls.get_ref().1.peer_certificates().unwrap()[0].to_vec();
        (Self::over(Box::new(tls)), shown)
    }
}

struct Gate {
    door: Listening,
    postbox: Arc<Postbox>,
    stop: CancellationToken,
}

impl Gate {
    async fn open(mut settings: Settings) -> Self {
        settings.listeners = vec![Listener {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            kind: Kind::Relay,
        }];
        let (postbox, stop) = (Arc::new(Postbox::default()), CancellationToken::new());
        let door = listen(settings, postbox.clone(), stop.clone())
            .await
            .unwrap();
        Self {
            door,
            postbox,
            stop,
        }
    }

    fn address(&self) -> SocketAddr {
        self.door.addresses()[0]
    }

    async fn close(self) {
        self.stop.cancel();
        self.door.closed().await;
    }
}

#[tokio::test]
async fn a_stop_closes_the_door_ends_idle_sessions_and_finishes_the_message_in_hand() {
    let gate = Gate::open(Settings::default()).await;
    let (address, postbox) = (gate.address(), gate.postbox.clone());
    let mut idle = Client::connect(address).await;
    assert!(idle.reply().await.starts_with("220 "));
    let mut busy = Client::connect(address).await;
    assert!(busy.reply().await.starts_with("220 "));
    busy.begin_message().await;
    gate.stop.cancel();
    assert!(idle.reply().await.starts_with("421 4.3.2 "));
    assert_eq!(idle.reply().await, "");
    busy.say("Subject: in hand\r\n.", "250 2.0.0 ").await;
    assert!(busy.reply().await.starts_with("421 4.3.2 "));
    drop((idle, busy));
    gate.close().await;
    assert!(postbox.take().is_some());
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn one_address_cannot_take_every_place() {
    let mut settings = Settings::default();
    settings.limits.connections_per_address = 1;
    let gate = Gate::open(settings).await;
    let mut first = Client::connect(gate.address()).await;
    assert!(first.reply().await.starts_with("220 "));
    let mut second = Client::connect(gate.address()).await;
    assert!(second.reply().await.starts_with("421 4.7.0 "));
    first.say("QUIT", "221 ").await;
    drop((first, second));
    gate.close().await;
}

#[tokio::test]
async fn mail_that_comes_round_again_is_a_loop() {
    let gate = Gate::open(Settings::default()).await;
    let mut client = Client::connect(gate.address()).await;
    assert!(client.reply().await.starts_with("220 "));
    client.begin_message().await;
    client
        .say(
            "Message-ID: <1@oakfield.sch.uk>\r\n\r\nHello\r\n.",
            "250 2.0.0 ",
        )
        .await;
    let (_, sent_on) = gate.postbox.take().unwrap();
    client.begin_message().await;
    client.send(&sent_on).await;
    client.say(".", "554 5.4.6 Mail loop").await;
    drop(client);
    gate.close().await;
}

fn made_certificate() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(vec!["mail.oakfield.sch.uk".to_owned()]).unwrap()
}

fn pem_key(made: &CertifiedKey<KeyPair>) -> Redacted<Vec<u8>> {
    Redacted::new(made.signing_key.serialize_pem().into_bytes())
}

/// A client that trusts the certificates of `servers` and shows `own`, where it has one.
fn client_config(
    servers: &[&CertifiedKey<KeyPair>],
    own: Option<&CertifiedKey<KeyPair>>,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    for server in servers {
        roots
            .add(CertificateDer::from_pem_slice(server.cert.pem().as_bytes()).unwrap())
            .unwrap();
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    match own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let chain = vec![own.cert.der().clone()];
            let key = PrivateKeyDer::from_pem_slice(pem_key(own).reveal()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    }
}

#[tokio::test]
async fn a_known_certificate_relays_from_anywhere_and_an_unknown_one_does_not() {
    let (server, known, unknown) = (made_certificate(), made_certificate(), made_certificate());
    let gate = Gate::open(Settings {
        networks: Vec::new(),
        tls: Some(Tls::asking_clients(server.cert.pem().as_bytes(), &pem_key(&server)).unwrap()),
        client_certificates: vec![Fingerprint::of(known.cert.der())],
        ..Settings::default()
    })
    .await;
    for (own, expected) in [
        (None, "550 5.7.1 127.0.0.1 may not send mail here"),
        (Some(&unknown), "550 5.7.1 127.0.0.1 may not send mail here"),
        (Some(&known), "250 2.1.0 "),
    ] {
        let mut client = Client::connect(gate.address()).await;
        assert!(client.reply().await.starts_with("220 "));
        client.say("EHLO client.example", "250 ").await;
        let (mut client, _) = client.start_tls(client_config(&[&server], own)).await;
        client.say("EHLO client.example", "250 ").await;
        client
            .say("MAIL FROM:<office@oakfield.sch.uk>", expected)
            .await;
    }
    gate.close().await;
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_restart() {
    let (old, new) = (made_certificate(), made_certificate());
    let tls = Tls::new(old.cert.pem().as_bytes(), &pem_key(&old)).unwrap();
    let gate = Gate::open(Settings {
        tls: Some(tls.clone()),
        ..Settings::default()
    })
    .await;
    for expected in [&old, &new] {
        tls.replace(expected.cert.pem().as_bytes(), &pem_key(expected))
            .unwrap();
        let mut client = Client::connect(gate.address()).await;
        assert!(client.reply().await.starts_with("220 "));
        client.say("EHLO client.example", "250 ").await;
        let (_, shown) = client.start_tls(client_config(&[&old, &new], None)).await;
        assert_eq!(shown, expected.cert.der().to_vec());
    }
    gate.close().await;
}

#[tokio::test]
async fn a_balancer_says_who_is_calling_and_is_not_served_without() {
    let header =
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x09\x0a\x00\x00\x01\x04\x00\x00\x19";
    let gate = Gate::open(Settings {
        proxies: vec!["127.0.0.1".parse().unwrap()],
        ..Settings::default()
    })
    .await;
    let mut client = Client::connect(gate.address()).await;
    client.send(header).await;
    assert!(client.reply().await.starts_with("220 "));
    client.say("HELO client.example", "250 ").await;
    client
        .say(
            "MAIL FROM:<office@oakfield.sch.uk>",
            "550 5.7.1 192.0.2.9 may not",
        )
        .await;
    let mut client = Client::connect(gate.address()).await;
    client.send(b"EHLO client.example\r\n").await;
    assert_eq!(client.reply().await, "");
    gate.close().await;
}
