//! Checks behind shapes: check digits, ranges, plausibility.
//!
//! A validator is one file and one line in [`VALIDATORS`]; rules name it.
//! It sees one candidate and today's date, and says what the candidate is, never whether it matters.

use jiff::civil::Date;

mod bank;
mod card;
mod chi;
pub(crate) mod dob;
mod driver;
mod iban;
mod mrz;
mod named_birth;
mod nhs;
mod nino;
mod phone;
mod postcode;
mod scn;
mod secret;
mod uci;
mod uln;
mod upn;

/// A named check.
#[derive(Debug)]
pub struct Validator {
    /// The name rules use.
    pub name: &'static str,
    /// What it checks, with its source.
    pub about: &'static str,
    /// The check itself.
    pub check: fn(&str, Date) -> Option<Checked>,
    /// Values that pass and values that do not, for the tests and for `rules check`.
    pub worked: &'static [(&'static str, Validity)],
}

/// A value that passed, in the one form in which equal values are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The value without spaces and in one case.
    pub value: String,
    /// Whether anything speaks against it.
    pub validity: Validity,
}

/// What a check says of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Right, and written as such things are written.
    Right,
    /// It could be right by chance.
    Doubtful,
    /// It is something else.
    Wrong,
}

/// Every validator.
pub static VALIDATORS: &[Validator] = &[
    bank::BANK_ACCOUNT,
    card::CARD,
    chi::CHI_NUMBER,
    dob::DATE_OF_BIRTH,
    driver::DRIVING_LICENCE,
    iban::IBAN,
    mrz::MACHINE_READABLE,
    named_birth::NAMED_BIRTH,
    nhs::NHS_NUMBER,
    nino::NI_NUMBER,
    phone::PHONE,
    postcode::POSTCODE,
    scn::SCN,
    secret::SECRET,
    uci::UCI,
    uln::ULN,
    upn::UPN,
];

/// The validator of this name.
#[must_use]
pub fn validator(name: &str) -> Option<&'static Validator> {
    VALIDATORS.iter().find(|validator| validator.name == name)
}

/// The letters and digits of a candidate, letters in upper case.
fn compact(candidate: &str) -> String {
    candidate
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// The digits of a candidate, as numbers.
fn digits(candidate: &str) -> Vec<u32> {
    candidate.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// Σ digit · weight.
fn weighted(digits: &[u32], weights: impl IntoIterator<Item = u32>) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_validator_agrees_with_its_worked_examples() {
        let today = jiff::civil::date(2026, 11, 22);
        for validator in VALIDATORS {
            assert!(!validator.about.is_empty(), "{}", validator.name);
            let passes = validator
                .worked
                .iter()
                .any(|(_, is)| *is != Validity::Wrong);
            let fails = validator
                .worked
                .iter()
                .any(|(_, is)| *is == Validity::Wrong);
            assert!(passes && fails, "{}: hit and miss", validator.name);
            for (candidate, expected) in validator.worked {
                let found = (validator.check)(candidate, today)
                    .map_or(Validity::Wrong, |checked| checked.validity);
                assert_eq!(found, *expected, "{} {candidate}", validator.name);
            }
        }
    }

    #[test]
    fn validator_names_are_unique_and_sorted() {
        assert!(
            VALIDATORS
                .windows(2)
                .all(|pair| pair[0].name < pair[1].name)
        );
    }
}
