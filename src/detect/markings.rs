//! Protective markings: words that mean something only where markings stand.
//!
//! Alone on a line, in brackets, in capitals, at the start or end of the subject, in a header or footer,
//! in a document property. "Restricted parking" is none.

use std::ops::Range;

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::rules::Body;
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::extract::content::Place;
use crate::secret::Excerpt;

/// A line of at most this many words that begins or ends with a marking is a marking line.
const LINE_WORDS: usize = 6;

/// Adds every marking that stands where markings stand.
pub(crate) fn weigh(readings: &[Reading<'_>], setting: &Setting<'_>, sum: &mut Sum) {
    for rule in &setting.rules.all {
        let Body::Marking(marking) = &rule.body else {
            continue;
        };
        for (text, reading) in readings.iter().enumerate() {
            if !rule.applies(reading.source.place) {
                continue;
            }
            let stands = marking
                .terms
                .find(&reading.normal)
                .find(|(_, range)| is_marking(reading, range));
            if let Some((_, range)) = stands {
                sum.add(Entry {
                    detector: &rule.id,
                    title: &rule.title,
                    level: rule.level,
                    many: None,
                    alone: false,
                    about: About::Nobody,
                    confidence: marking.confidence,
                    spot: Spot::of(text, range.start, reading.source),
                    excerpt: Excerpt::plain(reading.slice(range)),
                    value: rule.id.clone(),
                    pupils: Vec::new(),
                });
            }
        }
    }
}

fn is_marking(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let line = line_around(&reading.normal, range);
    let before = reading.slice(line.start..range.start);
    let after = reading.slice(range.end..line.end);
    let bare = |rest: &str| !rest.contains(|c: char| c.is_alphanumeric());
    let alone = bare(before) && bare(after);
    let bracketed = before.trim_end().ends_with(['[', '(', '{'])
        && after.trim_start().starts_with([']', ')', '}']);
    let words = reading.slice(line).split_whitespace().count();
    let capitals = !reading
        .slice(range.clone())
        .contains(|c: char| c.is_lowercase());
    let at_edge = bare(before) || bare(after);
    match reading.source.place {
        Place::Property | Place::Margin => alone || bracketed || at_edge || capitals,
        Place::Subject => alone || bracketed || (at_edge && (capitals || set_off(before, after))),
        Place::Body | Place::Quoted | Place::Attachment => {
            alone
                || (bracketed && capitals)
                || (at_edge && capitals && words <= LINE_WORDS)
                || labelled(before)
        }
        Place::FileName => bracketed || capitals,
    }
}

/// Whether punctuation sets the marking off: `Restricted: Amelia`, `minutes - protect`.
fn set_off(before: &str, after: &str) -> bool {
    let dashed = |rest: &str| rest.trim().starts_with([':', '-', '|', '/']);
    dashed(after) || before.trim_end().ends_with([':', '-', '|', '/'])
}

/// Whether the line says that a marking follows: `Protective marking: Restricted`.
fn labelled(before: &str) -> bool {
    let label = before
        .trim_end()
        .trim_end_matches([':', '-', '='])
        .trim_end();
    let label = label.to_lowercase();
    label.len() < before.trim_end().len()
        && [
            "marking",
            "classification",
            "sensitivity",
            "security level",
            "impact level",
        ]
        .iter()
        .any(|word| label.ends_with(word))
}

fn line_around(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text
        .get(..range.start)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1);
    let end = text
        .get(range.end..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |at| range.end + at);
    start..end
}
