//! Protective markings: words that mean something only where markings stand.
//!
//! Alone on a line, in brackets, in capitals, at the start or end of the subject, in a header or footer,
//! in a document property. "Restricted parking" is none.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::detect::Setting;
use crate::detect::lexicon::Told;
use crate::detect::reading::Reading;
use crate::detect::rules::Body;
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::extract::content::Place;
use crate::secret::Excerpt;

/// A line of at most this many words that begins or ends with a marking is a marking line.
const LINE_WORDS: usize = 6;
/// As much of a line is looked at on either side; a line that goes on further is no marking.
const LINE: usize = 200;

/// Adds every marking that stands where markings stand.
pub(crate) fn weigh(readings: &[Reading<'_>], told: &[Told], setting: &Setting<'_>, sum: &mut Sum) {
    for (text, (reading, told)) in readings.iter().zip(told).enumerate() {
        let mut seen = BTreeSet::new();
        for (number, range) in &told.markings {
            let Some(rule) = setting.rules.all.get(*number) else {
                continue;
            };
            let Body::Marking(marking) = &rule.body else {
                continue;
            };
            if seen.contains(number)
                || !rule.applies(reading.source.place)
                || !is_marking(reading, range)
            {
                continue;
            }
            seen.insert(*number);
            sum.add(Entry {
                detector: &rule.id,
                title: &rule.title,
                level: rule.level,
                many: None,
                alone: false,
                about: About::Nobody,
                confidence: marking.confidence,
                spot: Spot::of(text, range.start, reading.source),
                excerpt: Excerpt::plain(reading.slice(range.clone())),
                why: "it stands where markings stand".to_owned(),
                value: rule.id.clone(),
                pupils: Vec::new(),
            });
        }
    }
}

fn is_marking(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, after) = reading.sides(range, LINE);
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    let bare = |rest: &str| !rest.contains(|c: char| c.is_alphanumeric());
    let alone = bare(before) && bare(after);
    let bracketed = before.trim_end().ends_with(['[', '(', '{'])
        && after.trim_start().starts_with([']', ')', '}']);
    let words = before.split_whitespace().count() + after.split_whitespace().count() + 1;
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
