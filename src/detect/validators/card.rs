//! Payment card number (ISO/IEC 7812): issuer prefix, length and Luhn digit.
//!
//! Numbers that card schemes publish for tests pass the check and are nobody's: doubtful.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity};

pub(super) const CARD: Validator = Validator {
    name: "card",
    about: "payment card number: prefix and length of an issuer, Luhn digit; published test numbers are doubtful",
    check,
    worked: &[
        ("4929 1234 5678 9015", Validity::Right),
        ("4111 1111 1111 1111", Validity::Doubtful),
        ("5555 5555 5555 4444", Validity::Doubtful),
        ("3782 822463 10005", Validity::Doubtful),
        ("4111 1111 1111 1112", Validity::Wrong),
        ("9111 1111 1111 1111", Validity::Wrong),
        ("4111 1111", Validity::Wrong),
    ],
};

/// Numbers that card schemes and processors publish for tests.
const PUBLISHED: [&str; 12] = [
    "4111111111111111",
    "4012888888881881",
    "4242424242424242",
    "4222222222222",
    "4000056655665556",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
];

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value: String = candidate.chars().filter(char::is_ascii_digit).collect();
    let prefix = |digits: usize| value.get(..digits)?.parse::<u32>().ok();
    let length = value.len();
    let issued = match (prefix(1)?, prefix(2)?, prefix(4)?) {
        (4, _, _) => matches!(length, 13 | 16 | 19),
        (_, 51..=55, _) | (_, _, 2221..=2720) => length == 16,
        (_, 34 | 37, _) => length == 15,
        (_, _, 6011) | (_, 65, _) => length == 16,
        (_, 50 | 56..=69, _) => matches!(length, 16..=19),
        _ => false,
    };
    if !issued || !luhn(&value) {
        return None;
    }
    let validity = if PUBLISHED.contains(&value.as_str()) {
        Validity::Doubtful
    } else {
        Validity::Right
    };
    Some(Checked { value, validity })
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, factor)| digit * factor)
        .map(|product| if product > 9 { product - 9 } else { product })
        .sum();
    sum.is_multiple_of(10)
}
