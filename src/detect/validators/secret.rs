//! Whether what follows "password is" is a password or the rest of a sentence.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity};

pub(super) const SECRET: Validator = Validator {
    name: "secret",
    about: "a word somebody made up: at least six characters of two kinds, or a number of four digits and more",
    check,
    worked: &[
        ("Harbour-lights-42", Validity::Right),
        ("tulip77garden", Validity::Right),
        ("Xk$pqRw", Validity::Right),
        ("4821", Validity::Right),
        ("required", Validity::Wrong),
        ("to", Validity::Wrong),
        ("https://portal.example/reset2", Validity::Wrong),
        ("Required.", Validity::Wrong),
        ("********", Validity::Wrong),
        ("user@oakfield.sch.uk", Validity::Wrong),
    ],
};

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value = candidate.trim_end_matches(['.', ',', ';', ')', '!', '?']);
    let has = |kind: fn(&char) -> bool| value.chars().any(|c| kind(&c));
    let letters = has(|c| c.is_alphabetic());
    let digits = has(char::is_ascii_digit);
    let capital_inside = value.chars().skip(1).any(char::is_uppercase) && has(|c| c.is_lowercase());
    let numeric = (4..=12).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    let mixed = value.len() >= 6 && letters && (digits || capital_inside);
    let address = value.contains("://") || value.contains('@') && value.contains('.');
    ((mixed || numeric) && !address).then(|| Checked {
        value: value.to_owned(),
        validity: Validity::Right,
    })
}
