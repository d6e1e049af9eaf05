//! A name with a date of birth behind it: the date decides, as `date-of-birth` does.

use jiff::civil::Date;

use crate::detect::validators::dob;
use crate::detect::validators::{Checked, Validator, Validity};

pub(super) const NAMED_BIRTH: Validator = Validator {
    name: "named-birth",
    about: "words that end in a date of birth: right where it makes somebody of school age",
    check,
    worked: &[
        ("Ada Invented, Y10, born 4 June 2012", Validity::Right),
        ("Ada Invented (born 04/06/2012", Validity::Right),
        ("Ada Invented, born 4 June 1985", Validity::Doubtful),
        ("Anne Frank, born 12 June 1829", Validity::Wrong),
        ("Ada Invented", Validity::Wrong),
    ],
};

fn check(candidate: &str, today: Date) -> Option<Checked> {
    let born = candidate.rsplit_once("born");
    let (_, after) = born.or_else(|| candidate.rsplit_once("b."))?;
    let date = after
        .trim_start_matches(" on")
        .trim_start_matches([':', ' ']);
    let checked = (dob::DATE_OF_BIRTH.check)(&date.replace(" of ", " "), today)?;
    let name = candidate.split([',', '(']).next().unwrap_or_default();
    Some(Checked {
        value: format!("{} {}", name.trim().to_lowercase(), checked.value),
        validity: checked.validity,
    })
}
