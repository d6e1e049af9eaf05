//! UK telephone number (Ofcom National Telephone Numbering Plan): ranges that people have.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity};

pub(super) const PHONE: Validator = Validator {
    name: "phone",
    about: "UK telephone number: ten or eleven national digits in a geographic, UK-wide or mobile range",
    check,
    worked: &[
        ("07700 900123", Validity::Right),
        ("+44 7700 900123", Validity::Right),
        ("+44 (0)7700 900123", Validity::Right),
        ("01632 960123", Validity::Right),
        ("(020) 7946 0018", Validity::Right),
        ("0113 496 0000", Validity::Right),
        ("0191 498 0999", Validity::Right),
        ("028 9018 0000", Validity::Right),
        ("029 2018 0999", Validity::Right),
        ("03069 990000", Validity::Right),
        ("07624 123456", Validity::Right),
        ("08081 570000", Validity::Wrong),
        ("0909 8790000", Validity::Wrong),
        ("07012 345678", Validity::Wrong),
        ("07612 345678", Validity::Wrong),
        ("0770 900", Validity::Wrong),
        ("01111 111111", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let digits: String = candidate.chars().filter(char::is_ascii_digit).collect();
    let national = digits
        .strip_prefix("0044")
        .or_else(|| digits.strip_prefix("44"))
        .unwrap_or(&digits);
    let national = national.strip_prefix('0').unwrap_or(national);
    let ranged = match national.as_bytes() {
        [b'7', b'6', rest @ ..] => rest.starts_with(b"24") && national.len() == 10,
        [b'7', b'0', ..] => false,
        [b'7' | b'3', ..] => national.len() == 10,
        [b'1' | b'2', second, ..] => *second != b'0' || national.starts_with("20"),
        _ => false,
    };
    let length = matches!(national.len(), 9 | 10);
    let repeated = national
        .bytes()
        .all(|digit| Some(digit) == national.bytes().next());
    (ranged && length && !repeated).then(|| Checked {
        value: format!("0{national}"),
        validity: Validity::Right,
    })
}
