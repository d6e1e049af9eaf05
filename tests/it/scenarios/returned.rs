//! A message goes back to its sender with an explanation, and nothing of it leaves.

use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD, for_whom, reference};

#[tokio::test]
async fn a_returned_message_comes_back_with_its_reason_and_without_its_content() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send("pupil-data/upn-in-the-subject").await);
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(states[0].disposition, Disposition::Returned);
    let arrived = gate.arrived().await;
    assert!(for_whom(&arrived, "support@classbook-mis.example").is_empty());
    let notices = for_whom(&arrived, "office@oakfield.sch.uk");
    assert_eq!(notices.len(), 1);
    let notice = String::from_utf8_lossy(&notices[0].message);
    assert!(
        notices[0].mail.starts_with("<>"),
        "a notice has no return path: {}",
        notices[0].mail
    );
    assert!(notice.contains("Auto-Submitted: auto-"), "RFC 3834");
    assert!(notice.contains("multipart/report"), "RFC 3464");
    assert!(notice.contains(id.as_str()));
    assert!(
        notice.contains("The subject line gives nothing away"),
        "names the clause"
    );
    assert!(
        !notice.contains("D823000022027"),
        "never quotes the identifier"
    );
    gate.stop().await;
}
