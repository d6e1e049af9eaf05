//! What is accepted is on disk, whole, sealed, and once.

use std::sync::Arc;

use schoolgate::mail::verdict::Verdict;
use schoolgate::secret::Redacted;
use schoolgate::store::error::StoreError;
use schoolgate::store::work::WorkKind;

use super::build::{BODY, OAKFIELD, actions, claim, id, record, standing};
use super::{House, run};

const PASS: &[(&str, Verdict)] = &[("parent@mail.example", Verdict::Pass)];

#[test]
fn what_was_accepted_is_there_after_a_power_cut() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let given = record(1, PASS);
        store.accept(given.clone()).await.unwrap();
        let cut = house.after_power_cut();
        let again = cut.open().await;
        assert_eq!(again.facts(OAKFIELD, &id(1)).await.unwrap(), given.facts);
        let content = again.content(OAKFIELD, &id(1)).await.unwrap();
        assert_eq!(content, given.raw);
        assert_eq!(standing(&*again, 1).await, ["pending"]);
        assert_eq!(actions(&*again, 1).await, ["judged"]);
        assert_eq!(claim(&*again, 0).await.len(), 1);
    });
}

#[test]
fn a_store_that_was_only_dropped_opens_again() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, PASS)).await.unwrap();
        drop(store);
        assert_eq!(standing(&*house.open().await, 1).await, ["pending"]);
    });
}

#[test]
fn a_hundred_at_once_are_all_accepted() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let accept = |number: u64| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.accept(record(number, PASS)).await })
        };
        let accepts: Vec<_> = (0..100).map(accept).collect();
        for accepted in accepts {
            accepted.await.unwrap().unwrap();
        }
        let cut = house.after_power_cut();
        let again = cut.open().await;
        assert_eq!(claim(&*again, 0).await.len(), 100);
    });
}

#[test]
fn one_that_is_refused_takes_none_of_its_company_with_it() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        // Ninety messages under thirty references: each reference is accepted exactly once.
        let accept = |number: u64| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.accept(record(number % 30, PASS)).await })
        };
        let accepts: Vec<_> = (0..90).map(accept).collect();
        let mut taken = 0;
        for accepted in accepts {
            match accepted.await.unwrap() {
                Ok(()) => {}
                Err(StoreError::Taken(_)) => taken += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((taken, claim(&*store, 0).await.len()), (60, 30));
    });
}

#[test]
fn dispositions_follow_the_verdicts() {
    let all = [
        ("a@x.example", Verdict::Pass),
        ("b@x.example", Verdict::Secure),
        ("c@x.example", Verdict::Encrypt),
        ("d@x.example", Verdict::Hold),
        ("e@x.example", Verdict::Return),
        ("f@x.example", Verdict::Reject),
    ];
    run(async {
        let store = House::new();
        let store = store.open().await;
        store.accept(record(1, &all)).await.unwrap();
        let expected = [
            "pending", "pending", "pending", "held", "returned", "returned",
        ];
        assert_eq!(standing(&*store, 1).await, expected);
    });
}

#[test]
fn a_message_refused_for_everybody_is_recorded_without_its_content() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store
            .accept(record(1, &[("a@x.example", Verdict::Reject)]))
            .await
            .unwrap();
        assert_eq!(standing(&*store, 1).await, ["rejected"]);
        let content = store.content(OAKFIELD, &id(1)).await;
        assert!(
            matches!(content, Err(StoreError::NoContent(_))),
            "{content:?}"
        );
    });
}

#[test]
fn a_message_that_nothing_would_deliver_is_not_accepted() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let mut stranded = record(1, PASS);
        stranded.work.clear();
        let refused = store.accept(stranded).await;
        assert!(
            matches!(refused, Err(StoreError::Stranded(_))),
            "{refused:?}"
        );
        let facts = store.facts(OAKFIELD, &id(1)).await;
        assert!(matches!(facts, Err(StoreError::NoMessage(_))), "{facts:?}");
    });
}

#[test]
fn neither_content_nor_credentials_stand_on_the_disk_in_clear() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let mut given = record(1, PASS);
        given.work[0].secret = Some(Redacted::new("three wrong pianos".to_owned()));
        store.accept(given.clone()).await.unwrap();
        let claimed = claim(&*store, 0).await;
        assert_eq!(claimed[0].secret, given.work[0].secret);
        assert!(matches!(claimed[0].kind, WorkKind::Deliver { .. }));
        for file in std::fs::read_dir(house.path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for marker in [BODY, "Kestrel", "three wrong pianos", "Amelia"] {
                let stands = bytes.windows(marker.len()).any(|w| w == marker.as_bytes());
                assert!(!stands, "{marker} stands in {}", path.display());
            }
        }
    });
}

#[test]
fn a_closed_store_says_so() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.close().await;
        for refused in [
            store.accept(record(1, PASS)).await.unwrap_err(),
            store.next_due().await.unwrap_err(),
        ] {
            assert!(matches!(refused, StoreError::Closed), "{refused:?}");
        }
        assert_eq!(house.open().await.next_due().await.unwrap(), None);
    });
}
