//! Words looked for whole: case ignored unless they are written in capitals.
//!
//! `MASH` matches `MASH` and not `mash`; `county lines` matches `County Lines`; `pregnan*` matches any ending.
//! A plural or possessive `s` may follow a term.
//!
//! A text comes cut into words, and most terms begin with a word: each word of the text leads by its first letters
//! to the few terms that may begin there.
//! Terms that begin with a sign, such as `<UPN>`, are looked for wherever that sign stands.

use std::ops::{ControlFlow, Range};

use memchr::memchr_iter;

use crate::detect::tokens::{Token, within};

/// As many letters of the first word lead to a term.
const HEAD: usize = 4;
/// Slots of the table of heads for each head in it: most words of a text find theirs empty.
const SPARE: usize = 8;
/// The table has no more slots than this.
const SLOTS: usize = 1 << 16;

/// A set of terms, by what they begin with.
#[derive(Debug)]
pub(crate) struct Terms {
    all: Vec<Term>,
    /// Where the heads of each slot begin; those of the next slot begin where they end.
    slots: Vec<usize>,
    /// Heads in the order of their slots.
    heads: Vec<Head>,
    /// Terms that no head leads to, by their first octet.
    signs: Vec<(u8, u32)>,
}

/// How a term begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    /// The first letters of its first word.
    letters: u32,
    /// What follows them, as far as it is letters: most other words are told from it by these.
    more: u32,
    /// Ones for the letters in `more`.
    mask: u32,
    /// The number of the term.
    term: u32,
}

#[derive(Debug)]
struct Term {
    text: String,
    capitals: bool,
    any_ending: bool,
    begins_in_word: bool,
}

impl Terms {
    /// Orders terms; a space in a term matches a space, a tab or the end of a line.
    pub(crate) fn new<'a>(terms: impl Iterator<Item = &'a str>) -> Self {
        let terms: Vec<Term> = terms.map(Term::new).collect();
        let (mut heads, mut signs) = (Vec::new(), Vec::new());
        for (term, number) in terms.iter().zip(0..) {
            let of_term = term.heads();
            if of_term.is_empty() {
                signs.extend(term.first_octets().map(|octet| (octet, number)));
            }
            heads.extend(
                of_term
                    .into_iter()
                    .map(|letters| term.head(letters, number)),
            );
        }
        signs.sort_unstable();
        signs.dedup();
        let slots = (heads.len() * SPARE).next_power_of_two().min(SLOTS);
        // Of terms that begin in one place the shorter comes first.
        let length = |number: u32| terms.get(number as usize).map(|term| term.text.len());
        heads.sort_by_key(|head: &Head| (slot(head.letters, slots), length(head.term)));
        heads.dedup();
        let begin = |at: usize| heads.partition_point(|head| slot(head.letters, slots) < at);
        Self {
            slots: (0..=slots).map(begin).collect(),
            all: terms,
            heads,
            signs,
        }
    }

    /// Every whole-word occurrence in `text`, which is cut into `words`, overlaps included,
    /// as (number of the term, range).
    pub(crate) fn find(&self, text: &str, words: &[Token]) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        let _ = self.each::<()>(text, words, 0..text.len(), &mut |number, range| {
            found.push((number, range));
            ControlFlow::Continue(())
        });
        found
    }

    /// The first term that stands in a range of `text`, which is cut into `words`, as its rule writes it.
    pub(crate) fn first(&self, text: &str, words: &[Token], range: Range<usize>) -> Option<&str> {
        let words = within(words, &range);
        let first = self.each(text, words, range, &mut |number, _| {
            ControlFlow::Break(number)
        });
        first.break_value().map(|number| self.term(number))
    }

    /// The term with this number, as its rule writes it.
    pub(crate) fn term(&self, number: usize) -> &str {
        self.all.get(number).map_or("", |term| term.text.as_str())
    }

    fn each<B>(
        &self,
        text: &str,
        words: &[Token],
        range: Range<usize>,
        found: &mut impl FnMut(usize, Range<usize>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        for word in words {
            if word.plain {
                self.at(text, word.range(), found)?;
            } else {
                self.in_odd(text, word.range(), found)?;
            }
        }
        self.at_signs(text, range, found)
    }

    /// The terms that begin with the word in this range.
    fn at<B>(
        &self,
        text: &str,
        word: Range<usize>,
        found: &mut impl FnMut(usize, Range<usize>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let octets = text.as_bytes();
        let letters = head(octets, &word);
        let slot = slot(letters, self.slots.len() - 1);
        let begin = |slot: usize| self.slots.get(slot).copied().unwrap_or_default();
        let here = self
            .heads
            .get(begin(slot)..begin(slot + 1))
            .unwrap_or_default();
        for known in here.iter().filter(|known| known.letters == letters) {
            if four(octets, word.start + HEAD) & known.mask == known.more {
                self.one(text, word.start, known.term, found)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn one<B>(
        &self,
        text: &str,
        start: usize,
        number: u32,
        found: &mut impl FnMut(usize, Range<usize>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let number = number as usize;
        match self
            .all
            .get(number)
            .and_then(|term| term.stands(text, start))
        {
            Some(range) => found(number, range),
            None => ControlFlow::Continue(()),
        }
    }

    /// The same for every word of plain letters in an odd one: `don't` is two, and so is `été`.
    fn in_odd<B>(
        &self,
        text: &str,
        odd: Range<usize>,
        found: &mut impl FnMut(usize, Range<usize>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut inside = false;
        let written = text.get(odd.clone()).unwrap_or_default();
        for (at, c) in written.char_indices() {
            if c.is_ascii_alphanumeric() && !inside {
                let rest = written.as_bytes().get(at..).unwrap_or_default();
                let letters = rest.iter().position(|o| !o.is_ascii_alphanumeric());
                let start = odd.start + at;
                self.at(text, start..start + letters.unwrap_or(rest.len()), found)?;
            }
            inside = c.is_alphanumeric();
        }
        ControlFlow::Continue(())
    }

    /// The terms that begin with a sign in this range.
    fn at_signs<B>(
        &self,
        text: &str,
        range: Range<usize>,
        found: &mut impl FnMut(usize, Range<usize>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let from = range.start;
        let octets = text.as_bytes().get(range).unwrap_or_default();
        for of_sign in self.signs.chunk_by(|a, b| a.0 == b.0) {
            for at in of_sign
                .first()
                .into_iter()
                .flat_map(|(sign, _)| memchr_iter(*sign, octets))
            {
                for (_, number) in of_sign {
                    self.one(text, from + at, *number, found)?;
                }
            }
        }
        ControlFlow::Continue(())
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

    fn head(&self, letters: u32, term: u32) -> Head {
        let octets = self.text.as_bytes();
        let more = octets.iter().skip(HEAD).take(HEAD).rev();
        let mask = more.fold(0, |mask, octet| {
            (mask << 8)
                | if octet.is_ascii_alphanumeric() {
                    0xff
                } else {
                    0
                }
        });
        Head {
            letters,
            more: four(octets, HEAD) & mask,
            mask,
            term,
        }
    }

    /// The heads of the words with which it may begin; none where only its first octet says anything.
    fn heads(&self) -> Vec<u32> {
        let octets = self.text.as_bytes();
        let letters = octets.iter().position(|o| !o.is_ascii_alphanumeric());
        let word = letters.and_then(|end| octets.get(..end)).unwrap_or(octets);
        let whole = word.len() == octets.len();
        let next = octets.get(word.len());
        let open = whole && self.any_ending && word.len() < HEAD;
        if word.is_empty() || open || next.is_some_and(|next| !next.is_ascii()) {
            return Vec::new();
        }
        let endings: &[&[u8]] = if whole { &[b"", b"s", b"es"] } else { &[b""] };
        let with = |ending: &&[u8]| {
            let written = [word, ending].concat();
            head(&written, &(0..written.len()))
        };
        endings.iter().map(with).collect()
    }

    /// The octets with which it may begin.
    fn first_octets(&self) -> impl Iterator<Item = u8> {
        let first = self.text.bytes().next();
        first
            .into_iter()
            .flat_map(|octet| [octet.to_ascii_lowercase(), octet.to_ascii_uppercase()])
    }

    /// Its range, where it stands in a text from `start` on.
    fn stands(&self, text: &str, start: usize) -> Option<Range<usize>> {
        let range = start..start + self.text.len();
        let written = text.as_bytes().get(range.clone())?;
        let same = |(written, own): (&u8, u8)| match written {
            b'\n' | b'\t' => own == b' ',
            octet if self.capitals => *octet == own,
            octet => octet.eq_ignore_ascii_case(&own),
        };
        let stands = written.iter().zip(self.text.bytes()).all(same)
            && !(self.begins_in_word && ends_in_word(text, start))
            && self.ends(text.get(range.end..)?);
        stands.then_some(range)
    }

    /// Whether it may end before `after`.
    fn ends(&self, after: &str) -> bool {
        if self.any_ending || !self.text.ends_with(char::is_alphanumeric) {
            return true;
        }
        let mut ending = after.chars().take_while(|c| c.is_alphanumeric());
        matches!(
            (ending.next(), ending.next(), ending.next()),
            (None | Some('s'), None, None) | (Some('e'), Some('s'), None)
        )
    }
}

/// The first letters of a word of ASCII in lower case, as a number.
fn head(octets: &[u8], word: &Range<usize>) -> u32 {
    const LETTERS: [u32; HEAD] = [0, 0xff, 0xffff, 0x00ff_ffff];
    four(octets, word.start) & LETTERS.get(word.len()).copied().unwrap_or(u32::MAX)
}

/// Four octets from a place on, letters in lower case; after the end there are blanks.
fn four(octets: &[u8], at: usize) -> u32 {
    const LOWER: u32 = 0x2020_2020;
    let rest = octets.get(at..).unwrap_or_default();
    let read = rest.first_chunk().map_or_else(
        || {
            rest.iter()
                .rev()
                .fold(0, |sum, octet| (sum << 8) | u32::from(*octet))
        },
        |four| u32::from_le_bytes(*four),
    );
    read | LOWER
}

fn slot(head: u32, slots: usize) -> usize {
    (head.wrapping_mul(0x9e37_79b1) >> 16) as usize % slots
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
    use crate::detect::tokens::{STRANGER, tokens};

    #[test]
    fn terms_are_whole_words_and_capitals_mean_capitals() {
        let terms = [
            "MASH",
            "county lines",
            "pregnan*",
            "bruise",
            "OT",
            "ill*",
            "<UPN>",
            "£5 each",
            "été",
        ];
        let terms = Terms::new(terms.into_iter());
        for (text, hits) in [
            ("the MASH team", 1),
            ("sausage and mash", 0),
            ("County Lines awareness", 1),
            ("county\nlines, of a county", 1),
            ("is pregnant", 1),
            ("two bruises", 1),
            ("bruised", 0),
            ("SMASHED", 0),
            ("the OT, two OTs, and not OTHER", 2),
            ("ill, illness, still", 2),
            ("l'OT d'été, d'OT", 3),
            ("<UPN>B801<UPN>", 2),
            ("at £5 each.", 1),
            ("Zoë's bruise, an aébruise", 1),
        ] {
            let words = tokens(text, false, |_, _| STRANGER);
            assert_eq!(terms.find(text, &words).len(), hits, "{text}");
        }
    }
}
