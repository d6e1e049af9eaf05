//! A message is refused in the dialogue: the client keeps it, and the refusal is recorded.

use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD};

#[tokio::test]
async fn mail_from_a_private_account_is_refused_in_the_dialogue() {
    let gate = Gate::test().await.start().await;
    let answer = gate
        .send("own-account/envelope-from-a-private-mailbox")
        .await;
    assert_eq!(answer.code, 550, "{}", answer.text);
    assert!(answer.text.contains("5.7."), "{}", answer.text);
    let mut words = answer
        .text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let id = words.find_map(|word| word.parse().ok());
    let id = id.expect("the refusal names its reference");
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(states[0].disposition, Disposition::Rejected);
    assert!(
        gate.arrived().await.is_empty(),
        "nothing leaves, and no notice either"
    );
    gate.stop().await;
}
