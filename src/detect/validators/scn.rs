//! Scottish candidate number (SQA): year of issue, six digits, check digit of modulus 11; leading zeros count.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, digits, weighted};

pub(super) const SCN: Validator = Validator {
    name: "scn",
    about: "Scottish candidate number: nine digits, weights 3 2 7 6 5 4 3 2, 11 minus the sum modulo 11",
    check,
    worked: &[
        ("051234561", Validity::Doubtful),
        ("150000017", Validity::Doubtful),
        ("220000028", Validity::Doubtful),
        ("051234562", Validity::Wrong),
        ("180000020", Validity::Wrong),
        ("18000002", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let digits = digits(candidate);
    let (last, body) = digits.split_last()?;
    let expected = match weighted(body, [3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
        0 => 0,
        1 => return None,
        rest => 11 - rest,
    };
    (body.len() == 8 && expected == *last).then(|| Checked {
        value: candidate.chars().filter(char::is_ascii_digit).collect(),
        validity: Validity::Doubtful,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_whose_check_would_be_ten_has_no_valid_digit() {
        let today = jiff::civil::date(2026, 11, 22);
        for digit in 0..10 {
            assert_eq!(check(&format!("18000002{digit}"), today), None);
        }
    }
}
