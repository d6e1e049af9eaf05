//! A school's own forms: a filled-in copy is recognised by the words that were printed on the blank.
//!
//! The blank's labels are cut into shingles of three words (Broder 1997), none of which goes over the end of a label,
//! so that what is written into the fields does not disturb them.
//! A text that has most of the blank's shingles is a copy; one with words of its own besides is filled in.
//! Limits: a form whose labels are pictures, or fewer than [`LEAST`] shingles, cannot be recognised.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::tokens::fold_name;
use crate::extract::content::Place;
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// Words of one shingle.
const SHINGLE: usize = 3;
/// A blank form has at least so many shingles.
pub const LEAST: usize = 6;
/// So many of a blank's shingles, in percent, make a text a copy of it.
const COPY: usize = 70;
/// So many words that the blank does not have make a copy a filled-in one.
const WORDS: usize = 4;

/// A blank form.
#[derive(Debug, Clone)]
pub struct Form {
    /// What the school calls it.
    pub name: String,
    /// The level of what is written into it.
    pub level: Level,
    shingles: HashSet<u64>,
    words: HashSet<u64>,
}

impl Form {
    /// Takes the fingerprint of a blank; `None` when it has too few words to be known again.
    #[must_use]
    pub fn of(name: &str, level: Level, text: &str) -> Option<Self> {
        let print = Print::of(text);
        (print.shingles.len() >= LEAST).then(|| Self {
            name: name.to_owned(),
            level,
            shingles: print.shingles,
            words: print.words,
        })
    }

    /// How many of its shingles, in percent, a text has, where that makes it a filled-in copy.
    fn filled_in(&self, print: &Print) -> Option<usize> {
        let same = self.shingles.intersection(&print.shingles).count();
        let share = same * 100 / self.shingles.len().max(1);
        let own = print.words.difference(&self.words).take(WORDS).count();
        (share >= COPY && own >= WORDS).then_some(share)
    }
}

/// The fingerprint of a text.
#[derive(Debug, Default)]
struct Print {
    shingles: HashSet<u64>,
    words: HashSet<u64>,
}

impl Print {
    fn of(text: &str) -> Self {
        let mut print = Self::default();
        let ends = |c: char| {
            matches!(
                c,
                '\n' | '\t' | ':' | '|' | '?' | '.' | ';' | '_' | '(' | ')'
            )
        };
        for label in text.split(ends) {
            let folded = fold_name(label);
            let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
            print.words.extend(words.iter().map(|word| hash(&[*word])));
            if words.len() == SHINGLE - 1 {
                print.shingles.insert(hash(&words));
            }
            print.shingles.extend(words.windows(SHINGLE).map(hash));
        }
        print
    }
}

fn hash(words: &[&str]) -> u64 {
    FixedState::default().hash_one(words)
}

/// Adds every filled-in copy of a form of the school.
pub(crate) fn weigh(readings: &[Reading<'_>], setting: &Setting<'_>, sum: &mut Sum) {
    for (text, reading) in readings.iter().enumerate() {
        let document = matches!(
            reading.source.place,
            Place::Attachment | Place::Body | Place::Quoted
        );
        if setting.own.forms.is_empty() || !document {
            continue;
        }
        let print = Print::of(&reading.normal);
        for form in &setting.own.forms {
            let Some(share) = form.filled_in(&print) else {
                continue;
            };
            sum.add(Entry {
                detector: "document.own-form",
                title: "filled-in form of the school",
                level: form.level,
                many: None,
                alone: false,
                about: About::Nobody,
                confidence: 0.9,
                spot: Spot::of(text, 0, reading.source),
                excerpt: Excerpt::plain(&form.name),
                why: format!("{share} in 100 word groups of the blank form, and words of its own"),
                value: form.name.clone(),
                pupils: Vec::new(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLANK: &str = "Worry form\nName of the child:\nClass:\nWhat did you see or hear?\n\
        Who else was there?\nWhat have you done about it?\nSigned:\tDate:\n";

    #[test]
    fn a_filled_in_copy_is_known_and_the_blank_and_other_papers_are_not() {
        let form = Form::of("Worry form", Level::Restricted, BLANK).unwrap();
        let filled = BLANK
            .replace("child:", "child: Ada Invented")
            .replace("hear?", "hear? She had no coat and said she was cold.");
        for (text, is) in [
            (filled.as_str(), true),
            (BLANK, false),
            (
                "Name of the child: Ada Invented. What did you see at the zoo?",
                false,
            ),
            ("", false),
        ] {
            assert_eq!(form.filled_in(&Print::of(text)).is_some(), is, "{text:?}");
        }
        assert!(Form::of("Too short", Level::Protect, "Name:\nClass:\n").is_none());
    }
}
