//! Mail without a smart host: the servers a domain names in DNS, in their order, and the domains that name none.

use std::net::Ipv4Addr;
use std::sync::Arc;

use schoolgate::act::deliver::courier::{Courier, Errand, Receipt, Unreached};
use schoolgate::act::deliver::tls::{TlsPolicy, Trust};
use schoolgate::act::settings::Mx;
use schoolgate::cli::demo::sink::{Act, Manner, Options, Sink, Step};
use schoolgate::clock::Clock;
use schoolgate::mail::envelope::{MailParameters, Recipient};

use super::zone::{Record, Zone};
use super::{MESSAGE, misbehaving, settings, words};

/// A courier that finds its way by `zone`, to servers on this port.
pub(super) fn courier_by(
    zone: &Zone,
    port: u16,
    trust: Trust,
    policy_port: u16,
) -> (Courier, Clock) {
    let mut settings = settings(&[], trust);
    settings.mx = Some(Mx {
        port,
        tls: TlsPolicy::Opportunistic,
        resolvers: vec![zone.address],
        policy_port,
    });
    let clock = Clock::standing("2026-11-23T09:00:00Z".parse().unwrap());
    (Courier::new(Arc::new(settings), clock.clone()), clock)
}

/// Delivers to one address, as a worker would.
pub(super) async fn deliver_to(
    courier: &Courier,
    to: &str,
    asked: &MailParameters,
    tls: TlsPolicy,
) -> Result<Vec<Receipt>, Unreached> {
    let sender = "office@oakfield.sch.uk".parse().unwrap();
    let errand = Errand {
        sender: Some(&sender),
        recipients: &[Recipient::new(to.parse().unwrap())],
        asked,
        message: MESSAGE,
        tls,
        hurried: None,
    };
    courier.deliver(&errand).await
}

async fn plainly(courier: &Courier, to: &str) -> Result<Vec<Receipt>, Unreached> {
    deliver_to(courier, to, &MailParameters::default(), TlsPolicy::None).await
}

fn loopback(last: u8) -> Record {
    Record::A(Ipv4Addr::new(127, 0, 0, last))
}

/// A sink on its own loopback address and the port of another.
async fn beside(other: &Sink, last: u8, options: Options) -> Sink {
    let address = (Ipv4Addr::new(127, 0, 0, last), other.address().port());
    Sink::start_on(address.into(), options).await.unwrap()
}

#[tokio::test]
async fn the_best_server_is_tried_first_and_the_next_takes_over() {
    let best = Sink::start(misbehaving(Manner::always(Step::Connect, Act::HangUp)))
        .await
        .unwrap();
    let next = beside(&best, 2, Options::default()).await;
    let zone = Zone::start(&[
        ("home.example", Record::Mx(20, "next.home.example")),
        ("home.example", Record::Mx(10, "best.home.example")),
        ("best.home.example", loopback(1)),
        ("next.home.example", loopback(2)),
    ])
    .await;
    let trust = Trust::new(b"").unwrap();
    let (courier, _) = courier_by(&zone, best.address().port(), trust, 0);
    let receipts = plainly(&courier, "amy@home.example").await.unwrap();
    assert_eq!(words(&receipts), ["delivered"]);
    assert_eq!(receipts[0].hop.as_deref(), Some("next.home.example"));
    assert_eq!((best.connections(), next.received().len()), (1, 1));
    best.behave(Vec::new());
    let receipts = plainly(&courier, "amy@home.example").await.unwrap();
    assert_eq!(
        receipts[0].hop.as_deref(),
        Some("next.home.example"),
        "the best one is left in peace"
    );
}

#[tokio::test]
async fn each_domain_leads_where_its_records_say() {
    let sink = Sink::start(Options::default()).await.unwrap();
    let zone = Zone::start(&[
        ("null.example", Record::Mx(0, "")),
        ("trouble.example", Record::Trouble),
        ("nowhere.example", Record::Mx(10, "gone.example")),
        ("here.example", Record::Mx(10, "gate.oakfield.sch.uk")),
        ("here.example", Record::Mx(20, "mx.example")),
        ("plain.example", loopback(1)),
        ("xn--bcher-kva.example", Record::Mx(10, "mx.example")),
        ("half.example", Record::Mx(10, "gone.example")),
        ("half.example", Record::Mx(20, "mx.example")),
        ("mx.example", loopback(1)),
    ])
    .await;
    let trust = Trust::new(b"").unwrap();
    let (courier, _) = courier_by(&zone, sink.address().port(), trust, 0);
    for (to, word) in [
        ("a@null.example", "refused 5.1.10"),
        ("a@absent.example", "refused 5.1.2"),
        ("a@nowhere.example", "refused 5.4.4"),
        ("a@here.example", "refused 5.4.6"),
        ("a@plain.example", "delivered"),
        ("a@[127.0.0.1]", "delivered"),
        ("a@bücher.example", "delivered"),
        ("a@half.example", "delivered"),
    ] {
        let receipts = plainly(&courier, to).await;
        assert_eq!(words(&receipts.unwrap()), [word], "{to}");
    }
    let unreached = plainly(&courier, "a@trouble.example").await.unwrap_err();
    assert_eq!(unreached.fault.as_reply().status(), "4.4.3");
    let taken = sink.received();
    let recipients: Vec<&str> = taken.iter().map(|one| one.recipients[0].as_str()).collect();
    assert!(
        recipients.contains(&"<a@xn--bcher-kva.example>"),
        "{recipients:?}"
    );
}

#[tokio::test]
async fn recipients_of_one_domain_go_together() {
    let zone = Zone::start(&[]).await;
    let (courier, _) = courier_by(&zone, 25, Trust::new(b"").unwrap(), 0);
    let to = ["a@x.example", "b@y.example", "c@X.example"];
    let to = to.map(|to| Recipient::new(to.parse().unwrap()));
    let together = courier.together(&to);
    assert_eq!(
        together,
        [vec![to[0].clone(), to[2].clone()], vec![to[1].clone()]]
    );
    let smart = Courier::new(
        Arc::new(settings(&[("127.0.0.1", 25)], Trust::new(b"").unwrap())),
        Clock::system(),
    );
    assert_eq!(smart.together(&to).len(), 1);
}
