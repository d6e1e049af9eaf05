//! Laws that hold for whatever is written.

use jiff::civil::date;
use proptest::prelude::{Just, any, prop_oneof, proptest};
use proptest::strategy::Strategy;

use crate::detect::finding::Findings;
use crate::detect::tests::{examples, read};
use crate::detect::validators::{VALIDATORS, Validator, Validity, validator};
use crate::extract::content::Place;

const LETTER: &str = "Amelia Thornton, UPN B801200005001, has an EHCP. NHS number 943 476 5919.";

const PARTS: [(Place, &str); 5] = [
    (Place::Subject, "Amelia T and the trip"),
    (Place::Body, "Amelia Thornton is coming."),
    (Place::Attachment, "UPN B801200005001"),
    (Place::Attachment, "Oliver Hargreaves (6T) has an EHCP."),
    (
        Place::Quoted,
        "Mum's number is 07700 900123. NHS number 943 476 5919",
    ),
];

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

/// Validators of numbers with a check digit of one scheme.
const CHECKED: [&str; 8] = [
    "card",
    "iban",
    "machine-readable",
    "nhs-number",
    "scn",
    "uci",
    "uln",
    "upn",
];

/// The one whose check digit may be of either of two schemes.
const CHECKED_TWICE: &str = "chi-number";

/// Those of what has no check digit, or none that anybody outside can reckon.
const UNCHECKED: [&str; 8] = [
    "bank-account",
    "date-of-birth",
    "driving-licence",
    "named-birth",
    "ni-number",
    "phone",
    "postcode",
    "secret",
];

/// Everything that a worked example becomes when one of its digits is another: the nine of each digit together.
fn changed(right: &str) -> impl Iterator<Item = Vec<String>> {
    let digits = right.char_indices().filter(|(_, c)| c.is_ascii_digit());
    digits.map(|(at, old)| {
        let others = ('0'..='9').filter(|new| *new != old);
        let with = |new: char| {
            let mut wrong = right.to_owned();
            wrong.replace_range(at..=at, &new.to_string());
            wrong
        };
        others.map(with).collect()
    })
}

/// The worked examples that pass.
fn right(name: &str) -> impl Iterator<Item = (&'static Validator, &'static str)> {
    let validator = validator(name).unwrap();
    let passes = validator.worked.iter();
    let passes = passes.filter(|(_, is)| *is != Validity::Wrong);
    passes.map(move |(value, _)| (validator, *value))
}

#[test]
fn every_validator_is_under_one_law() {
    let mut known: Vec<&str> = CHECKED.into_iter().chain(UNCHECKED).collect();
    known.push(CHECKED_TWICE);
    known.sort_unstable();
    let all: Vec<&str> = VALIDATORS.iter().map(|one| one.name).collect();
    assert_eq!(all, known);
}

/// Any other digit in the place of the check digit, and any other digit in the body, breaks it.
#[test]
fn a_changed_digit_breaks_every_check() {
    let today = date(2026, 11, 22);
    let mut checked = 0;
    for (validator, right) in CHECKED.into_iter().flat_map(right) {
        // Fields of a passport without a check digit of their own: nationality and optional data.
        let guarded = if validator.name == "machine-readable" {
            22
        } else {
            usize::MAX
        };
        for wrong in changed(right).take(guarded).flatten() {
            let found = (validator.check)(&wrong, today);
            assert!(found.is_none(), "{} {right} {wrong}", validator.name);
            checked += 1;
        }
    }
    assert!(checked > 1_000, "{checked}");
}

/// A CHI number with one digit changed is wrong under the scheme under which it was right,
/// so that of the nine other digits in one place at most one makes a number that is right under the other scheme.
#[test]
fn a_changed_digit_of_a_chi_number_passes_by_the_other_scheme_alone() {
    let today = date(2026, 11, 22);
    let mut still_right = 0;
    for (validator, right) in right(CHECKED_TWICE) {
        for others in changed(right) {
            let passes = |wrong: &&String| (validator.check)(wrong, today).is_some();
            let passing = others.iter().filter(passes).count();
            assert!(passing <= 1, "{right} {others:?}");
            still_right += passing;
        }
    }
    assert!(still_right > 0, "else it is a law like the others");
}

/// Between every two characters of every example of every rule.
#[test]
fn invisible_characters_everywhere_change_nothing() {
    let hidden = ['\u{200b}', '\u{200d}', '\u{feff}', '\u{ad}', '\u{2060}'];
    let texts = examples();
    for text in &texts {
        let apart = text.chars().zip(hidden.into_iter().cycle());
        let strewn: String = apart.flat_map(|(c, hidden)| [c, hidden]).collect();
        for place in [Place::Body, Place::FileName] {
            assert_eq!(read(&[(place, &strewn)]), read(&[(place, text)]), "{text}");
        }
    }
    assert!(texts.len() > 100, "{}", texts.len());
}

proptest! {
    #[test]
    fn an_invisible_character_changes_nothing(at in 0..LETTER.len(), hidden in invisible()) {
        let mut text = LETTER.to_owned();
        text.insert(at, hidden);
        assert_eq!(read(&[(Place::Body, &text)]), read(&[(Place::Body, LETTER)]));
    }

    #[test]
    fn the_order_of_parts_changes_nothing(turned in Just(PARTS.to_vec()).prop_shuffle()) {
        let (a, b) = (read(&PARTS), read(&turned));
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
