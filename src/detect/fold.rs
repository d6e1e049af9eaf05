//! Text as names are compared: lower case, no accents, no apostrophes, hyphens as spaces.
//!
//! Every token is written with one space before it, so that a pattern that starts with a space starts at a token.
//! Commas and full stops stay: `James, Taylor and Harry` does not contain James Taylor.
//! A line end inside running text reads as a space, because mail is wrapped; the end of a row or short line does not.

use unicode_normalization::UnicodeNormalization;

/// Lines shorter than this end where their writer ended them; longer ones may have been wrapped.
const WRAPPED: usize = 45;

/// Folded text and the way back.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// ` amelia thornton, 4 h`
    pub(crate) text: String,
    tokens: Vec<Token>,
}

/// One token: its place in the folded text (of the space before it) and in the normal text.
#[derive(Debug, Clone, Copy)]
struct Token {
    at: u32,
    start: u32,
    end: u32,
}

impl Folded {
    /// Folds normal text.
    pub(crate) fn of(normal: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(normal.len() + 16),
            tokens: Vec::with_capacity(normal.len() / 6),
        };
        let mut line_start = 0;
        let mut chars = normal.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            if is_word(c) {
                let mut end = start + c.len_utf8();
                while let Some((at, next)) = chars.next_if(|(_, next)| is_word(*next)) {
                    end = at + next.len_utf8();
                }
                folded.push_token(normal, start, end);
            } else if c == '\n' {
                let line = normal.get(line_start..start).unwrap_or_default();
                if line.len() < WRAPPED || line.contains('\t') {
                    folded.text.push('\n');
                }
                line_start = start + 1;
            } else if !matches!(c, ' ' | '\t' | '-' | '_' | '>') && !folded.ends_initial(c) {
                folded.text.push(c);
            }
        }
        folded
    }

    fn push_token(&mut self, normal: &str, start: usize, end: usize) {
        let small = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        self.tokens.push(Token {
            at: small(self.text.len()),
            start: small(start),
            end: small(end),
        });
        self.text.push(' ');
        fold_into(&mut self.text, normal.get(start..end).unwrap_or_default());
    }

    /// Whether this character is the full stop of an initial, as in `A. Thornton`.
    fn ends_initial(&self, c: char) -> bool {
        let mut back = self.text.bytes().rev();
        c == '.' && back.next().is_some_and(|b| b.is_ascii_lowercase()) && back.next() == Some(b' ')
    }

    /// The range of normal text behind a range of folded text that begins and ends with tokens.
    pub(crate) fn normal_range(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let first = self
            .tokens
            .partition_point(|token| (token.at as usize) < start);
        let after = self
            .tokens
            .partition_point(|token| (token.at as usize) < end);
        let from = self
            .tokens
            .get(first)
            .map_or(0, |token| token.start as usize);
        let to = after
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(from, |token| token.end as usize);
        from..to.max(from)
    }

    /// Whether a folded range ends where a token ends.
    pub(crate) fn ends_token(&self, end: usize) -> bool {
        self.text
            .get(end..)
            .and_then(|rest| rest.chars().next())
            .is_none_or(|next| !next.is_alphanumeric())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || unicode_normalization::char::is_combining_mark(c)
}

/// Folds one name or word: `Zoë` → `zoe`, `O'Brien` → `obrien`, a possessive `'s` dropped.
pub(crate) fn fold_into(out: &mut String, word: &str) {
    let word = word.trim_matches('\'');
    let word = word
        .strip_suffix("'s")
        .or_else(|| word.strip_suffix("'S"))
        .unwrap_or(word);
    if word.is_ascii() {
        out.extend(
            word.chars()
                .filter(|c| *c != '\'')
                .map(|c| c.to_ascii_lowercase()),
        );
        return;
    }
    let marks = unicode_normalization::char::is_combining_mark;
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

/// Folds a whole name to tokens separated by single spaces, as [`Folded`] would write it without its first space.
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

    #[test]
    fn names_fold_to_what_they_sound_like_on_a_keyboard() {
        for (written, folded) in [
            ("Zoë O'Brien", " zoe obrien"),
            ("Amelia's", " amelia"),
            ("Thornton-Jones, Amelia", " thornton jones, amelia"),
            ("A. Thornton. Next", " a thornton. next"),
            ("James, Taylor", " james, taylor"),
            ("Łukasz Strauß", " lukasz strauss"),
            ("one\ntwo", " one\n two"),
            (
                "a line of text that is long enough to have been wrapped by Amelia\nThornton",
                " a line of text that is long enough to have been wrapped by amelia thornton",
            ),
        ] {
            assert_eq!(Folded::of(written).text, folded, "{written:?}");
        }
    }

    #[test]
    fn a_folded_range_leads_back_to_what_was_written() {
        let written = "Dear Zoë O'Brien-Smith, hello";
        let folded = Folded::of(written);
        let at = folded.text.find(" zoe").unwrap();
        let end = folded.text.find(" smith").unwrap() + " smith".len();
        assert_eq!(&written[folded.normal_range(at, end)], "Zoë O'Brien-Smith");
    }
}
