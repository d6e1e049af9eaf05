//! Laws that hold for whatever is written.

use jiff::civil::date;
use proptest::prelude::{Just, any, prop_oneof, proptest};
use proptest::strategy::Strategy;

use crate::detect::finding::Findings;
use crate::detect::tests::read;
use crate::detect::validators::{VALIDATORS, Validity};
use crate::extract::content::Place;

const LETTER: &str = "Amelia Thornton, UPN B801200005001, has an EHCP. NHS number 943 476 5919.";

fn invisible() -> impl Strategy<Value = char> {
    prop_oneof![
        Just('\u{200b}'),
        Just('\u{200d}'),
        Just('\u{feff}'),
        Just('\u{ad}'),
        Just('\u{2060}')
    ]
}

/// What was found, whatever the order in which it stands.
fn told(found: &Findings) -> Vec<(String, usize, String, Vec<u32>)> {
    let one = |finding: &crate::detect::finding::Finding| {
        let pupils = finding.pupils.iter().map(|pupil| pupil.0).collect();
        (
            finding.detector.clone(),
            finding.count,
            finding.level.to_string(),
            pupils,
        )
    };
    let mut told: Vec<_> = found.items.iter().map(one).collect();
    told.sort();
    told
}

/// Validators with a check digit: any other digit in its place, and any other digit in the body, breaks it.
/// A ULN, UPN, UCI or SCN with one digit changed is never right; nor is any other number here.
#[test]
fn a_changed_digit_breaks_every_check() {
    let today = date(2026, 11, 22);
    let with_a_check_digit = [
        "card",
        "iban",
        "machine-readable",
        "nhs-number",
        "scn",
        "uci",
        "uln",
        "upn",
    ];
    let mut checked = 0;
    for validator in VALIDATORS
        .iter()
        .filter(|one| with_a_check_digit.contains(&one.name))
    {
        for (right, validity) in validator
            .worked
            .iter()
            .filter(|(_, is)| *is != Validity::Wrong)
        {
            for (at, old) in right.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
                for new in ('0'..='9').filter(|new| *new != old) {
                    // Fields without a check digit of their own: nationality and optional data of a passport.
                    if validator.name == "machine-readable" && at > 27 {
                        continue;
                    }
                    let mut wrong = (*right).to_owned();
                    wrong.replace_range(at..=at, &new.to_string());
                    let found = (validator.check)(&wrong, today);
                    assert!(
                        found.is_none(),
                        "{} {right} {validity:?} {wrong}",
                        validator.name
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 1_000, "{checked}");
}

proptest! {
    #[test]
    fn an_invisible_character_changes_nothing(at in 0..LETTER.len(), hidden in invisible()) {
        let mut text = LETTER.to_owned();
        text.insert(at, hidden);
        assert_eq!(read(&[(Place::Body, &text)]), read(&[(Place::Body, LETTER)]));
    }

    #[test]
    fn the_order_of_parts_changes_nothing(first in 0_usize..4) {
        let parts = [
            (Place::Body, "Amelia Thornton is coming."),
            (Place::Attachment, "UPN B801200005001"),
            (Place::Attachment, "Oliver Hargreaves (6T) has an EHCP."),
            (Place::Quoted, "Mum's number is 07700 900123. NHS number 943 476 5919"),
        ];
        let mut turned = parts;
        turned.rotate_left(first);
        let (a, b) = (read(&parts), read(&turned));
        assert_eq!((a.level, a.pupils, &a.on_roll), (b.level, b.pupils, &b.on_roll));
        assert_eq!(told(&a), told(&b));
    }

    #[test]
    fn whatever_is_written_is_read(text in any::<String>(), more in any::<String>()) {
        read(&[(Place::Subject, &text), (Place::Body, &more), (Place::FileName, &text)]);
    }

    #[test]
    fn what_looks_like_a_letter_is_read(text in "([A-Z][a-z]{0,8}|[a-z]{1,6}|[0-9 -]{1,12}|[,.:;>\n\t'@]| ){0,80}") {
        read(&[(Place::Body, &text)]);
    }
}
