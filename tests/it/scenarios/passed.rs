//! A message with nothing against it leaves as it came.

use schoolgate::store::recipient::Disposition;

use crate::golden;
use crate::harness::{Gate, OAKFIELD, reference};

#[tokio::test]
async fn an_ordinary_message_leaves_as_it_came() {
    let gate = Gate::test().await.start().await;
    let case = "passes/answer-to-a-parent";
    let id = reference(&gate.send(case).await);
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(states[0].disposition, Disposition::Delivered);
    let arrived = gate.arrived().await;
    assert_eq!(arrived.len(), 1, "{arrived:?}");
    let sent = golden::with_crlf(&golden::letter(case).2);
    assert!(
        arrived[0].message.ends_with(&sent),
        "the message was changed"
    );
    let added = &arrived[0].message[..arrived[0].message.len() - sent.len()];
    let added = String::from_utf8_lossy(added);
    assert!(
        added.starts_with("Received: "),
        "nothing but trace fields is added: {added}"
    );
    assert!(
        added.contains(&format!(" id {id};")),
        "Received names the message by its reference: {added}"
    );
    gate.stop().await;
}

#[tokio::test]
async fn dots_and_bare_words_survive_the_journey() {
    let gate = Gate::test().await.start().await;
    let case = "malformed/dots-and-from-lines";
    let id = reference(&gate.send(case).await);
    gate.settled(OAKFIELD, &id).await;
    let sent = golden::with_crlf(&golden::letter(case).2);
    assert!(gate.arrived().await[0].message.ends_with(&sent));
    gate.stop().await;
}
