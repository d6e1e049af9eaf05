//! Unique candidate identifier (JCQ): centre, board, year and serial, weights 16 to 5, modulo 17.
//!
//! The illustration an exam board prints, `999990140001X`, has a placeholder for its letter and fails.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, compact};

pub(super) const UCI: Validator = Validator {
    name: "uci",
    about: "unique candidate identifier: twelve characters weighted 16 to 5, sum modulo 17 gives the letter",
    check,
    worked: &[
        ("681990012058G", Validity::Right),
        ("689990980001D", Validity::Right),
        ("123450240017K", Validity::Right),
        ("999990140001X", Validity::Wrong),
        ("999990140001B", Validity::Right),
        ("681990012058I", Validity::Wrong),
        ("681990012058J", Validity::Wrong),
        ("681990012058N", Validity::Wrong),
        ("681990012058O", Validity::Wrong),
        ("681990012058P", Validity::Wrong),
        ("681990012058Q", Validity::Wrong),
        ("681990012058S", Validity::Wrong),
        ("681990012058U", Validity::Wrong),
        ("681990012058Z", Validity::Wrong),
        ("68199001205", Validity::Wrong),
    ],
};

const LETTERS: &str = "ABCDEFGHKLMRTVWXY";

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value = compact(candidate);
    let (body, letter) = value.split_at_checked(12)?;
    let numbers: Vec<u32> = body.chars().map(number).collect::<Option<_>>()?;
    let sum: u32 = numbers.iter().zip((5..=16).rev()).map(|(n, w)| n * w).sum();
    let expected = LETTERS.chars().nth(usize::try_from(sum % 17).ok()?)?;
    let board_is_letter = value
        .chars()
        .nth(5)
        .is_some_and(|c| c.is_ascii_alphabetic());
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let shaped = digits == 12 || (digits == 11 && board_is_letter);
    (shaped && letter.chars().eq([expected])).then_some(Checked {
        value,
        validity: Validity::Right,
    })
}

/// A digit counts as itself, a letter by its place from A to P; beyond that published programs disagree.
fn number(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        'A'..='P' => Some(u32::from(c) - u32::from('A') + 1),
        _ => None,
    }
}
