//! Content, facts and ledger go by themselves once their time is over, and not before; on a clock that is moved.

use jiff::SignedDuration;
use schoolgate::mail::verdict::Verdict;
use schoolgate::store::error::StoreError;
use schoolgate::store::ledger::Verified;

use super::room::{self, Room};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn content_goes_after_a_fortnight_facts_after_a_year_and_the_ledger_after_six() {
    let room = Room::open(Vec::new()).await;
    room.record(1, &[("hold@x.example", Verdict::Hold)]).await;
    let pass = async |days: i32| {
        room.clock.advance(DAY * days);
        room.worker.drain().await.unwrap();
        room.worker.purge().await;
    };
    let content = async || room.store.content(room::SCHOOL, &room::id(1)).await;
    let facts = async || room.store.facts(room::SCHOOL, &room::id(1)).await;
    let history = async || {
        room.store
            .history(room::SCHOOL, &room::id(1))
            .await
            .unwrap()
            .len()
    };
    pass(4).await;
    assert_eq!(room.standing(1).await, ["held"], "a hold keeps its content");
    pass(1).await;
    assert_eq!(room.standing(1).await, ["returned"]);
    pass(13).await;
    assert!(content().await.is_ok());
    pass(1).await;
    assert!(matches!(content().await, Err(StoreError::NoContent(_))));
    pass(350).await;
    assert!(facts().await.is_ok());
    pass(1).await;
    assert!(matches!(facts().await, Err(StoreError::NoMessage(_))));
    let told = history().await;
    assert!(told > 3, "the ledger still tells it");
    pass(5 * 365 - 6).await;
    assert_eq!(history().await, told);
    pass(7).await;
    assert_eq!(history().await, 0);
    let verified = room.store.verify(room::SCHOOL).await.unwrap();
    assert!(matches!(verified, Verified::Sound { .. }), "{verified:?}");
}
