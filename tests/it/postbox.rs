//! The other end of a dialogue: a handler that keeps what it is handed, and the settings a dialogue asks for.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use schoolgate::clock::Clock;
use schoolgate::mail::envelope::Envelope;
use schoolgate::mail::id::MessageId;
use schoolgate::mail::outcome::{Answer, Handler, Outcome, Refusal};
use schoolgate::receive::auth::{Accounts, AccountsError, Login};
use schoolgate::receive::limits::BareLineEnds;
use schoolgate::receive::senders::{Foreign, Senders};
use schoolgate::receive::tls::Tls;
use schoolgate::receive::{Kind, Settings};
use schoolgate::secret::Redacted;

/// Keeps messages in memory; what it answers depends on the first recipient's local part.
#[derive(Default)]
pub(crate) struct Postbox(Mutex<VecDeque<(Envelope, Vec<u8>)>>);

impl Postbox {
    /// The oldest message that was not taken yet.
    pub(crate) fn take(&self) -> Option<(Envelope, Vec<u8>)> {
        self.0.lock().unwrap().pop_front()
    }
}

impl Handler for Postbox {
    fn handle(&self, id: MessageId, envelope: Envelope, raw: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            match envelope
                .recipients
                .first()
                .map(|first| first.address.local())
            {
                Some("reject") => {
                    let explanation = "The message is to a look-alike domain. ".repeat(8);
                    return Ok(Outcome::Rejected { id, explanation });
                }
                Some("full") => return Err(Refusal::Store("disk full".into())),
                Some("unreadable") => return Err(Refusal::Inspection("out of time".to_owned())),
                Some("busy") => return Err(Refusal::Busy),
                Some("panic") => panic!("as asked"),
                Some("never") => std::future::pending().await,
                Some(_) | None => {}
            }
            self.0.lock().unwrap().push_back((envelope, raw));
            Ok(Outcome::Accepted(id))
        })
    }
}

/// `sender -> recipient, recipient; what was asked`, as dialogues write it.
pub(crate) fn in_words(envelope: &Envelope) -> String {
    let sender = envelope
        .sender
        .as_ref()
        .map_or("<>", |sender| sender.as_str());
    let recipients: Vec<String> = envelope
        .recipients
        .iter()
        .map(|recipient| {
            let notify = recipient
                .notify
                .iter()
                .map(|notify| format!(" NOTIFY={notify}"));
            let original = recipient
                .original
                .iter()
                .map(|original| format!(" ORCPT={original}"));
            let wishes: String = notify.chain(original).collect();
            format!("{}{wishes}", recipient.address)
        })
        .collect();
    let asked = &envelope.asked;
    let mut words = format!("{sender} -> {}", recipients.join(", "));
    let user = envelope
        .client
        .user
        .as_ref()
        .map(|user| format!("user={user}"));
    let flags = [
        asked.eight_bit.then(|| "8BITMIME".to_owned()),
        asked.utf8.then(|| "SMTPUTF8".to_owned()),
        asked.ret.as_ref().map(|ret| format!("RET={ret}")),
        asked.envelope_id.as_ref().map(|id| format!("ENVID={id}")),
        asked.require_tls.then(|| "REQUIRETLS".to_owned()),
        envelope.client.tls.is_some().then(|| "TLS".to_owned()),
        user,
    ];
    for flag in flags.into_iter().flatten() {
        words.push_str("; ");
        words.push_str(&flag);
    }
    words
}

/// One account: the office copier, whose password is `tulip 7`; `broken` cannot be looked up.
struct Logins;

impl Accounts for Logins {
    fn login<'a>(&'a self, name: &'a str, password: &'a Redacted<String>) -> Login<'a> {
        Box::pin(async move {
            match name {
                "broken" => Err(AccountsError("no store".into())),
                "copier" if password.reveal() == "tulip 7" => {
                    Ok("copier@oakfield.sch.uk".parse().ok())
                }
                _ => Ok(None),
            }
        })
    }
}

/// Who calls, where, and with which settings.
pub(crate) struct Scene {
    pub(crate) settings: Settings,
    pub(crate) client: IpAddr,
    pub(crate) kind: Kind,
}

/// A certificate of our own for one run: certificate and key in PEM.
static CERTIFICATE: LazyLock<(String, String)> = LazyLock::new(|| {
    let names = vec!["mail.oakfield.sch.uk".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
});

impl Scene {
    /// Reads the `@` lines of a dialogue.
    pub(crate) fn of(text: &str) -> Result<Self, String> {
        let mut scene = Self {
            settings: Settings {
                hostname: "mail.oakfield.sch.uk".to_owned(),
                clock: Clock::standing(Timestamp::from_second(1_772_445_600).unwrap()),
                trace_secret: Some(Redacted::new([9; 32])),
                ..Settings::default()
            },
            client: IpAddr::from([127, 0, 0, 1]),
            kind: Kind::Relay,
        };
        for line in text.lines().filter_map(|line| line.strip_prefix('@')) {
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            scene
                .set(name, value)
                .ok_or(format!("unknown or wrong setting: @{line}"))?;
        }
        Ok(scene)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let limits = &mut self.settings.limits;
        match name {
            "client" => self.client = value.parse().ok()?,
            "kind" => {
                self.kind = match value {
                    "relay" => Kind::Relay,
                    "submission" => Kind::Submission,
                    "submission-tls" => Kind::SubmissionTls,
                    _ => return None,
                }
            }
            "tls" => self.settings.tls = Some(certificate()),
            "accounts" => self.settings.accounts = Some(Arc::new(Logins)),
            "school" => {
                let domains = value.split(' ').map(str::parse);
                let school = domains.collect::<Result<_, _>>().ok()?;
                self.settings.senders = Senders::new(vec![school], Foreign::Refuse);
            }
            "normalise" => self.settings.bare_line_ends = BareLineEnds::Normalise,
            "message" => limits.message = value.parse().ok()?,
            "in-flight" => limits.in_flight = value.parse().ok()?,
            "recipients" => limits.recipients = value.parse().ok()?,
            "messages" => limits.messages = value.parse().ok()?,
            "errors" => limits.errors = value.parse().ok()?,
            "data-line" => limits.data_line = value.parse().ok()?,
            "received" => limits.received_headers = value.parse().ok()?,
            "failed-logins" => limits.failed_logins = value.parse().ok()?,
            "connection-time" => limits.connection_time = Duration::from_secs(value.parse().ok()?),
            _ => return None,
        }
        Some(())
    }
}

/// A client that trusts the door's certificate and nothing else.
pub(crate) fn connector() -> TlsConnector {
    use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(CERTIFICATE.0.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

fn certificate() -> Tls {
    let key = Redacted::new(CERTIFICATE.1.clone().into_bytes());
    Tls::new(CERTIFICATE.0.as_bytes(), &key).unwrap()
}
