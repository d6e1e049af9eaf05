//! A class as staff write it: the roll says `6 Rowan`, a message `Rowan class`, `in Rowan`, `(Rowan, Y6)`, `Rowan:`.
//!
//! Classes are called after trees, birds and colours, so the name alone is none: a word beside it says that it is a class.
//! A class without a name of its own (`4H`) is found only as the roll writes it, by `beside`.

use std::ops::Range;

use crate::detect::reading::Reading;

/// Words behind the name of a class that make it one.
const BEHIND: [&str; 12] = [
    "class",
    "classes",
    "classroom",
    "form",
    "group",
    "pupils",
    "children",
    "parents",
    "families",
    "register",
    "assembly",
    "teacher",
];
/// Words before it.
const BEFORE: [&str; 6] = ["in", "from", "of", "class", "form", "for"];
/// Words of the name of a class that are not its own.
const GENERIC: [&str; 6] = ["class", "year", "form", "group", "reception", "nursery"];
/// Octets around a word within which another says that it is a class.
const AROUND: usize = 24;

/// What a class is called besides its year: `Rowan` of `6 Rowan`; nothing of `4H`.
pub(super) fn name(class: &str) -> Option<&str> {
    let mut words = class.split(' ').filter(|word| {
        let generic = GENERIC.iter().any(|one| one.eq_ignore_ascii_case(word));
        word.len() > 2 && word.chars().all(char::is_alphabetic) && !generic
    });
    match (words.next(), words.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Whether this class stands in a text by its name.
pub(super) fn stands(text: &str, class: &str) -> bool {
    let Some(name) = name(class) else {
        return false;
    };
    text.match_indices(name).any(|(at, name)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + name.len()..).unwrap_or_default();
        is_class(before, after)
    })
}

/// Whether a word in a text is a class rather than a child of that name: `6 Rowan`, `the Rowan classroom`.
pub(super) fn is_one(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, after) = reading.sides(range, AROUND);
    let last = last_word(before);
    let behind = || {
        BEHIND
            .iter()
            .any(|word| word.eq_ignore_ascii_case(first_word(after)))
    };
    let numbered = before.ends_with(' ') && is_year(last);
    let called = ["class", "form"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(last));
    numbered || called || (after.starts_with(' ') && behind())
}

fn is_class(before: &str, after: &str) -> bool {
    let whole = !before.ends_with(char::is_alphanumeric)
        && !after.starts_with(|c: char| c.is_alphanumeric() || c == '\'');
    let (last, next) = (last_word(before), first_word(after));
    let behind = BEHIND.iter().any(|word| word.eq_ignore_ascii_case(next)) || is_year(next);
    // `from Hazel Turner` is a person.
    let longer = after.starts_with(' ') && next.starts_with(char::is_uppercase);
    let lead = before.ends_with(' ') && BEFORE.iter().any(|word| word.eq_ignore_ascii_case(last));
    let bracket = before.ends_with('(') || after.starts_with(')');
    let heading = before
        .trim_end_matches([' ', '>'])
        .rsplit('\n')
        .next()
        .is_none_or(str::is_empty)
        && after.starts_with(':');
    let said = before.to_ascii_lowercase();
    let said = ["class is ", "class: ", "class - "]
        .iter()
        .any(|lead| said.ends_with(lead));
    whole && (behind || said || (!longer && (lead || bracket || heading || is_year(last))))
}

fn last_word(before: &str) -> &str {
    let words = before.trim_end_matches([' ', ',', '(', '-']);
    words
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

fn first_word(after: &str) -> &str {
    let words = after.trim_start_matches([' ', ',', '(', '-']);
    words
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

/// `4`, `Y4`, `Yr4`, `Year4`.
fn is_year(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let lead = word.get(..word.len() - digits.len()).unwrap_or_default();
    let year = ["", "y", "yr", "year"]
        .iter()
        .any(|one| one.eq_ignore_ascii_case(lead));
    year && (1..=2).contains(&digits.len()) && digits.bytes().all(|octet| octet.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_stands_where_a_word_beside_says_so() {
        for (text, class, is) in [
            ("Lola H in Rowan scored 88", "6 Rowan", true),
            ("non swimmers, Maple class", "5 Maple", true),
            ("Logan F (Elm, Y3)", "3 Elm", true),
            ("her class is Elm.", "3 Elm", true),
            ("Elm 3", "3 Elm", true),
            ("Hazel:\nIsla", "4 Hazel", true),
            ("from Hazel Turner", "4 Hazel", false),
            ("Rowan's coat", "6 Rowan", false),
            ("Hazel and Iris", "4 Hazel", false),
            ("in Rowanberry", "6 Rowan", false),
            ("4H", "4H", false),
        ] {
            assert_eq!(stands(text, class), is, "{text}");
        }
    }

    #[test]
    fn a_class_has_a_name_besides_its_year_or_none() {
        assert_eq!(name("6 Rowan"), Some("Rowan"));
        assert_eq!(name("Acorn"), Some("Acorn"));
        assert_eq!(name("Year 4"), None);
        assert_eq!(name("4H"), None);
    }
}
