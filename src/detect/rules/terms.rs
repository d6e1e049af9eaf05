//! Words looked for whole: case ignored unless they are written in capitals.
//!
//! `MASH` matches `MASH` and not `mash`; `county lines` matches `County Lines`; `pregnan*` matches any ending.
//! A plural or possessive `s` may follow a term.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

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
}

impl Terms {
    /// Compiles terms; spaces in a term match one space.
    pub(crate) fn new<'a>(
        terms: impl Iterator<Item = &'a str>,
    ) -> Result<Self, aho_corasick::BuildError> {
        let terms: Vec<Term> = terms.map(Term::new).collect();
        let automaton = AhoCorasick::builder()
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
        }
    }

    fn stands(&self, text: &str, range: Range<usize>) -> bool {
        let word = |c: char| c.is_alphanumeric();
        let before = text.get(..range.start).and_then(|t| t.chars().next_back());
        let after = text.get(range.end..).unwrap_or_default();
        let ending = after.split(|c| !word(c)).next().unwrap_or_default();
        let whole = self.any_ending || matches!(ending, "" | "s" | "es");
        let begins_in_word = self.text.chars().next().is_some_and(word);
        let ends_in_word = self.text.chars().next_back().is_some_and(word);
        (!begins_in_word || !before.is_some_and(word))
            && (!ends_in_word || whole)
            && (!self.capitals || text.get(range) == Some(self.text.as_str()))
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
