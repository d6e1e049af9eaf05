//! Sort code and account number: whether a pair is written as one, and cannot be a date with a reference.
//!
//! The banks' modulus check is not made: its table of weights is Vocalink's, and under no free licence.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity};

pub(super) const BANK_ACCOUNT: Validator = Validator {
    name: "bank-account",
    about: "sort code with hyphens and account number, in either order; doubtful alone, spaced, or where the sort code could be a date",
    check,
    worked: &[
        ("08-99-99 66374958", Validity::Right),
        ("10-79-99, 88837491", Validity::Right),
        ("63748472 / 20-29-59", Validity::Right),
        ("49-92-73 12345678", Validity::Right),
        // Published as failing the banks' own check, which is not made here.
        ("10-79-99 88837493", Validity::Right),
        ("12 34 56 / 12345678", Validity::Doubtful),
        ("12-03-26, 10023344", Validity::Doubtful),
        ("12345678", Validity::Doubtful),
        ("12-34-56", Validity::Doubtful),
        ("1234", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value: String = candidate.chars().filter(char::is_ascii_digit).collect();
    let validity = match value.len() {
        14 if sort_code(candidate).is_some_and(|code| !is_date(code)) => Validity::Right,
        6 | 8 | 14 => Validity::Doubtful,
        _ => return None,
    };
    Some(Checked { value, validity })
}

/// The three pairs of digits of a sort code written with hyphens.
fn sort_code(candidate: &str) -> Option<[u32; 3]> {
    let mut words = candidate.split(|c: char| !c.is_ascii_digit() && c != '-');
    let code = words.find(|word| word.len() == 8 && word.contains('-'))?;
    let pairs: Vec<u32> = code
        .split('-')
        .filter_map(|pair| pair.parse().ok())
        .collect();
    pairs.try_into().ok()
}

/// Whether it could be a day of our times, the day or the month first.
fn is_date([first, second, year]: [u32; 3]) -> bool {
    let (day, month) = (1..=31, 1..=12);
    let either = day.contains(&first) && month.contains(&second)
        || month.contains(&first) && day.contains(&second);
    either && !(40..90).contains(&year)
}
