//! Words looked for whole: case ignored unless they are written in capitals.
//!
//! `MASH` matches `MASH` and not `mash`; `county lines` matches `County Lines`; `pregnan*` matches any ending.
//! A plural or possessive `s` may follow a term.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind, StartKind};

/// A set of terms as one automaton.
#[derive(Debug)]
pub(crate) struct Terms {
    automaton: AhoCorasick,
    terms: Vec<Term>,
}

#[derive(Debug)]
struct Term {
    text: String,
    capitals: bool,
    any_ending: bool,
    begins_in_word: bool,
}

impl Terms {
    /// Compiles terms; spaces in a term match one space.
    pub(crate) fn new<'a>(
        terms: impl Iterator<Item = &'a str>,
    ) -> Result<Self, aho_corasick::BuildError> {
        Self::compiled(terms, &mut AhoCorasick::builder())
    }

    /// Compiles many terms that are looked for in every text: more memory, less time.
    pub(crate) fn fast<'a>(
        terms: impl Iterator<Item = &'a str>,
    ) -> Result<Self, aho_corasick::BuildError> {
        let mut builder = AhoCorasick::builder();
        builder
            .kind(Some(AhoCorasickKind::DFA))
            .start_kind(StartKind::Unanchored);
        Self::compiled(terms, &mut builder)
    }

    fn compiled<'a>(
        terms: impl Iterator<Item = &'a str>,
        builder: &mut AhoCorasickBuilder,
    ) -> Result<Self, aho_corasick::BuildError> {
        let terms: Vec<Term> = terms.map(Term::new).collect();
        let automaton = builder
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(terms.iter().map(|term| term.text.as_str()))?;
        Ok(Self { automaton, terms })
    }

    /// Every whole-word occurrence in `text`, overlaps included, as (number of the term, range).
    pub(crate) fn find<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        self.automaton
            .find_overlapping_iter(text)
            .filter_map(|found| {
                let number = found.pattern().as_usize();
                let term = self.terms.get(number)?;
                term.stands(text, found.range())
                    .then_some((number, found.range()))
            })
    }

    /// Whether any term stands in `text`.
    pub(crate) fn stand_in(&self, text: &str) -> bool {
        self.find(text).next().is_some()
    }

    /// The term with this number, as its rule writes it.
    pub(crate) fn term(&self, number: usize) -> &str {
        self.terms.get(number).map_or("", |term| term.text.as_str())
    }
}

impl Term {
    fn new(written: &str) -> Self {
        let text = written.trim_end_matches('*');
        Self {
            text: text.to_owned(),
            capitals: !text.chars().any(char::is_lowercase)
                && text.chars().any(char::is_alphabetic),
            any_ending: written.ends_with('*'),
            begins_in_word: text.starts_with(char::is_alphanumeric),
        }
    }

    fn stands(&self, text: &str, range: Range<usize>) -> bool {
        if self.begins_in_word && ends_in_word(text, range.start) {
            return false;
        }
        if self.capitals && text.get(range.clone()) != Some(self.text.as_str()) {
            return false;
        }
        if self.any_ending || !self.text.ends_with(char::is_alphanumeric) {
            return true;
        }
        let after = text.get(range.end..).unwrap_or_default();
        let mut ending = after.chars().take_while(|c| c.is_alphanumeric());
        matches!(
            (ending.next(), ending.next(), ending.next()),
            (None | Some('s'), None, None) | (Some('e'), Some('s'), None)
        )
    }
}

/// Whether the character before `at` is part of a word.
fn ends_in_word(text: &str, at: usize) -> bool {
    match at
        .checked_sub(1)
        .and_then(|before| text.as_bytes().get(before))
    {
        None => false,
        Some(octet) if octet.is_ascii() => octet.is_ascii_alphanumeric(),
        Some(_) => {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            before.is_some_and(char::is_alphanumeric)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_whole_words_and_capitals_mean_capitals() {
        let terms = Terms::new(["MASH", "county lines", "pregnan*", "bruise"].into_iter()).unwrap();
        for (text, hits) in [
            ("the MASH team", 1),
            ("sausage and mash", 0),
            ("County Lines awareness", 1),
            ("is pregnant", 1),
            ("two bruises", 1),
            ("SMASHED", 0),
        ] {
            assert_eq!(terms.find(text).count(), hits, "{text}");
        }
    }
}
