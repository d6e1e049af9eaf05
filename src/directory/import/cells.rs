//! Cells into values: dates, yes and no, numbers, addresses.
//!
//! Problems are words for the file's owner; they name the cell masked, because it may be a child's date of birth.

use jiff::civil::Date;

use crate::directory::people::Channel;
use crate::mail::address::{Address, Domain};
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// `dd/mm/yyyy`, ISO `yyyy-mm-dd`, either with a time behind it that is ignored.
///
/// # Errors
/// What would have been right.
pub fn date(cell: &str) -> Result<Date, String> {
    let day = cell.split([' ', 'T']).next().unwrap_or_default();
    let read = if day.contains('/') {
        let mut parts = day.split('/').map(str::parse::<i16>);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(day)), Some(Ok(month)), Some(Ok(year)), None) => civil(year, month, day),
            _ => None,
        }
    } else {
        day.parse().ok()
    };
    read.filter(|date: &Date| date.year() >= 1900)
        .ok_or_else(|| {
            format!(
                "`{}` is no date: expected dd/mm/yyyy or yyyy-mm-dd",
                Excerpt::mask(cell)
            )
        })
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// yes, y, true, t, 1 and no, n, false, f, 0, in any case.
///
/// # Errors
/// What would have been right.
pub fn yes_or_no(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" => Ok(true),
        "no" | "n" | "false" | "f" | "0" => Ok(false),
        _ => Err(format!(
            "`{}` is neither yes nor no: expected yes, no, true, false, 1 or 0",
            Excerpt::mask(cell)
        )),
    }
}

/// One e-mail address.
///
/// # Errors
/// What would have been right.
pub fn address(cell: &str) -> Result<Address, String> {
    cell.parse().map_err(|_| {
        format!(
            "`{}` is no e-mail address: expected one address such as name@example.org",
            Excerpt::mask(cell)
        )
    })
}

/// A mail domain with at least two labels.
///
/// # Errors
/// What would have been right.
pub fn domain(cell: &str) -> Result<Domain, String> {
    cell.trim_start_matches('@')
        .parse()
        .ok()
        .filter(|domain: &Domain| domain.as_str().contains('.'))
        .ok_or_else(|| format!("`{cell}` is no domain: expected one such as council.gov.uk"))
}

/// A whole number from 0.
///
/// # Errors
/// What would have been right.
pub fn number(cell: &str) -> Result<u32, String> {
    cell.parse()
        .map_err(|_| format!("`{}` is no whole number", Excerpt::mask(cell)))
}

/// tls, openpgp, zip or pdf.
///
/// # Errors
/// What would have been right.
pub fn channel(cell: &str) -> Result<Channel, String> {
    match cell.to_lowercase().as_str() {
        "tls" => Ok(Channel::Tls),
        "openpgp" | "pgp" => Ok(Channel::Openpgp),
        "zip" => Ok(Channel::Zip),
        "pdf" => Ok(Channel::Pdf),
        _ => Err(format!(
            "`{cell}` is no channel: expected tls, openpgp, zip or pdf"
        )),
    }
}

/// unclassified, protect or restricted.
///
/// # Errors
/// What would have been right.
pub fn level(cell: &str) -> Result<Level, String> {
    match cell.to_lowercase().as_str() {
        "unclassified" => Ok(Level::Unclassified),
        "protect" => Ok(Level::Protect),
        "restricted" => Ok(Level::Restricted),
        _ => Err(format!(
            "`{cell}` is no level: expected unclassified, protect or restricted"
        )),
    }
}

/// Whether somebody works here still: active, current, or left, leaver.
///
/// # Errors
/// What would have been right.
pub fn active(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "active" | "current" => Ok(true),
        "left" | "leaver" | "former" => Ok(false),
        _ => Err(format!(
            "`{}` is no status: expected active or left",
            Excerpt::mask(cell)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn british_and_iso_dates_are_the_same_day() {
        let day = Date::new(2016, 3, 7).ok();
        for cell in [
            "07/03/2016",
            "7/3/2016",
            "2016-03-07",
            "2016-03-07T00:00:00",
            "07/03/2016 00:00",
        ] {
            assert_eq!(date(cell).ok(), day, "{cell}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused_and_masked() {
        for cell in [
            "31/02/2016",
            "2016",
            "03/2016",
            "7/3/16",
            "1/2/3/4",
            "ab/cd/efgh",
            "",
        ] {
            let problem = date(cell).unwrap_err();
            assert!(problem.contains("dd/mm/yyyy"), "{problem}");
            assert!(cell.is_empty() || !problem.contains(cell), "{problem}");
        }
    }

    #[test]
    fn yes_and_no_in_every_spelling_and_nothing_else() {
        for (cell, value) in [
            ("Yes", Some(true)),
            ("FALSE", Some(false)),
            ("1", Some(true)),
            ("n", Some(false)),
            ("maybe", None),
        ] {
            assert_eq!(yes_or_no(cell).ok(), value, "{cell}");
        }
    }
}
