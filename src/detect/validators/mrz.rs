//! Second line of a machine-readable passport (ICAO 9303 part 4): number, date of birth and expiry with a check digit each.
//!
//! The digit over the whole line is not looked at: it guards the optional field, which tells us nothing.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity};

pub(super) const MACHINE_READABLE: Validator = Validator {
    name: "machine-readable",
    about: "line of 44 characters: passport number, date of birth and expiry, each with its 7-3-1 check digit",
    check,
    worked: &[
        (
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
            Validity::Right,
        ),
        (
            "L898902C37UTO7408122F1204159ZE184226B<<<<<10",
            Validity::Wrong,
        ),
        (
            "L898902C36UTO7408132F1204159ZE184226B<<<<<10",
            Validity::Wrong,
        ),
        ("L898902C36UTO7408122F1204159", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let right = |field: std::ops::Range<usize>, digit: usize| {
        let sum = weighed(candidate.get(field)?)?;
        let digit = candidate.get(digit..=digit)?.parse::<u32>().ok()?;
        (sum % 10 == digit).then_some(())
    };
    right(0..9, 9)?;
    right(13..19, 19)?;
    right(21..27, 27)?;
    (candidate.len() == 44).then(|| Checked {
        value: candidate.get(..9).unwrap_or_default().to_owned(),
        validity: Validity::Right,
    })
}

/// Letters count from 10 on, the filler nothing; weights 7, 3, 1.
fn weighed(field: &str) -> Option<u32> {
    let value = |c: char| if c == '<' { Some(0) } else { c.to_digit(36) };
    let mut sum = 0;
    for (c, weight) in field.chars().zip([7, 3, 1].into_iter().cycle()) {
        sum += value(c)? * weight;
    }
    Some(sum)
}
