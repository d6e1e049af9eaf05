//! Offensive language, by the word lists of the crate `rustrict`; no list of ours.
//!
//! Only what the sender wrote now is looked at: a lesson about *Of Mice and Men* is attached, not written.
//! Only pupils' mail is looked at: in a grown-up's such words are quoted from books, or are names.
//! Words written as names inside a sentence are not looked at: Dick Whittington, Mrs Cockburn, Penistone.
//! What is rude only as a word for a part of the body is an animal or a tool behind an article: the cock crowed.
//! Threats are the rule `conduct.threat`'s; slander without an offensive word is not found: no list says what it is.

use rustrict::{Censor, Type};

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::extract::content::Place;
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// As much of a letter is looked at, in octets: the crate reads two megabytes a second.
const MOST: usize = 8_192;

/// Adds what is offensive in what a pupil wrote.
pub(crate) fn weigh(readings: &[Reading<'_>], setting: &Setting<'_>, sum: &mut Sum) {
    let pupil = |author| setting.directory.pupil_by_address(author);
    if setting.author.and_then(pupil).is_none() {
        return;
    }
    for (text, reading) in readings.iter().enumerate() {
        if !matches!(reading.source.place, Place::Subject | Place::Body) {
            continue;
        }
        let end = reading.normal.floor_char_boundary(MOST);
        let mut at = 0;
        for line in reading.slice(0..end).split_inclusive('\n') {
            if !reading.in_signature(at) && is_offensive(line) {
                sum.add(Entry {
                    detector: "conduct.language",
                    title: "offensive language",
                    level: Level::Unclassified,
                    many: None,
                    alone: false,
                    about: About::Nobody,
                    confidence: 0.7,
                    spot: Spot::of(text, at, reading.source),
                    excerpt: Excerpt::mask(line.trim()),
                    why: "a word list for offensive language knows it".to_owned(),
                    value: at.to_string(),
                    pupils: Vec::new(),
                });
            }
            at += line.len();
        }
    }
}

/// Whether a line has an offensive word.
fn is_offensive(line: &str) -> bool {
    // Not what is only sexual: those are the words of biology lessons, and of birds.
    let aimed = (Type::OFFENSIVE | Type::MEAN) & Type::MODERATE_OR_HIGHER;
    let rude = Type::PROFANE & Type::MODERATE_OR_HIGHER;
    let said = without_names(line);
    let analysed = Censor::from_str(&said).analyze();
    analysed.is(aimed)
        || (analysed.is(rude) && Censor::from_str(&without_things(&said)).analyze().is(rude))
}

/// A line without the words behind an article.
fn without_things(line: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in line.split(' ') {
        let article = kept
            .last()
            .is_some_and(|last| matches!(*last, "the" | "The" | "an" | "An"));
        kept.push(if article { "thing" } else { word });
    }
    kept.join(" ")
}

/// A line without what is written as a name, an address or a number.
fn without_names(line: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut begins = true;
    for word in line.split_whitespace() {
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        let capital = letters.next().is_some_and(char::is_uppercase);
        let named = capital && !begins && letters.all(char::is_lowercase) && word.len() > 1;
        let coded = word.contains("://") || word.contains('@');
        let numbered = word.chars().filter(char::is_ascii_digit).count() > 2;
        if !named && !coded && !numbered {
            kept.push(word);
        }
        begins = word.ends_with(['.', '!', '?', ':']);
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swearing_is_found_and_lessons_are_left_alone() {
        for (line, is) in [
            ("you are a fucking idiot", true),
            ("f u c k off you b1tch", true),
            ("you cock", true),
            ("Peter wept, and the cock crowed", false),
            ("an ass pulled the cart", false),
            ("the great tit and the shag are birds", false),
            ("the vagina and the penis", false),
        ] {
            assert_eq!(is_offensive(line), is, "{line}");
        }
    }

    #[test]
    fn names_addresses_and_numbers_are_not_looked_at() {
        for (line, kept) in [
            (
                "So Dick Whittington ran to https://x.example/3",
                "So ran to",
            ),
            (
                "Room 48291, see you there. Bring it",
                "Room see you there. Bring it",
            ),
            ("f u c k OFF", "f u c k OFF"),
        ] {
            assert_eq!(without_names(line), kept);
        }
    }
}
