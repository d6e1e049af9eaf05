//! One text prepared for every detector: normal text, folded text, and where the signature stands.
//!
//! It finds nothing itself.

use std::borrow::Cow;
use std::ops::Range;

use crate::detect::normal::normal;
use crate::extract::content::{Place, Text};

/// A text and its prepared forms.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// Where it is from.
    pub(crate) source: &'a Text,
    /// Text for patterns and lexicons.
    pub(crate) normal: Cow<'a, str>,
    /// Signature blocks in the normal text, in order, apart from each other.
    signatures: Vec<Range<usize>>,
}

/// Words that close a letter, in lower case; what follows on short lines is the signature.
const CLOSINGS: [&str; 17] = [
    "kind regards",
    "kindest regards",
    "warm regards",
    "best regards",
    "with regards",
    "regards",
    "many thanks",
    "thanks",
    "thank you",
    "best wishes",
    "with best wishes",
    "all the best",
    "yours sincerely",
    "yours faithfully",
    "yours truly",
    "sincerely",
    "cheers",
];

/// A signature has no more lines than this,
const SIGNATURE_LINES: usize = 14;
/// and none longer than this: after a longer line the letter has gone on.
const SIGNATURE_LINE: usize = 90;

impl<'a> Reading<'a> {
    /// Prepares one text.
    pub(crate) fn of(source: &'a Text) -> Self {
        let normal = normal(&source.text);
        let signatures = match source.place {
            Place::Body | Place::Quoted => signatures(&normal),
            Place::Subject
            | Place::Attachment
            | Place::Margin
            | Place::Property
            | Place::FileName => Vec::new(),
        };
        Self {
            source,
            normal,
            signatures,
        }
    }

    /// Whether a place in the normal text belongs to a signature block.
    pub(crate) fn in_signature(&self, at: usize) -> bool {
        let next = self.signatures.partition_point(|block| block.start <= at);
        next.checked_sub(1)
            .and_then(|before| self.signatures.get(before))
            .is_some_and(|block| block.contains(&at))
    }

    /// Whether these words are a whole line, the first below the closing of a letter: whoever signs it.
    pub(crate) fn is_signer(&self, range: &Range<usize>) -> bool {
        let next = self
            .signatures
            .partition_point(|block| block.start <= range.start);
        let Some(block) = next
            .checked_sub(1)
            .and_then(|before| self.signatures.get(before))
        else {
            return false;
        };
        let bare = |text: &str| !text.contains(char::is_alphanumeric);
        let above = self.slice(block.start..range.start);
        let below = self.slice(range.end..block.end).split('\n').next();
        // Above stands the closing alone, and nothing else of this line.
        let closing = above.trim_end_matches(['>', ' ', '\n']);
        block.contains(&range.start)
            && above.ends_with(['\n', '>', ' '])
            && !closing.contains('\n')
            && below.is_none_or(bare)
    }

    /// Whether nothing but these words stands on their line.
    pub(crate) fn is_whole_line(&self, range: &Range<usize>) -> bool {
        let (before, after) = self.sides(range, SIGNATURE_LINE);
        let before = before.rsplit('\n').next().unwrap_or_default();
        let after = after.split('\n').next().unwrap_or_default();
        !before.contains(char::is_alphanumeric) && !after.contains(char::is_alphanumeric)
    }

    /// The normal text in a range; empty where the range is none.
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        self.normal.get(range).unwrap_or_default()
    }

    /// The normal text around a range, at most `within` octets on each side, cut at characters.
    pub(crate) fn around(&self, range: &Range<usize>, within: usize) -> &str {
        self.slice(self.range_around(range, within))
    }

    /// The range of that.
    pub(crate) fn range_around(&self, range: &Range<usize>, within: usize) -> Range<usize> {
        let from = range.start.saturating_sub(within);
        let to = range.end.saturating_add(within);
        self.normal.floor_char_boundary(from)..self.normal.ceil_char_boundary(to)
    }

    /// The normal text before and after a range, at most `within` octets each, cut at characters.
    pub(crate) fn sides(&self, range: &Range<usize>, within: usize) -> (&str, &str) {
        let from = self
            .normal
            .floor_char_boundary(range.start.saturating_sub(within));
        let to = self
            .normal
            .ceil_char_boundary(range.end.saturating_add(within));
        (self.slice(from..range.start), self.slice(range.end..to))
    }
}

fn signatures(text: &str) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start_matches(['>', ' ']).trim();
        let closes = is_closing(words);
        open = match open {
            _ if closes => Some((at, 0)),
            Some((start, lines)) if lines < SIGNATURE_LINES && words.len() <= SIGNATURE_LINE => {
                match blocks.last_mut() {
                    Some(block) if block.start == start => block.end = at + line.len(),
                    Some(_) | None => blocks.push(start..at + line.len()),
                }
                Some((start, lines + usize::from(!words.is_empty())))
            }
            Some(_) | None => None,
        };
        at += line.len();
    }
    blocks
}

fn is_closing(line: &str) -> bool {
    let words = line.trim_end_matches([',', '.', '!', ' ']);
    words == "--"
        || CLOSINGS
            .iter()
            .any(|closing| closing.eq_ignore_ascii_case(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::origin::Origin;

    fn body(text: &str) -> Text {
        Text {
            origin: Origin::new("body"),
            place: Place::Body,
            visible: true,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_signature_ends_where_the_letter_goes_on() {
        let long = "x".repeat(120);
        let text = body(&format!(
            "Dear all\nKind regards,\nJo Bloggs\n07700 900123\n{long}\n07700 900456\n"
        ));
        let reading = Reading::of(&text);
        let at = |needle| reading.normal.find(needle).unwrap();
        assert!(reading.in_signature(at("900123")));
        assert!(!reading.in_signature(at("Dear")));
        assert!(!reading.in_signature(at("900456")));
    }
}
