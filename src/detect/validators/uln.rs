//! Unique learner number (Learning Records Service): ten digits, weights ten to one, sum ≡ 10 modulo 11.
//!
//! `9999999999` is a common filler for "none" and fails the check.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, digits, weighted};

pub(super) const ULN: Validator = Validator {
    name: "uln",
    about: "unique learner number: ten digits, the first not zero, weights 10 to 1, sum modulo 11 is 10",
    check,
    worked: &[
        ("9276308686", Validity::Right),
        ("1000000043", Validity::Right),
        ("1234567899", Validity::Right),
        ("1700000038", Validity::Right),
        ("9276308687", Validity::Wrong),
        ("0276308686", Validity::Wrong),
        ("9999999999", Validity::Wrong),
        ("123456789", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let digits = digits(candidate);
    let right = digits.len() == 10
        && digits.first() != Some(&0)
        && weighted(&digits, (1..=10).rev()) % 11 == 10;
    right.then(|| Checked {
        value: candidate.chars().filter(char::is_ascii_digit).collect(),
        validity: Validity::Right,
    })
}
