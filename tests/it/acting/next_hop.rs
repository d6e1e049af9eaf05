//! A next hop that misbehaves, and the delivery reports it leads to: each message has its end, and its sender hears what was asked for.

use jiff::SignedDuration;
use schoolgate::cli::demo::sink::{Act, Manner, Options, Step};
use schoolgate::mail::envelope::Envelope;
use schoolgate::mail::verdict::Verdict;

use super::room::{RAW, Room};
use crate::delivery::tls::certificate;

const TEACHER: &str = "teacher@oakfield.sch.uk";
const PARENT: &[(&str, Verdict)] = &[("parent@x.example", Verdict::Pass)];

fn say(step: Step, reply: &str) -> Manner {
    Manner::always(step, Act::Say(reply.to_owned()))
}

fn parent() -> Step {
    Step::Recipient("parent".to_owned())
}

#[tokio::test]
async fn whatever_a_next_hop_does_once_the_message_arrives_once() {
    let busy = || Act::Say("451 4.3.0 busy".to_owned());
    for (step, act) in [
        (Step::Connect, Act::Say("421 4.3.2 closing".to_owned())),
        (Step::Connect, Act::HangUp),
        (Step::Connect, Act::Hang),
        (Step::StartTls, Act::HangUp),
        (Step::Mail, busy()),
        (Step::Mail, Act::Hang),
        (parent(), busy()),
        (parent(), Act::HangUp),
        (Step::Data, busy()),
        (Step::Data, Act::HangUp),
        (Step::Data, Act::Hang),
        (Step::Body, Act::HangUp),
        (Step::Body, Act::Hang),
        (Step::Dot, busy()),
        (Step::Dot, Act::HangUp),
        (Step::Dot, Act::Hang),
    ] {
        let room = Room::open(vec![Manner::once(step.clone(), act.clone())]).await;
        room.record(1, PARENT).await;
        for _ in 0..3 {
            room.worker.drain().await.unwrap();
            room.clock.advance(SignedDuration::from_mins(40));
        }
        assert_eq!(room.standing(1).await, ["delivered"], "{step:?} {act:?}");
        assert_eq!(room.to("parent@x.example"), [RAW], "{step:?} {act:?}");
        assert!(room.to(TEACHER).is_empty(), "{step:?} {act:?}");
    }
}

#[tokio::test]
async fn a_next_hop_whose_replies_drip_is_heard_out() {
    let options = Options {
        drips: true,
        ..Options::default()
    };
    let room = Room::with(options, b"").await;
    room.record(1, PARENT).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["delivered"]);
    assert_eq!(room.to("parent@x.example"), [RAW]);
}

#[tokio::test]
async fn a_message_that_is_taken_without_an_answer_comes_twice_and_no_more() {
    let room = Room::open(vec![Manner::once(Step::Dot, Act::TakeAndHangUp)]).await;
    room.record(1, PARENT).await;
    for _ in 0..3 {
        room.worker.drain().await.unwrap();
        room.clock.advance(SignedDuration::from_mins(40));
    }
    assert_eq!(room.standing(1).await, ["delivered"]);
    assert_eq!(room.to("parent@x.example"), [RAW, RAW]);
}

/// Sends to the parent, who wants to be reported about like this, and lets five days pass.
async fn reports(
    notify: Option<&str>,
    manner: Option<Manner>,
    extension: &str,
) -> (Room, Vec<String>) {
    let options = Options {
        extensions: vec![extension.to_owned()],
        manners: manner.into_iter().collect(),
        ..Options::default()
    };
    let room = Room::with(options, b"").await;
    let asked = |envelope: &mut Envelope| {
        envelope.recipients[0].notify = notify.map(str::to_owned);
    };
    room.record_asked(1, asked, PARENT).await;
    for _ in 0..=(5 * 6) {
        room.worker.drain().await.unwrap();
        room.clock.advance(SignedDuration::from_hours(4));
    }
    room.worker.drain().await.unwrap();
    let subjects = room.subjects(TEACHER);
    (room, subjects)
}

const LATE: &str = "Your message is late, we keep trying";
const LOST: &str = "Your message could not be delivered";
const GONE: &str = "Your message has been handed on";

#[tokio::test]
async fn a_sender_hears_what_was_asked_for_and_nothing_else() {
    let never = || Some(say(parent(), "550 5.1.1 no such user"));
    let later = || Some(say(parent(), "450 4.2.1 mailbox busy"));
    for (notify, manner, told) in [
        (None, never(), &[LOST][..]),
        (Some("NEVER"), never(), &[]),
        (Some("SUCCESS"), never(), &[]),
        (Some("FAILURE"), never(), &[LOST]),
        (None, later(), &[LATE, LOST]),
        (Some("NEVER"), later(), &[]),
        (Some("FAILURE"), later(), &[LOST]),
        (Some("DELAY"), later(), &[LATE]),
        (Some("delay,failure"), later(), &[LATE, LOST]),
        (None, None, &[]),
        (Some("SUCCESS"), None, &[GONE]),
        (Some("FAILURE,DELAY"), None, &[]),
    ] {
        let (_room, subjects) = reports(notify, manner, "X-NONE").await;
        assert_eq!(subjects, told, "{notify:?}");
    }
}

#[tokio::test]
async fn a_hop_that_sends_reports_itself_is_asked_to_and_we_are_silent() {
    let (room, subjects) = reports(Some("SUCCESS,DELAY"), None, "DSN").await;
    assert!(subjects.is_empty(), "{subjects:?}");
    let to = room.sink.received()[0].recipients[0].clone();
    assert_eq!(to, "<parent@x.example> NOTIFY=SUCCESS,DELAY");
}

#[tokio::test]
async fn require_tls_comes_back_where_the_hop_does_not_keep_it_up() {
    let (tls, authority) = certificate("127.0.0.1");
    let options = Options {
        tls: Some(tls),
        ..Options::default()
    };
    let room = Room::with(options, &authority).await;
    let asked = |envelope: &mut Envelope| envelope.asked.require_tls = true;
    room.record_asked(1, asked, PARENT).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["bounced"]);
    assert!(room.to("parent@x.example").is_empty());
    let report = room.to(TEACHER).remove(0);
    assert!(report.contains("Status: 5.7.30"), "{report}");
    assert!(report.contains("does not offer REQUIRETLS"), "{report}");

    // In clear it is another reason, and as final.
    let room = Room::open(Vec::new()).await;
    room.record_asked(1, asked, PARENT).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["bounced"]);
    assert!(room.to(TEACHER).remove(0).contains("Status: 5.7.10"));
}
