//! TLS towards the next hop: how much is demanded, what is offered, and what must never go out in clear.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use schoolgate::act::deliver::courier::Courier;
use schoolgate::act::deliver::tls::{TlsPolicy, Trust};
use schoolgate::act::settings::Login;
use schoolgate::cli::demo::sink::{Act, Manner, Options, Sink, Step};
use schoolgate::clock::Clock;
use schoolgate::secret::Redacted;
use tokio_rustls::TlsAcceptor;

use super::{MESSAGE, check_fault, courier_to, deliver, settings, words};

/// A certificate for `name` and the authority it is checked against: itself.
pub(crate) fn certificate(name: &str) -> (TlsAcceptor, Vec<u8>) {
    let key = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let pem = key.cert.pem().into_bytes();
    let chain = vec![CertificateDer::from_pem_slice(&pem).unwrap()];
    let secret = key.signing_key.serialize_pem();
    let secret = PrivateKeyDer::from_pem_slice(secret.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), pem)
}

/// Starts a sink with a certificate for `name`, and a courier that trusts it where `trusted`.
async fn tls_courier(name: &str, trusted: bool, manners: Vec<Manner>) -> (Sink, Courier) {
    let (acceptor, pem) = certificate(name);
    let sink = Sink::start(Options {
        tls: Some(acceptor),
        manners,
        ..Options::default()
    })
    .await
    .unwrap();
    let trust = Trust::new(if trusted { &pem } else { b"" }).unwrap();
    let settings = settings(&[("127.0.0.1", sink.address().port())], trust);
    (sink, Courier::new(Arc::new(settings), Clock::system()))
}

#[tokio::test]
async fn verified_tls_needs_the_right_name_and_an_authority() {
    let (sink, courier) = tls_courier("127.0.0.1", true, Vec::new()).await;
    let receipts = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Verified)
        .await
        .unwrap();
    let security = receipts[0].security.as_deref().unwrap();
    assert!(
        security.starts_with("TLS 1.3") && security.ends_with("certificate verified"),
        "{security}"
    );
    assert!(sink.received()[0].tls);

    for (name, trusted) in [("127.0.0.1", false), ("other.example", true)] {
        let (sink, courier) = tls_courier(name, trusted, Vec::new()).await;
        let fault = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Verified)
            .await
            .unwrap_err();
        assert!(fault.fault.is_insecure(), "{fault}");
        assert!(sink.received().is_empty());
        let receipts = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Required)
            .await
            .unwrap();
        assert!(
            receipts[0]
                .security
                .as_deref()
                .unwrap()
                .ends_with("certificate not verified")
        );
    }
}

#[tokio::test]
async fn without_tls_on_offer_only_opportunistic_goes_on_in_clear() {
    for (policy, arrives) in [
        (TlsPolicy::Opportunistic, true),
        (TlsPolicy::Required, false),
        (TlsPolicy::Verified, false),
    ] {
        let (sink, courier) = courier_to(Options::default()).await;
        let result = deliver(&courier, &["amy"], MESSAGE, policy).await;
        assert_eq!(result.is_ok(), arrives, "{policy:?}");
        assert_eq!(sink.received().len(), usize::from(arrives));
    }
}

#[tokio::test]
async fn a_hop_whose_starttls_is_broken_gets_clear_text_only_where_that_is_allowed() {
    let broken = Manner::always(Step::StartTls, Act::Say("454 4.7.0 not now".into()));
    let (sink, courier) = tls_courier("127.0.0.1", true, vec![broken]).await;
    check_fault(
        &deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Required).await,
        "454 4.7.0",
    );
    let receipts = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Opportunistic)
        .await
        .unwrap();
    assert_eq!(
        (receipts[0].security.clone(), sink.received()[0].tls),
        (None, false)
    );
}

#[tokio::test]
async fn replies_injected_before_tls_are_forgotten() {
    let injected = "220 go\r\n250-sink.example\r\n250 SIZE 1\r\n250 2.1.0 injected".to_owned();
    let manner = Manner::always(Step::StartTls, Act::Say(injected));
    let (sink, courier) = tls_courier("127.0.0.1", true, vec![manner]).await;
    let receipts = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Verified).await;
    assert_eq!(words(&receipts.unwrap()), ["delivered"]);
    assert!(sink.received()[0].tls);
}

#[tokio::test]
async fn a_password_is_never_sent_in_clear() {
    let extensions = vec!["AUTH PLAIN LOGIN".to_owned()];
    let (sink, _) = courier_to(Options {
        extensions,
        ..Options::default()
    })
    .await;
    let mut settings = settings(
        &[("127.0.0.1", sink.address().port())],
        Trust::new(b"").unwrap(),
    );
    let password = Redacted::new("not in clear".to_owned());
    settings.next_hops[0].login = Some(Login {
        user: "gate".to_owned(),
        password,
    });
    let courier = Courier::new(Arc::new(settings), Clock::system());
    check_fault(
        &deliver(&courier, &["amy"], MESSAGE, TlsPolicy::Opportunistic).await,
        "no way to sign in",
    );
}

#[tokio::test]
async fn an_account_at_the_smart_host_is_used_over_tls() {
    for mechanisms in ["AUTH PLAIN LOGIN", "AUTH LOGIN"] {
        let (acceptor, pem) = certificate("127.0.0.1");
        let extensions = vec![mechanisms.to_owned()];
        let sink = Sink::start(Options {
            extensions,
            tls: Some(acceptor),
            ..Options::default()
        })
        .await
        .unwrap();
        let mut settings = settings(
            &[("127.0.0.1", sink.address().port())],
            Trust::new(&pem).unwrap(),
        );
        let password = Redacted::new("over TLS only".to_owned());
        settings.next_hops[0].login = Some(Login {
            user: "gate".to_owned(),
            password,
        });
        let courier = Courier::new(Arc::new(settings), Clock::system());
        let receipts = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::None)
            .await
            .unwrap();
        assert_eq!(words(&receipts), ["delivered"], "{mechanisms}");
        assert!(sink.received()[0].tls);
    }
}
