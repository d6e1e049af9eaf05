//! What a school remembers of whom it wrote to: who left, who was released, what was locked, and that it is forgotten.

use schoolgate::decide::memory::{Memory, Question};
use schoolgate::mail::address::Domain;
use schoolgate::mail::kind::RecipientKind;
use schoolgate::mail::verdict::Verdict;
use schoolgate::store::Store;
use schoolgate::store::record::Record;
use schoolgate::store::review::Answer;
use schoolgate::store::views::Cutoffs;

use super::build::{ELMWOOD, OAKFIELD, address, at, deliver, id, record, review};
use super::{House, run};

const A: &str = "ann@wildwood.example";
const B: &str = "bob@archers.example";
const TEACHER: &str = "teacher@oakfield.sch.uk";

async fn recall(store: &dyn Store, school: &str, recipients: &[&str], minute: i64) -> Memory {
    let recipients: Vec<_> = recipients.iter().map(|one| address(one)).collect();
    let question = Question {
        sender: Some(address(TEACHER)),
        domains: recipients.iter().map(|one| one.domain().clone()).collect(),
        recipients,
    };
    store.recall(school, &question, at(minute)).await.unwrap()
}

/// A record received at a minute.
fn received(number: u64, recipients: &[(&str, Verdict)], minute: i64) -> Record {
    let mut record = record(number, recipients);
    record.facts.received = at(minute);
    record
}

#[test]
fn whom_a_message_left_for_is_remembered_and_whom_it_was_kept_from_is_not() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        assert_eq!(recall(&*store, OAKFIELD, &[A], 0).await, Memory::default());
        let given = received(1, &[(A, Verdict::Pass), (B, Verdict::Hold)], 0);
        store.accept(given).await.unwrap();
        let memory = recall(
            &*store,
            OAKFIELD,
            &["ANN@wildwood.example", B],
            10 * 24 * 60,
        )
        .await;
        assert!(memory.written.contains(&address(A)));
        assert!(!memory.written.contains(&address(B)));
        assert_eq!(memory.days, 10);
        assert_eq!(memory.times_together(&address(TEACHER), &address(A)), 1);
        assert_eq!(memory.times_together(&address(A), &address(B)), 0);

        let release = review(
            "dpo@oakfield.sch.uk",
            Answer::Release,
            vec![deliver(&[B], 1)],
        );
        store
            .review(OAKFIELD, &id(1), at(1), release)
            .await
            .unwrap();
        let memory = recall(&*store, OAKFIELD, &[A, B], 2).await;
        assert!(
            memory.written.contains(&address(B)),
            "a release is a sending"
        );
    });
}

#[test]
fn what_was_returned_makes_nobody_a_correspondent() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        for (number, verdict) in [
            (1, Verdict::Return),
            (2, Verdict::Reject),
            (3, Verdict::Hold),
        ] {
            store
                .accept(received(number, &[(A, verdict)], 0))
                .await
                .unwrap();
        }
        let refused = review("dpo@oakfield.sch.uk", Answer::Return, Vec::new());
        store
            .review(OAKFIELD, &id(3), at(1), refused)
            .await
            .unwrap();
        assert_eq!(recall(&*store, OAKFIELD, &[A], 2).await, Memory::default());
    });
}

#[test]
fn a_lock_is_remembered_for_three_days_also_while_it_is_held() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let mut own = received(1, &[(A, Verdict::Hold)], 0);
        own.facts.locked = true;
        store.accept(own).await.unwrap();
        store
            .accept(received(2, &[(B, Verdict::Encrypt)], 0))
            .await
            .unwrap();
        for (minute, expected) in [(1, 2), (72 * 60, 2), (72 * 60 + 1, 0)] {
            let memory = recall(&*store, OAKFIELD, &[A, B, "c@x.example"], minute).await;
            assert_eq!(memory.locked.len(), expected, "minute {minute}");
        }
    });
}

#[test]
fn domains_written_to_often_are_told_where_a_new_one_is_asked_about() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        for number in 1..=3 {
            let mut given = received(number, &[(A, Verdict::Pass), (B, Verdict::Pass)], 0);
            given.facts.judgement.recipients[1].kind = RecipientKind::Personal;
            store.accept(given).await.unwrap();
        }
        let memory = recall(&*store, OAKFIELD, &["x@wildwod.example"], 1).await;
        let often: Vec<&str> = memory.domains_often.iter().map(Domain::as_str).collect();
        assert_eq!(
            often,
            ["wildwood.example"],
            "consumer mail is not kept in clear"
        );
        assert!(memory.domains_written.is_empty());
        let memory = recall(&*store, OAKFIELD, &["x@wildwood.example"], 1).await;
        assert_eq!(memory.domains_written.len(), 1);
    });
}

#[test]
fn a_memory_is_its_schools_own_and_holds_no_address() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store
            .accept(received(1, &[(A, Verdict::Pass)], 0))
            .await
            .unwrap();
        assert_eq!(recall(&*store, ELMWOOD, &[A], 1).await, Memory::default());
        let forgotten = Cutoffs {
            content: at(5),
            facts: at(-5),
            ledger: at(-5),
        };
        store.purge(OAKFIELD, at(5), forgotten).await.unwrap();
        assert_eq!(recall(&*store, OAKFIELD, &[A], 6).await.written.len(), 1);
        let forgotten = Cutoffs {
            facts: at(0),
            ..forgotten
        };
        let purged = store.purge(OAKFIELD, at(6), forgotten).await.unwrap();
        assert_eq!(
            purged.marks, 4,
            "its beginning, its address, its company, its domain"
        );
        assert_eq!(recall(&*store, OAKFIELD, &[A], 7).await, Memory::default());
    });
}
