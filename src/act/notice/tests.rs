//! Notices as the people who get them read them.

use mail_parser::{MessageParser, MimeHeaders};

use super::*;
use crate::act::sample;
use crate::mail::kind::SenderKind;
use crate::mail::verdict::Verdict;

const ALL: [Notice; 11] = [
    Notice::Held,
    Notice::Review,
    Notice::Returned,
    Notice::Incident,
    Notice::Password,
    Notice::Released,
    Notice::Reminder,
    Notice::Escalation,
    Notice::Bounce,
    Notice::Delay,
    Notice::Delivered,
];

fn facts() -> Facts {
    let mut facts = sample::facts(&[
        ("parent@home.example", Verdict::Hold),
        ("other@home.example", Verdict::Pass),
    ]);
    facts.envelope.recipients[0].original = Some("rfc822;parent+2Bx@home.example".to_owned());
    facts
}

/// Writes a notice about the first recipient of `facts`.
fn written(notice: Notice, facts: &Facts) -> Vec<u8> {
    let mut states = sample::states(facts);
    states[0].reply = Some("550 5.1.1 no such user".to_owned());
    states[0].hop = Some("mx.home.example".to_owned());
    let password = Redacted::new("abcd-efgh-jkmn-pqrs".to_owned());
    let about = About {
        facts,
        states: &states[..1],
        everybody: &states,
        password: Some(&password),
        raw: Some(sample::RAW.as_bytes()),
    };
    let writer = Writer {
        desk: &sample::desk(),
        hostname: "gate.oakfield.sch.uk",
        now: sample::noon(),
        hold_ends: SignedDuration::from_hours(24 * 5),
        give_up: SignedDuration::from_hours(24 * 5),
    };
    compose(
        notice,
        &sample::address("office@oakfield.sch.uk"),
        &about,
        &writer,
    )
    .unwrap()
}

/// The plain text of a notice.
fn letter_of(message: &[u8]) -> String {
    let parsed = MessageParser::default().parse(message).unwrap();
    parsed.body_text(0).unwrap().replace("\r\n", "\n")
}

/// The part of this type, as text.
fn part_of(message: &[u8], kind: &str) -> Option<String> {
    let parsed = MessageParser::default().parse(message).unwrap();
    let part = parsed.parts.iter().find(|part| {
        let content_type = part.content_type();
        content_type.is_some_and(|found| {
            found.ctype().to_owned() + "/" + found.subtype().unwrap_or_default() == kind
        })
    })?;
    Some(String::from_utf8_lossy(part.contents()).into_owned())
}

#[test]
fn every_notice_is_a_report_that_nothing_answers_and_nothing_leaks_through() {
    for notice in ALL {
        let message = written(notice, &facts());
        let text = String::from_utf8(message.clone()).unwrap();
        assert!(
            text.contains("Auto-Submitted: auto-generated\r\n"),
            "{text}"
        );
        assert!(text.contains("multipart/report; "), "{text}");
        assert!(
            text.contains("From: \"schoolgate\" <schoolgate@oakfield.sch.uk>"),
            "{text}"
        );
        assert!(text.contains("In-Reply-To: <1@oakfield.sch.uk>"), "{text}");
        assert!(
            text.is_ascii() && !text.replace("\r\n", "").contains(['\r', '\n']),
            "{text}"
        );
        assert!(text.lines().all(|line| line.len() < 998));
        let everything = letter_of(&message) + &text;
        for secret in ["secret body", "Thornton", "Received: from"] {
            assert!(!everything.contains(secret), "{notice:?}: {everything}");
        }
        assert_eq!(
            everything.contains("abcd-efgh"),
            notice == Notice::Password,
            "{notice:?}"
        );
    }
}

#[test]
fn the_sender_of_a_held_message_learns_what_why_and_what_to_do() {
    insta::assert_snapshot!(letter_of(&written(Notice::Held, &facts())));
}

#[test]
fn the_sender_of_a_returned_message_learns_what_to_change() {
    let facts = sample::facts(&[("parent@home.example", Verdict::Return)]);
    insta::assert_snapshot!(letter_of(&written(Notice::Returned, &facts)));
}

#[test]
fn the_password_comes_with_how_to_pass_it_on() {
    let facts = sample::facts(&[("parent@home.example", Verdict::Encrypt)]);
    insta::assert_snapshot!(letter_of(&written(Notice::Password, &facts)));
}

#[test]
fn the_data_protection_officer_learns_the_facts() {
    insta::assert_snapshot!(letter_of(&written(Notice::Incident, &facts())));
}

#[test]
fn a_pupil_is_never_quoted_what_was_found() {
    let mut facts = facts();
    facts.judgement.sender = SenderKind::Pupil;
    assert!(!letter_of(&written(Notice::Held, &facts)).contains("WHAT WAS FOUND"));
    let mut safety = facts.judgement.reasons[0].clone();
    safety.clause = "pupil-safety".to_owned();
    safety.explanation = "Teacher-looks.".to_owned();
    facts.judgement.reasons[0].explanation = "It gives away 07•••.".to_owned();
    facts.judgement.reasons.push(safety);
    for notice in [Notice::Held, Notice::Returned, Notice::Password] {
        let letter = letter_of(&written(notice, &facts));
        assert!(letter.contains("Teacher-looks."), "{letter}");
        assert!(!letter.contains("07•••"), "{letter}");
    }
    let lead = letter_of(&written(Notice::Review, &facts));
    assert!(
        lead.contains("07•••") && lead.contains("WHAT WAS FOUND"),
        "{lead}"
    );
}

#[test]
fn a_bounce_carries_a_delivery_status_and_the_header_that_may_travel() {
    let message = written(Notice::Bounce, &facts());
    let status = part_of(&message, "message/delivery-status").unwrap();
    for line in [
        "Reporting-MTA: dns; gate.oakfield.sch.uk",
        "Arrival-Date: Mon, 23 Nov 2026 13:30:00 +0000",
        "Original-Recipient: rfc822;parent+x@home.example",
        "Final-Recipient: rfc822; parent@home.example",
        "Action: failed",
        "Status: 5.1.1",
        "Remote-MTA: dns; mx.home.example",
        "Diagnostic-Code: smtp; 550 5.1.1 no such user",
    ] {
        assert!(
            status.contains(&format!("{line}\r\n")),
            "{line} in {status}"
        );
    }
    let header = part_of(&message, "text/rfc822-headers").unwrap();
    assert!(
        header.contains("To: parent@home.example,\r\n other@home.example\r\n"),
        "{header}"
    );
    assert!(!header.contains("Subject"), "{header}");
    let delay = part_of(&written(Notice::Delay, &facts()), "message/delivery-status").unwrap();
    assert!(
        delay.contains("Action: delayed\r\nStatus: 4.1.1\r\n"),
        "{delay}"
    );
    assert!(
        delay.contains("Will-Retry-Until: Sat, 28 Nov 2026 13:30:00 +0000"),
        "{delay}"
    );
}

#[test]
fn a_held_message_is_no_delivery_failure_to_programs() {
    let message = written(Notice::Held, &facts());
    assert_eq!(part_of(&message, "message/delivery-status"), None);
    let fields = part_of(&message, "application/vnd.schoolgate.notice").unwrap();
    assert!(
        fields.contains("Verdict: hold\r\nDisposition: held\r\nClauses: wrong-family\r\n"),
        "{fields}"
    );
}
