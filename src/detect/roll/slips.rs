//! Names with one slip of the finger in them: a letter lost, doubled, mistaken, or two letters turned round.
//!
//! Every name of the roll stands here under what is left of it when any one letter is taken out, and a word is looked up
//! under what is left of it: two names that share such a rest are one slip apart, or nearly, and the letters decide.
//! That finds them by a few look-ups, however many pupils there are, for some megabytes.
//! Only two words that are written as a name are looked up; that it is a pupil's is still for `judge` to say,
//! because Thomson and Thompson are two families. Beside an ordinary word (`Grade Field`) none is looked for.

use crate::detect::roll::candidates::{Candidate, Order};
use crate::detect::roll::vocabulary::Phrase;
use crate::detect::roll::{Role, Roll, forms, ordinary, sorted, under};
use crate::detect::tokens::{Gap, Token, fold_name};
use crate::directory::people::{Directory, Pupil, PupilId};

/// Names shorter than this are one slip from too many others,
const FORENAME: usize = 5;
const SURNAME: usize = 6;
/// except where two letters are only turned round.
const TURNED: usize = 4;
/// Where both names have a slip, both are at least this long.
const BOTH: usize = 6;
/// A name longer than this is no name.
const LONGEST: usize = 24;

/// The names of the roll by what is left of them.
#[derive(Debug, Default)]
pub(super) struct Slips {
    forenames: Vec<(u32, Phrase)>,
    surnames: Vec<(u32, Phrase)>,
}

impl Slips {
    /// Takes in the single words of the roll, each with its number and what it is.
    pub(super) fn build<'a>(words: impl Iterator<Item = (&'a str, Phrase, Role)>) -> Self {
        let mut slips = Self::default();
        for (word, phrase, role) in words.filter(|(word, _, _)| is_long(word, TURNED)) {
            let mut rests = Vec::new();
            write_rests(word, &mut rests);
            if role.is(Role::FORENAME) {
                slips
                    .forenames
                    .extend(rests.iter().map(|rest| (*rest, phrase)));
            }
            if role.is(Role::SURNAME) {
                slips
                    .surnames
                    .extend(rests.iter().map(|rest| (*rest, phrase)));
            }
        }
        sorted(&mut slips.forenames);
        sorted(&mut slips.surnames);
        slips
    }
}

/// The pupils whose name is nearly that at `at` and behind it.
pub(super) fn near(
    roll: &Roll,
    directory: &Directory,
    tokens: &[Token],
    at: usize,
    text: &str,
) -> Option<Candidate> {
    let first = tokens.get(at)?;
    let second = tokens
        .get(at + 1)
        .filter(|token| token.gap == Gap::Joined)?;
    let forename = written(first, text)?;
    let surname = written(second, text)?;
    let (first_role, second_role) = (roll.role(first), roll.role(second));
    let known = (first_role.is(Role::FORENAME), second_role.is(Role::SURNAME));
    let (forename, surname) = (fold_name(forename), fold_name(surname));
    let pairs: Vec<(Phrase, Phrase)> = match known {
        (true, false) if !ordinary::all_ordinary(&forename) => {
            let surnames = like(&roll.slips.surnames, &surname);
            surnames
                .into_iter()
                .map(|like| (first.word, like))
                .collect()
        }
        (false, true) if !first_role.is(Role::KIN) && !ordinary::all_ordinary(&surname) => {
            let forenames = like(&roll.slips.forenames, &forename);
            forenames
                .into_iter()
                .map(|like| (like, second.word))
                .collect()
        }
        (false, false) if is_long(&forename, BOTH) && is_long(&surname, BOTH) => {
            let surnames = like(&roll.slips.surnames, &surname);
            let forenames = like(&roll.slips.forenames, &forename);
            let with = |forename: Phrase| surnames.iter().map(move |surname| (forename, *surname));
            forenames.into_iter().flat_map(with).collect()
        }
        _ => Vec::new(),
    };
    let called = |pupil: &Pupil| {
        is_any(&forename, &forms::forenames(pupil), FORENAME)
            && is_any(&surname, &forms::surnames(pupil), SURNAME)
    };
    let mut owners: Vec<PupilId> = pairs
        .into_iter()
        .flat_map(|pair| under(&roll.pairs, pair))
        .collect();
    owners.retain(|id| directory.pupil(*id).is_some_and(called));
    owners.sort_unstable();
    owners.dedup();
    (!owners.is_empty()).then_some(Candidate {
        order: Order::Near,
        owners,
        before: 0,
        words: 2,
    })
}

/// A word that is written as a name.
fn written<'a>(token: &Token, text: &'a str) -> Option<&'a str> {
    let word = text.get(token.range())?;
    (is_long(word, TURNED) && word.starts_with(char::is_uppercase)).then_some(word)
}

fn is_long(word: &str, least: usize) -> bool {
    (least..=LONGEST).contains(&word.len())
}

/// The names of a list that share a rest with a word.
fn like(list: &[(u32, Phrase)], word: &str) -> Vec<Phrase> {
    let mut rests = Vec::new();
    write_rests(word, &mut rests);
    let mut found: Vec<Phrase> = rests
        .into_iter()
        .flat_map(|rest| under(list, rest))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A word, and what is left of it without each letter in turn, as numbers.
fn write_rests(word: &str, rests: &mut Vec<u32>) {
    let letters = word.bytes().enumerate();
    // FNV-1a: short, and good enough where the letters decide in the end.
    let number = |without: Option<usize>| {
        let kept = letters.clone().filter(|(at, _)| Some(*at) != without);
        kept.fold(0x811c_9dc5_u32, |sum, (_, octet)| {
            (sum ^ u32::from(octet)).wrapping_mul(0x0100_0193)
        })
    };
    rests.push(number(None));
    rests.extend((0..word.len()).map(|at| number(Some(at))));
    rests.sort_unstable();
    rests.dedup();
}

fn is_any(written: &str, names: &[String], least: usize) -> bool {
    names
        .iter()
        .any(|name| name == written || is_slip(written, name, least))
}

/// Whether one slip makes one of the other.
fn is_slip(written: &str, name: &str, least: usize) -> bool {
    if strsim::osa_distance(written, name) != 1 {
        return false;
    }
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    (name.len() >= least && written.len() + 1 >= least) || letters(written) == letters(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::detect::tests::read;
    use crate::extract::content::Place;

    #[test]
    fn one_slip_is_one_letter_or_two_turned_round() {
        for (written, name, slip) in [
            ("ameila", "amelia", true),
            ("amella", "amelia", true),
            ("amlia", "amelia", true),
            ("amela", "amelia", true),
            ("isac", "isaac", true),
            ("loal", "lola", true),
            ("lole", "lola", false),
            ("emilia", "amelia", false),
            ("amelia", "amelia", false),
        ] {
            assert_eq!(is_slip(written, name, FORENAME), slip, "{written} {name}");
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[u32]) {
        let found = read(&[(Place::Body, text)]);
        let expected: BTreeSet<PupilId> = expected.iter().map(|id| PupilId(*id)).collect();
        assert_eq!(found.on_roll, expected, "{text:?}: {:?}", found.items);
    }

    #[test]
    fn a_slip_in_either_name_is_the_pupil_where_children_are_spoken_of() {
        check("Ameila Thornton left her coat in class", &[0]);
        check("Amelia Thorton left her coat in class", &[0]);
        check("Ameila Thorton had a seizure", &[0]);
        check("Ameila Thornton called about the invoice", &[]);
        check("Amelie Sampler left her coat in class", &[]);
        check("Mr Ameila Thornton left his coat in class", &[]);
        check("Jane Thornton left her coat in class", &[]);
        check("Grade Field left her coat in class", &[]);
    }
}
