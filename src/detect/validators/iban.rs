//! International bank account number (ISO 13616): check digits of ISO 7064 modulus 97-10.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, compact};

pub(super) const IBAN: Validator = Validator {
    name: "iban",
    about: "IBAN: 15 to 34 characters (22 for GB), rearranged number modulo 97 is 1",
    check,
    worked: &[
        ("GB29 NWBK 6016 1331 9268 19", Validity::Right),
        ("DE89 3704 0044 0532 0130 00", Validity::Right),
        ("GB28 NWBK 6016 1331 9268 19", Validity::Wrong),
        ("GB29 NWBK 6016 1331", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value = compact(candidate);
    let length = match value.get(..2)? {
        "GB" => value.len() == 22,
        country => {
            country.bytes().all(|b| b.is_ascii_uppercase()) && (15..=34).contains(&value.len())
        }
    };
    let (head, body) = value.split_at_checked(4)?;
    let rest = body
        .chars()
        .chain(head.chars())
        .try_fold(0_u32, |rest, c| {
            let number = c.to_digit(36)?;
            let shift = if number > 9 { 100 } else { 10 };
            Some((rest * shift + number) % 97)
        })?;
    (length && rest == 1).then_some(Checked {
        value,
        validity: Validity::Right,
    })
}
