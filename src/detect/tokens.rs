//! Text as names are compared: words in lower case, without accents and apostrophes, and what stands between them.
//!
//! Hyphens, spaces and the full stop of an initial join words; a comma turns two names round; anything else divides,
//! so that `James, Taylor and Harry` does not contain James Taylor.
//! A line end inside running text joins, because mail is wrapped; the end of a row or short line divides.
//! Which word it is, is asked of the roll's vocabulary; a word that is in no name is a stranger, and nothing of it is kept.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// Lines shorter than this end where their writer ended them; longer ones may have been wrapped.
const WRAPPED: usize = 45;

/// The number of a word that is in no name.
pub(crate) const STRANGER: u32 = u32::MAX;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    start: u32,
    end: u32,
    /// Its number in the vocabulary.
    pub(crate) word: u32,
    /// What stands between the word before and this one.
    pub(crate) gap: Gap,
}

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// Nothing that divides: a space, a hyphen, a tab.
    Joined,
    /// One comma.
    Comma,
    /// The end of a sentence, a row, a clause.
    Divided,
}

impl Token {
    /// Its place in the normal text.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Its length in octets.
    pub(crate) fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// The words of normal text in order; `number` says which is which, given the folded word.
///
/// With `dotted` a full stop joins too, as in the names of files.
/// Words of plain letters that `may_be` says no to are strangers, and are not folded.
pub(crate) fn tokens(
    normal: &str,
    dotted: bool,
    may_be: impl Fn(&[u8]) -> bool,
    mut number: impl FnMut(&str) -> u32,
) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(normal.len() / 6);
    let octets = normal.as_bytes();
    let mut folded = String::new();
    let mut gap = Gap::Divided;
    let (mut line_start, mut tabbed) = (0, false);
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        let end = word_end(normal, octets, at);
        if end > at {
            let written = octets.get(at..end).unwrap_or_default();
            let plain = written.iter().all(u8::is_ascii_alphanumeric);
            let word = if plain && !may_be(written) {
                STRANGER
            } else {
                folded.clear();
                fold_into(&mut folded, normal.get(at..end).unwrap_or_default());
                number(&folded)
            };
            tokens.push(Token {
                start: small(at),
                end: small(end),
                word,
                gap,
            });
            (at, gap) = (end, Gap::Joined);
            continue;
        }
        match octet {
            b' ' | b'-' | b'_' | b'>' => {}
            b'\t' => tabbed = true,
            b'\n' => {
                if at - line_start < WRAPPED || tabbed {
                    gap = Gap::Divided;
                }
                (line_start, tabbed) = (at + 1, false);
            }
            b',' if gap == Gap::Joined => gap = Gap::Comma,
            b'.' if dotted || ends_initial(tokens.last(), at) => {}
            _ => gap = Gap::Divided,
        }
        at += if octet.is_ascii() {
            1
        } else {
            normal.ceil_char_boundary(at + 1) - at
        };
    }
    tokens
}

/// Where the word that begins here ends; here, where none begins.
fn word_end(normal: &str, octets: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(octet) = octets.get(at) {
        if octet.is_ascii_alphanumeric() || *octet == b'\'' {
            at += 1;
        } else if octet.is_ascii() {
            break;
        } else {
            match normal.get(at..).and_then(|rest| rest.chars().next()) {
                Some(c) if is_word(c) => at += c.len_utf8(),
                Some(_) | None => break,
            }
        }
    }
    at
}

/// Whether a full stop here is that of an initial, as in `A. Thornton`.
fn ends_initial(before: Option<&Token>, at: usize) -> bool {
    before.is_some_and(|token| token.len() == 1 && token.end as usize == at)
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || unicode_normalization::char::is_combining_mark(c)
}

/// Folds one name or word: `Zoë` → `zoe`, `O'Brien` → `obrien`, a possessive `'s` dropped.
pub(crate) fn fold_into(out: &mut String, word: &str) {
    if word.is_ascii() {
        let from = out.len();
        if word.contains('\'') {
            out.extend(without_possessive(word).chars().filter(|c| *c != '\''));
        } else {
            out.push_str(word);
        }
        if let Some(added) = out.get_mut(from..) {
            added.make_ascii_lowercase();
        }
        return;
    }
    let marks = unicode_normalization::char::is_combining_mark;
    let word = without_possessive(word);
    for c in word.nfkd().filter(|c| !marks(*c) && *c != '\'') {
        match c {
            'ß' | 'ẞ' => out.push_str("ss"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'þ' | 'Þ' => out.push_str("th"),
            'ı' => out.push('i'),
            other => out.extend(other.to_lowercase()),
        }
    }
}

fn without_possessive(word: &str) -> &str {
    let word = word.trim_matches('\'');
    let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S"));
    bare.unwrap_or(word)
}

/// Folds a whole name to words separated by single spaces.
pub(crate) fn fold_name(name: &str) -> String {
    let normal = crate::detect::normal::normal(name);
    let mut out = String::new();
    for word in normal
        .split(|c| !is_word(c))
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        fold_into(&mut out, word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folded words, `,` for a comma and `|` for what divides.
    fn folded(written: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        let found = tokens(
            written,
            false,
            |_| true,
            |word| {
                words.push(word.to_owned());
                STRANGER
            },
        );
        let gap = |token: &Token| match token.gap {
            Gap::Joined => " ",
            Gap::Comma => ", ",
            Gap::Divided => " | ",
        };
        let parts = found.iter().map(gap).zip(&words);
        parts.flat_map(|(gap, word)| [gap, word.as_str()]).collect()
    }

    #[test]
    fn names_fold_to_what_they_sound_like_on_a_keyboard() {
        for (written, read) in [
            ("Zoë O'Brien", " | zoe obrien"),
            ("Amelia's", " | amelia"),
            ("Thornton-Jones, Amelia", " | thornton jones, amelia"),
            ("A. Thornton. Next", " | a thornton | next"),
            ("James, Taylor", " | james, taylor"),
            ("Łukasz Strauß", " | lukasz strauss"),
            ("one\ntwo", " | one | two"),
            (
                "a line of text that is long enough to have been wrapped by Amelia\nThornton",
                " | a line of text that is long enough to have been wrapped by amelia thornton",
            ),
        ] {
            assert_eq!(folded(written), read, "{written:?}");
        }
    }

    #[test]
    fn a_word_leads_back_to_what_was_written() {
        let written = "Dear Zoë O'Brien-Smith, hello";
        let found = tokens(written, false, |_| true, |_| STRANGER);
        assert_eq!(&written[found[1].range()], "Zoë");
        assert_eq!(&written[found[2].range()], "O'Brien");
        assert_eq!(&written[found[3].range()], "Smith");
    }
}
