//! Where pupils are named, and how sure that is.
//!
//! A full pair of names is a pupil, unless it is a colleague's, a correspondent's or somebody with a title.
//! Names made of ordinary words must be written as names; initials need the pupil's class or date of birth beside them.
//! Namesakes stay ambiguous until a class or a date of birth tells them apart.

use std::ops::Range;

use aho_corasick::Input;

use crate::detect::reading::Reading;
use crate::detect::roll::beside::{Around, is_a_child, is_a_place, is_somebody_else};
use crate::detect::roll::{Order, Pattern, Roll};
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::{ENOUGH, Setting};
use crate::directory::people::{Pupil, PupilId};
use crate::extract::content::Place;
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// A pupil's class or date of birth counts as beside the name within this many octets,
const BESIDE: usize = 80;
/// and beside a single forename within these: `Amelia (4H)`, `Amelia in Year 4`.
const CLOSE: usize = 14;
/// A forename that more pupils share says nothing about which.
const MOST: usize = 60;
/// The confidence from which a name makes words around it matter, though it is no finding itself.
pub(crate) const HINT: f64 = 0.4;

/// One name in one text.
#[derive(Debug)]
pub(crate) struct Sighting {
    pub(crate) text: usize,
    pub(crate) range: Range<usize>,
    /// Who; several where namesakes cannot be told apart.
    pub(crate) pupils: Vec<PupilId>,
    pub(crate) confidence: f64,
}

/// Every sighting in every text, in reading order.
pub(crate) fn sightings(readings: &[Reading<'_>], setting: &Setting<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    for (text, reading) in readings.iter().enumerate() {
        sightings.extend(named(text, reading, setting));
        sightings.extend(addressed(text, reading, setting));
    }
    sightings
}

/// Pupils by name: the longest form that holds at each place; a form that does not hold hides no shorter one behind it.
fn named(text: usize, reading: &Reading<'_>, setting: &Setting<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    let Some(automaton) = &setting.roll.automaton else {
        return sightings;
    };
    let folded = reading.folded.text.as_str();
    let mut at = 0;
    while let Some(found) = automaton.find(Input::new(folded).range(at..)) {
        at = found.start() + 1;
        let Some(pattern) = setting.roll.patterns.get(found.pattern().as_usize()) else {
            continue;
        };
        if !reading.folded.ends_token(found.end()) {
            continue;
        }
        let range = reading.folded.normal_range(found.start(), found.end());
        if let Some(sighting) = judged(*pattern, reading, text, range, setting) {
            if sighting.confidence >= ENOUGH {
                at = found.end();
            }
            sightings.push(sighting);
        }
    }
    sightings
}

/// Pupils by their own school address.
fn addressed(text: usize, reading: &Reading<'_>, setting: &Setting<'_>) -> Vec<Sighting> {
    let separator = |c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c);
    let mut sightings = Vec::new();
    if !reading.normal.contains('@') {
        return sightings;
    }
    let mut at = 0;
    for word in reading.normal.split(separator) {
        let range = at..at + word.len();
        at = range.end
            + reading
                .slice(range.end..reading.normal.len())
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let address = word
            .contains('@')
            .then(|| word.trim_end_matches('.').parse().ok());
        let pupil = address
            .flatten()
            .and_then(|a| setting.directory.pupil_by_address(&a));
        sightings.extend(pupil.map(|pupil| Sighting {
            text,
            range,
            pupils: vec![pupil],
            confidence: 0.95,
        }));
    }
    sightings
}

fn judged(
    pattern: Pattern,
    reading: &Reading<'_>,
    text: usize,
    range: Range<usize>,
    setting: &Setting<'_>,
) -> Option<Sighting> {
    let owners = setting.roll.owners(pattern);
    let single = pattern.order == Order::Single;
    if single && owners.len() > MOST {
        return None;
    }
    let sure = look(pattern, reading, &range)?;
    let around = Around::new(reading.around(&range, if single { CLOSE } else { BESIDE }));
    let is_of = |pupil: &Pupil| {
        if single {
            around.is_of_year(pupil)
        } else {
            around.is_of(pupil)
        }
    };
    let beside: Vec<PupilId> = owners
        .iter()
        .copied()
        .filter(|id| setting.directory.pupil(*id).is_some_and(is_of))
        .collect();
    let told_apart = !beside.is_empty();
    if !told_apart && is_somebody_else(reading, &range) {
        return None;
    }
    let confidence = match told_apart {
        true if single && beside.len() > 1 => HINT,
        true if single => 0.75,
        true => 0.95,
        false if pattern.staff => sure.min(0.3),
        false if owners.len() > 1 => sure.min(0.7),
        false => sure,
    };
    // A forename that several pupils share hints at a child, and not at which.
    let pupils = match (single && confidence < ENOUGH, told_apart) {
        (true, _) if owners.len() > 1 => Vec::new(),
        (_, true) => beside,
        (_, false) => owners.to_vec(),
    };
    Some(Sighting {
        text,
        range,
        pupils,
        confidence,
    })
}

/// How sure the writing alone is; `None` where it is not a name at all.
fn look(pattern: Pattern, reading: &Reading<'_>, range: &Range<usize>) -> Option<f64> {
    let written = reading.slice(range.clone());
    let named = written
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .all(|word| word.chars().next().is_some_and(char::is_uppercase));
    let shouted = !written.contains(char::is_lowercase);
    let listed = written.contains('\t') || reading.source.place == Place::FileName;
    if pattern.ordinary && !named && !listed {
        return None;
    }
    Some(match pattern.order {
        Order::Plain if pattern.ordinary && shouted && !listed => 0.4,
        Order::Plain if pattern.ordinary && is_a_place(reading, range) => 0.3,
        Order::Plain if pattern.ordinary => 0.75,
        Order::Plain => 0.9,
        Order::Reversed if listed => 0.85,
        Order::Reversed | Order::Initial => 0.3,
        Order::Single if pattern.staff || pattern.ordinary => return None,
        Order::Single if is_a_child(reading, range) => HINT,
        Order::Single => 0.2,
    })
}

/// Adds the pupils who are named for certain enough.
pub(crate) fn weigh(
    readings: &[Reading<'_>],
    sightings: &[Sighting],
    _setting: &Setting<'_>,
    sum: &mut Sum,
) {
    for sighting in sightings.iter().filter(|s| s.confidence >= ENOUGH) {
        let Some(reading) = readings.get(sighting.text) else {
            continue;
        };
        let shared = sighting.pupils.len() > 1;
        if shared {
            sum.namesakes(sighting.pupils.iter().copied());
        }
        let key = |id: &PupilId| format!("{:08}", id.0);
        sum.add(Entry {
            detector: if shared {
                "roll.namesake"
            } else {
                "roll.pupil"
            },
            title: if shared {
                "name that several pupils on roll share"
            } else {
                "name of a pupil on roll"
            },
            level: Level::Protect,
            many: None,
            alone: false,
            about: About::Pupil,
            confidence: sighting.confidence,
            spot: Spot::of(sighting.text, sighting.range.start, reading.source),
            excerpt: Excerpt::mask(reading.slice(sighting.range.clone())),
            value: sighting.pupils.iter().map(key).collect(),
            pupils: sighting.pupils.clone(),
        });
    }
}

impl Roll {
    /// Whether nobody is on roll.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.automaton.is_none()
    }
}
