//! Whatever is held, returned or rejected, its sender learns at once what, why, where, what to do, the reference and whom to ask.

use crate::handling::text_of;
use crate::harness::{DPO, Gate, for_whom, reference};

#[tokio::test]
async fn a_refusal_in_the_dialogue_names_the_clause_what_to_do_the_reference_and_whom_to_ask() {
    let gate = Gate::test().await.start().await;
    let case = "own-account/envelope-from-a-private-mailbox";
    let answer = gate.send(case).await;
    let text = answer
        .text
        .replace("550-5.7.1 ", "")
        .replace("550 5.7.1 ", "");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(answer.code, 550);
    for part in [
        "School mail leaves from your own school account.",
        &format!("Questions? Ask {DPO}"),
        "(reference ",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    gate.stop().await;
}

#[tokio::test]
async fn every_notice_of_a_stop_says_all_of_it_without_time_passing() {
    for (case, sender, title, to_do) in [
        (
            "pupil-data/class-list-csv",
            "office@oakfield.sch.uk",
            "Sensitive data leaves the school only protected and agreed.",
            "WHAT YOU CAN DO",
        ),
        (
            "pupil-data/upn-in-the-subject",
            "office@oakfield.sch.uk",
            "The subject line gives nothing away.",
            "please send it again",
        ),
    ] {
        let gate = Gate::test().await.start().await;
        let id = reference(&gate.send(case).await);
        let arrived = gate.arrived().await;
        let notices = for_whom(&arrived, sender);
        assert_eq!(notices.len(), 1, "{case}");
        let text = text_of(notices[0]);
        let reference = format!("Reference: {id}.");
        let ask = format!("Questions? Write to {DPO}");
        for part in [
            title,
            "WHAT WAS FOUND",
            "•",
            ", in ",
            to_do,
            &reference,
            &ask,
        ] {
            assert!(text.contains(part), "{case}: {part:?} in {text}");
        }
        gate.stop().await;
    }
}
