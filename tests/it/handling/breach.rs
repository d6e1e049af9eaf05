//! What left and should not have becomes a breach record, with its 72 hours, until somebody has decided.

use crate::harness::{DPO, Gate, OAKFIELD, reference};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_left_becomes_a_breach_record_until_it_is_decided() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send("own-child/report-to-both-parents").await);
    gate.settled(OAKFIELD, &id).await;
    let record = [
        "breach",
        "record",
        id.as_str(),
        "--known",
        "2026-11-20 09:15",
        "--json",
        "--reviewer",
    ];
    let stranger = gate.command(&[&record[..], &["k.fletcher@oakfield.sch.uk"]].concat());
    assert_eq!(stranger.status.code(), Some(2), "{stranger:?}");
    let breach = gate.tells(&[&record[..], &[DPO]].concat()).remove(0);
    assert_eq!(breach["deadline"], "2026-11-23T09:15:00Z");
    assert_eq!(breach["recorded"]["people"], 1);
    let recipients = breach["recorded"]["recipients"].as_array().unwrap();
    assert!(recipients.len() == 2 && recipients[0].as_str().unwrap().contains("•••"));
    let twice = gate.command(&[&record[..], &[DPO]].concat());
    assert_eq!(twice.status.code(), Some(2), "{twice:?}");
    let number = breach["number"].to_string();
    let contain = [
        "breach",
        "contain",
        &number,
        "--reviewer",
        DPO,
        "--measure",
        "rang them",
    ];
    gate.says(&contain);
    let report = gate.says(&["report"]);
    assert!(report.contains(&format!("breach {number}: ")), "{report}");
    let decide = [
        "breach",
        "decide",
        &number,
        "--reviewer",
        DPO,
        "--commissioner",
        "not-told",
    ];
    gate.says(&[&decide[..], &["--people", "told", "--reason", "one family"]].concat());
    let shown = gate.says(&["breach", "show", &number]);
    for part in [
        "contained by reviewer dpo@",
        "rang them",
        "the Commissioner is not told",
        "one family",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!gate.tells(&["breach", "list", "--json"])[0]["decided"].is_null());
    assert!(
        gate.says(&["audit", "verify"])
            .contains("all as they were written")
    );
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_stopped_is_no_breach() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send("pupil-data/class-list-csv").await);
    let refused = gate.command(&["breach", "record", id.as_str(), "--reviewer", DPO]);
    let problem = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{problem}");
    assert!(problem.contains("has not left for anybody"), "{problem}");
    gate.stop().await;
}
