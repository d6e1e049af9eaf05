//! Great Britain driver number (DVLA): surname, decade, month, day, year and initials; its last characters cannot be checked.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, compact};

pub(super) const DRIVING_LICENCE: Validator = Validator {
    name: "driving-licence",
    about: "GB driver number: five surname characters padded with 9, a date of birth that exists, initials",
    check,
    worked: &[
        ("MORGA657054SM9IJ", Validity::Right),
        ("GARDN605109C99LY", Validity::Right),
        ("MORGA677054SM9IJ", Validity::Wrong),
        ("MORGA657324SM9IJ", Validity::Wrong),
        ("MOR9A657054SM9IJ", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value = compact(candidate);
    let surname = value.get(..5)?;
    let padded = surname.trim_end_matches('9');
    let date: u32 = value.get(5..11)?.parse().ok()?;
    let month = match date / 1_000 % 100 {
        month @ 51..=62 => month - 50,
        month => month,
    };
    let day = date / 10 % 100;
    let initials = value.get(11..13)?;
    let right = matches!(value.len(), 16 | 18)
        && !padded.is_empty()
        && padded.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && initials
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b == b'9');
    right.then(|| Checked {
        value: value.chars().take(16).collect(),
        validity: Validity::Right,
    })
}
