//! What holds for every decision: the table, the order of kinds, the split by recipient.

use crate::decide::letter::{
    AMELIA, AMELIAS_MOTHER, EXTERNAL, INTERNAL, Letter, PARTNER, PERSONAL, PUBLICATION, STAFF,
    ZARAS_FATHER, ZIP_PARTNER, shipped_policy,
};
use crate::mail::kind::RecipientKind;
use crate::mail::kind::RecipientKind::{
    Contact, External, Internal, Partner, Personal, Publication,
};
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict::{self, Encrypt, Hold, Pass, Secure};

#[test]
fn every_level_for_every_recipient_is_as_the_policy_says() {
    let columns = [
        ("internal", INTERNAL, [(Pass, Pass), (Pass, Pass)]),
        ("partner", PARTNER, [(Secure, Secure), (Secure, Secure)]),
        (
            "contact, own child",
            AMELIAS_MOTHER,
            [(Pass, Pass), (Encrypt, Encrypt)],
        ),
        (
            "contact, other child",
            ZARAS_FATHER,
            [(Hold, Pass), (Hold, Pass)],
        ),
        ("external", EXTERNAL, [(Encrypt, Encrypt), (Hold, Encrypt)]),
        ("personal", PERSONAL, [(Hold, Pass), (Hold, Pass)]),
        ("publication", PUBLICATION, [(Hold, Pass), (Hold, Pass)]),
    ];
    for (column, recipient, [protect, restricted]) in columns {
        let letter = |level| Letter::to(&[recipient]).about(level, &[AMELIA]);
        assert_eq!(
            Letter::to(&[recipient]).verdicts(),
            (Pass, Pass),
            "unclassified, {column}"
        );
        assert_eq!(
            letter(Level::Protect).verdicts(),
            protect,
            "protect, {column}"
        );
        assert_eq!(
            letter(Level::Restricted).verdicts(),
            restricted,
            "restricted, {column}"
        );
    }
}

#[test]
fn a_receipt_is_asked_for_restricted_to_a_partner_only() {
    for (level, recipient, receipt) in [
        (Level::Protect, PARTNER, false),
        (Level::Restricted, PARTNER, true),
        (Level::Restricted, AMELIAS_MOTHER, false),
    ] {
        let decision = Letter::to(&[recipient]).about(level, &[AMELIA]).judged();
        assert_eq!(
            decision.recipients.first().map(|one| one.receipt),
            Some(receipt)
        );
    }
}

#[test]
fn a_partner_gets_the_channel_that_was_agreed() {
    let letter = Letter::to(&[ZIP_PARTNER]).about(Level::Protect, &[AMELIA]);
    assert_eq!(letter.verdicts(), (Verdict::Encrypt, Verdict::Encrypt));
}

#[test]
fn recipient_kinds_are_tried_in_the_order_of_the_policy() {
    let all = [
        INTERNAL,
        AMELIAS_MOTHER,
        PARTNER,
        PUBLICATION,
        PERSONAL,
        EXTERNAL,
        "a@oxfordshire.gov.uk",
        "a@mail.oakfield.sch.uk",
    ];
    let kinds: Vec<RecipientKind> = Letter::to(&all)
        .judged()
        .recipients
        .iter()
        .map(|one| one.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            Internal,
            Contact,
            Partner,
            Publication,
            Personal,
            External,
            Partner,
            Internal
        ]
    );
}

#[test]
fn each_recipient_has_its_own_verdict_and_every_reason_is_kept() {
    let decision = Letter::to(&[INTERNAL, AMELIAS_MOTHER, ZARAS_FATHER, PERSONAL])
        .about(Level::Restricted, &[AMELIA])
        .judged();
    let verdicts: Vec<Verdict> = decision.recipients.iter().map(|one| one.verdict).collect();
    assert_eq!(
        verdicts,
        [
            Verdict::Pass,
            Verdict::Encrypt,
            Verdict::Hold,
            Verdict::Hold
        ]
    );
    assert_eq!(decision.verdict(), Verdict::Hold);
    let clauses = |place: usize| -> Vec<&str> {
        decision.recipients[place]
            .clauses
            .iter()
            .map(|id| id.as_str())
            .collect()
    };
    assert_eq!(clauses(2), ["wrong-family", "restricted-data"]);
    assert_eq!(
        clauses(3),
        ["personal-address", "first-contact", "restricted-data"]
    );
    assert_eq!(decision.households, 2);
}

#[test]
fn a_school_in_audit_passes_everything_and_records_what_would_have_been() {
    let mut letter = Letter::to(&[ZARAS_FATHER]).about(Level::Restricted, &[AMELIA]);
    letter.policy = shipped_policy().in_audit();
    let decision = letter.judged();
    assert_eq!(decision.verdict(), Verdict::Pass);
    assert!(
        decision
            .reasons
            .iter()
            .any(|reason| reason.verdict == Verdict::Hold)
    );
    assert!(
        decision
            .reasons
            .iter()
            .all(|reason| reason.mode == Mode::Audit)
    );
}

#[test]
fn notices_go_to_somebody_inside_or_to_nobody() {
    let answers = |letter: Letter| letter.judged().answers.map(|address| address.to_string());
    assert_eq!(answers(Letter::to(&[EXTERNAL])), Some(STAFF.to_owned()));
    assert_eq!(
        answers(Letter::to(&[EXTERNAL]).from("stranger@mail.example")),
        None
    );
    let forwarded = Letter::to(&[PERSONAL])
        .from("parent@mail.example")
        .header_to(&[STAFF])
        .header("X-MS-Exchange-Inbox-Rules-Loop", "t.reed@oakfield.sch.uk");
    assert_eq!(answers(forwarded), Some(STAFF.to_owned()));
}
