//! Held messages: seen by reviewers of the school only, opened on the record, released by somebody else.

use schoolgate::mail::verdict::Verdict;
use schoolgate::store::error::StoreError;
use schoolgate::store::ledger::Actor;
use schoolgate::store::recipient::Disposition;
use schoolgate::store::review::{Answer, Verified};
use schoolgate::store::work::{Next, WorkKind};

use super::build::{
    BODY, ELMWOOD, OAKFIELD, actions, address, at, claim, deliver, id, record, review, settlement,
    standing,
};
use super::{House, run};

const DPO: &str = "dpo@oakfield.sch.uk";
const A: &str = "a@x.example";
const B: &str = "b@x.example";
const HELD: &[(&str, Verdict)] = &[(A, Verdict::Hold), (B, Verdict::Hold)];

#[test]
fn a_held_message_is_listed_for_its_school_until_it_is_decided() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        let held = store.held(OAKFIELD).await.unwrap();
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].recipients, [address(A), address(B)]);
        assert_eq!(held[0].clauses, ["Personal data"]);
        assert_eq!(held[0].expires, Some(at(600)));
        assert!(store.held(ELMWOOD).await.unwrap().is_empty());
    });
}

#[test]
fn opening_a_message_is_an_entry_of_the_ledger() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        let opened = store.open(OAKFIELD, &id(1), &address(DPO), at(1)).await;
        assert_eq!(opened.unwrap().reveal().as_slice(), BODY.as_bytes());
        let history = store.history(OAKFIELD, &id(1)).await.unwrap();
        let last = history.last().unwrap();
        assert_eq!(last.action.as_str(), "opened");
        assert_eq!(last.actor, Actor::Reviewer(address(DPO)));
        let elsewhere = store.open(ELMWOOD, &id(1), &address(DPO), at(2)).await;
        assert!(matches!(elsewhere, Err(StoreError::NoMessage(_))));
        assert_eq!(actions(&*store, 1).await, ["judged", "opened"]);
    });
}

#[test]
fn a_release_makes_its_recipients_pending_and_its_work_due() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        let mut first = review(DPO, Answer::Release, vec![deliver(&[A], 5)]);
        first.recipients = vec![address(A)];
        store.review(OAKFIELD, &id(1), at(5), first).await.unwrap();
        assert_eq!(standing(&*store, 1).await, ["pending", "held"]);
        let cut = house.after_power_cut();
        let again = cut.open().await;
        let due = claim(&*again, 5).await;
        assert!(matches!(due[0].kind, WorkKind::Deliver { .. }));
        assert_eq!(actions(&*again, 1).await, ["judged", "released"]);
    });
}

#[test]
fn reminders_go_with_the_last_hold() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        assert_eq!(store.next_due().await.unwrap(), Some(at(60)));
        let back = review(DPO, Answer::Return, Vec::new());
        store.review(OAKFIELD, &id(1), at(5), back).await.unwrap();
        assert_eq!(standing(&*store, 1).await, ["returned", "returned"]);
        assert_eq!(store.next_due().await.unwrap(), None);
        assert!(store.held(OAKFIELD).await.unwrap().is_empty());
    });
}

#[test]
fn nobody_releases_their_own_mail_or_mail_about_them() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let mut given = record(1, HELD);
        given.facts.author = Some(address("head@oakfield.sch.uk"));
        given.facts.envelope.client.user = Some(address("office@oakfield.sch.uk"));
        given.facts.about = vec![address("senco@oakfield.sch.uk")];
        store.accept(given).await.unwrap();
        for own in ["Teacher", "head", "office", "senco"] {
            let own = format!("{own}@oakfield.sch.uk");
            let release = review(&own, Answer::Release, vec![deliver(&[A, B], 1)]);
            let refused = store.review(OAKFIELD, &id(1), at(1), release).await;
            assert!(
                matches!(refused, Err(StoreError::OwnMail { .. })),
                "{own}: {refused:?}"
            );
        }
        assert_eq!(standing(&*store, 1).await, ["held", "held"]);
        let back = review("teacher@oakfield.sch.uk", Answer::Return, Vec::new());
        store.review(OAKFIELD, &id(1), at(1), back).await.unwrap();
    });
}

#[test]
fn a_decision_is_made_once() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        let release = || review(DPO, Answer::Release, vec![deliver(&[A, B], 1)]);
        store
            .review(OAKFIELD, &id(1), at(1), release())
            .await
            .unwrap();
        let twice = store.review(OAKFIELD, &id(1), at(2), release()).await;
        assert!(matches!(twice, Err(StoreError::NotHeld(_))), "{twice:?}");
        let elsewhere = store.review(ELMWOOD, &id(1), at(2), release()).await;
        assert!(
            matches!(elsewhere, Err(StoreError::NoMessage(_))),
            "{elsewhere:?}"
        );
    });
}

#[test]
fn a_release_that_nothing_would_deliver_is_refused() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        let release = review(DPO, Answer::Release, vec![deliver(&[A], 1)]);
        let refused = store.review(OAKFIELD, &id(1), at(1), release).await;
        assert!(
            matches!(refused, Err(StoreError::Stranded(_))),
            "{refused:?}"
        );
        assert_eq!(standing(&*store, 1).await, ["held", "held"]);
    });
}

#[test]
fn a_hold_nobody_answered_ends_in_a_return_and_never_in_sending() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        let due = claim(&*store, 600).await;
        let expire = due.iter().find(|c| c.kind == WorkKind::Expire).unwrap();
        let ends = [(A, Disposition::Delivered), (B, Disposition::Returned)];
        let done = settlement(&ends, Next::Finished);
        store.settle(expire, at(601), done).await.unwrap();
        assert_eq!(standing(&*store, 1).await, ["held", "returned"]);
        assert_eq!(actions(&*store, 1).await, ["judged", "late", "returned"]);
    });
}

#[test]
fn a_new_address_is_released_once_somebody_says_how_it_was_verified() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let mut given = record(1, HELD);
        given.facts.judgement.recipients[1].clauses = vec!["first-contact".to_owned()];
        store.accept(given).await.unwrap();
        let release = || review(DPO, Answer::Release, vec![deliver(&[A, B], 1)]);
        let refused = store.review(OAKFIELD, &id(1), at(1), release()).await;
        assert!(
            matches!(&refused, Err(StoreError::NotVerified { recipient, .. }) if *recipient == address(B)),
            "{refused:?}"
        );
        let mut one = review(DPO, Answer::Release, vec![deliver(&[A], 1)]);
        one.recipients = vec![address(A)];
        store.review(OAKFIELD, &id(1), at(1), one).await.unwrap();
        let mut other = review(DPO, Answer::Release, vec![deliver(&[B], 2)]);
        other.verified = Some(Verified {
            how: "telephoned 01632 960123, the number on file".to_owned(),
            by: "the school office".to_owned(),
            at: at(1),
        });
        store.review(OAKFIELD, &id(1), at(2), other).await.unwrap();
        let history = store.history(OAKFIELD, &id(1)).await.unwrap();
        let verified = &history.last().unwrap().facts["verified"];
        assert_eq!(verified["by"], "the school office");
        assert_eq!(
            verified["how"],
            "telephoned 01632 960123, the number on file"
        );
        assert_eq!(verified["at"], at(1).to_string());
    });
}

#[test]
fn the_reason_of_a_return_is_kept_for_its_sender() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store.accept(record(1, HELD)).await.unwrap();
        let back = review(DPO, Answer::Return, Vec::new());
        store.review(OAKFIELD, &id(1), at(5), back).await.unwrap();
        let states = store.recipients(OAKFIELD, &id(1)).await.unwrap();
        let said = "the contact rang and asked for it";
        assert!(
            states
                .iter()
                .all(|state| state.reply.as_deref() == Some(said))
        );
    });
}
