//! What stands beside a name: a class, a year group or a date of birth that says which pupil is meant,
//! a title or an address that says it is somebody else, words that say it is a child.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::detect::reading::Reading;
use crate::detect::roll::classes;
use crate::directory::people::Pupil;

/// Octets of a line that are looked at before a name: enough for `> From: `.
const LINE: usize = 120;
/// Octets around a forename within which a word says that it is a child's.
const CHILD: usize = 120;

/// Words that say that a child is spoken of.
#[expect(
    clippy::expect_used,
    reason = "a constant expression, compiled by a test below"
)]
static CHILD_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?-u:\b)(?:mum|mummy|dad|daddy|mother|father|parents?|carers?|pupils?|child|children|boy|girl|son|daughter|class|classroom|playground|lunchtime|(?:year|yr) ?(?:[0-9]|r)|y(?:[0-9]{1,2}|r)|social worker|EHCP|SENCo)(?-u:\b)",
    )
    .expect("a constant expression")
});

/// Words of a day at school, beside which a name that is nearly a pupil's is the pupil's.
#[expect(
    clippy::expect_used,
    reason = "a constant expression, compiled by a test below"
)]
static SCHOOL_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?-u:\b)(?:teacher|lessons?|homework|playtime|break ?time|lunch|assembly|uniform|coat|book ?bag|reading|spellings?|phonics|maths|register|attendance|absent|absence|poorly|group|trip|minibus|score[ds]?|PE kit)(?-u:\b)",
    )
    .expect("a constant expression")
});

/// Words before a forename that make it somebody written to or signing.
const GREETINGS: [&str; 12] = [
    "dear",
    "hi",
    "hello",
    "hey",
    "morning",
    "afternoon",
    "thanks",
    "thank you",
    "regards",
    "from",
    "cheers",
    "to",
];

/// Text around a name, ready to be asked about several pupils.
pub(crate) struct Around<'a> {
    written: &'a str,
    /// In capitals.
    text: String,
    has_digits: bool,
}

impl<'a> Around<'a> {
    /// Prepares a stretch of text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            written: text,
            text: text.to_uppercase(),
            has_digits: text.contains(|c: char| c.is_ascii_digit()),
        }
    }

    /// Whether this pupil's class, date of birth, number or address stands here.
    pub(crate) fn is_of(&self, pupil: &Pupil) -> bool {
        self.has_class(pupil) || self.has_birth_or_number(pupil)
    }

    /// Whether this pupil's date of birth, number or address stands here.
    pub(crate) fn has_birth_or_number(&self, pupil: &Pupil) -> bool {
        pupil.dob.is_some_and(|born| self.has_date(born))
            || (self.has_digits && self.has_number(pupil))
    }

    fn has_number(&self, pupil: &Pupil) -> bool {
        let upn = pupil.upn.as_ref();
        let address = pupil.email.as_ref();
        upn.is_some_and(|upn| self.has_word(&upn.to_uppercase()))
            || address.is_some_and(|address| self.has_word(&address.as_str().to_uppercase()))
    }

    /// Whether this pupil's class stands here.
    pub(crate) fn has_class(&self, pupil: &Pupil) -> bool {
        let Some(class) = pupil.class.as_deref() else {
            return false;
        };
        let numbered = class.len() > 1 && class.contains(|c: char| c.is_ascii_digit());
        let as_written = numbered && self.has_digits || class.len() > 3;
        (as_written && self.has_word(&class.to_uppercase())) || classes::stands(self.written, class)
    }

    /// Whether this pupil's year group stands here.
    pub(crate) fn has_year(&self, pupil: &Pupil) -> bool {
        let year = pupil.year.as_deref().unwrap_or_default().to_uppercase();
        let year = year.trim_start_matches("YEAR").trim();
        let written = |before: &str| self.has_word(&format!("{before}{year}"));
        self.has_digits
            && !year.is_empty()
            && ["YEAR ", "Y", "YR ", "YR", "YEAR"].into_iter().any(written)
    }

    fn has_date(&self, born: Date) -> bool {
        let forms = [
            "%d/%m/%Y",
            "%d/%m/%y",
            "%Y-%m-%d",
            "%d.%m.%Y",
            "%d.%m.%y",
            "%d-%m-%Y",
            "%-d/%-m/%Y",
            "%-d/%-m/%y",
            "%-d %B %Y",
            "%-d %b %Y",
            "%d-%b-%y",
        ];
        let year = born.strftime("%y").to_string();
        self.has_digits
            && self.text.contains(&year)
            && forms
                .iter()
                .any(|form| self.has_word(&born.strftime(form).to_string().to_uppercase()))
    }

    fn has_word(&self, word: &str) -> bool {
        self.text.match_indices(word).any(|(at, _)| {
            let before = self.text.get(..at).and_then(|t| t.chars().next_back());
            let after = self.text.get(at + word.len()..);
            let after = after.and_then(|t| t.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    }
}

/// Whether a title, an address or a quoting header makes the name somebody else's.
pub(super) fn is_somebody_else(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, _) = reading.sides(range, LINE);
    let last = before
        .trim_end_matches([' ', '.'])
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    is_title(last) || is_correspondent(reading, range)
}

/// Whether the name is that of whoever wrote or is written to.
pub(crate) fn is_correspondent(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, after) = reading.sides(range, LINE);
    let after = after.trim_start_matches(['"', '\'', ' ', ')']);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let line = line.trim_start_matches(['>', ' ', '*', '|']);
    let header = [
        "From:",
        "To:",
        "Cc:",
        "CC:",
        "Sent by",
        "Reply-To:",
        "Sender:",
    ];
    after.starts_with(['<', '@'])
        || after.starts_with("[mailto:")
        || after.starts_with("wrote")
        || after.starts_with("writes")
        || header.iter().any(|field| line.starts_with(field))
}

/// Whether what stands before a word calls it a user name.
pub(super) fn is_called_user(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, _) = reading.sides(range, 24);
    let before = before.to_lowercase();
    ["user", "login", "log in", "log-in", "account"]
        .iter()
        .any(|word| before.contains(word))
}

/// Whether a name of ordinary words reads as a place: `into Summer Lane`, `at Daisy Hill`.
pub(super) fn is_a_place(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, after) = reading.sides(range, 24);
    let word = before.trim_end().rsplit(' ').next().unwrap_or_default();
    let next = after
        .trim_start()
        .split(|c: char| !c.is_alphanumeric())
        .next();
    let buildings = [
        "station", "road", "street", "lane", "farm", "school", "primary", "park", "church", "rec",
        "pitch", "centre", "hospital", "surgery", "house", "estate",
    ];
    if next.is_some_and(|next| buildings.iter().any(|one| next.eq_ignore_ascii_case(one))) {
        return true;
    }
    let leads = [
        "into", "at", "on", "along", "off", "near", "down", "up", "past", "in", "from", "behind",
        "opposite",
    ];
    let written = reading.slice(range.clone()).to_lowercase();
    let places = [
        "lane", "hill", "street", "field", "park", "marsh", "brook", "ford", "church", "wells",
        "moss", "heath", "banks", "forest", "river", "cross", "hall",
    ];
    leads.contains(&word) && places.iter().any(|place| written.ends_with(place))
}

/// Whether a single forename reads as that of a child who is spoken of:
/// written as a name, not greeted or signing, no surname beside it, and a word for children near it.
pub(super) fn is_a_child(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, after) = reading.sides(range, 24);
    let next = after
        .trim_start_matches("'s")
        .trim_start_matches([' ', '-']);
    let surname_after = next.chars().next().is_some_and(char::is_uppercase);
    let previous = before
        .trim_end_matches([' ', '-'])
        .rsplit(' ')
        .next()
        .unwrap_or_default();
    let surname_before = previous.chars().next().is_some_and(char::is_uppercase)
        && !before
            .trim_end_matches(' ')
            .ends_with(['.', ',', ':', ';', '!', '?', '\n']);
    let named = reading
        .slice(range.clone())
        .chars()
        .next()
        .is_some_and(char::is_uppercase);
    named
        && !is_greeted(reading, range)
        && !surname_after
        && !surname_before
        && !reading.in_signature(range.start)
        && CHILD_WORD.is_match(reading.around(range, CHILD))
}

/// Whether a name is that of somebody written to or signing: `Dear Amelia`.
pub(super) fn is_greeted(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, _) = reading.sides(range, 24);
    let lower = before.trim_end_matches([' ', ',', '\n']).to_lowercase();
    GREETINGS.iter().any(|word| lower.ends_with(word))
}

/// Whether a word for children stands within so many octets of a name.
pub(super) fn is_of_children(reading: &Reading<'_>, range: &Range<usize>, within: usize) -> bool {
    CHILD_WORD.is_match(reading.around(range, within))
}

/// Whether a word for children or for a day at school stands within so many octets of a name.
pub(super) fn is_of_school(reading: &Reading<'_>, range: &Range<usize>, within: usize) -> bool {
    is_of_children(reading, range, within) || SCHOOL_WORD.is_match(reading.around(range, within))
}

/// Whether a word is a title of grown-ups.
pub(crate) fn is_title(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.').to_ascii_lowercase().as_str(),
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "mx"
            | "dr"
            | "prof"
            | "professor"
            | "rev"
            | "sir"
            | "dame"
            | "lord"
            | "lady"
            | "cllr"
            | "revd"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_children_are_known() {
        assert!(CHILD_WORD.is_match("her mum rang"));
        assert!(CHILD_WORD.is_match("in Year 4"));
        assert!(!CHILD_WORD.is_match("the year ahead"));
        assert!(SCHOOL_WORD.is_match("in the reading group"));
    }
}
