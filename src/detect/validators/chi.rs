//! Community Health Index number (Scotland): date of birth, serial, sex and a check digit of either of two schemes.
//!
//! Modulus 11 ran out for some days, so from 2026 numbers with a modulus 10 digit are issued too.
//! `0101201234`, which older guides print as wrong, is wrong under modulus 11 and right under modulus 10.
//! Nearly one in five dates with four digits behind it passes: it needs its context.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, digits, weighted};

pub(super) const CHI_NUMBER: Validator = Validator {
    name: "chi-number",
    about: "CHI number: a day, month and year that exist, then a check digit of modulus 11 or modulus 10",
    check,
    worked: &[
        ("0101011237", Validity::Doubtful),
        ("0101011008", Validity::Doubtful),
        ("3105124568", Validity::Doubtful),
        ("0101201234", Validity::Doubtful),
        ("0101201235", Validity::Wrong),
        ("3201201234", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value: String = candidate.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| value.get(range)?.parse::<i8>().ok();
    let (day, month, year) = (part(0..2)?, part(2..4)?, part(4..6)?);
    let real = [1900, 2000]
        .into_iter()
        .any(|century| Date::new(century + i16::from(year), month, day).is_ok());
    let digits = digits(&value);
    let (last, body) = digits.split_last()?;
    let modulus_11 = (11 - weighted(body, (2..=10).rev()) % 11) % 11;
    let doubled: u32 = body
        .iter()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, factor)| digit * factor)
        .map(|product| if product > 9 { product - 9 } else { product })
        .sum();
    let modulus_10 = (10 - doubled % 10) % 10;
    (real && body.len() == 9 && (*last == modulus_11 || *last == modulus_10)).then_some(Checked {
        value,
        validity: Validity::Doubtful,
    })
}
