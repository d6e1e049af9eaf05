//! National Insurance number (HMRC, NIM39110): two letters, six digits, a suffix from A to D; no check digit.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, compact};

pub(super) const NI_NUMBER: Validator = Validator {
    name: "ni-number",
    about: "National Insurance number: prefixes that are issued, six digits, suffix A to D",
    check,
    worked: &[
        ("AB 12 34 56 C", Validity::Right),
        ("ab123456d", Validity::Right),
        ("QQ123456C", Validity::Wrong),
        ("11A11111", Validity::Wrong),
        ("BG123456A", Validity::Wrong),
        ("KN123456A", Validity::Wrong),
        ("NK123456A", Validity::Wrong),
        ("NT123456A", Validity::Wrong),
        ("TN123456A", Validity::Wrong),
        ("ZZ123456A", Validity::Wrong),
        ("GB123456A", Validity::Wrong),
        ("AO123456A", Validity::Wrong),
        ("AB123456E", Validity::Wrong),
        ("AB12345C", Validity::Wrong),
    ],
};

/// Prefixes that are never issued; `OO`, `CR`, `FY`, `MW` and `NC` are administrative.
const NEVER: [&str; 12] = [
    "BG", "GB", "KN", "NK", "NT", "TN", "ZZ", "OO", "CR", "FY", "MW", "NC",
];

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value = compact(candidate);
    let prefix = value.get(..2)?;
    let number = value.get(2..8)?;
    let suffix = value.get(8..)?;
    let right = prefix.bytes().all(|b| b.is_ascii_uppercase())
        && !prefix.contains(['D', 'F', 'I', 'Q', 'U', 'V'])
        && !prefix.ends_with('O')
        && !NEVER.contains(&prefix)
        && number.bytes().all(|b| b.is_ascii_digit())
        && matches!(suffix, "A" | "B" | "C" | "D");
    right.then_some(Checked {
        value,
        validity: Validity::Right,
    })
}
