//! Text as names are compared: words in lower case, without accents and apostrophes, and what stands between them.
//!
//! Hyphens, spaces and the full stop of an initial join words; a comma turns two names round; anything else divides,
//! so that `James, Taylor and Harry` does not contain James Taylor.
//! A line end inside running text joins, because mail is wrapped; the end of a row or short line divides.
//! Which word it is, is asked of the roll's vocabulary; a word that is in no name is a stranger, and nothing of it is kept.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

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
    /// It is letters and digits of ASCII, without an apostrophe.
    pub(crate) plain: bool,
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

/// What an octet is to the cutting of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Octet {
    /// A letter or digit of ASCII.
    Letter,
    /// Of a word, or a character outside ASCII: looked at closely.
    Odd,
    /// Joins words.
    Joins,
    Tab,
    LineEnd,
    Comma,
    FullStop,
    Divides,
}

static OCTETS: [Octet; 256] = {
    let mut octets = [Octet::Divides; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the loop ends at the last octet"
        )]
        let octet = at as u8;
        octets[at] = match octet {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Octet::Letter,
            b'\'' | 0x80.. => Octet::Odd,
            b' ' | b'-' | b'_' | b'>' => Octet::Joins,
            b'\t' => Octet::Tab,
            b'\n' => Octet::LineEnd,
            b',' => Octet::Comma,
            b'.' => Octet::FullStop,
            _ => Octet::Divides,
        };
        at += 1;
    }
    octets
};

impl Octet {
    fn of(octet: u8) -> Self {
        OCTETS
            .get(usize::from(octet))
            .copied()
            .unwrap_or(Self::Divides)
    }
}

/// The words of normal text in order; `number` says which is which, given the word as written and whether it is plain.
///
/// With `dotted` a full stop joins too, as in the names of files.
pub(crate) fn tokens(
    normal: &str,
    dotted: bool,
    mut number: impl FnMut(&str, bool) -> u32,
) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(normal.len() / 6);
    let octets = normal.as_bytes();
    let mut gap = Gap::Divided;
    let (mut line_start, mut tabbed) = (0, false);
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        let kind = Octet::of(*octet);
        if matches!(kind, Octet::Letter | Octet::Odd) {
            let (end, plain) = word_end(normal, at);
            if end > at {
                tokens.push(Token {
                    start: small(at),
                    end: small(end),
                    word: number(normal.get(at..end).unwrap_or_default(), plain),
                    gap,
                    plain,
                });
                (at, gap) = (end, Gap::Joined);
                continue;
            }
        }
        match kind {
            Octet::Joins => {}
            Octet::Tab => tabbed = true,
            Octet::LineEnd => {
                if at - line_start < WRAPPED || tabbed {
                    gap = Gap::Divided;
                }
                (line_start, tabbed) = (at + 1, false);
            }
            Octet::Comma if gap == Gap::Joined => gap = Gap::Comma,
            Octet::FullStop if dotted || ends_initial(tokens.last(), at) => {}
            Octet::Letter | Octet::Odd | Octet::Comma | Octet::FullStop | Octet::Divides => {
                gap = Gap::Divided;
            }
        }
        at += if octet.is_ascii() {
            1
        } else {
            normal.ceil_char_boundary(at + 1) - at
        };
    }
    tokens
}

/// Where the word that begins here ends, and whether it is plain; here, where none begins.
fn word_end(normal: &str, start: usize) -> (usize, bool) {
    let octets = normal.as_bytes();
    let letters = |from: usize| {
        let rest = octets.get(from..).unwrap_or_default();
        let end = rest.iter().position(|o| Octet::of(*o) != Octet::Letter);
        from + end.unwrap_or(rest.len())
    };
    let plain_end = letters(start);
    let mut at = plain_end;
    while octets.get(at).is_some_and(|o| Octet::of(*o) == Octet::Odd) {
        match normal.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) if is_word(c) => at = letters(at + c.len_utf8()),
            Some(_) | None => break,
        }
    }
    (at, at == plain_end)
}

/// Those of the words of a text that stand wholly in a range of it.
pub(crate) fn within<'a>(tokens: &'a [Token], range: &Range<usize>) -> &'a [Token] {
    let from = tokens.partition_point(|token| token.range().start < range.start);
    let to = tokens.partition_point(|token| token.range().end <= range.end);
    tokens.get(from..to).unwrap_or_default()
}

/// Whether a full stop here is that of an initial, as in `A. Thornton`.
fn ends_initial(before: Option<&Token>, at: usize) -> bool {
    before.is_some_and(|token| token.len() == 1 && token.end as usize == at)
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || is_combining_mark(c)
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
    for c in without_possessive(word).chars() {
        decompose_compatible(c, |c| fold_letter(out, c));
    }
}

fn fold_letter(out: &mut String, c: char) {
    match c {
        '\'' => {}
        'ß' | 'ẞ' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'þ' | 'Þ' => out.push_str("th"),
        'ı' => out.push('i'),
        c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
        c if is_combining_mark(c) => {}
        other => out.extend(other.to_lowercase()),
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
        let found = tokens(written, false, |word, _| {
            let mut folded = String::new();
            fold_into(&mut folded, word);
            words.push(folded);
            STRANGER
        });
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
        let found = tokens(written, false, |_, _| STRANGER);
        assert_eq!(&written[found[1].range()], "Zoë");
        assert_eq!(&written[found[2].range()], "O'Brien");
        assert_eq!(&written[found[3].range()], "Smith");
    }
}
