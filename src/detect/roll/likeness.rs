//! Names that are nearly a pupil's: one slip of the finger in a long surname, or another spelling of the same sound.
//!
//! Only beside the pupil's own forename, and never by itself: `judge` asks for a second piece of evidence.
//! A slip in the forename, or in both, is `slips`.

use rphonetic::{DoubleMetaphone, Encoder};

use crate::detect::roll::candidates::{Candidate, Order};
use crate::detect::roll::{Role, Roll, under};
use crate::detect::tokens::{Gap, Token, fold_into, fold_name};
use crate::directory::people::{Directory, Pupil, PupilId};

/// Surnames from this length on are told from others by a single slip.
const LONG: usize = 7;
/// Shorter names than this sound like too many others.
const SHORT: usize = 4;
/// A forename that more pupils share is compared with none.
pub(super) const MOST: usize = 60;

/// The pupils with the forename at `at` whose surname is nearly the word beside it.
pub(super) fn near(
    roll: &Roll,
    directory: &Directory,
    tokens: &[Token],
    at: usize,
    text: &str,
) -> Option<Candidate> {
    let forename = tokens
        .get(at)
        .filter(|token| roll.role(token).is(Role::FORENAME))?;
    let owners = under(&roll.forenames, forename.word);
    if owners.is_empty() || owners.len() > MOST {
        return None;
    }
    let after = tokens.get(at + 1).filter(|token| token.gap == Gap::Joined);
    let before = at.checked_sub(1).and_then(|place| tokens.get(place));
    let before = before.filter(|_| forename.gap == Gap::Comma);
    let like = |token: Option<&Token>| -> Vec<PupilId> {
        token.map_or_else(Vec::new, |token| {
            alike(directory, &owners, text.get(token.range()))
        })
    };
    let (behind, ahead) = (like(after), like(before));
    let (owners, before, words) = match (behind.is_empty(), ahead.is_empty()) {
        (false, _) => (behind, 0, 2),
        (true, false) => (ahead, 1, 1),
        (true, true) => return None,
    };
    Some(Candidate {
        order: Order::Near,
        owners,
        before,
        words,
    })
}

fn alike(directory: &Directory, owners: &[PupilId], written: Option<&str>) -> Vec<PupilId> {
    let written = written.unwrap_or_default();
    if written.len() < SHORT || !written.starts_with(char::is_uppercase) {
        return Vec::new();
    }
    let mut folded = String::new();
    fold_into(&mut folded, written);
    let is = |pupil: &Pupil| {
        let surnames = [Some(&pupil.surname), pupil.preferred_surname.as_ref()];
        surnames
            .into_iter()
            .flatten()
            .any(|surname| is_like(&folded, &fold_name(surname)))
    };
    let known = owners.iter().copied();
    known
        .filter(|owner| directory.pupil(*owner).is_some_and(is))
        .collect()
}

/// Whether one slip, or another spelling of the same sound, makes one of the other.
fn is_like(written: &str, surname: &str) -> bool {
    let lengths = written.len().abs_diff(surname.len());
    if lengths > 2 || surname.len() < SHORT || written == surname {
        return false;
    }
    let slipped =
        lengths <= 1 && surname.len() >= LONG && strsim::osa_distance(written, surname) <= 1;
    slipped || sounds_like(written, surname)
}

fn sounds_like(one: &str, other: &str) -> bool {
    let both = one.bytes().next().zip(other.bytes().next());
    let same_start = both.is_some_and(|(a, b)| class(a) == class(b));
    if !same_start || !one.is_ascii() || !other.is_ascii() {
        return false;
    }
    let sound = DoubleMetaphone::default();
    let (one, other) = (sound.encode(one), sound.encode(other));
    one.len() > 1 && one == other
}

/// Letters that begin one sound.
fn class(letter: u8) -> u8 {
    match letter {
        b'k' | b'q' => b'c',
        b'p' => b'f',
        b'j' => b'g',
        b'z' | b'x' => b's',
        b'i' | b'y' => b'e',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_or_one_sound_is_like_and_another_family_is_not() {
        for (written, surname, like) in [
            ("thorton", "thornton", true),
            ("sutclfife", "sutcliffe", true),
            ("lawsen", "lawson", true),
            ("nassar", "nasser", true),
            ("thornbury", "thornton", false),
            ("sutherland", "sutcliffe", false),
            ("brown", "brook", false),
            ("thornton", "thornton", false),
        ] {
            assert_eq!(is_like(written, surname), like, "{written} {surname}");
        }
    }
}
