//! What left yesterday counts today: a password after its lock, a new address once it was written to.

use jiff::SignedDuration;

use schoolgate::cli::demo::post::Answer;
use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD, reference};

const TEACHER: &str = "k.fletcher@oakfield.sch.uk";
const COUNCIL: &str = "admissions@brackenshire-council.example";
const PASSWORD: &str = "Hello,\r\n\r\nThe password is Harbour-lights-42.";

async fn write(gate: &Gate, to: &str, text: &str) -> Answer {
    let message = format!("From: <{TEACHER}>\r\nTo: {to}\r\nSubject: Our visit\r\n\r\n{text}\r\n");
    gate.send_raw(TEACHER, &[to.to_owned()], message.as_bytes())
        .await
}

async fn stands(gate: &Gate, answer: &Answer) -> Disposition {
    let states = gate.settled(OAKFIELD, &reference(answer)).await;
    states[0].disposition
}

/// Whether this clause counted.
async fn counted(gate: &Gate, answer: &Answer, clause: &str) -> bool {
    let clauses = gate.clauses(OAKFIELD, &reference(answer)).await;
    clauses.iter().any(|counted| counted == clause)
}

/// Whether a password to `to` is taken for that of something locked.
async fn follows(gate: &Gate, to: &str) -> bool {
    let answer = write(gate, to, PASSWORD).await;
    counted(gate, &answer, "password-alongside").await
}

#[tokio::test]
async fn a_password_that_follows_its_locked_file_comes_back_for_three_days() {
    let gate = Gate::test().await.start().await;
    assert!(!follows(&gate, COUNCIL).await, "nothing was locked yet");
    let locked = gate.send("attachments/locked-word-to-the-council").await;
    assert_eq!(stands(&gate, &locked).await, Disposition::Delivered);
    assert!(follows(&gate, COUNCIL).await);
    let answer = write(&gate, COUNCIL, PASSWORD).await;
    assert_eq!(stands(&gate, &answer).await, Disposition::Returned);
    assert!(
        !follows(&gate, "coach@swimsafe.example").await,
        "somebody else"
    );
    gate.after(SignedDuration::from_hours(73));
    assert!(!follows(&gate, COUNCIL).await, "after three days");
    gate.stop().await;
}

#[tokio::test]
async fn the_password_of_what_the_gateway_locked_does_not_follow_by_mail() {
    let gate = Gate::test().await.start().await;
    let sent = gate.send("own-child/support-plan-to-a-mother").await;
    gate.settled(OAKFIELD, &reference(&sent)).await;
    assert!(follows(&gate, "jo.ridley@webmail.example").await);
    gate.stop().await;
}

#[tokio::test]
async fn an_address_is_new_until_something_has_left_for_it() {
    let gate = Gate::test().await.start().await;
    let data = "Amelia Thornton, born 14/03/2018, comes along.";
    let centre = "hello@new-climbing-centre.example";
    for _ in 0..2 {
        let first = write(&gate, centre, data).await;
        assert_eq!(stands(&gate, &first).await, Disposition::Held);
        assert!(counted(&gate, &first, "first-contact").await);
    }
    let harmless = write(&gate, centre, "May we come on Friday?").await;
    assert_eq!(stands(&gate, &harmless).await, Disposition::Delivered);
    let second = write(&gate, centre, data).await;
    assert!(!counted(&gate, &second, "first-contact").await);
    gate.stop().await;
}
