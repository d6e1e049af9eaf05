//! Releases: by a reviewer with a reason, verified where the address is new, by nobody whom the message is about.

use schoolgate::store::recipient::Disposition;

use crate::handling::{FLETCHER, letter};
use crate::harness::{DPO, Gate, OAKFIELD, for_whom, reference};

const STRANGER: &str = "coach@riverside-climbing.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_to_a_new_address_says_how_when_and_by_whom_it_was_verified() {
    let gate = Gate::test().await.start().await;
    let message = letter(
        FLETCHER,
        STRANGER,
        "Saturday",
        "Priya Nair, born 09/01/2018",
    );
    let id = reference(
        &gate
            .send_raw(FLETCHER, &[STRANGER.to_owned()], &message)
            .await,
    );
    let decision = [
        "held",
        "release",
        id.as_str(),
        "--reviewer",
        DPO,
        "--reason",
        "the trip",
    ];
    let refused = gate.command(&decision);
    let problem = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{problem}");
    assert!(problem.contains("--verified"), "{problem}");
    let verified = [
        "--verified",
        "telephoned 01632 960123",
        "--verified-by",
        "the school office",
        "--verified-at",
        "2026-11-20 10:15",
    ];
    gate.says(&[&decision[..], &verified[..]].concat());
    // The command's clock is the machine's and the gateway's stands still, so that it is due and not yet sent.
    let states = gate.standing(OAKFIELD, &id, |_| true).await;
    assert_eq!(states[0].disposition, Disposition::Pending);
    let traced = gate.says(&["trace", id.as_str(), "--json"]);
    for part in [
        r#""how":"telephoned 01632 960123""#,
        r#""by":"the school office""#,
        r#""at":"2026-11-20T10:15:00Z""#,
        r#""reason":"the trip""#,
    ] {
        assert!(traced.contains(part), "{part} in {traced}");
    }
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_decides_about_a_message_about_themselves() {
    let gate = Gate::test().await.start().await;
    let body = "Mr Colin Baxter was signed off: fit note until May, then a phased return.";
    let head = "head@oakfield.sch.uk";
    let office = "office@oakfield.sch.uk";
    let message = letter(office, STRANGER, "Absence", body);
    let id = reference(
        &gate
            .send_raw(office, &[STRANGER.to_owned()], &message)
            .await,
    );
    let arrived = gate.arrived().await;
    assert!(for_whom(&arrived, DPO).is_empty(), "it is about the DPO");
    assert_eq!(for_whom(&arrived, head).len(), 1);
    let verified = ["--reason", "x", "--verified", "rang"];
    for (reviewer, code) in [(DPO, 2), (FLETCHER, 2), (head, 0)] {
        let decision = ["held", "release", id.as_str(), "--reviewer", reviewer];
        let output = gate.command(&[&decision[..], &verified[..]].concat());
        assert_eq!(output.status.code(), Some(code), "{reviewer}: {output:?}");
    }
    gate.stop().await;
}
