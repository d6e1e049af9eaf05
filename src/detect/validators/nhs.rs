//! NHS number of England, Wales and the Isle of Man, and H&C number of Northern Ireland: one algorithm.
//!
//! 9 % of random ten-digit numbers pass, so bare digits and North American telephone numbers stay doubtful.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, digits, weighted};

pub(super) const NHS_NUMBER: Validator = Validator {
    name: "nhs-number",
    about: "NHS or H&C number: ten digits, weights 10 to 2, 11 minus the sum modulo 11; written 3-3-4 in an issued range",
    check,
    worked: &[
        ("943 476 5919", Validity::Right),
        ("450 557 7104", Validity::Right),
        ("401 023 2137", Validity::Right),
        ("320 000 0015", Validity::Right),
        ("320 000 0023", Validity::Right),
        ("999 000 0026", Validity::Right),
        ("999 000 0034", Validity::Right),
        ("4505577104", Validity::Doubtful),
        ("450-557-7104", Validity::Doubtful),
        ("987 654 3210", Validity::Right),
        ("999 000 0018", Validity::Right),
        ("943 476 5918", Validity::Wrong),
        ("987 654 4321", Validity::Wrong),
        ("999 123 4560", Validity::Wrong),
        ("000 000 0000", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let digits = digits(candidate);
    let (last, body) = digits.split_last()?;
    let expected = match 11 - weighted(body, (2..=10).rev()) % 11 {
        11 => 0,
        10 => return None,
        digit => digit,
    };
    if body.len() != 9 || expected != *last || body.iter().all(|digit| digit == last) {
        return None;
    }
    let issued = matches!(body.first(), Some(3 | 4 | 6 | 7 | 9));
    let spaced = candidate.bytes().filter(|b| *b == b' ').count() == 2;
    let validity = if issued && spaced {
        Validity::Right
    } else {
        Validity::Doubtful
    };
    Some(Checked {
        value: candidate.chars().filter(char::is_ascii_digit).collect(),
        validity,
    })
}
