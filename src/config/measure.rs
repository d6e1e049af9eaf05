//! Sizes and times as people write them: `35 MiB`, `10 s`, `14 days`.

use std::time::Duration;

const SIZES: &[(&str, usize)] = &[
    ("GiB", 1024 * 1024 * 1024),
    ("MiB", 1024 * 1024),
    ("KiB", 1024),
];

const TIMES: &[(&str, u64)] = &[
    ("days", 86_400),
    ("day", 86_400),
    ("d", 86_400),
    ("h", 3_600),
    ("min", 60),
    ("s", 1),
];

/// Reads a size in octets: a whole number, alone or followed by `KiB`, `MiB` or `GiB`.
///
/// # Errors
/// Says what would be right.
pub(crate) fn octets(text: &str) -> Result<usize, String> {
    let (number, unit) = split(text);
    let factor = match unit {
        "" => Some(1),
        unit => SIZES
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, factor)| *factor),
    };
    number
        .parse::<usize>()
        .ok()
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor))
        .filter(|octets| *octets > 0)
        .ok_or_else(|| {
            format!("`{text}` is not a size: expected one such as \"35 MiB\" or \"256 KiB\"")
        })
}

/// Reads a time: a whole number followed by `s`, `min`, `h` or `days`.
///
/// # Errors
/// Says what would be right.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let factor = TIMES
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor);
    number
        .parse::<u64>()
        .ok()
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor))
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
        .ok_or_else(|| format!("`{text}` is not a time: expected one such as \"10 s\", \"5 min\", \"1 h\" or \"14 days\""))
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    (number, unit.trim())
}

/// A size in its largest whole unit.
pub(crate) fn octets_as_text(octets: usize) -> String {
    match SIZES
        .iter()
        .find(|(_, factor)| octets.is_multiple_of(*factor))
    {
        Some((unit, factor)) => format!("{} {unit}", octets / factor),
        None => octets.to_string(),
    }
}

/// A time in seconds.
pub(crate) fn duration_as_text(duration: Duration) -> String {
    format!("{} s", duration.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read_as_people_write_them() {
        assert_eq!(octets("35 MiB"), Ok(35 * 1024 * 1024));
        assert_eq!(octets("4096"), Ok(4096));
        assert_eq!(duration("10 s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("14days"), Ok(Duration::from_hours(14 * 24)));
        assert_eq!(octets_as_text(256 * 1024), "256 KiB");
    }

    #[test]
    fn what_is_no_measure_says_what_would_be_right() {
        for bad in ["", "35", "35 MB", "-1 s", "0 s", "99999999999999999999 s"] {
            assert!(
                duration(bad).unwrap_err().contains("expected one such as"),
                "{bad}"
            );
        }
        for bad in ["", "35 MB", "lots", "0"] {
            assert!(
                octets(bad).unwrap_err().contains("expected one such as"),
                "{bad}"
            );
        }
    }
}
