//! A message is held, its sender and the reviewers are told, and a reviewer releases it.

use schoolgate::store::recipient::Disposition;

use crate::harness::{DPO, Gate, OAKFIELD, for_whom, reference};

const COMPANY: &str = "bookings@wildwood-centre.example";

#[tokio::test]
async fn a_held_message_leaves_only_once_a_reviewer_releases_it() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send("pupil-data/class-list-csv").await);
    let arrived = gate.arrived().await;
    assert!(for_whom(&arrived, COMPANY).is_empty());
    for told in ["office@oakfield.sch.uk", DPO] {
        let notices = for_whom(&arrived, told);
        assert_eq!(notices.len(), 1, "{told} is told once");
        let notice = String::from_utf8_lossy(&notices[0].message);
        assert!(notice.contains(id.as_str()), "{told} learns the reference");
        assert!(!notice.contains("Thornton"), "{told} is shown no pupil");
    }
    let held = gate.held(OAKFIELD).await;
    assert_eq!(held[0].id, id);
    assert_eq!(held[0].recipients[0].as_str(), COMPANY);

    gate.release(&id).await;
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(states[0].disposition, Disposition::Delivered);
    assert!(gate.held(OAKFIELD).await.is_empty());
    let arrived = gate.arrived().await;
    let message = String::from_utf8_lossy(&for_whom(&arrived, COMPANY)[0].message);
    assert!(
        message.contains(".zip"),
        "restricted data leaves encrypted even when released"
    );
    gate.stop().await;
}
