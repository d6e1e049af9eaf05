//! The ledger only grows, and shows when somebody else wrote in it.

use rusqlite::Connection;
use schoolgate::mail::verdict::Verdict;
use schoolgate::store::ledger::Verified;

use super::build::{ELMWOOD, OAKFIELD, actions, address, at, id, record};
use super::{House, run};

/// A school with ten entries, after somebody has had the file to themselves.
async fn tampered(sql: &'static str) -> Verified {
    let house = House::new();
    let store = house.open().await;
    for number in 1..=5 {
        let record = record(number, &[("a@x.example", Verdict::Hold)]);
        store.accept(record).await.unwrap();
        let reviewer = address("dpo@oakfield.sch.uk");
        store
            .open(OAKFIELD, &id(number), &reviewer, at(1))
            .await
            .unwrap();
    }
    store.close().await;
    let file = Connection::open(house.path().join("schoolgate.db")).unwrap();
    file.execute_batch(sql).unwrap();
    drop(file);
    let store = house.open().await;
    // The ledger goes on, and goes on telling.
    store
        .accept(record(9, &[("a@x.example", Verdict::Hold)]))
        .await
        .unwrap();
    assert!(actions(&*store, 9).await == ["judged"]);
    store.verify(OAKFIELD).await.unwrap()
}

#[track_caller]
fn check(sql: &'static str, expected: &Verified) {
    assert_eq!(run(tampered(sql)), *expected, "{sql}");
}

#[test]
fn a_ledger_nobody_touched_is_sound() {
    check("SELECT 1", &Verified::Sound { entries: 11 });
}

#[test]
fn a_changed_entry_shows() {
    check(
        "UPDATE ledger SET facts = '{}' WHERE sequence = 3",
        &Verified::Broken { sequence: 3 },
    );
    check(
        "UPDATE ledger SET actor = 'gateway' WHERE sequence = 4",
        &Verified::Broken { sequence: 4 },
    );
    check(
        "UPDATE ledger SET time = time + 1 WHERE sequence = 1",
        &Verified::Broken { sequence: 1 },
    );
}

#[test]
fn a_missing_entry_shows_wherever_it_was() {
    check(
        "DELETE FROM ledger WHERE sequence = 3",
        &Verified::Broken { sequence: 3 },
    );
    check(
        "DELETE FROM ledger WHERE sequence = 1",
        &Verified::Broken { sequence: 1 },
    );
    check(
        "DELETE FROM ledger WHERE sequence = 10",
        &Verified::Broken { sequence: 10 },
    );
}

#[test]
fn ends_moved_to_fit_show_for_good() {
    let cut = "DELETE FROM ledger WHERE sequence > 8;
               UPDATE chain SET head = 8, head_link = (SELECT link FROM ledger WHERE sequence = 8);";
    check(cut, &Verified::Broken { sequence: 1 });
    let purged =
        "UPDATE chain SET base = 2, base_link = (SELECT link FROM ledger WHERE sequence = 2);
                  DELETE FROM ledger WHERE sequence <= 2;";
    check(purged, &Verified::Broken { sequence: 3 });
}

#[test]
fn each_school_has_a_chain_of_its_own() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        for number in 1..=4 {
            let mut record = record(number, &[("a@x.example", Verdict::Hold)]);
            if number % 2 == 0 {
                record.facts.school = ELMWOOD.to_owned();
            }
            store.accept(record).await.unwrap();
        }
        for school in [OAKFIELD, ELMWOOD] {
            assert_eq!(
                store.verify(school).await.unwrap(),
                Verified::Sound { entries: 2 }
            );
        }
        assert_eq!(store.history(ELMWOOD, &id(1)).await.unwrap(), []);
    });
}
