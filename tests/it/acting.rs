//! Due work against a real store and a real next hop: delivered, told, held, put off, given up; on a clock that is moved.

mod next_hop;
mod retention;
mod room;

use jiff::SignedDuration;
use mail_parser::MessageParser;
use schoolgate::cli::demo::sink::{Act, Manner, Step};
use schoolgate::mail::verdict::Verdict;

use room::{RAW, Room};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn refuse(whom: &str, reply: &str) -> Manner {
    Manner::always(Step::Recipient(whom.to_owned()), Act::Say(reply.to_owned()))
}

#[tokio::test]
async fn a_message_split_by_verdict_has_one_end_for_each_recipient() {
    let room = Room::open(Vec::new()).await;
    let to = [
        ("pass@x.example", Verdict::Pass),
        ("hold@x.example", Verdict::Hold),
        ("lock@x.example", Verdict::Encrypt),
        ("back@x.example", Verdict::Return),
    ];
    room.record(1, &to).await;
    room.worker.drain().await.unwrap();
    assert_eq!(
        room.standing(1).await,
        ["delivered", "held", "delivered", "returned"]
    );
    assert_eq!(room.to("pass@x.example"), [RAW]);
    assert!(room.to("hold@x.example").is_empty() && room.to("back@x.example").is_empty());
    let locked = room.to("lock@x.example").remove(0);
    assert!(
        locked.contains("Subject: Protected message") && !locked.contains("Kestrel"),
        "{locked}"
    );
    let expected = [
        "Your message is waiting for a check",
        "Your message was not sent",
        "Password for your protected message",
    ];
    assert_eq!(room.subjects("teacher@oakfield.sch.uk"), expected);
    let review = "A message is waiting for your decision";
    assert_eq!(room.subjects("dpo@oakfield.sch.uk"), [review]);
}

#[tokio::test]
async fn the_password_reaches_the_sender_and_never_the_recipient() {
    let room = Room::open(Vec::new()).await;
    room.record(1, &[("lock@x.example", Verdict::Encrypt)])
        .await;
    room.worker.drain().await.unwrap();
    let notice = room.to("teacher@oakfield.sch.uk").remove(0);
    let letter = MessageParser::default().parse(notice.as_bytes()).unwrap();
    let letter = letter.body_text(0).unwrap().into_owned();
    assert!(letter.contains(room::PASSWORD), "{letter}");
    assert!(!room.to("lock@x.example")[0].contains(room::PASSWORD));
}

#[tokio::test]
async fn only_those_put_off_are_tried_again() {
    let manners = vec![
        Manner::once(
            Step::Recipient("later".into()),
            Act::Say("450 4.2.1 later".into()),
        ),
        refuse("nobody", "550 5.1.1 no such user"),
    ];
    let room = Room::open(manners).await;
    let to = [
        ("good@x.example", Verdict::Pass),
        ("later@x.example", Verdict::Pass),
        ("nobody@x.example", Verdict::Pass),
    ];
    room.record(1, &to).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["delivered", "pending", "bounced"]);
    room.clock.advance(SignedDuration::from_secs(30));
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["delivered", "pending", "bounced"]);
    room.clock.advance(SignedDuration::from_secs(50));
    room.worker.drain().await.unwrap();
    assert_eq!(
        room.standing(1).await,
        ["delivered", "delivered", "bounced"]
    );
    assert_eq!(
        (
            room.to("good@x.example").len(),
            room.to("later@x.example").len()
        ),
        (1, 1)
    );
    let bounces = room.to("teacher@oakfield.sch.uk");
    assert_eq!(bounces.len(), 1);
    assert!(
        bounces[0].contains("Final-Recipient: rfc822; nobody@x.example"),
        "{}",
        bounces[0]
    );
    assert!(
        !bounces[0].contains("later@x.example\r\nAction"),
        "{}",
        bounces[0]
    );
}

#[tokio::test]
async fn mail_with_the_null_sender_never_bounces() {
    let room = Room::open(vec![refuse("nobody", "550 5.1.1 no such user")]).await;
    room.record_from(1, None, &[("nobody@x.example", Verdict::Pass)])
        .await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["bounced"]);
    assert!(room.sink.received().is_empty());
}

#[tokio::test]
async fn one_message_tries_a_dead_hop_and_all_go_when_it_answers() {
    let room = Room::open(vec![Manner::always(Step::Connect, Act::HangUp)]).await;
    for number in 1..=20 {
        room.record(number, &[("parent@x.example", Verdict::Pass)])
            .await;
    }
    room.worker.drain().await.unwrap();
    // Pieces of work that began together may each have tried once.
    assert!(
        room.sink.connections() <= 4,
        "{} connections",
        room.sink.connections()
    );
    let before = room.sink.connections();
    room.clock.advance(SignedDuration::from_mins(2));
    room.worker.drain().await.unwrap();
    assert_eq!(room.sink.connections(), before + 1);
    room.sink.behave(Vec::new());
    room.clock.advance(SignedDuration::from_mins(3));
    room.worker.drain().await.unwrap();
    assert_eq!(room.to("parent@x.example").len(), 20);
}

/// Records messages that wait for a hop whose next attempt is half an hour away.
async fn waiting_for_a_dead_hop() -> Room {
    let room = Room::open(vec![Manner::always(Step::Connect, Act::HangUp)]).await;
    for number in 1..=5 {
        room.record(number, &[("parent@x.example", Verdict::Pass)])
            .await;
    }
    for _ in 0..7 {
        room.worker.drain().await.unwrap();
        room.clock.advance(SignedDuration::from_mins(30));
    }
    room.worker.drain().await.unwrap();
    room
}

#[tokio::test]
async fn a_retry_has_a_dead_hop_tried_at_once_and_once_it_answers_everything_goes() {
    let room = waiting_for_a_dead_hop().await;
    let tried = room.sink.connections();
    room.clock.advance(SignedDuration::from_mins(1));
    room.retry(1).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.sink.connections(), tried + 1, "tried before its time");
    room.worker.drain().await.unwrap();
    assert_eq!(room.sink.connections(), tried + 1, "and only once");
    room.sink.behave(Vec::new());
    room.worker.drain().await.unwrap();
    assert!(room.to("parent@x.example").is_empty(), "nobody asked again");
    room.retry(3).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.to("parent@x.example").len(), 5, "all, at once");
}

#[tokio::test]
async fn a_new_message_that_finds_the_hop_answering_again_takes_the_others_along() {
    let room = waiting_for_a_dead_hop().await;
    room.sink.behave(Vec::new());
    room.clock.advance(SignedDuration::from_mins(30));
    room.record(6, &[("parent@x.example", Verdict::Pass)]).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.to("parent@x.example").len(), 6);
}

#[tokio::test]
async fn without_verified_tls_a_secure_message_is_held_and_never_sent() {
    let room = Room::open(Vec::new()).await;
    let to = [
        ("police@x.example", Verdict::Secure),
        ("pass@x.example", Verdict::Pass),
    ];
    room.record(1, &to).await;
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["held", "delivered"]);
    assert!(room.to("police@x.example").is_empty());
    let held = "Your message is waiting for a check";
    assert_eq!(room.subjects("teacher@oakfield.sch.uk"), [held]);
    let review = "A message is waiting for your decision";
    assert_eq!(room.subjects("dpo@oakfield.sch.uk"), [review]);
    room.clock.advance(DAY * 5);
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["returned", "delivered"]);
}

#[tokio::test]
async fn a_hold_nobody_answers_reminds_escalates_and_ends_in_a_return() {
    let room = Room::open(Vec::new()).await;
    room.record(1, &[("hold@x.example", Verdict::Hold)]).await;
    let mut told = Vec::new();
    for wait in [SignedDuration::ZERO, HOUR * 4, HOUR * 20, DAY * 4] {
        room.clock.advance(wait);
        room.worker.drain().await.unwrap();
        told.push(room.sink.received().len());
    }
    assert_eq!(told, [2, 3, 4, 5]);
    let reviewer = [
        "A message is waiting for your decision",
        "Still waiting for your decision",
    ];
    assert_eq!(room.subjects("dpo@oakfield.sch.uk"), reviewer);
    let deputy = "Nobody has decided about a held message";
    assert_eq!(room.subjects("head@oakfield.sch.uk"), [deputy]);
    let sender = [
        "Your message is waiting for a check",
        "Your message was not sent",
    ];
    assert_eq!(room.subjects("teacher@oakfield.sch.uk"), sender);
    assert_eq!(room.standing(1).await, ["returned"]);
    assert!(room.to("hold@x.example").is_empty());
}

#[tokio::test]
async fn a_late_message_warns_once_and_is_given_up_after_five_days() {
    let room = Room::open(vec![refuse("parent", "450 4.2.1 mailbox busy")]).await;
    room.record(1, &[("parent@x.example", Verdict::Pass)]).await;
    for _ in 0..=(5 * 24) {
        room.worker.drain().await.unwrap();
        room.clock.advance(HOUR);
    }
    room.worker.drain().await.unwrap();
    assert_eq!(room.standing(1).await, ["bounced"]);
    let expected = [
        "Your message is late, we keep trying",
        "Your message could not be delivered",
    ];
    assert_eq!(room.subjects("teacher@oakfield.sch.uk"), expected);
    let bounce = room.to("teacher@oakfield.sch.uk").remove(1);
    assert!(
        bounce.contains("Action: failed\r\nStatus: 5.2.1"),
        "{bounce}"
    );
}

#[tokio::test]
async fn a_running_worker_is_woken_at_once_and_stops_when_told() {
    let room = Room::open(Vec::new()).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = room.worker.run(stop.clone());
    let sending = async {
        room.record(1, &[("parent@x.example", Verdict::Pass)]).await;
        room.wake.notify_one();
        room.sink.wait_for(1).await;
        stop.cancel();
    };
    tokio::join!(running, sending);
    assert_eq!(room.standing(1).await, ["delivered"]);
}

#[tokio::test]
async fn what_was_protected_and_what_was_not_stands_in_the_ledger() {
    let room = Room::open(Vec::new()).await;
    room.record(1, &[("parent@x.example", Verdict::Pass)]).await;
    room.worker.drain().await.unwrap();
    let history = room
        .store
        .history(room::SCHOOL, &room::id(1))
        .await
        .unwrap();
    let connected = history
        .iter()
        .find(|entry| entry.action.as_str() == "connected")
        .unwrap();
    assert_eq!(connected.facts["tls"], "in clear");
}
