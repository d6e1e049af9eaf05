//! Sizes and times as people write them: `35 MiB`, `10 s`, `14 days`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A size in octets; written as a whole number followed by `KiB`, `MiB` or `GiB`, or by nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Octets(pub usize);

/// A time; written as a whole number followed by `s`, `min`, `h` or `days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(pub Duration);

const SIZES: [(&str, usize); 3] = [
    ("GiB", 1024 * 1024 * 1024),
    ("MiB", 1024 * 1024),
    ("KiB", 1024),
];

const TIMES: [(&str, u64); 6] = [
    ("days", 86_400),
    ("day", 86_400),
    ("d", 86_400),
    ("h", 3_600),
    ("min", 60),
    ("s", 1),
];

impl TryFrom<String> for Octets {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (number, unit) = split(&text);
        let known = SIZES.iter().find(|(name, _)| *name == unit);
        let factor = known
            .map(|(_, factor)| *factor)
            .or(unit.is_empty().then_some(1));
        let octets = number.parse::<usize>().ok().zip(factor);
        octets
            .and_then(|(number, factor)| number.checked_mul(factor))
            .filter(|octets| *octets > 0)
            .map(Self)
            .ok_or_else(|| {
                format!("`{text}` is not a size: expected one such as \"35 MiB\" or \"256 KiB\"")
            })
    }
}

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (number, unit) = split(&text);
        let factor = TIMES
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, factor)| *factor);
        let seconds = number.parse::<u64>().ok().zip(factor);
        seconds
            .and_then(|(number, factor)| number.checked_mul(factor))
            .filter(|seconds| *seconds > 0)
            .map(|seconds| Self(Duration::from_secs(seconds)))
            .ok_or_else(|| {
                format!(
                    "`{text}` is not a time: expected one such as \"10 s\", \"5 min\", \"1 h\" or \"14 days\""
                )
            })
    }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    (number, unit.trim())
}

impl From<Octets> for String {
    fn from(octets: Octets) -> Self {
        let largest = SIZES
            .iter()
            .find(|(_, factor)| octets.0.is_multiple_of(*factor));
        match largest {
            Some((unit, factor)) => format!("{} {unit}", octets.0 / factor),
            None => octets.0.to_string(),
        }
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        let seconds = time.0.as_secs();
        let whole = |factor: u64| seconds.is_multiple_of(factor) && seconds > factor;
        let largest = TIMES.iter().find(|(_, factor)| whole(*factor));
        match largest {
            Some((unit, factor)) => format!("{} {unit}", seconds / factor),
            None => format!("{seconds} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read_and_written_as_people_do() {
        for (text, octets) in [
            ("35 MiB", 35 * 1024 * 1024),
            ("4095", 4095),
            ("256 KiB", 262_144),
        ] {
            assert_eq!(Octets::try_from(text.to_owned()), Ok(Octets(octets)));
            assert_eq!(String::from(Octets(octets)), text);
        }
        for (text, seconds) in [
            ("10 s", 10),
            ("5 min", 300),
            ("24 h", 86_400),
            ("14days", 1_209_600),
        ] {
            assert_eq!(
                Time::try_from(text.to_owned()),
                Ok(Time(Duration::from_secs(seconds)))
            );
        }
        assert_eq!(String::from(Time(Duration::from_mins(90))), "90 min");
    }

    #[test]
    fn what_is_no_measure_says_what_would_be_right() {
        for bad in ["", "35", "35 MB", "-1 s", "0 s", "99999999999999999999 s"] {
            let problem = Time::try_from(bad.to_owned()).unwrap_err();
            assert!(problem.contains("expected one such as"), "{bad}");
        }
        for bad in ["", "35 MB", "lots", "0"] {
            let problem = Octets::try_from(bad.to_owned()).unwrap_err();
            assert!(problem.contains("expected one such as"), "{bad}");
        }
    }
}
