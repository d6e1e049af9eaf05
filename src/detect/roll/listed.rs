//! Lists of surnames, or of names with an initial: each alone says nothing, those of three different pupils side by side do.
//!
//! `Thornton, Okafor and Marsh`, a surname and a mark on each line, `Amelia T, Ethan O, Tyler M`.
//! Forenames alone are no such list: half the school shares them with colleagues and authors.
//! Side by side means that no other name stands as an item between them, so that a list of authors with three
//! pupils' surnames in it is none; where words for children stand at each, they may stand apart.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::roll::beside::{is_of_children, is_somebody_else};
use crate::detect::roll::candidates::{Candidate, Order};
use crate::detect::roll::judge::SHARED;
use crate::detect::roll::ordinary;
use crate::detect::roll::sightings::Sighting;
use crate::detect::tokens::fold_name;
use crate::directory::people::PupilId;

/// So many different pupils make a list.
const PUPILS: usize = 3;
/// Items of a list are no more octets apart than this.
const APART: usize = 60;
/// A word for children stands at a name within this many octets.
const CHILDREN: usize = 60;
/// Words before a list that say that it is of somebody or something else.
const OTHERS: [&str; 20] = [
    "house",
    "houses",
    "author",
    "writer",
    "writers",
    "artists",
    "scientists",
    "players",
    "actors",
    "authors",
    "book",
    "books",
    "poets",
    "composers",
    "staff",
    "teachers",
    "governors",
    "trustees",
    "streets",
    "solicitors",
];
/// They stand within so many octets before it.
const HEADED: usize = 60;
/// How sure such a list is: more than a hint, less than a whole name.
const SURE: f64 = 0.6;

/// A name that is a pupil's only if others stand beside it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    range: Range<usize>,
    owners: Vec<PupilId>,
}

/// The item of a list that a candidate could be.
pub(super) fn item(
    candidate: &Candidate,
    reading: &Reading<'_>,
    range: &Range<usize>,
    setting: &Setting<'_>,
) -> Option<Listed> {
    let kind = matches!(
        candidate.order,
        Order::Surname | Order::Initial | Order::Abbreviated
    );
    if !kind || candidate.owners.len() > SHARED {
        return None;
    }
    let written = reading.slice(range.clone());
    let mut words = written.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let named = words.all(|word| word.is_empty() || word.starts_with(char::is_uppercase));
    let folded = fold_name(written);
    let is = named
        && folded.len() > 2
        && (ends_in_an_initial(&folded) || !ordinary::all_ordinary(&folded))
        && !setting.roll.is_surname_of_staff(&folded)
        && !is_part_of_a_longer_name(reading, range)
        && !reading.in_signature(range.start)
        && !is_somebody_else(reading, range);
    is.then(|| Listed {
        range: range.clone(),
        owners: candidate.owners.clone(),
    })
}

/// Whether it is `Poppy L`: nobody writes the flower so.
fn ends_in_an_initial(folded: &str) -> bool {
    folded
        .rsplit_once(' ')
        .is_some_and(|(_, last)| last.len() == 1)
}

/// Whether another word written as a name stands on either side: `John Thornton`, `Thornton Road`.
pub(super) fn is_part_of_a_longer_name(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, after) = reading.sides(range, 24);
    let next = after.strip_prefix([' ', '-']).unwrap_or_default();
    let last = before.strip_suffix([' ', '-']).unwrap_or_default();
    let last = last
        .rsplit(|c: char| !c.is_alphanumeric() && c != '\'')
        .next();
    let named = |word: &str| {
        word.starts_with(char::is_uppercase) && word.chars().nth(1).is_some_and(char::is_lowercase)
    };
    named(next) || last.is_some_and(|last| named(last) && !LEADS.contains(&last))
}

/// Words that begin a sentence before a name and are no part of it: `The Thornton appointment`.
const LEADS: [&str; 16] = [
    "The", "And", "But", "For", "From", "With", "Has", "Is", "Can", "Could", "When", "If", "Both",
    "Also", "Please", "Re",
];

/// The sightings that a text's items are together, in reading order.
pub(super) fn together(
    mut items: Vec<Listed>,
    text: usize,
    reading: &Reading<'_>,
) -> Vec<Sighting> {
    // Of two readings of one word the longer, which comes with its initial, is the better.
    items.sort_by_key(|item| (item.range.start, std::cmp::Reverse(item.range.end)));
    items.dedup_by(|later, earlier| later.range.start < earlier.range.end);
    if different(items.iter()) < PUPILS {
        return Vec::new();
    }
    let mut found: Vec<Listed> = Vec::new();
    for run in items.chunk_by(|one, next| is_beside(one, next, reading)) {
        let others = run.last().is_some_and(|last| is_cited(last, reading))
            || run
                .first()
                .is_some_and(|first| is_headed_otherwise(first, reading));
        if different(run.iter()) >= PUPILS && !others {
            found.extend_from_slice(run);
        }
    }
    if found.is_empty() {
        items.retain(|item| is_of_children(reading, &item.range, CHILDREN));
        if different(items.iter()) >= PUPILS {
            found = items;
        }
    }
    let sighting = |item: Listed| Sighting {
        text,
        range: item.range,
        pupils: item.owners,
        confidence: SURE,
        near: false,
        why: "surnames of three pupils on roll and more stand side by side",
    };
    found.into_iter().map(sighting).collect()
}

/// How many different pupils items are of: brothers and sisters count once.
fn different<'a>(items: impl Iterator<Item = &'a Listed>) -> usize {
    let mut seen: BTreeSet<PupilId> = BTreeSet::new();
    let mut count = 0;
    for item in items {
        if !item.owners.iter().any(|owner| seen.contains(owner)) {
            count += 1;
        }
        seen.extend(&item.owners);
    }
    count
}

/// Whether nothing stands between two items but what belongs to the first, and no name of somebody else as an item.
fn is_beside(one: &Listed, next: &Listed, reading: &Reading<'_>) -> bool {
    let between = reading.slice(one.range.end..next.range.start);
    if between.len() > APART {
        return false;
    }
    let another = |item: &str| {
        let item = item.trim_start_matches([' ', '>', '*', '-', '(']);
        item.starts_with(char::is_uppercase) && item.chars().nth(1).is_some_and(char::is_lowercase)
    };
    let mut items = between.split([',', ';', '\n', '/', '&', '.']);
    // What follows the name itself is said of it, and the last piece leads to the next name.
    items.next();
    !items.any(another)
}

/// Whether the words before a list say that it is of others: `House points: Brown 212, Morgan 198, Fraser 240`.
fn is_headed_otherwise(first: &Listed, reading: &Reading<'_>) -> bool {
    let (before, _) = reading.sides(&first.range, HEADED);
    let lower = before.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| OTHERS.contains(&word))
}

/// Whether a year follows, as in a reference to a book: `Taylor, Evans and Marsh (2019)`.
fn is_cited(last: &Listed, reading: &Reading<'_>) -> bool {
    let (_, after) = reading.sides(&last.range, 8);
    let year = after.trim_start_matches([' ', ',', '(']);
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && after.len() > year.len()
}
