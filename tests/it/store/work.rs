//! Due work: claimed once, given back by a crash, settled together with its results.

use schoolgate::mail::verdict::Verdict;
use schoolgate::secret::Redacted;
use schoolgate::store::error::StoreError;
use schoolgate::store::ledger::Actor;
use schoolgate::store::recipient::Disposition;
use schoolgate::store::work::{Lease, Next, Notice, Settlement, Work, WorkKind};

use super::build::{
    OAKFIELD, actions, address, at, claim, deliver, id, record, settlement, standing,
};
use super::{House, run};

const A: &str = "a@x.example";
const B: &str = "b@x.example";
const BOTH: &[(&str, Verdict)] = &[(A, Verdict::Pass), (B, Verdict::Pass)];

#[test]
fn work_in_hand_is_nobody_elses_until_its_lease_ends() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        assert!(claim(&*store, -1).await.is_empty(), "not due yet");
        assert_eq!(claim(&*store, 0).await.len(), 1);
        assert_eq!(claim(&*store, 14).await.len(), 0);
        assert_eq!(store.next_due().await.unwrap(), Some(at(15)));
        let second = claim(&*store, 15).await;
        assert_eq!((second.len(), second[0].lease), (1, 2));
    });
}

#[test]
fn a_restart_gives_back_what_a_crash_left_in_hand() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        claim(&*store, 0).await;
        let cut = house.after_power_cut();
        let again = cut.open().await;
        assert_eq!(again.recover("another gateway").await.unwrap(), 0);
        assert_eq!(again.recover("this gateway").await.unwrap(), 1);
        assert_eq!(claim(&*again, 1).await.len(), 1);
    });
}

#[test]
fn results_saved_before_a_crash_are_not_tried_again() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        let saved = settlement(
            &[(A, Disposition::Delivered)],
            Next::Continue { until: at(20) },
        );
        assert_eq!(
            store.settle(&first[0], at(1), saved).await.unwrap(),
            Lease::Kept
        );
        assert!(
            claim(&*store, 16).await.is_empty(),
            "the lease was extended"
        );
        let cut = house.after_power_cut();
        let again = cut.open().await;
        let second = claim(&*again, 20).await;
        let WorkKind::Deliver { recipients, .. } = &second[0].kind else {
            panic!("{second:?}")
        };
        assert_eq!(*recipients, [address(B)]);
    });
}

#[test]
fn work_whose_last_result_was_saved_is_done() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, &BOTH[..1])).await.unwrap();
        let first = claim(&*store, 0).await;
        let saved = settlement(
            &[(A, Disposition::Delivered)],
            Next::Continue { until: at(20) },
        );
        store.settle(&first[0], at(1), saved).await.unwrap();
        assert!(claim(&*store, 30).await.is_empty());
        assert_eq!(store.next_due().await.unwrap(), None);
    });
}

#[test]
fn each_recipient_keeps_its_first_final_outcome() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let slow = claim(&*store, 0).await;
        let fast = claim(&*store, 15).await;
        let results = [(A, Disposition::Delivered), (B, Disposition::Bounced)];
        let done = settlement(&results, Next::Finished);
        assert_eq!(
            store.settle(&fast[0], at(16), done).await.unwrap(),
            Lease::Kept
        );
        let results = [(A, Disposition::Bounced), (B, Disposition::Delivered)];
        let mut late = settlement(&results, Next::Finished);
        late.follow = vec![deliver(&[A], 20)];
        assert_eq!(
            store.settle(&slow[0], at(17), late).await.unwrap(),
            Lease::Lost
        );
        assert_eq!(standing(&*store, 1).await, ["delivered", "bounced"]);
        assert_eq!(
            actions(&*store, 1).await,
            ["judged", "delivered", "bounced", "late", "late"]
        );
        assert_eq!(
            store.next_due().await.unwrap(),
            None,
            "nothing follows a lost lease"
        );
    });
}

#[test]
fn a_delivery_whose_lease_was_lost_still_counts() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let slow = claim(&*store, 0).await;
        let fast = claim(&*store, 15).await;
        let delivered = settlement(&[(A, Disposition::Delivered)], Next::Finished);
        assert_eq!(
            store.settle(&slow[0], at(16), delivered).await.unwrap(),
            Lease::Lost
        );
        assert_eq!(standing(&*store, 1).await, ["delivered", "pending"]);
        let rest = settlement(&[(B, Disposition::Delivered)], Next::Finished);
        assert_eq!(
            store.settle(&fast[0], at(17), rest).await.unwrap(),
            Lease::Kept
        );
        assert_eq!(standing(&*store, 1).await, ["delivered", "delivered"]);
    });
}

#[test]
fn what_is_put_off_comes_back_when_it_is_due() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        let results = [(A, Disposition::Delivered), (B, Disposition::Pending)];
        let again = settlement(&results, Next::Again { due: at(5) });
        store.settle(&first[0], at(1), again).await.unwrap();
        assert!(claim(&*store, 4).await.is_empty());
        let second = claim(&*store, 5).await;
        assert_eq!((second[0].attempts, second[0].since), (1, at(0)));
        assert_eq!(
            actions(&*store, 1).await,
            ["judged", "delivered", "deferred"]
        );
    });
}

#[test]
fn what_waits_for_a_hop_is_due_when_that_hop_answers() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        for (number, awaits) in [(1, Some("a:25")), (2, Some("b:25")), (3, None)] {
            store.accept(record(number, BOTH)).await.unwrap();
            let claims = claim(&*store, 0).await;
            let mut again = settlement(&[], Next::Again { due: at(60) });
            again.awaits = awaits.map(str::to_owned);
            store.settle(&claims[0], at(1), again).await.unwrap();
        }
        assert_eq!(store.flush(Some("c:25"), at(2)).await.unwrap(), 0);
        assert_eq!(store.flush(Some("a:25"), at(2)).await.unwrap(), 1);
        let due = claim(&*store, 2).await;
        let due: Vec<_> = due.iter().map(|claim| &claim.message).collect();
        assert_eq!(due, [&id(1)]);
        assert_eq!(store.flush(None, at(3)).await.unwrap(), 1);
        assert_eq!(claim(&*store, 3).await[0].message, id(2));
        assert!(claim(&*store, 59).await.iter().all(|c| c.message != id(3)));
    });
}

#[test]
fn who_wanted_it_tried_is_told_to_the_worker_until_it_was() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        assert_eq!(first[0].hurried, None);
        let again = settlement(&[], Next::Again { due: at(60) });
        store.settle(&first[0], at(1), again).await.unwrap();
        let operator = Actor::Operator("admin".to_owned());
        store
            .retry(OAKFIELD, &id(1), operator, at(2))
            .await
            .unwrap();
        let second = claim(&*store, 2).await;
        assert_eq!(second[0].hurried, Some(at(2)));
        let again = settlement(&[], Next::Again { due: at(60) });
        store.settle(&second[0], at(3), again).await.unwrap();
        assert_eq!(claim(&*store, 60).await[0].hurried, None);
    });
}

#[test]
fn a_warning_of_delay_falls_away_with_the_last_delivery() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        let warning = WorkKind::Notify {
            notice: Notice::Delay,
            to: vec![address("teacher@oakfield.sch.uk")],
            recipients: vec![address(A)],
        };
        let pending = [(A, Disposition::Pending), (B, Disposition::Delivered)];
        let mut again = settlement(&pending, Next::Again { due: at(5) });
        again.follow = vec![Work::new(warning, at(240))];
        store.settle(&first[0], at(1), again).await.unwrap();
        let second = claim(&*store, 5).await;
        let done = settlement(&[(A, Disposition::Delivered)], Next::Finished);
        store.settle(&second[0], at(6), done).await.unwrap();
        assert!(claim(&*store, 240).await.is_empty());
        let gone = store.content(OAKFIELD, &id(1)).await;
        assert!(matches!(gone, Err(StoreError::NoContent(_))), "{gone:?}");
    });
}

#[test]
fn what_follows_is_saved_with_the_result_and_its_credential_sealed() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        let notify = WorkKind::Notify {
            notice: Notice::Password,
            to: vec![address("teacher@oakfield.sch.uk")],
            recipients: Vec::new(),
        };
        let results = [(A, Disposition::Delivered), (B, Disposition::Delivered)];
        let mut done = settlement(&results, Next::Finished);
        let secret = Some(Redacted::new("three wrong pianos".to_owned()));
        done.follow = vec![Work {
            secret: secret.clone(),
            ..Work::new(notify.clone(), at(2))
        }];
        store.settle(&first[0], at(1), done).await.unwrap();
        let cut = house.after_power_cut();
        let again = cut.open().await;
        let next = claim(&*again, 2).await;
        assert_eq!((&next[0].kind, &next[0].secret), (&notify, &secret));
    });
}

#[test]
fn work_that_would_leave_a_recipient_stranded_cannot_finish() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        let half = settlement(&[(A, Disposition::Delivered)], Next::Finished);
        let refused = store.settle(&first[0], at(1), half).await;
        assert!(
            matches!(refused, Err(StoreError::Stranded(_))),
            "{refused:?}"
        );
        assert_eq!(
            standing(&*store, 1).await,
            ["pending", "pending"],
            "nothing of it is kept"
        );
        let mut split = settlement(&[(A, Disposition::Delivered)], Next::Finished);
        split.follow = vec![deliver(&[B], 10)];
        store.settle(&first[0], at(1), split).await.unwrap();
    });
}

#[test]
fn a_result_for_a_stranger_is_refused_whole() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        let results = [
            (A, Disposition::Delivered),
            ("c@x.example", Disposition::Delivered),
        ];
        let refused = store
            .settle(&first[0], at(1), settlement(&results, Next::Finished))
            .await;
        assert!(
            matches!(refused, Err(StoreError::NoRecipient { .. })),
            "{refused:?}"
        );
        assert_eq!(standing(&*store, 1).await, ["pending", "pending"]);
    });
}

#[test]
fn the_queue_is_listed_retried_and_given_up() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let operator = || Actor::Operator("admin".to_owned());
        store.accept(record(1, BOTH)).await.unwrap();
        let first = claim(&*store, 0).await;
        assert!(store.queue(OAKFIELD, at(1)).await.unwrap()[0].in_hand);
        let results = [(A, Disposition::Delivered), (B, Disposition::Pending)];
        let again = settlement(&results, Next::Again { due: at(60) });
        store.settle(&first[0], at(1), again).await.unwrap();
        let queue = store.queue(OAKFIELD, at(2)).await.unwrap();
        assert_eq!(
            (queue.len(), queue[0].in_hand, queue[0].due),
            (1, false, at(60))
        );
        assert_eq!(queue[0].recipients[0].address, address(B));
        assert_eq!(
            store
                .retry(OAKFIELD, &id(1), operator(), at(3))
                .await
                .unwrap(),
            1
        );
        let second = claim(&*store, 3).await;
        let follow = vec![Work::new(WorkKind::Remind, at(4))];
        let dropped = store
            .drop_pending(OAKFIELD, &id(1), operator(), at(4), follow)
            .await;
        assert_eq!(dropped.unwrap(), [address(B)]);
        assert_eq!(standing(&*store, 1).await, ["delivered", "bounced"]);
        let lost = store
            .settle(&second[0], at(5), Settlement::finished())
            .await;
        assert_eq!(lost.unwrap(), Lease::Lost);
    });
}
