//! Unique pupil number (DfE, "UPN: a guide for schools"): check letter, authority, establishment, year, serial.
//!
//! The worked example that two MIS vendors print sums to 267; its true sum is 266, so its letter is `P`, not `Q`.

use jiff::civil::Date;

use crate::detect::validators::{Checked, Validator, Validity, compact};

pub(super) const UPN: Validator = Validator {
    name: "upn",
    about: "unique pupil number: positions 2 to 13 weighted by position, modulo 23; authorities the DfE knows",
    check,
    worked: &[
        ("P207000016049", Validity::Right),
        ("B801200005001", Validity::Right),
        ("J823000019001", Validity::Right),
        ("Y823000019002", Validity::Right),
        ("M80120000500A", Validity::Right),
        ("X82300001901B", Validity::Right),
        ("b 801 2000 05 001", Validity::Right),
        ("E000200005001", Validity::Doubtful),
        ("Q207000016049", Validity::Wrong),
        ("A801200005001", Validity::Wrong),
        ("I207000016049", Validity::Wrong),
        ("X80120000A001", Validity::Wrong),
        ("B80120000500", Validity::Wrong),
        ("B8012000050011", Validity::Wrong),
    ],
};

const LETTERS: &str = "ABCDEFGHJKLMNPQRTUVWXYZ";

/// Authorities of the census rule, and the newer English ones; used only to be surer, never to refuse.
const AUTHORITIES: [(u32, u32); 35] = [
    (1, 5),
    (201, 213),
    (301, 320),
    (330, 336),
    (340, 344),
    (350, 359),
    (370, 373),
    (380, 384),
    (390, 394),
    (420, 420),
    (660, 681),
    (701, 708),
    (800, 803),
    (805, 808),
    (810, 813),
    (815, 816),
    (820, 823),
    (825, 826),
    (830, 831),
    (835, 841),
    (845, 846),
    (850, 852),
    (855, 857),
    (860, 861),
    (865, 896),
    (908, 909),
    (916, 916),
    (919, 919),
    (921, 921),
    (925, 926),
    (928, 929),
    (931, 931),
    (933, 933),
    (935, 938),
    (940, 943),
];

fn check(candidate: &str, _today: Date) -> Option<Checked> {
    let value = compact(candidate);
    if value.len() != 13 || value.bytes().skip(1).take(11).any(|b| !b.is_ascii_digit()) {
        return None;
    }
    let numbers: Vec<usize> = value.chars().map(number).collect::<Option<_>>()?;
    let sum: usize = numbers
        .iter()
        .enumerate()
        .skip(1)
        .map(|(place, number)| number * (place + 1))
        .sum();
    if numbers.first() != Some(&(sum % 23)) || value.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let authority: u32 = value.get(1..4)?.parse().ok()?;
    let known = AUTHORITIES
        .iter()
        .any(|(from, to)| (*from..=*to).contains(&authority));
    let validity = if known {
        Validity::Right
    } else {
        Validity::Doubtful
    };
    Some(Checked { value, validity })
}

/// A digit counts as itself, a letter by its place in the alphabet without I, O and S.
fn number(c: char) -> Option<usize> {
    match c.to_digit(10) {
        Some(digit) => usize::try_from(digit).ok(),
        None => LETTERS.find(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upn_rejects_every_single_wrong_digit() {
        let today = jiff::civil::date(2026, 11, 22);
        let right = "B801200005001";
        for place in 1..13 {
            for digit in '0'..='9' {
                let mut wrong = right.to_owned();
                wrong.replace_range(place..=place, &digit.to_string());
                assert_eq!(check(&wrong, today).is_some(), wrong == right, "{wrong}");
            }
        }
    }
}
