//! Traces, figures and retention, one school at a time.

use jiff::tz::TimeZone;
use schoolgate::mail::mode::Mode;
use schoolgate::mail::verdict::Verdict;
use schoolgate::store::error::StoreError;
use schoolgate::store::ledger::Verified;
use schoolgate::store::recipient::Disposition;
use schoolgate::store::review::Answer;
use schoolgate::store::views::{Cutoffs, Purged, Sought};
use schoolgate::store::work::Next;

use super::build::{
    ELMWOOD, OAKFIELD, actions, address, at, claim, deliver, id, record, review, settlement,
    standing,
};
use super::{House, run};

const A: &str = "a@x.example";

#[test]
fn a_message_is_found_by_reference_address_and_header() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let mut given = record(1, &[("Parent@mail.example", Verdict::Pass)]);
        given.facts.author = Some(address("head@oakfield.sch.uk"));
        store.accept(given).await.unwrap();
        store
            .accept(record(2, &[(A, Verdict::Pass)]))
            .await
            .unwrap();
        let by = |text: &str| Sought::Address(address(text));
        let header = |text: &str| Sought::HeaderId(text.to_owned());
        for (sought, found) in [
            (Sought::Reference(id(1)), vec![id(1)]),
            (by("parent@MAIL.example"), vec![id(1)]),
            (by("head@oakfield.sch.uk"), vec![id(1)]),
            (by("nobody@oakfield.sch.uk"), vec![]),
            (header("<2@oakfield.sch.uk>"), vec![id(2)]),
            (header("2@oakfield.sch.uk"), vec![id(2)]),
        ] {
            let traced = store.trace(OAKFIELD, &sought, 10).await.unwrap();
            let ids: Vec<_> = traced.into_iter().map(|t| t.id).collect();
            assert_eq!(ids, found, "{sought:?}");
            assert_eq!(store.trace(ELMWOOD, &sought, 10).await.unwrap(), []);
        }
        let all = store
            .trace(OAKFIELD, &by("teacher@oakfield.sch.uk"), 1)
            .await;
        assert_eq!(all.unwrap().len(), 1, "no more than asked for");
    });
}

#[test]
fn nothing_of_one_school_shows_in_another() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        store
            .accept(record(1, &[(A, Verdict::Hold)]))
            .await
            .unwrap();
        let reviewer = address("dpo@elmwood.sch.uk");
        let release = review(
            "dpo@elmwood.sch.uk",
            Answer::Release,
            vec![deliver(&[A], 1)],
        );
        for refused in [
            store.facts(ELMWOOD, &id(1)).await.err(),
            store.recipients(ELMWOOD, &id(1)).await.err(),
            store.content(ELMWOOD, &id(1)).await.err(),
            store.open(ELMWOOD, &id(1), &reviewer, at(1)).await.err(),
            store.review(ELMWOOD, &id(1), at(1), release).await.err(),
        ] {
            assert!(
                matches!(refused, Some(StoreError::NoMessage(_))),
                "{refused:?}"
            );
        }
        assert_eq!(store.queue(ELMWOOD, at(1)).await.unwrap(), []);
        let tally = store
            .tally(ELMWOOD, at(-9), at(9), &TimeZone::UTC)
            .await
            .unwrap();
        assert_eq!((tally.messages, tally.open_holds), (0, 0));
        assert_eq!(actions(&*store, 1).await, ["judged"]);
    });
}

#[test]
fn the_figures_add_up() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let verdicts = [Verdict::Pass, Verdict::Pass, Verdict::Hold, Verdict::Return];
        for (number, verdict) in (1..).zip(verdicts) {
            let mut given = record(number, &[(A, verdict)]);
            given.facts.received = at(24 * 60 * i64::try_from(number).unwrap());
            store.accept(given).await.unwrap();
        }
        let mut tried = record(5, &[(A, Verdict::Pass)]);
        tried.facts.judgement.reasons[0].mode = Mode::Audit;
        tried.facts.judgement.reasons[0].verdict = Verdict::Hold;
        store.accept(tried).await.unwrap();
        let release = review(
            "dpo@oakfield.sch.uk",
            Answer::Release,
            vec![deliver(&[A], 1)],
        );
        store
            .review(OAKFIELD, &id(3), at(1), release)
            .await
            .unwrap();
        let zone = TimeZone::get("Europe/London").unwrap();
        let tally = store
            .tally(OAKFIELD, at(0), at(4 * 24 * 60), &zone)
            .await
            .unwrap();
        assert_eq!(tally.messages, 4, "the end of the span is not in it");
        assert_eq!(tally.verdicts, [(Verdict::Pass, 3), (Verdict::Hold, 1)]);
        assert_eq!(tally.days.len(), 4);
        assert_eq!((tally.released, tally.refused, tally.open_holds), (1, 0, 0));
        assert_eq!(tally.outcomes, [("pending".to_owned(), 4)]);
        assert_eq!(
            (tally.senders[0].stopped, tally.senders[0].messages),
            (1, 4)
        );
        let clauses = tally
            .clauses
            .iter()
            .map(|c| (c.mode, c.verdict, c.messages));
        let expected = [
            (Mode::Audit, Verdict::Hold, 1),
            (Mode::Enforce, Verdict::Hold, 1),
        ];
        assert_eq!(clauses.collect::<Vec<_>>(), expected);
    });
}

fn cutoffs(content: i64, facts: i64, ledger: i64) -> Cutoffs {
    Cutoffs {
        content: at(content),
        facts: at(facts),
        ledger: at(ledger),
    }
}

#[test]
fn content_goes_with_its_delivery_or_when_its_time_is_over_and_facts_later() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        let never = -1_000;
        store
            .accept(record(1, &[(A, Verdict::Pass)]))
            .await
            .unwrap();
        store
            .accept(record(2, &[(A, Verdict::Return)]))
            .await
            .unwrap();
        store
            .accept(record(3, &[(A, Verdict::Hold)]))
            .await
            .unwrap();
        let first = claim(&*store, 0).await;
        let done = settlement(&[(A, Disposition::Delivered)], Next::Finished);
        store.settle(&first[0], at(1), done).await.unwrap();
        let purge = |cutoffs| store.purge(OAKFIELD, at(2), cutoffs);
        let gone = |contents, messages, entries| Purged {
            contents,
            messages,
            entries,
            marks: 0,
        };
        let delivered = store.content(OAKFIELD, &id(1)).await;
        assert!(
            matches!(delivered, Err(StoreError::NoContent(_))),
            "{delivered:?}"
        );
        store.content(OAKFIELD, &id(2)).await.unwrap();
        assert_eq!(
            purge(cutoffs(never, never, never)).await.unwrap(),
            gone(0, 0, 0)
        );
        assert_eq!(
            purge(cutoffs(1, never, never)).await.unwrap(),
            gone(1, 0, 0)
        );
        let content = store.content(OAKFIELD, &id(2)).await;
        assert!(
            matches!(content, Err(StoreError::NoContent(_))),
            "{content:?}"
        );
        let mut facts = gone(0, 2, 0);
        facts.marks = 4;
        assert_eq!(purge(cutoffs(1, 1, never)).await.unwrap(), facts);
        assert_eq!(
            actions(&*store, 1).await,
            ["judged", "delivered"],
            "the ledger stays"
        );
        assert_eq!(
            standing(&*store, 3).await,
            ["held"],
            "what has not ended stays"
        );
        store.content(OAKFIELD, &id(3)).await.unwrap();
    });
}

#[test]
fn a_ledger_that_was_purged_is_sound() {
    run(async {
        let house = House::new();
        let store = house.open().await;
        for number in 1..=450 {
            let mut given = record(number, &[(A, Verdict::Hold)]);
            given.facts.received = at(i64::try_from(number).unwrap());
            store.accept(given).await.unwrap();
        }
        let purged = store
            .purge(OAKFIELD, at(900), cutoffs(0, 0, 441))
            .await
            .unwrap();
        assert_eq!(purged.entries, 440);
        assert_eq!(actions(&*store, 440).await, [""; 0]);
        assert_eq!(actions(&*store, 441).await, ["judged"]);
        let Verified::Sound { entries } = store.verify(OAKFIELD).await.unwrap() else {
            panic!("a purge broke the chain")
        };
        assert_eq!(
            entries, 13,
            "ten messages and one entry for each portion purged"
        );
    });
}
