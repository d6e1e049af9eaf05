//! Delivery to a real next hop over loopback, well behaved and badly behaved.

mod mx;
mod sts;
pub(crate) mod tls;
mod zone;

use std::sync::Arc;
use std::time::Duration;

use schoolgate::act::deliver::courier::{Courier, Errand, Receipt, Unreached};
use schoolgate::act::deliver::tls::{TlsPolicy, Trust};
use schoolgate::act::deliver::transaction::Outcome;
use schoolgate::act::settings::{NextHop, Settings};
use schoolgate::cli::demo::sink::{Act, Manner, Options, Sink, Step};
use schoolgate::clock::Clock;
use schoolgate::mail::address::Address;
use schoolgate::mail::envelope::{MailParameters, Recipient};

const MESSAGE: &[u8] = b"From: office@oakfield.sch.uk\r\nSubject: trip\r\n\r\nHello\r\n.dot\r\n";

fn recipients(names: &[&str]) -> Vec<Recipient> {
    let address = |name: &&str| format!("{name}@home.example").parse().unwrap();
    names.iter().map(address).map(Recipient::new).collect()
}

fn settings(hops: &[(&str, u16)], trust: Trust) -> Settings {
    let hops = hops.iter().map(|(host, port)| NextHop::new(host, *port));
    let mut settings = Settings::new("gate.oakfield.sch.uk", hops.collect(), trust);
    settings.timeouts.command = Duration::from_millis(200);
    settings.timeouts.greeting = Duration::from_millis(200);
    settings.timeouts.data = Duration::from_millis(200);
    settings.timeouts.block = Duration::from_millis(100);
    settings.timeouts.dot = Duration::from_millis(500);
    settings
}

async fn deliver(
    courier: &Courier,
    to: &[&str],
    message: &[u8],
    tls: TlsPolicy,
) -> Result<Vec<Receipt>, Unreached> {
    let sender: Address = "office@oakfield.sch.uk".parse().unwrap();
    let errand = Errand {
        sender: Some(&sender),
        recipients: &recipients(to),
        asked: &MailParameters::default(),
        message,
        tls,
        hurried: None,
    };
    courier.deliver(&errand).await
}

async fn courier_to(options: Options) -> (Sink, Courier) {
    let sink = Sink::start(options).await.unwrap();
    let settings = settings(
        &[("127.0.0.1", sink.address().port())],
        Trust::new(b"").unwrap(),
    );
    (sink, Courier::new(Arc::new(settings), Clock::system()))
}

fn misbehaving(manner: Manner) -> Options {
    Options {
        manners: vec![manner],
        ..Options::default()
    }
}

/// A word for each recipient: delivered, deferred or refused, with the status.
fn words(receipts: &[Receipt]) -> Vec<String> {
    let word = |receipt: &Receipt| match &receipt.outcome {
        Outcome::Delivered(_) => "delivered".to_owned(),
        Outcome::Deferred(reply) => format!("deferred {}", reply.status()),
        Outcome::Refused(reply) => format!("refused {}", reply.status()),
    };
    receipts.iter().map(word).collect()
}

#[tokio::test]
async fn a_message_arrives_as_it_was_and_the_connection_is_used_again() {
    let (sink, courier) = courier_to(Options::default()).await;
    for _ in 0..3 {
        let receipts = deliver(&courier, &["amy", "bob"], MESSAGE, TlsPolicy::None).await;
        assert_eq!(words(&receipts.unwrap()), ["delivered", "delivered"]);
    }
    let received = sink.received();
    assert_eq!(received.len(), 3);
    assert_eq!(received[0].message, MESSAGE);
    assert_eq!(
        received[0].recipients,
        ["<amy@home.example>", "<bob@home.example>"]
    );
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn each_recipient_has_a_result_of_its_own() {
    for extensions in [vec!["PIPELINING".to_owned()], Vec::new()] {
        let manners = vec![
            Manner::always(
                Step::Recipient("bob".into()),
                Act::Say("550 5.1.1 nobody".into()),
            ),
            Manner::always(
                Step::Recipient("cy".into()),
                Act::Say("450 4.2.1 later".into()),
            ),
        ];
        let (sink, courier) = courier_to(Options {
            extensions,
            manners,
            ..Options::default()
        })
        .await;
        let receipts = deliver(&courier, &["amy", "bob", "cy"], MESSAGE, TlsPolicy::None).await;
        let expected = ["delivered", "refused 5.1.1", "deferred 4.2.1"];
        assert_eq!(words(&receipts.unwrap()), expected);
        assert_eq!(sink.received()[0].recipients, ["<amy@home.example>"]);
    }
}

#[tokio::test]
async fn a_bare_line_end_cannot_smuggle_a_second_message() {
    let (sink, courier) = courier_to(Options::default()).await;
    let evil = b"Subject: a\n\nx\n.\nMAIL FROM:<evil@oakfield.sch.uk>\r.\r\0y";
    deliver(&courier, &["amy"], evil, TlsPolicy::None)
        .await
        .unwrap();
    let received = sink.received();
    assert_eq!(received.len(), 1);
    let expected = b"Subject: a\r\n\r\nx\r\n.\r\nMAIL FROM:<evil@oakfield.sch.uk>\r\n.\r\ny\r\n";
    assert_eq!(received[0].message, expected);
}

#[track_caller]
fn check_fault(result: &Result<Vec<Receipt>, Unreached>, says: &str) {
    match result {
        Ok(receipts) => panic!("{:?} instead of a fault that says {says}", words(receipts)),
        Err(fault) => assert!(fault.to_string().contains(says), "{fault}: not {says}"),
    }
}

#[tokio::test]
async fn a_hop_that_cannot_be_talked_to_is_a_fault() {
    for (step, act, says) in [
        (
            Step::Connect,
            Act::Say("554 5.7.1 go away".into()),
            "refused the greeting",
        ),
        (Step::Connect, Act::Hang, "did not answer the greeting"),
        (Step::Connect, Act::HangUp, "broke at the greeting"),
        (Step::Mail, Act::Hang, "did not answer MAIL FROM"),
        (
            Step::Recipient("amy".into()),
            Act::HangUp,
            "broke at RCPT TO",
        ),
    ] {
        let (_sink, courier) = courier_to(misbehaving(Manner::always(step, act))).await;
        check_fault(
            &deliver(&courier, &["amy"], MESSAGE, TlsPolicy::None).await,
            says,
        );
    }
}

#[tokio::test]
async fn whatever_happens_from_data_on_is_each_recipients_result() {
    for (step, act, word) in [
        (
            Step::Mail,
            Act::Say("550 5.7.1 not you".into()),
            "refused 5.7.1",
        ),
        (
            Step::Mail,
            Act::Say("421 4.3.2 closing".into()),
            "deferred 4.3.2",
        ),
        (
            Step::Data,
            Act::Say("451 4.3.0 later".into()),
            "deferred 4.3.0",
        ),
        (Step::Data, Act::Say("250 what".into()), "deferred 4.5.0"),
        (Step::Data, Act::HangUp, "deferred 4.4.2"),
        (Step::Body, Act::HangUp, "deferred 4.4.2"),
        (
            Step::Dot,
            Act::Say("552 5.2.2 full".into()),
            "refused 5.2.2",
        ),
        (
            Step::Dot,
            Act::Say("554 5.6.0 unerwünscht".into()),
            "refused 5.6.0",
        ),
        (Step::Dot, Act::Hang, "deferred 4.4.2"),
        (Step::Dot, Act::TakeAndHangUp, "deferred 4.4.2"),
    ] {
        let (_sink, courier) = courier_to(misbehaving(Manner::once(step.clone(), act))).await;
        let receipts = deliver(&courier, &["amy", "bob"], MESSAGE, TlsPolicy::None).await;
        assert_eq!(words(&receipts.unwrap()), [word, word], "{step:?}");
        let again = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::None).await;
        assert_eq!(words(&again.unwrap()), ["delivered"], "after {step:?}");
    }
}

#[tokio::test]
async fn who_was_refused_before_the_connection_broke_stays_refused() {
    for extensions in [vec!["PIPELINING".to_owned()], Vec::new()] {
        let unknown = Act::Say("550 5.1.1 nobody".into());
        let manners = vec![
            Manner::always(Step::Recipient("bob".into()), unknown),
            Manner::once(Step::Recipient("cy".into()), Act::HangUp),
        ];
        let (sink, courier) = courier_to(Options {
            extensions,
            manners,
            ..Options::default()
        })
        .await;
        let to = ["amy", "bob", "cy", "dan"];
        let receipts = deliver(&courier, &to, MESSAGE, TlsPolicy::None).await;
        let expected = [
            "deferred 4.4.2",
            "refused 5.1.1",
            "deferred 4.4.2",
            "deferred 4.4.2",
        ];
        assert_eq!(words(&receipts.unwrap()), expected);
        assert!(sink.received().is_empty());
    }
}

#[tokio::test]
async fn a_kept_connection_that_went_stale_is_replaced() {
    let (sink, courier) = courier_to(Options::default()).await;
    deliver(&courier, &["amy"], MESSAGE, TlsPolicy::None)
        .await
        .unwrap();
    for (gone, copies) in [
        (Act::HangUp, 2),
        (Act::Say("421 4.4.2 idle for too long".into()), 3),
    ] {
        sink.behave(vec![Manner::once(Step::Mail, gone)]);
        let receipts = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::None).await;
        assert_eq!(words(&receipts.unwrap()), ["delivered"]);
        let seen = (sink.received().len(), sink.connections());
        assert_eq!(seen, (copies, u64::try_from(copies).unwrap()));
    }
}

#[tokio::test]
async fn wishes_about_reports_travel_on_where_the_hop_takes_them() {
    let mut wishes = recipients(&["amy"]);
    wishes[0].notify = Some("SUCCESS,FAILURE".to_owned());
    wishes[0].original = Some("rfc822;amy+2Bx@home.example".to_owned());
    let asked = MailParameters {
        ret: Some("HDRS".to_owned()),
        envelope_id: Some("q7".to_owned()),
        ..MailParameters::default()
    };
    for (extension, reports, mail, to) in [
        (
            "DSN",
            true,
            "<> RET=HDRS ENVID=q7",
            "<amy@home.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;amy+2Bx@home.example",
        ),
        ("X-NONE", false, "<>", "<amy@home.example>"),
    ] {
        let extensions = vec![extension.to_owned()];
        let (sink, courier) = courier_to(Options {
            extensions,
            ..Options::default()
        })
        .await;
        let errand = Errand {
            sender: None,
            recipients: &wishes,
            asked: &asked,
            message: MESSAGE,
            tls: TlsPolicy::None,
            hurried: None,
        };
        let receipts = courier.deliver(&errand).await.unwrap();
        assert_eq!(receipts[0].reports, reports);
        let received = &sink.received()[0];
        assert_eq!(
            (received.mail.as_str(), received.recipients[0].as_str()),
            (mail, to)
        );
    }
}

#[tokio::test]
async fn the_second_hop_takes_over_when_the_first_cannot_be_reached() {
    let down = Sink::start(misbehaving(Manner::always(Step::Connect, Act::HangUp)))
        .await
        .unwrap();
    let up = Sink::start(Options::default()).await.unwrap();
    let hops = [
        ("127.0.0.1", down.address().port()),
        ("127.0.0.1", up.address().port()),
    ];
    let courier = Courier::new(
        Arc::new(settings(&hops, Trust::new(b"").unwrap())),
        Clock::system(),
    );
    let receipts = deliver(&courier, &["amy"], MESSAGE, TlsPolicy::None).await;
    assert_eq!(words(&receipts.unwrap()), ["delivered"]);
    assert_eq!(up.received().len(), 1);
}

#[tokio::test]
async fn eight_bits_are_recoded_for_a_hop_that_takes_seven() {
    let eight = "Subject: x\r\n\r\nCafé\r\n".as_bytes();
    let extensions = Vec::new();
    let (sink, courier) = courier_to(Options {
        extensions,
        ..Options::default()
    })
    .await;
    let receipts = deliver(&courier, &["amy"], eight, TlsPolicy::None)
        .await
        .unwrap();
    assert_eq!(words(&receipts), ["delivered"]);
    let message = sink.received()[0].message.clone();
    assert!(
        message.is_ascii() && message.ends_with(b"\r\n\r\nCaf=C3=A9\r\n"),
        "{}",
        message.escape_ascii()
    );

    let signed = "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\né\r\n--b--\r\n";
    let receipts = deliver(&courier, &["amy"], signed.as_bytes(), TlsPolicy::None)
        .await
        .unwrap();
    assert_eq!(words(&receipts), ["refused 5.6.3"]);
    assert_eq!(sink.received().len(), 1);

    let (sink, courier) = courier_to(Options::default()).await;
    deliver(&courier, &["amy"], eight, TlsPolicy::None)
        .await
        .unwrap();
    assert_eq!(sink.received()[0].message, eight);
}

#[tokio::test]
async fn what_the_hop_cannot_carry_is_refused_and_never_sent() {
    for (extension, to, message, word) in [
        ("SIZE 10", "amy", MESSAGE, "refused 5.3.4"),
        ("X-NONE", "jürgen", MESSAGE, "refused 5.6.7"),
    ] {
        let extensions = vec![extension.to_owned()];
        let (sink, courier) = courier_to(Options {
            extensions,
            ..Options::default()
        })
        .await;
        let receipts = deliver(&courier, &[to], message, TlsPolicy::None).await;
        assert_eq!(words(&receipts.unwrap()), [word]);
        assert!(sink.received().is_empty());
    }
}
