//! Where pupils are named, and how sure that is.
//!
//! A full pair of names is a pupil, unless it is a colleague's, a correspondent's or somebody with a title.
//! Names made of ordinary words must be written as names; initials need the pupil's class or date of birth beside them.
//! Namesakes stay ambiguous until a class or a date of birth tells them apart.

use std::ops::Range;

use crate::detect::reading::Reading;
use crate::detect::roll::{Order, Pattern, Roll};
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::{ENOUGH, Setting};
use crate::directory::people::{Pupil, PupilId};
use crate::extract::content::Place;
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// A pupil's class or date of birth counts as beside the name within this many octets.
const BESIDE: usize = 80;

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
    let roll = setting.roll;
    let Some(automaton) = &roll.automaton else {
        return Vec::new();
    };
    let mut sightings = Vec::new();
    for (text, reading) in readings.iter().enumerate() {
        for found in automaton.find_iter(&reading.folded.text) {
            let Some(pattern) = roll.patterns.get(found.pattern().as_usize()) else {
                continue;
            };
            if !reading.folded.ends_token(found.end()) {
                continue;
            }
            let range = reading.folded.normal_range(found.start(), found.end());
            sightings.extend(judged(*pattern, reading, text, range, setting));
        }
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
    let around = reading.around(&range, BESIDE);
    let beside: Vec<PupilId> = owners
        .iter()
        .copied()
        .filter(|id| is_beside(setting.directory.pupil(*id), around))
        .collect();
    let told_apart = !beside.is_empty();
    if !told_apart && is_somebody_else(reading, &range) {
        return None;
    }
    let confidence = match (told_apart, look(pattern, reading, &range)?) {
        (true, _) => 0.95,
        (false, sure) if pattern.staff => sure.min(0.3),
        (false, sure) if owners.len() > 1 => sure.min(0.7),
        (false, sure) => sure,
    };
    Some(Sighting {
        text,
        range,
        pupils: if told_apart { beside } else { owners.to_vec() },
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
        Order::Plain if pattern.ordinary => 0.75,
        Order::Plain => 0.9,
        Order::Reversed if listed => 0.85,
        Order::Reversed | Order::Initial => 0.3,
    })
}

/// Whether a class or date of birth of this pupil stands in the text around the name.
pub(crate) fn is_beside(pupil: Option<&Pupil>, around: &str) -> bool {
    let Some(pupil) = pupil else { return false };
    let whole = |needle: &str| {
        around.match_indices(needle).any(|(at, _)| {
            let before = around.get(..at).and_then(|t| t.chars().next_back());
            let after = around
                .get(at + needle.len()..)
                .and_then(|t| t.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    };
    let class = pupil.class.as_deref().is_some_and(|class| {
        let distinctive = class.len() > 1 && class.contains(|c: char| c.is_ascii_digit());
        distinctive && whole(class)
    });
    class
        || pupil.dob.is_some_and(|born| {
            whole(&born.strftime("%d/%m/%Y").to_string()) || whole(&born.to_string())
        })
}

/// Whether a title, an address or a quoting header makes the name somebody else's.
fn is_somebody_else(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let before = reading.normal.get(..range.start).unwrap_or_default();
    let last = before
        .trim_end_matches([' ', '.'])
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let after = reading.normal.get(range.end..).unwrap_or_default();
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
    is_title(last)
        || after.starts_with(['<', '@'])
        || after.starts_with("[mailto:")
        || after.starts_with("wrote")
        || after.starts_with("writes")
        || header.iter().any(|field| line.starts_with(field))
}

/// Whether a word is a title of grown-ups.
pub(super) fn is_title(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.').to_ascii_lowercase().as_str(),
        "mr" | "mrs"
            | "ms"
            | "miss"
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
