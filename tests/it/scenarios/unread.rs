//! A message that takes too long to read is held as unread: not lost, not passed.

use std::time::Duration;

use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD, reference};

#[tokio::test]
async fn what_takes_too_long_to_read_is_held() {
    let hurried = Gate::test().await;
    let hurried = hurried.limited(|limits| limits.time_per_message = Duration::ZERO);
    let gate = hurried.start().await;
    let answer = gate.send("pupil-data/class-list-ods").await;
    assert_eq!(answer.code, 250, "{}", answer.text);
    let states = gate.settled(OAKFIELD, &reference(&answer)).await;
    assert!(
        states
            .iter()
            .all(|state| state.disposition == Disposition::Held),
        "{states:?}"
    );
    let held = gate.held(OAKFIELD).await;
    assert_eq!(
        held[0].clauses,
        ["What could not be read is not taken for clean"]
    );
    gate.stop().await;
}
