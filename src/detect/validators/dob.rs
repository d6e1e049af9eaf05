//! Date of birth: a calendar date that somebody now alive could have been born on.
//!
//! A date that makes its bearer 2 to 19 years old is a pupil's; an older one is doubtful, a future one is none.
//! Day comes before month, as it does in the United Kingdom; ISO dates are read as such.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity};

pub(super) const DATE_OF_BIRTH: Validator = Validator {
    name: "date-of-birth",
    about: "date of birth: a real date, its bearer not older than 110; right from age 2 to 19, doubtful above",
    check,
    worked: &[
        ("12/03/2014", Validity::Right),
        ("2014-03-12", Validity::Right),
        ("12.3.14", Validity::Right),
        ("12-03-2014", Validity::Right),
        ("3rd Sept 2014", Validity::Right),
        ("03-Sep-14", Validity::Right),
        ("21 March 1985", Validity::Doubtful),
        ("31/02/2014", Validity::Wrong),
        ("12/03/2031", Validity::Wrong),
        ("45/13/2014", Validity::Wrong),
        ("12/03/1890", Validity::Wrong),
    ],
};

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

fn check(candidate: &str, today: Date) -> Option<Checked> {
    let date = date(candidate, today)?;
    let validity = match age(date, today)? {
        0..=1 | 20..=110 => Validity::Doubtful,
        2..=19 => Validity::Right,
        _ => return None,
    };
    Some(Checked {
        value: date.to_string(),
        validity,
    })
}

/// The date a text writes, two-digit years read as the latest that is not in the future.
pub(crate) fn date(text: &str, today: Date) -> Option<Date> {
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let [first, month, last] = parts.as_slice() else {
        return None;
    };
    if first.len() == 4 {
        return Date::new(first.parse().ok()?, month.parse().ok()?, last.parse().ok()?).ok();
    }
    let day: i8 = first
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .parse()
        .ok()?;
    let year: i16 = last.parse().ok()?;
    let year = match last.len() {
        4 => year,
        2 if 2000 + year <= today.year() => 2000 + year,
        2 => 1900 + year,
        _ => return None,
    };
    Date::new(year, month_number(month)?, day).ok()
}

fn month_number(text: &str) -> Option<i8> {
    let lower = text.to_ascii_lowercase();
    match lower.parse() {
        Ok(number) => Some(number),
        Err(_) => MONTHS
            .iter()
            .zip(1_i8..)
            .find_map(|(month, number)| lower.starts_with(month).then_some(number)),
    }
}

/// Whole years from `born` to `today`; `None` when it lies ahead.
fn age(born: Date, today: Date) -> Option<i16> {
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    let years = today.year() - born.year() - i16::from(before_birthday);
    (years >= 0).then_some(years)
}
