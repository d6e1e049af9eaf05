//! What is taken for a person, a machine and a rule.

use crate::decide::letter::{AMELIA, EXTERNAL, INTERNAL, Letter, STAFF, ZARAS_FATHER};
use crate::extract::content::FileKind;
use crate::mail::verdict::Verdict;
use crate::parse::message::Mailbox;

const PARENT: &str = "parent@mail.example";
const HOME: &str = "tom.reed.home@webmail.example";

/// A parent's message to a teacher that leaves again to the teacher's home.
fn redirected() -> Letter {
    Letter::to(&[HOME]).from(PARENT).header_to(&[STAFF])
}

#[track_caller]
fn machine(letter: &Letter, machine: &str) {
    let decision = letter.judged();
    let said: Vec<&str> = decision
        .reasons
        .iter()
        .filter(|reason| reason.clause.as_str() == "machine-mail")
        .map(|reason| reason.explanation.as_str())
        .collect();
    assert_eq!(
        said,
        [format!("This is {machine}.")],
        "{:#?}",
        decision.reasons
    );
    letter.is_silent("auto-forward");
    letter.is_silent("own-account");
}

#[test]
fn mail_of_a_stranger_that_leaves_to_somebody_it_was_not_written_to_is_forwarded() {
    redirected().fires("auto-forward", Verdict::Return);
    redirected().is_silent("own-account");
}

#[test]
fn a_strangers_mail_with_any_systems_trace_is_forwarded() {
    for (field, value) in [
        (
            "X-Forwarded-For",
            "t.reed@oakfield.sch.uk tom.reed.home@webmail.example",
        ),
        ("X-Forwarded-To", HOME),
        (
            "X-MS-Exchange-ForwardingLoop",
            "t.reed@oakfield.sch.uk;0a1b2c3d-0000-0000-0000-000000000000",
        ),
        (
            "X-MS-Exchange-Generated-Message-Source",
            "Mailbox Rules Agent",
        ),
        ("X-Zimbra-Forwarded", STAFF),
        ("X-Sieve-Redirected-From", STAFF),
        ("Resent-From", STAFF),
        ("Delivered-To", STAFF),
    ] {
        Letter::to(&[HOME])
            .from(PARENT)
            .header(field, value)
            .fires("auto-forward", Verdict::Return);
    }
}

#[test]
fn a_report_without_a_writer_that_a_rule_sends_on_is_forwarded() {
    let mut sent_on = Letter::to(&[HOME]).header("Delivered-To", STAFF);
    sent_on.headers.from.clear();
    sent_on.fires("auto-forward", Verdict::Return);
    let mut report = Letter::to(&[HOME])
        .envelope_from("")
        .header("Delivered-To", STAFF);
    report.headers.from.clear();
    report.is_silent("auto-forward");
}

#[test]
fn rewritten_envelope_senders_give_a_forwarding_away() {
    for sender in [
        "bounces+SRS=AbCdE=T5@oakfield.sch.uk",
        "SRS0=HHH=TT=mail.example=parent@oakfield.sch.uk",
        "t.reed+caf_=tom.reed.home=webmail.example@oakfield.sch.uk",
    ] {
        Letter::to(&[HOME])
            .header_from(PARENT)
            .envelope_from(sender)
            .fires("auto-forward", Verdict::Return);
    }
}

#[test]
fn a_colleagues_mail_needs_two_traces() {
    let internal = || Letter::to(&[HOME]).from(INTERNAL).header_to(&[STAFF]);
    internal().is_silent("auto-forward");
    internal()
        .header(
            "X-MS-Exchange-ForwardingLoop",
            "t.reed@oakfield.sch.uk;0a1b",
        )
        .fires("auto-forward", Verdict::Return);
    Letter::to(&[HOME])
        .header("X-MS-Exchange-Inbox-Rules-Loop", STAFF)
        .subject("FW: Trip")
        .is_silent("auto-forward");
    Letter::to(&[HOME])
        .header("X-MS-Exchange-Inbox-Rules-Loop", STAFF)
        .header(
            "X-MS-Exchange-ForwardingLoop",
            "t.reed@oakfield.sch.uk;0a1b",
        )
        .subject("FW: Trip")
        .fires("auto-forward", Verdict::Return);
}

#[test]
fn a_rule_that_forwards_as_a_new_message_is_forwarding_and_one_that_answers_is_not() {
    let by_rule = |subject: &str| {
        Letter::to(&[HOME])
            .subject(subject)
            .header(
                "X-MS-Exchange-Generated-Message-Source",
                "Mailbox Rules Agent",
            )
            .header("X-MS-Exchange-Inbox-Rules-Loop", STAFF)
            .header("Auto-Submitted", "auto-generated")
    };
    by_rule("FW: Trip").fires("auto-forward", Verdict::Return);
    by_rule("Re: Trip").is_silent("auto-forward");
}

#[test]
fn a_person_who_forwards_is_a_person() {
    for subject in ["Fwd: Trip", "FW: Trip", "WG: Trip"] {
        let letter = Letter::to(&[EXTERNAL])
            .subject(subject)
            .header("References", "<a@mail.example>")
            .header("X-Auto-Response-Suppress", "All");
        letter.is_silent("auto-forward");
        letter.is_silent("machine-mail");
    }
}

#[test]
fn a_blind_copy_is_no_forwarding() {
    Letter::to(&[EXTERNAL])
        .header_to(&[INTERNAL])
        .is_silent("auto-forward");
}

#[test]
fn a_strangers_from_without_any_trace_is_a_foreign_account() {
    let letter = Letter::to(&[EXTERNAL]).header_from("tom@mail.example");
    letter.is_silent("auto-forward");
    letter.fires("own-account", Verdict::Reject);
}

#[test]
fn reports_and_receipts_are_machines() {
    for (kind, words) in [
        ("delivery-status", "a delivery report"),
        ("disposition-notification", "a receipt"),
    ] {
        let letter = Letter::to(&[EXTERNAL])
            .envelope_from("")
            .header_from("postmaster@oakfield.onmicrosoft.com")
            .header(
                "Content-Type",
                &format!("multipart/report; report-type={kind}; boundary=x"),
            );
        machine(&letter, words);
        letter.fires("machine-mail", Verdict::Pass);
    }
    Letter::to(&[EXTERNAL]).is_silent("machine-mail");
}

#[test]
fn a_report_of_another_shape_is_known_by_its_daemon_or_its_subject() {
    let mut nameless = Letter::to(&[EXTERNAL]).envelope_from("");
    nameless.headers.from = vec![Mailbox {
        name: Some("MAILER-DAEMON".to_owned()),
        address: None,
    }];
    machine(&nameless, "a delivery report");
    let by_subject = Letter::to(&[EXTERNAL])
        .envelope_from("")
        .header_from("agent@relay.example")
        .subject("Undelivered Mail Returned to Sender");
    machine(&by_subject, "a delivery report");
    by_subject.envelope_from(STAFF).is_silent("machine-mail");
}

#[test]
fn an_out_of_office_reply_is_a_machine_despite_the_loop_header() {
    let reply = || {
        Letter::to(&[EXTERNAL])
            .header("X-MS-Exchange-Inbox-Rules-Loop", STAFF)
            .header(
                "X-MS-Exchange-Generated-Message-Source",
                "Mailbox Rules Agent",
            )
    };
    machine(
        &reply().header("Auto-Submitted", "auto-replied"),
        "an automatic reply",
    );
    machine(
        &reply()
            .subject("Automatic reply: Trip")
            .header("Auto-Submitted", "auto-generated"),
        "an automatic reply",
    );
    machine(
        &reply().subject("Out of office").envelope_from(""),
        "an automatic reply",
    );
    machine(
        &Letter::to(&[EXTERNAL]).header("X-Autoreply", "yes"),
        "an automatic reply",
    );
}

#[test]
fn a_strangers_out_of_office_reply_that_a_rule_sends_on_is_forwarded() {
    redirected()
        .header("Auto-Submitted", "auto-replied")
        .fires("auto-forward", Verdict::Return);
}

#[test]
fn invitations_are_machines_also_when_a_person_forwards_them() {
    let invitation =
        Letter::to(&[EXTERNAL]).header("Content-Type", "text/calendar; method=REQUEST");
    machine(&invitation, "a calendar message");
    let forwarded = Letter::to(&[EXTERNAL])
        .header_from("organiser@supplier.example")
        .header("X-MS-Exchange-MeetingForward-Message", "Forward");
    machine(&forwarded, "a calendar message");
    let attached = Letter::to(&[EXTERNAL]).attached("invite.ics", FileKind::Machine, false);
    machine(&attached, "a calendar message");
}

#[test]
fn what_a_machine_carries_is_still_judged() {
    use crate::mail::level::Level;
    let letter = Letter::to(&[ZARAS_FATHER])
        .about(Level::Restricted, &[AMELIA])
        .header("Auto-Submitted", "auto-replied");
    assert_eq!(letter.verdicts().0, Verdict::Hold);
}
