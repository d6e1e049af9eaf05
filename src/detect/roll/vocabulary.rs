//! The words of every name on roll, numbered, and the names that are several words long.
//!
//! A text is read word by word against it: one look-up a word, however many pupils there are.
//! That is why there is no automaton over whole names: every way of writing each name would have to be spelt out in it.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::detect::tokens::{Gap, STRANGER, Token};

/// The number of a name: of its word, or its own where it has several.
pub(super) type Phrase = u32;

/// The words that follow the first of a name, and the number of the whole.
type Longer = (Box<[u32]>, Phrase);

/// Words and phrases of names.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: HashMap<Box<str>, u32, FixedState>,
    /// By first word: the words that follow, and the number of the whole.
    longer: HashMap<u32, Vec<Longer>, FixedState>,
    next: u32,
    /// A bit for each sketch that a word has: most words of a text are told from names without looking them up.
    sketches: Vec<u64>,
}

/// Bits of the sketches.
const SKETCHES: usize = 1 << 18;

/// The first three letters, the last and the length of a word in ASCII, mixed.
fn sketch(word: &[u8]) -> usize {
    let letter = |at: usize| usize::from(word.get(at).copied().unwrap_or(0) | 0x20);
    let last = usize::from(word.last().copied().unwrap_or(0) | 0x20);
    let mixed = letter(0)
        .wrapping_mul(0x9e37_79b1)
        .wrapping_add(letter(1).wrapping_mul(0x85eb_ca6b))
        .wrapping_add(letter(2).wrapping_mul(0xc2b2_ae35))
        .wrapping_add(last.wrapping_mul(0x27d4_eb2f))
        .wrapping_add(word.len().wrapping_mul(0x1656_67b1));
    (mixed >> 7) % SKETCHES
}

impl Vocabulary {
    /// The number of a folded name, which is new or known.
    pub(super) fn number(&mut self, folded: &str) -> Phrase {
        let mut words = folded.split(' ').map(|word| self.word_number(word));
        let first = words.next().unwrap_or(STRANGER);
        let rest: Box<[u32]> = words.collect();
        if rest.is_empty() {
            return first;
        }
        let phrases = self.longer.entry(first).or_default();
        if let Some((_, phrase)) = phrases.iter().find(|(known, _)| *known == rest) {
            return *phrase;
        }
        let phrase = self.next;
        self.next += 1;
        phrases.push((rest, phrase));
        phrases.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        phrase
    }

    fn word_number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.words.get(word) {
            return *number;
        }
        let number = self.next;
        self.next += 1;
        self.words.insert(word.into(), number);
        if self.sketches.is_empty() {
            self.sketches = vec![0; SKETCHES / 64];
        }
        let bit = sketch(word.as_bytes());
        if let Some(bits) = self.sketches.get_mut(bit / 64) {
            *bits |= 1 << (bit % 64);
        }
        number
    }

    /// Every single word with its number.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, u32)> {
        self.words
            .iter()
            .map(|(word, number)| (word.as_ref(), *number))
    }

    /// Numbers given so far are all under this.
    pub(super) fn len(&self) -> usize {
        self.next as usize
    }

    /// Whether a word in ASCII, however it is written, may be in a name; `false` is certain.
    pub(super) fn may_know(&self, written: &[u8]) -> bool {
        let bit = sketch(written);
        self.sketches
            .get(bit / 64)
            .is_some_and(|bits| (bits >> (bit % 64)) & 1 == 1)
    }

    /// The number of a folded word; [`STRANGER`] where it is in no name.
    pub(super) fn word(&self, folded: &str) -> u32 {
        self.words.get(folded).copied().unwrap_or(STRANGER)
    }

    /// The names that these words begin with, longest first, each with how many words it is.
    pub(super) fn starting<'a>(
        &'a self,
        tokens: &'a [Token],
    ) -> impl Iterator<Item = (Phrase, usize)> + 'a {
        let (first, rest) = tokens
            .split_first()
            .map_or((STRANGER, tokens), |(first, rest)| (first.word, rest));
        let stands = move |words: &[u32]| {
            words.len() <= rest.len()
                && words
                    .iter()
                    .zip(rest)
                    .all(|(word, token)| token.word == *word && token.gap == Gap::Joined)
        };
        let longer = self.longer.get(&first).into_iter().flatten();
        longer
            .filter(move |(words, _)| stands(words))
            .map(|(words, phrase)| (*phrase, words.len() + 1))
            .chain((first != STRANGER).then_some((first, 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tokens::tokens;

    #[test]
    fn the_longest_name_comes_first() {
        let mut vocabulary = Vocabulary::default();
        let whole = vocabulary.number("van der berg");
        let (van, pair) = (vocabulary.number("van"), vocabulary.number("van der"));
        let text = tokens(
            "Van der Berg",
            false,
            |_| true,
            |word| vocabulary.word(word),
        );
        let found: Vec<_> = vocabulary.starting(&text).collect();
        assert_eq!(found, [(whole, 3), (pair, 2), (van, 1)]);
        assert_eq!(vocabulary.word("nobody"), STRANGER);
        assert!(vocabulary.may_know(b"BERG") && !vocabulary.may_know(b"harvest"));
    }
}
