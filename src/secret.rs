//! Content that cannot print whole: masked excerpts, and values whose `Debug` is only a length.
//!
//! Everything that leaves a message for a log, an error, a notice, a report or the ledger goes through here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A masked piece of message text: enough for its writer to recognise it, too little to learn it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Excerpt(String);

const MASK: char = '•';

impl Excerpt {
    /// Masks `text`: `B801200005001` becomes `B80••••••••01`, `Amelia Thornton` becomes `A••• T•••`.
    ///
    /// One word of ten characters or more keeps its first three and last two; shorter ones keep less.
    /// Of several words each keeps its first letter, six words at the most; a word with a digit keeps nothing.
    #[must_use]
    pub fn mask(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Self(String::new()),
            [word] => Self(mask_word(word)),
            [..] => Self(mask_words(&words)),
        }
    }

    /// An excerpt that is not personal in itself, such as the term of a lexicon or a marking.
    #[must_use]
    pub fn plain(term: &str) -> Self {
        Self(term.chars().filter(|c| !c.is_control()).take(60).collect())
    }

    /// An excerpt masked before, read back from the ledger.
    #[must_use]
    pub fn masked_before(text: String) -> Self {
        Self(text)
    }

    /// The masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn mask_word(word: &str) -> String {
    let length = word.chars().count();
    let (head, tail) = match length {
        0..=3 => (0, 0),
        4..=9 => (1, 1),
        _ => (3, 2),
    };
    let shown = |place: usize| place < head || place >= length - tail;
    word.chars()
        .enumerate()
        .take(40)
        .map(|(place, c)| if shown(place) { c } else { MASK })
        .collect()
}

fn mask_words(words: &[&str]) -> String {
    let mut masked: Vec<String> = words
        .iter()
        .take(6)
        .map(|word| match word.chars().next() {
            Some(first)
                if first.is_alphabetic() && !word.contains(|c: char| c.is_ascii_digit()) =>
            {
                format!("{first}{MASK}{MASK}{MASK}")
            }
            Some(_) | None => MASK.to_string().repeat(3),
        })
        .collect();
    if words.len() > 6 {
        masked.push("…".to_owned());
    }
    masked.join(" ")
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A credential, key or message body: usable, never printable.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, at the one place that needs it.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: AsRef<[u8]>> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[redacted, {} octets]", self.0.as_ref().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_shows_enough_to_recognise_and_too_little_to_learn() {
        for (text, masked) in [
            ("B801200005001", "B80••••••••01"),
            ("Amelia Thornton", "A••• T•••"),
            ("943 476 5919", "••• ••• •••"),
            ("SW1A1AA", "S•••••A"),
            ("Joe", "•••"),
            ("", ""),
        ] {
            assert_eq!(Excerpt::mask(text).as_str(), masked, "{text}");
        }
    }

    #[test]
    fn a_redacted_value_prints_its_length_only() {
        assert_eq!(
            format!("{:?}", Redacted::new("correct horse".to_owned())),
            "[redacted, 13 octets]"
        );
    }
}
