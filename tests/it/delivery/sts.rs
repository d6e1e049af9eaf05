//! MTA-STS and REQUIRETLS: servers that must prove their names, fetched policies, and mail that goes back instead (RFC 8461, RFC 8689).

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use schoolgate::act::deliver::courier::{Courier, Receipt, Unreached};
use schoolgate::act::deliver::tls::{TlsPolicy, Trust};
use schoolgate::cli::demo::sink::{Options, Sink};
use schoolgate::clock::Clock;
use schoolgate::mail::address::Domain;
use schoolgate::mail::envelope::MailParameters;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::mx::{courier_by, deliver_to};
use super::tls::certificate;
use super::zone::{Record, Zone};
use super::{MESSAGE, check_fault, deliver, settings, words};

const COUNCIL: &str = "amy@council.example";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A web server with one policy on it.
struct Web {
    port: u16,
    policy: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Web {
    async fn start(tls: TlsAcceptor, policy: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let web = Self {
            port: listener.local_addr().unwrap().port(),
            policy: Arc::new(Mutex::new(policy.to_owned())),
            asked: Arc::default(),
        };
        let (policy, asked) = (Arc::clone(&web.policy), Arc::clone(&web.asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = tls.accept(stream).await else {
                    continue;
                };
                asked.fetch_add(1, Ordering::Relaxed);
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                assert!(request.starts_with(
                    "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.council.example\r\n"
                ));
                let body = policy.lock().unwrap().clone();
                let status = if body.is_empty() {
                    "404 Not Found"
                } else {
                    "200 OK"
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
                // The client may close first.
                let _ = stream.shutdown().await;
            }
        });
        web
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// A council with a mail server, a web server and a zone.
struct Council {
    sink: Sink,
    web: Web,
    zone: Zone,
    courier: Courier,
    clock: Clock,
}

fn records(id: &str) -> Vec<(&'static str, Record)> {
    let mut records = vec![
        ("council.example", Record::Mx(10, "mx1.council.example")),
        ("mx1.council.example", Record::A(Ipv4Addr::LOCALHOST)),
        ("mta-sts.council.example", Record::A(Ipv4Addr::LOCALHOST)),
    ];
    if !id.is_empty() {
        let announced = Record::Txt(format!("v=STSv1; id={id};"));
        records.push(("_mta-sts.council.example", announced));
    }
    records
}

fn policy(mode: &str, server: &str) -> String {
    format!("version: STSv1\nmode: {mode}\nmx: {server}\nmax_age: 86400\n")
}

impl Council {
    /// Its mail server proves that it is `name`.
    async fn open(name: &str, policy: &str) -> Self {
        let (mail_tls, mail) = certificate(name);
        let (web_tls, web) = certificate("mta-sts.council.example");
        let sink = Sink::start(Options {
            tls: Some(mail_tls),
            extensions: vec!["REQUIRETLS".to_owned()],
            ..Options::default()
        })
        .await
        .unwrap();
        let web_server = Web::start(web_tls, policy).await;
        let zone = Zone::start(&records("1")).await;
        let trust = Trust::new(&[mail, web].concat()).unwrap();
        let (courier, clock) = courier_by(&zone, sink.address().port(), trust, web_server.port);
        Self {
            sink,
            web: web_server,
            zone,
            courier,
            clock,
        }
    }

    async fn send(&self) -> Result<Vec<Receipt>, Unreached> {
        let asked = MailParameters::default();
        deliver_to(&self.courier, COUNCIL, &asked, TlsPolicy::None).await
    }
}

#[tokio::test]
async fn an_enforced_policy_needs_a_server_it_names_that_proves_its_name() {
    let named = policy("enforce", "*.council.example");
    let council = Council::open("mx1.council.example", &named).await;
    let receipts = council.send().await.unwrap();
    let security = receipts[0].security.clone().unwrap();
    assert!(security.ends_with("certificate verified"), "{security}");

    let other = Council::open("other.example", &named).await;
    check_fault(
        &other.send().await,
        "TLS with mx1.council.example is not good enough",
    );
    assert!(other.sink.received().is_empty());

    let stranger = policy("enforce", "mx9.council.example");
    let council = Council::open("mx1.council.example", &stranger).await;
    check_fault(&council.send().await, "names none of the servers");
    assert!(council.sink.received().is_empty());
}

#[tokio::test]
async fn a_policy_that_is_tried_out_given_up_or_not_to_be_had_stops_nothing() {
    for policy in [
        policy("testing", "mx9.council.example"),
        policy("none", "mx9.council.example"),
        policy("perhaps", "mx9.council.example"),
        String::new(),
    ] {
        let council = Council::open("other.example", &policy).await;
        let receipts = council.send().await;
        assert_eq!(words(&receipts.unwrap()), ["delivered"], "{policy}");
    }
}

#[tokio::test]
async fn a_policy_is_kept_as_long_as_it_says_and_fetched_again_when_its_name_changes() {
    let stranger = policy("enforce", "mx9.council.example");
    let council = Council::open("mx1.council.example", &stranger).await;
    for _ in 0..3 {
        assert!(council.send().await.is_err());
    }
    assert_eq!(council.web.asked(), 1);

    // Whoever hides the announcement does not get rid of the policy.
    council.zone.replace(&records(""));
    council.clock.advance(DAY / 2);
    assert!(council.send().await.is_err());

    council.zone.replace(&records("2"));
    *council.web.policy.lock().unwrap() = policy("enforce", "mx1.council.example");
    assert_eq!(words(&council.send().await.unwrap()), ["delivered"]);
    assert_eq!(council.web.asked(), 2);

    council.zone.replace(&records(""));
    council.clock.advance(DAY * 2);
    assert_eq!(words(&council.send().await.unwrap()), ["delivered"]);
    assert_eq!(council.web.asked(), 2, "nothing is announced any more");
}

#[tokio::test]
async fn a_policy_that_cannot_be_fetched_is_not_asked_for_all_the_time() {
    let council = Council::open("mx1.council.example", "").await;
    for (minutes, asked) in [(0, 1), (1, 1), (5, 2)] {
        council.clock.advance(SignedDuration::from_mins(minutes));
        council.send().await.unwrap();
        assert_eq!(council.web.asked(), asked, "after {minutes} more minutes");
    }
}

#[tokio::test]
async fn a_domain_may_need_more_tls_than_the_smart_host() {
    let sink = Sink::start(Options::default()).await.unwrap();
    let hop = [("127.0.0.1", sink.address().port())];
    let mut settings = settings(&hop, Trust::new(b"").unwrap());
    let domain: Domain = "nhs.example".parse().unwrap();
    settings.domain_tls = vec![(domain, TlsPolicy::Required)];
    let courier = Courier::new(Arc::new(settings), Clock::system());
    let asked = MailParameters::default();
    for (to, goes) in [("a@home.example", true), ("a@trust.nhs.example", false)] {
        let result = deliver_to(&courier, to, &asked, TlsPolicy::None).await;
        assert_eq!(result.is_ok(), goes, "{to}");
    }
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn require_tls_goes_only_where_it_is_kept_up() {
    let asked = MailParameters {
        require_tls: true,
        ..MailParameters::default()
    };
    let named = policy("enforce", "mx1.council.example");
    let council = Council::open("mx1.council.example", &named).await;
    let sent = deliver_to(&council.courier, COUNCIL, &asked, TlsPolicy::Verified).await;
    assert_eq!(words(&sent.unwrap()), ["delivered"]);
    assert!(council.sink.received()[0].mail.ends_with(" REQUIRETLS"));

    // Without a policy only DNS says which servers are the council's.
    let council = Council::open("mx1.council.example", "").await;
    let sent = deliver_to(&council.courier, COUNCIL, &asked, TlsPolicy::Verified).await;
    assert_eq!(words(&sent.unwrap()), ["refused 5.7.10"]);

    let (tls, pem) = certificate("127.0.0.1");
    let sink = Sink::start(Options {
        tls: Some(tls),
        ..Options::default()
    })
    .await
    .unwrap();
    let hop = [("127.0.0.1", sink.address().port())];
    let courier = Courier::new(
        Arc::new(settings(&hop, Trust::new(&pem).unwrap())),
        Clock::system(),
    );
    let sent = deliver_to(&courier, COUNCIL, &asked, TlsPolicy::Verified).await;
    check_fault(&sent, "does not offer REQUIRETLS");
    let sent = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Verified).await;
    assert_eq!(words(&sent.unwrap()), ["delivered"], "others go on");
    let sent = deliver_to(&courier, COUNCIL, &asked, TlsPolicy::Verified).await;
    check_fault(&sent, "does not offer REQUIRETLS");
}
