//! What beside a whole name says that it is somebody else's: an occupation or rank, the years of a life, a longer name.
//!
//! A name that is a pupil's is shared by soldiers of 1916, authors and the engineer who calls on Monday.
//! Titles, quoting headers and signatures are `beside`'s; a pupil's class or date of birth outweighs all of this.

use std::ops::Range;

use crate::detect::reading::Reading;
use crate::detect::roll::beside::is_greeted;
use crate::detect::roll::sightings::HINT;
use crate::detect::roll::{Roll, ordinary};
use crate::detect::tokens::fold_name;

/// What grown-ups are called before their name, in lower case.
const CALLED: [&str; 56] = [
    "pte",
    "private",
    "cpl",
    "corporal",
    "sgt",
    "sergeant",
    "lt",
    "lieutenant",
    "capt",
    "captain",
    "gunner",
    "rifleman",
    "mayor",
    "mayoress",
    "councillor",
    "alderman",
    "mp",
    "inspector",
    "constable",
    "pc",
    "pcso",
    "author",
    "illustrator",
    "poet",
    "novelist",
    "artist",
    "composer",
    "historian",
    "actor",
    "actress",
    "architect",
    "solicitor",
    "barrister",
    "colleague",
    "colleagues",
    "engineer",
    "rep",
    "representative",
    "manager",
    "director",
    "driver",
    "surveyor",
    "plumber",
    "electrician",
    "builder",
    "chef",
    "governor",
    "secretary",
    "treasurer",
    "photographer",
    "officer",
    "adviser",
    "advisor",
    "trainer",
    "vicar",
    "founder",
];

/// How sure a whole name can be at most, for what stands around it.
pub(super) fn most(roll: &Roll, reading: &Reading<'_>, range: &Range<usize>) -> f64 {
    if is_a_grown_up(reading, range) || is_longer(roll, reading, range) {
        0.2
    } else if is_greeted_in_full(reading, range) {
        HINT
    } else {
        1.0
    }
}

fn is_a_grown_up(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, after) = reading.sides(range, 24);
    // A full stop is that of an abbreviation, `Cpl.`, or the end of a sentence.
    let lead = before.trim_end().to_lowercase();
    let last = lead.trim_end_matches('.');
    let last = last.rsplit(|c: char| !c.is_alphanumeric()).next();
    let last = last.unwrap_or_default();
    (last.len() <= 4 || !lead.ends_with('.')) && CALLED.contains(&last)
        || lead.ends_with("the late")
        || is_introduced(after)
        || is_a_life(after)
}

/// `Jessica Larsen, the author of …`, `Harvey Dixon (engineer)`.
fn is_introduced(after: &str) -> bool {
    let Some(said) = after
        .strip_prefix(", ")
        .or_else(|| after.strip_prefix(" ("))
    else {
        return false;
    };
    let mut words = said.split(|c: char| !c.is_alphabetic()).take(3);
    words.any(|word| CALLED.iter().any(|one| one.eq_ignore_ascii_case(word)))
}

/// `(1891-1916)`, and `(1891)` of somebody long dead.
fn is_a_life(after: &str) -> bool {
    let Some(years) = after.trim_start_matches([' ', ',']).strip_prefix('(') else {
        return false;
    };
    let years = years.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ' || c == '.');
    years
        .get(..4)
        .and_then(|year| year.parse().ok())
        .is_some_and(|year: u16| (1000..1990).contains(&year))
}

/// Another surname follows: `Martha Vaughan Williams`, `Martha Vaughan-Williams`.
fn is_longer(roll: &Roll, reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, 24);
    if after
        .strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(char::is_uppercase))
    {
        return true;
    }
    let Some(rest) = after.strip_prefix(' ') else {
        return false;
    };
    let next = rest
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    let folded = fold_name(next);
    is_name(next)
        && (roll.is_surname_alone(&folded)
            || (ordinary::all_ordinary(&folded)
                && ordinary::all_ordinary(&fold_name(reading.slice(range.clone())))))
}

/// Whether the letter behind a forename is that of a middle name: `Adam L. "Duncan" Sampler`, not `Lola H. She`.
pub(super) fn is_middle(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, 24);
    let rest = after.trim_start_matches(['.', ' ', '"', '(']);
    let next = rest
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    let goes_on = [
        "She", "He", "Her", "His", "They", "Mum", "Dad", "The", "We", "It", "This", "Please",
        "Also", "And",
    ];
    after.starts_with(['.', '"', ' ']) && is_name(next) && !goes_on.contains(&next)
}

/// `Anna K from the museum`, `Sam T at your office`, `our governor Jo B`.
pub(super) fn is_of_elsewhere(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, 8);
    [" from ", " at ", " of "]
        .iter()
        .any(|lead| after.starts_with(lead))
        || is_a_grown_up(reading, range)
}

/// Whether the letter behind a forename is the word "I": `Thank you Zofia I will`.
pub(super) fn is_pronoun(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, 2);
    reading.slice(range.clone()).ends_with('I') && after.starts_with(' ')
}

fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// `Dear Isaac Mirza,`: schools greet pupils by their forename, and firms by what the address book has.
fn is_greeted_in_full(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, 2);
    is_greeted(reading, range) && after.starts_with([',', '\n', '-', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_a_life_are_those_of_nobody_at_school() {
        assert!(is_a_life(" (1891-1916) fell at Ypres"));
        assert!(is_a_life(", (b. 1812)"));
        assert!(!is_a_life(" (2016)"));
        assert!(!is_a_life(" (4 Hazel)"));
    }
}
