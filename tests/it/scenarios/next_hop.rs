//! The next hop goes away and comes back: nothing is lost, nothing is sent twice.

use jiff::SignedDuration;

use schoolgate::cli::demo::sink::{Act, Manner, Step};
use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD, for_whom, reference};

const MOTHER: &str = "sarah.thornton@webmail.example";

#[tokio::test]
async fn mail_waits_for_a_next_hop_that_is_down() {
    let gate = Gate::test().await.start().await;
    let down = Act::Say("421 4.3.2 down for maintenance".to_owned());
    gate.next_hop(vec![Manner::always(Step::Connect, down)]);
    let id = reference(&gate.send("passes/answer-to-a-parent").await);
    let states = gate
        .standing(OAKFIELD, &id, |all| all[0].attempts > 0)
        .await;
    assert_eq!(states[0].disposition, Disposition::Pending);

    gate.next_hop(Vec::new());
    gate.after(SignedDuration::from_mins(10));
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(states[0].disposition, Disposition::Delivered);
    assert_eq!(for_whom(&gate.arrived().await, MOTHER).len(), 1);
    gate.after(SignedDuration::from_hours(5));
    assert_eq!(
        gate.arrived().await.len(),
        1,
        "no warning about what has arrived"
    );
    gate.stop().await;
}

#[tokio::test]
async fn a_recipient_who_is_refused_for_good_comes_back_alone() {
    let gate = Gate::test().await.start().await;
    let unknown = Act::Say("550 5.1.1 no such mailbox".to_owned());
    let father = "mark.thornton@thornton-roofing.example";
    gate.next_hop(vec![Manner::always(
        Step::Recipient(father.to_owned()),
        unknown,
    )]);
    let id = reference(&gate.send("own-child/report-to-both-parents").await);
    let states = gate.settled(OAKFIELD, &id).await;
    let stands = |to: &str| {
        states
            .iter()
            .find(|one| one.address.as_str() == to)
            .unwrap()
    };
    assert_eq!(stands(MOTHER).disposition, Disposition::Delivered);
    assert_eq!(stands(father).disposition, Disposition::Bounced);
    let arrived = gate.arrived().await;
    let report = for_whom(&arrived, "k.fletcher@oakfield.sch.uk");
    assert_eq!(report.len(), 1, "the sender gets one report");
    let report = String::from_utf8_lossy(&report[0].message);
    assert!(
        report.contains("5.1.1") && report.contains(father),
        "{report}"
    );
    gate.stop().await;
}
