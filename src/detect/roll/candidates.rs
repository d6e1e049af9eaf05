//! Which names could stand at a word: whole pairs first, then the lesser ways of naming somebody.
//!
//! Says who has such a name, not whether it is one here; that is `judge`.

use crate::detect::roll::vocabulary::Phrase;
use crate::detect::roll::{Role, Roll, packed, under};
use crate::detect::tokens::{Gap, STRANGER, Token, fold_name};
use crate::directory::people::{Directory, Pupil, PupilId};

/// Of a name that more pupils share, so many are looked at.
pub(super) const MOST: usize = 200;

/// One name that could stand at a word.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) order: Order,
    pub(super) owners: Vec<PupilId>,
    /// How many words before the one asked about belong to it,
    pub(super) before: usize,
    /// and how many from it on.
    pub(super) words: usize,
}

/// In which way somebody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `Amelia Thornton`, or `Thornton, Amelia`.
    Plain,
    /// `Thornton Amelia`: how columns and lists write it, and how two people stand side by side.
    Reversed,
    /// `A Thornton`: needs something else beside it.
    Initial,
    /// `Amelia T`: needs the class or year beside it, or else only makes the words around it matter where it is one pupil.
    Abbreviated,
    /// `Amelia`: needs the class beside it, or else only makes the words around it matter.
    Single,
    /// `Thornton`: needs the class behind it.
    Surname,
    /// `AT`: needs the class behind it, and then only makes the words around it matter.
    Letters,
    /// `athornton`: needs to be called a user name, or to be one that nobody could take for a word.
    User,
    /// `Amelia Thorton`: needs something else beside it.
    Near,
}

/// Forename and surname in either order, the longest first.
pub(super) fn pairs<'a>(
    roll: &'a Roll,
    tokens: &'a [Token],
) -> impl Iterator<Item = Candidate> + 'a {
    let mut found: Vec<Candidate> = Vec::new();
    for (first, length) in roll.vocabulary.starting(tokens) {
        let rest = tokens.get(length..).unwrap_or_default();
        let Some(gap) = rest.first().map(|token| token.gap) else {
            continue;
        };
        for (second, more) in roll.vocabulary.starting(rest) {
            let words = length + more;
            found.extend(pair(roll, (first, second), gap, words));
        }
    }
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.words));
    found.into_iter()
}

fn pair(
    roll: &Roll,
    (first, second): (Phrase, Phrase),
    gap: Gap,
    words: usize,
) -> Option<Candidate> {
    let (order, key) = match gap {
        Gap::Divided => return None,
        Gap::Comma => (Order::Plain, (second, first)),
        Gap::Joined => (Order::Plain, (first, second)),
    };
    let owners = under(&roll.pairs, key);
    let (order, owners) = if owners.is_empty() && gap == Gap::Joined {
        (Order::Reversed, under(&roll.pairs, (second, first)))
    } else {
        (order, owners)
    };
    (!owners.is_empty()).then_some(Candidate {
        order,
        owners,
        before: 0,
        words,
    })
}

/// The lesser ways in which the word at `at` may name somebody, the surest first; `text` is the normal text.
pub(super) fn lesser(
    roll: &Roll,
    directory: &Directory,
    tokens: &[Token],
    at: usize,
    text: &str,
) -> Vec<Candidate> {
    let rest = tokens.get(at..).unwrap_or_default();
    let mut found = Vec::new();
    for (phrase, words) in roll.vocabulary.starting(rest) {
        let part = roll.role_of(phrase);
        let whole = |order, owners| Candidate {
            order,
            owners,
            before: 0,
            words,
        };
        if part.is(Role::SURNAME) {
            let owners = under(&roll.surnames, phrase);
            let beside = initials_beside(tokens, at, words, text);
            found.extend(beside.map(|(letter, before, words)| Candidate {
                order: Order::Initial,
                owners: narrowed(directory, &owners, letter, forenames),
                before,
                words,
            }));
            found.push(whole(Order::Surname, owners));
        }
        if part.is(Role::FORENAME) {
            let owners = under(&roll.forenames, phrase);
            let after = rest.get(words).filter(|token| token.gap == Gap::Joined);
            let letter = after.and_then(|token| initial(token, text));
            found.extend(letter.map(|letter| Candidate {
                order: Order::Abbreviated,
                owners: narrowed(directory, &owners, letter, surnames),
                before: 0,
                words: words + 1,
            }));
            found.push(whole(Order::Single, owners));
        }
        if part.is(Role::USER) {
            found.push(whole(Order::User, under(&roll.users, phrase)));
        }
    }
    found.retain(|candidate| !candidate.owners.is_empty());
    found
}

fn forenames(pupil: &Pupil) -> [Option<&String>; 2] {
    [Some(&pupil.forename), pupil.preferred_forename.as_ref()]
}

fn surnames(pupil: &Pupil) -> [Option<&String>; 2] {
    [Some(&pupil.surname), pupil.preferred_surname.as_ref()]
}

/// The initials of `A Thornton`, `Thornton A`, `Thornton, A.`: letter, words before, words from the surname on.
fn initials_beside(
    tokens: &[Token],
    at: usize,
    words: usize,
    text: &str,
) -> impl Iterator<Item = (char, usize, usize)> {
    let before = at.checked_sub(1).and_then(|place| tokens.get(place));
    let before = before.filter(|_| tokens.get(at).is_some_and(|token| token.gap == Gap::Joined));
    let after = tokens
        .get(at + words)
        .filter(|token| token.gap != Gap::Divided);
    let front = before.and_then(|token| initial(token, text));
    let back = after.and_then(|token| initial(token, text));
    let front = front.map(|letter| (letter, 1, words));
    front
        .into_iter()
        .chain(back.map(|letter| (letter, 0, words + 1)))
}

/// The letter a token of one letter is, perhaps with a possessive, in lower case.
fn initial(token: &Token, text: &str) -> Option<char> {
    let word = text.get(token.range()).filter(|_| token.len() <= 3)?;
    let letter = word.strip_suffix("'s").unwrap_or(word);
    let letter = Some(letter).filter(|letter| letter.len() == 1)?;
    letter
        .chars()
        .next()
        .filter(char::is_ascii_uppercase)
        .map(|c| c.to_ascii_lowercase())
}

/// Those of `owners` one of whose names, as `names` gives them, begins with a letter.
fn narrowed(
    directory: &Directory,
    owners: &[PupilId],
    letter: char,
    names: impl Fn(&Pupil) -> [Option<&String>; 2],
) -> Vec<PupilId> {
    let begins = |name: &String| fold_name(name).starts_with(letter);
    let is = |pupil: &Pupil| names(pupil).into_iter().flatten().any(begins);
    let kept = owners.iter().take(MOST).copied();
    kept.filter(|owner| directory.pupil(*owner).is_some_and(is))
        .collect()
}

/// Whether a word may begin a name or be initials: it is on roll, or written as names are; `false` is certain.
pub(super) fn may_begin(token: &Token, text: &[u8]) -> bool {
    let first = text.get(token.range().start);
    token.word != STRANGER || first.is_some_and(|o| o.is_ascii_uppercase() || !o.is_ascii())
}

/// Pupils whose initials stand at a word in capitals: `AT`, `A.T.`, `A T`.
pub(super) fn letters(roll: &Roll, tokens: &[Token], text: &str) -> Option<Candidate> {
    let first = tokens.first()?;
    let mut letters = String::new();
    let mut words = 0;
    if first.len() > 1 {
        let written = text.get(first.range())?;
        if first.len() > 4 || !written.bytes().all(|octet| octet.is_ascii_uppercase()) {
            return None;
        }
        letters.push_str(written);
        words = 1;
    } else {
        for token in tokens.iter().take(4) {
            match initial(token, text) {
                Some(letter) if words == 0 || token.gap == Gap::Joined => letters.push(letter),
                Some(_) | None => break,
            }
            words += 1;
        }
    }
    letters.make_ascii_lowercase();
    let owners = under(&roll.initials, packed(&letters)?);
    (!owners.is_empty() && !ABBREVIATIONS.contains(&letters.as_str())).then_some(Candidate {
        order: Order::Letters,
        owners,
        before: 0,
        words,
    })
}

/// Letters that mean something else in a school; a timetable is full of them.
const ABBREVIATIONS: [&str; 33] = [
    "am", "at", "bt", "ca", "cp", "da", "dh", "dt", "ed", "ep", "ga", "hr", "ht", "ict", "in",
    "is", "it", "ks", "la", "me", "mp", "no", "ot", "pe", "pm", "pp", "ps", "re", "sen", "ta",
    "tv", "uk", "we",
];
