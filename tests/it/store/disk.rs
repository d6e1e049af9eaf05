//! What is particular to a file: permissions, keys, versions, a full disk, another process.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::sync::Arc;

use rusqlite::Connection;
use schoolgate::mail::verdict::Verdict;
use schoolgate::secret::Redacted;
use schoolgate::store::Store;
use schoolgate::store::error::StoreError;
use schoolgate::store::recipient::Disposition;
use schoolgate::store::sqlite::SqliteStore;
use schoolgate::store::sqlite::room::Bounds;
use schoolgate::store::work::Next;

use super::build::{OAKFIELD, at, claim, id, record, settlement, standing};
use super::{House, run};

const A: &str = "a@x.example";
const PASS: &[(&str, Verdict)] = &[(A, Verdict::Pass)];
const MIB: u64 = 1024 * 1024;

#[track_caller]
fn problem(opened: Result<SqliteStore, StoreError>) -> String {
    match opened {
        Err(error @ (StoreError::Place { .. } | StoreError::Newer { .. })) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_gateways_own_account_may_look() {
    run(async {
        let house = House::new();
        let folder = house.path().join("data");
        let store = SqliteStore::open(&folder).await.unwrap();
        store.accept(record(1, PASS)).await.unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600, "{file:?}");
        }
        store.close().await;
        fs::set_permissions(&folder, Permissions::from_mode(0o770)).unwrap();
        assert!(problem(SqliteStore::open(&folder).await).contains("chmod 700"));
    });
}

#[test]
fn another_key_or_none_is_refused_and_changes_nothing() {
    run(async {
        let (house, other) = (House::new(), House::new());
        let store = house.open().await;
        store.accept(record(1, PASS)).await.unwrap();
        store.close().await;
        other.open().await.close().await;
        let key = house.path().join("store.key");
        let right = fs::read(&key).unwrap();
        fs::copy(other.path().join("store.key"), &key).unwrap();
        assert!(problem(SqliteStore::open(house.path()).await).contains("another store"));
        fs::remove_file(&key).unwrap();
        assert!(problem(SqliteStore::open(house.path()).await).contains("missing"));
        fs::write(&key, right).unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        house.open().await.content(OAKFIELD, &id(1)).await.unwrap();
    });
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    run(async {
        let house = House::new();
        house.open().await.close().await;
        let file = Connection::open(house.path().join("schoolgate.db")).unwrap();
        file.execute_batch("PRAGMA user_version = 99").unwrap();
        drop(file);
        assert!(problem(SqliteStore::open(house.path()).await).contains("99"));
    });
}

#[test]
fn a_place_that_cannot_be_written_says_so() {
    run(async {
        let house = House::new();
        let file = house.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(problem(SqliteStore::open(&file.join("data")).await).contains("cannot be made"));
    });
}

/// A message that fills a third of a mebibyte.
fn large(number: u64) -> schoolgate::store::record::Record {
    let mut large = record(number, PASS);
    large.raw = Redacted::new(vec![b'x'; 350_000]);
    large
}

#[test]
fn a_full_store_takes_nothing_by_halves_and_still_delivers() {
    run(async {
        let house = House::new();
        let bounds = Bounds {
            reserve: 0,
            most: Some(2 * MIB),
        };
        let store: Arc<dyn Store> = Arc::new(
            SqliteStore::open_within(house.path(), bounds)
                .await
                .unwrap(),
        );
        assert!(store.room_for(MIB).await.unwrap());
        assert!(!store.room_for(3 * MIB).await.unwrap());
        let accept = |number: u64| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { (number, store.accept(large(number)).await) })
        };
        let accepts: Vec<_> = (1..=12).map(accept).collect();
        let mut accepted = Vec::new();
        for done in accepts {
            match done.await.unwrap() {
                (number, Ok(())) => accepted.push(number),
                (_, Err(error)) => assert!(error.is_full() && error.is_transient(), "{error:?}"),
            }
        }
        assert!((3..=5).contains(&accepted.len()), "{accepted:?}");
        assert!(!store.room_for(MIB).await.unwrap());
        for claim in claim(&*store, 0).await {
            let done = settlement(&[(A, Disposition::Delivered)], Next::Finished);
            store.settle(&claim, at(1), done).await.unwrap();
        }
        for number in accepted {
            assert_eq!(standing(&*store, number).await, ["delivered"]);
        }
        store.accept(large(20)).await.unwrap();
    });
}

#[test]
fn the_key_of_purged_content_is_nowhere_in_the_file() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store
            .accept(record(1, &[(A, Verdict::Return)]))
            .await
            .unwrap();
        let database = house.path().join("schoolgate.db");
        let file = Connection::open(&database).unwrap();
        let sql = "SELECT key FROM content";
        let key: Vec<u8> = file.query_row(sql, [], |row| row.get(0)).unwrap();
        file.close().unwrap();
        let stands = |key: &[u8]| {
            fs::read(&database)
                .unwrap()
                .windows(key.len())
                .any(|w| w == key)
        };
        store.close().await;
        assert!(stands(&key), "it is looked for where it stood");
        let store = house.open().await;
        let cutoffs = schoolgate::store::views::Cutoffs {
            content: at(0),
            facts: at(-9),
            ledger: at(-9),
        };
        store.purge(OAKFIELD, at(1), cutoffs).await.unwrap();
        store.close().await;
        assert!(!stands(&key));
    });
}

#[test]
fn a_disk_that_is_nearly_full_has_no_room() {
    run(async {
        let house = House::new();
        let bounds = Bounds {
            reserve: u64::MAX / 2,
            most: None,
        };
        let store = SqliteStore::open_within(house.path(), bounds)
            .await
            .unwrap();
        assert!(!store.room_for(1).await.unwrap());
        assert!(house.open().await.room_for(1).await.unwrap());
    });
}

#[test]
fn two_processes_may_write_to_one_store() {
    run(async {
        let house = House::new();
        let (gateway, command) = (house.open().await, house.open().await);
        let write = |store: &Arc<dyn Store>, numbers: std::ops::Range<u64>| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                for number in numbers {
                    store.accept(record(number, PASS)).await.unwrap();
                }
            })
        };
        let (one, two) = (write(&gateway, 0..40), write(&command, 40..80));
        one.await.unwrap();
        two.await.unwrap();
        assert_eq!(claim(&*gateway, 0).await.len(), 80);
        let verified = command.verify(OAKFIELD).await.unwrap();
        assert_eq!(
            verified,
            schoolgate::store::ledger::Verified::Sound { entries: 80 }
        );
    });
}
