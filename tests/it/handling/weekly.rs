//! The weekly report goes to the data protection officer by itself, once a week.

use jiff::SignedDuration;

use crate::handling::{subjects, text_of};
use crate::harness::{DPO, Gate, for_whom, reference};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn the_dpo_gets_the_report_every_monday_once() {
    let gate = Gate::test().await.start().await;
    reference(&gate.send("pupil-data/upn-in-the-subject").await);
    gate.arrived().await;
    let mut told = Vec::new();
    for wait in [DAY, DAY * 2, DAY, DAY * 6, DAY] {
        gate.after(wait);
        gate.reported().await;
        let arrived = gate.arrived().await;
        let subjects = subjects(&for_whom(&arrived, DPO));
        let reports = subjects
            .iter()
            .filter(|one| one.starts_with("Outgoing mail of"));
        told.push(reports.count());
    }
    // Saturday, Monday, Tuesday, the Monday after, its Tuesday.
    assert_eq!(told, [0, 1, 1, 2, 2]);
    let arrived = gate.arrived().await;
    let report = text_of(for_whom(&arrived, DPO)[0]);
    for part in [
        "16 Nov to 22 Nov 2026",
        "Returned to the sender 1",
        "The subject line",
        "Breaches",
    ] {
        assert!(report.contains(part), "{part} in {report}");
    }
    gate.stop().await;
}
