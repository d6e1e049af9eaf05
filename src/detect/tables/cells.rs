//! What a cell of a column holds, given what the column is: spreadsheets change numbers, and their column says what they were.
//!
//! A leading zero is lost where a number was typed, and a date becomes the number of days since 1900.

use std::borrow::Cow;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use crate::detect::validators::{Checked, validator};

/// Days since the eve of 1900, as spreadsheets count them, that can be somebody's date of birth: 1906 to 2064.
const SERIALS: std::ops::RangeInclusive<i32> = 2_500..=60_000;

/// Checks a cell as what its column says it is, with a validator by name.
pub(super) fn checked(name: &str, cell: &str, today: Date) -> Option<Checked> {
    if name == "dbs" {
        return dbs(cell);
    }
    let check = validator(name)?.check;
    check(cell, today).or_else(|| check(&restored(name, cell)?, today))
}

/// What stood in a cell before the spreadsheet made a number of it.
fn restored<'a>(name: &str, cell: &'a str) -> Option<Cow<'a, str>> {
    let cell = cell.trim().trim_end_matches(".0");
    let digits = cell.bytes().all(|octet| octet.is_ascii_digit());
    match (name, cell.len()) {
        ("nhs-number" | "chi-number", 9) | ("scn", 8) if digits => Some(format!("0{cell}").into()),
        ("date-of-birth", 4 | 5) if digits => Some(day(cell.parse().ok()?)?.to_string().into()),
        _ => None,
    }
}

/// The day a spreadsheet means by a number; its 1900 is a leap year, so the count begins on 30 December 1899.
fn day(serial: i32) -> Option<Date> {
    let since: Span = SERIALS.contains(&serial).then(|| serial.days())?;
    date(1899, 12, 30).checked_add(since).ok()
}

/// A certificate number has twelve digits and no check digit; its column is its name.
fn dbs(cell: &str) -> Option<Checked> {
    let value: String = cell.chars().filter(char::is_ascii_digit).collect();
    (value.len() == 12).then_some(Checked {
        value,
        validity: crate::detect::validators::Validity::Right,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_made_of_a_number_is_read_as_the_number() {
        let today = date(2026, 11, 22);
        for (name, cell, value) in [
            ("chi-number", "101011008", Some("0101011008")),
            ("chi-number", "101011009", None),
            ("date-of-birth", "43171", Some("2018-03-12")),
            ("date-of-birth", "12/03/2018", Some("2018-03-12")),
            ("date-of-birth", "99999", None),
            ("dbs", "001234567890", Some("001234567890")),
            ("dbs", "1234", None),
        ] {
            let found = checked(name, cell, today).map(|checked| checked.value);
            assert_eq!(found.as_deref(), value, "{name} {cell}");
        }
    }
}
