//! Text as patterns see it: compatibility forms undone, one kind of dash, space and quote, nothing invisible.
//!
//! Lines and tabs stay.
//! Letters that only look Latin are undone in words that are otherwise Latin or carry digits (Unicode TR 39 in spirit):
//! a Cyrillic `В` does not hide a pupil number, and Russian stays Russian.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// `text` normalised; borrowed when there is nothing to do.
///
/// Only words with a character outside ASCII are looked at closely: most of most text is copied as it is.
pub(crate) fn normal(text: &str) -> Cow<'_, str> {
    let Some(mut odd) = next_odd(text) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let mut word = Vec::new();
    let mut rest = text;
    loop {
        let start = rest.get(..odd).and_then(|before| before.rfind(BLANKS));
        let start = start.map_or(0, |blank| blank + 1);
        let end = rest.get(odd..).and_then(|after| after.find(BLANKS));
        let end = end.map_or(rest.len(), |blank| odd + blank);
        out.push_str(rest.get(..start).unwrap_or_default());
        write_odd(
            &mut out,
            &mut word,
            rest.get(start..end).unwrap_or_default(),
        );
        rest = rest.get(end..).unwrap_or_default();
        match next_odd(rest) {
            Some(next) => odd = next,
            None => break,
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What divides words; no character joins with the next across one of these (Unicode Annex 15: they are starters).
const BLANKS: [char; 3] = [' ', '\n', '\t'];

/// Octets that are looked at together.
const TOGETHER: usize = 32;

/// Where the next octet stands that may have to be changed.
fn next_odd(text: &str) -> Option<usize> {
    let odd = |octet: &u8| !octet.is_ascii() || matches!(octet, b'\r' | b'`');
    let octets = text.as_bytes();
    let any = |some: &[u8]| some.iter().fold(false, |any, octet| any | odd(octet));
    let clean = octets
        .chunks(TOGETHER)
        .take_while(|some| !any(some))
        .count()
        * TOGETHER;
    let rest = octets.get(clean..)?;
    rest.iter().position(odd).map(|at| clean + at)
}

/// One word, character by character.
fn write_odd(out: &mut String, word: &mut Vec<char>, text: &str) {
    if text.chars().all(stands_alone) {
        out.extend(text.chars().filter_map(plain));
        return;
    }
    // What is invisible goes first: it would keep a letter and its accent apart.
    for c in text.chars().filter_map(visible).nfkc().filter_map(plain) {
        if c.is_alphanumeric() {
            word.push(c);
        } else {
            write_word(out, word);
            out.push(c);
        }
    }
    write_word(out, word);
}

/// Whether a character is ASCII, a letter with an accent as Western keyboards write it, a quote or a dash:
/// beside others of its kind it has no other form, and is like no other letter.
fn stands_alone(c: char) -> bool {
    matches!(c, '\0'..='\u{7f}' | 'À'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž' | '–' | '—' | '‘' | '’' | '“' | '”')
}

fn visible(c: char) -> Option<char> {
    let hidden = matches!(
        c,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\r'
    );
    (!hidden).then_some(c)
}

fn plain(c: char) -> Option<char> {
    match visible(c)? {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Some('-'),
        '\u{00a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Some(' '),
        '\u{2028}' | '\u{2029}' | '\u{000b}' | '\u{000c}' | '\u{0085}' => Some('\n'),
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bc}' | '\u{00b4}' | '\u{2032}' | '`' => {
            Some('\'')
        }
        '\u{201c}'..='\u{201f}' | '\u{2033}' => Some('"'),
        other => Some(other),
    }
}

fn write_word(out: &mut String, word: &mut Vec<char>) {
    let latin = word.iter().any(char::is_ascii_alphanumeric);
    out.extend(
        word.drain(..)
            .map(|c| if latin { look_alike(c) } else { c }),
    );
}

/// The Latin letter that a Cyrillic or Greek letter is drawn like.
fn look_alike(c: char) -> char {
    match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        'а' | 'α' => 'a',
        'с' => 'c',
        'е' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'х' | 'χ' => 'x',
        'у' => 'y',
        'ν' => 'v',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_reads_alike() {
        for (written, read) in [
            ("plain text\n", "plain text\n"),
            ("943\u{a0}476\u{2009}5919", "943 476 5919"),
            ("B8\u{200b}012\u{ad}0000\u{feff}5001", "B801200005001"),
            ("Ｂ８０１", "B801"),
            ("В801200005001", "B801200005001"),
            ("12\u{2011}34\u{2013}56", "12-34-56"),
            ("O\u{2019}Brien", "O'Brien"),
            ("Москва", "Москва"),
            ("Аmelia", "Amelia"),
            ("a\r\nb", "a\nb"),
            (
                "cafe\u{301} au lait\r\nand more",
                "caf\u{e9} au lait\nand more",
            ),
            ("one \u{301}two", "one \u{301}two"),
        ] {
            assert_eq!(normal(written), read, "{written:?}");
        }
    }
}
