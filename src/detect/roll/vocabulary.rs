//! The words of every name on roll, numbered, and the names that are several words long.
//!
//! A text is read word by word against it: one look-up a word, however many pupils there are.
//! That is why there is no automaton over whole names: every way of writing each name would have to be spelt out in it.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::detect::tokens::{Gap, STRANGER, Token, fold_into};

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

/// Bits of the sketches for each word.
const SKETCHES: usize = 8;
/// There are at least so many.
const LEAST: usize = 1 << 12;

/// The first eight letters of a word of ASCII, however it is written, and its length, mixed.
fn sketch(word: &[u8]) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let eight = word.first_chunk().map(|eight| u64::from_le_bytes(*eight));
    let letters = eight.unwrap_or_else(|| {
        let letters = word.iter().rev();
        letters.fold(0, |sum, octet| (sum << 8) | u64::from(*octet))
    });
    let mixed = (letters | LOWER).wrapping_add(word.len() as u64);
    let mixed = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

/// Where the sketch of a word stands among sketches: the place in the list and the bit.
fn place(sketches: &[u64], word: &str) -> (usize, u64) {
    let sketch = sketch(word.as_bytes());
    let last = sketches.len().wrapping_sub(1) as u64;
    let at = usize::try_from((sketch >> 6) & last).unwrap_or(0);
    (at, 1 << (sketch % 64))
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
        number
    }

    /// Every single word with its number.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, u32)> {
        self.words
            .iter()
            .map(|(word, number)| (word.as_ref(), *number))
    }

    /// Sketches every word; before this none is known.
    pub(super) fn settle(&mut self) {
        let bits = (self.words.len() * SKETCHES).next_power_of_two().max(LEAST);
        self.sketches = vec![0; bits / 64];
        for word in self.words.keys() {
            let (at, bit) = place(&self.sketches, word);
            if let Some(bits) = self.sketches.get_mut(at) {
                *bits |= bit;
            }
        }
        self.words.shrink_to_fit();
    }

    /// Numbers given so far are all under this.
    pub(super) fn len(&self) -> usize {
        self.next as usize
    }

    /// The number of a word, given as it is written; [`STRANGER`] where it is in no name.
    ///
    /// A plain word is folded only where its sketch is known. `folded` is what has been folded, for use again.
    pub(super) fn word(&self, written: &str, plain: bool, folded: &mut String) -> u32 {
        if plain && !self.may_know(written) {
            return STRANGER;
        }
        folded.clear();
        fold_into(folded, written);
        self.words.get(folded.as_str()).copied().unwrap_or(STRANGER)
    }

    /// Whether a word of ASCII, however it is written, may be in a name; `false` is certain.
    fn may_know(&self, written: &str) -> bool {
        let (at, bit) = place(&self.sketches, written);
        self.sketches.get(at).is_some_and(|bits| bits & bit != 0)
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
        vocabulary.settle();
        let mut folded = String::new();
        let text = tokens("Van der Berg", false, |word, plain| {
            vocabulary.word(word, plain, &mut folded)
        });
        let found: Vec<_> = vocabulary.starting(&text).collect();
        assert_eq!(found, [(whole, 3), (pair, 2), (van, 1)]);
        assert_eq!(vocabulary.word("nobody", true, &mut folded), STRANGER);
        assert!(vocabulary.may_know("BERG") && !vocabulary.may_know("harvest"));
    }
}
