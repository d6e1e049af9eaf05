//! A week of the sample school for the tests of this module.

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::mail::level::Level;
use crate::secret::Excerpt;
use crate::store::ledger::{Action, Actor, Entry};
use crate::store::views::SenderTally;

pub(crate) fn report() -> Report {
    let week = Tally {
        messages: 240,
        verdicts: vec![
            (Verdict::Pass, 220),
            (Verdict::Secure, 6),
            (Verdict::Encrypt, 5),
            (Verdict::Hold, 7),
            (Verdict::Return, 2),
        ],
        clauses: vec![
            clause(
                "wrong-family",
                "Another family's child",
                Mode::Enforce,
                Verdict::Hold,
                6,
            ),
            clause(
                "advertising",
                "Advertising",
                Mode::Audit,
                Verdict::Return,
                1,
            ),
        ],
        senders: vec![SenderTally {
            sender: "j.smith@oakfield.sch.uk".parse().unwrap(),
            stopped: 4,
            messages: 31,
        }],
        open_holds: 1,
        released: 5,
        refused: 1,
        ..Tally::default()
    };
    let before = week_before();
    let mut report = Report {
        school: "Oakfield Primary School".to_owned(),
        from: date(2026, 11, 16),
        to: date(2026, 11, 22),
        made: "2026-11-22T08:00:00Z".parse().unwrap(),
        clauses: changes(&week.clauses, &before.clauses),
        week,
        before,
        waiting: vec![held()],
        breaches: vec![breach()],
        advice: Vec::new(),
        zone: Zone(TimeZone::get("Europe/London").unwrap()),
    };
    report.advice = advice::advice(&report);
    report
}

fn week_before() -> Tally {
    Tally {
        messages: 251,
        verdicts: vec![(Verdict::Pass, 249), (Verdict::Hold, 2)],
        clauses: vec![clause(
            "wrong-family",
            "Another family's child",
            Mode::Enforce,
            Verdict::Hold,
            2,
        )],
        ..Tally::default()
    }
}

fn clause(id: &str, title: &str, mode: Mode, verdict: Verdict, messages: u64) -> ClauseTally {
    ClauseTally {
        clause: id.to_owned(),
        title: title.to_owned(),
        mode,
        verdict,
        messages,
    }
}

fn breach() -> Breach {
    let facts = serde_json::json!({"known": "2026-11-20T09:15:00Z", "what": "a class list",
        "whose": ["A••• T•••"], "people": 30, "recipients": ["p•••@home.example"]});
    let entry = Entry {
        sequence: 17,
        time: "2026-11-20T10:00:00Z".parse().unwrap(),
        actor: Actor::Gateway,
        action: Action::BreachRecorded,
        message: None,
        facts,
    };
    breach::breaches(&[entry]).remove(0)
}

fn held() -> HeldMessage {
    HeldMessage {
        id: "7K3F-9QXM-2B4T".parse().unwrap(),
        received: "2026-11-19T09:30:00Z".parse().unwrap(),
        sender: Some("j.smith@oakfield.sch.uk".parse().unwrap()),
        subject: Excerpt::mask("Reading report 7"),
        level: Level::Protect,
        clauses: vec!["Another family's child".to_owned()],
        recipients: vec!["parent@home.example".parse().unwrap()],
        expires: Some("2026-11-24T09:30:00Z".parse().unwrap()),
    }
}
