//! Families spoken of: a grown-up of one is named, and the forename of their own child stands in the same message.
//!
//! `Mrs C. Mirza … Isaac's teacher`, `Chris Rawlinson … their little one Kwame`, `The Garside appointment … Matei`.
//! Neither name says much alone: thousands are called Isaac, and Mirza may be a firm.
//! Together they are one family on roll, and so one child; only a contact named in full also makes words around the name matter.
//! Whoever is written to, greeted ("Dear Mrs Mirza") or by address, mostly is the family: there the child is a hint, for
//! the words around it.
//! `The Clegg child` is a child by itself, and so is a contact under a no-contact flag, whom nobody names for nothing.
//! Names in quoting headers and signatures are correspondents, and say nothing.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::detect::reading::Reading;
use crate::detect::roll::adults::{Adult, Named, adult, is_spoken_of};
use crate::detect::roll::beside::{is_a_child, is_greeted};
use crate::detect::roll::listed::is_part_of_a_longer_name;
use crate::detect::roll::sightings::{FAMILIAR, HINT, Sighting};
use crate::detect::roll::{Role, called, ordinary};
use crate::detect::tokens::{STRANGER, Token, fold_name};
use crate::detect::{ENOUGH, Setting};
use crate::directory::people::{Directory, PupilId};
use crate::extract::content::Place;

/// The child's forename stands within this many octets of the grown-up's name, or one of them in the subject line.
const NEAR: usize = 600;
/// A message that names more grown-ups than this is a list, which says itself who is in it.
const MOST: usize = 200;
/// How sure the two names together are: more than a hint, less than a whole name.
const SURE: f64 = 0.7;

/// What a message says of families, gathered text by text.
#[derive(Debug, Default)]
pub(super) struct Families {
    /// Grown-ups, each with the number of the text.
    adults: Vec<(usize, Adult)>,
    /// Forenames, each with the number of the text.
    forenames: Vec<(usize, Range<usize>)>,
}

impl Families {
    /// Takes in one text, which is cut into `tokens`.
    pub(super) fn read(
        &mut self,
        text: usize,
        reading: &Reading<'_>,
        tokens: &[Token],
        setting: &Setting<'_>,
    ) {
        let mut next = 0;
        for (at, token) in tokens.iter().enumerate() {
            if token.word == STRANGER || at < next {
                continue;
            }
            let rest = tokens.get(at..).unwrap_or_default();
            let full = self.adults.len() >= MOST;
            if let Some(adult) = adult(rest, reading, setting).filter(|_| !full) {
                next = at + adult.words;
                self.adults.push((text, adult));
            } else if setting.roll.role(token).is(Role::FORENAME) {
                self.forenames.push((text, token.range()));
            }
        }
    }

    /// Adds the children whom these families have, and the grown-ups themselves, to those who are `named`.
    pub(super) fn sightings(
        &self,
        readings: &[Reading<'_>],
        named: &[Sighting],
        setting: &Setting<'_>,
    ) -> Vec<Sighting> {
        let mut found = self.written_to(readings, setting);
        if self.adults.is_empty() {
            return found;
        }
        let children = self.children(setting.directory);
        for (text, range) in &self.forenames {
            let Some(reading) = readings.get(*text) else {
                continue;
            };
            let folded = fold_name(reading.slice(range.clone()));
            let of_family = children.get(&folded).into_iter().flatten();
            let place = (*text, range);
            let beside =
                of_family.filter(|(at, adult, _)| is_near((*at, &adult.range), place, readings));
            let Some((_, adult, pupil)) = beside.min_by_key(|(_, adult, _)| adult.greeted) else {
                continue;
            };
            let known = |one: &Sighting| {
                one.text == *text && one.confidence >= SURE && one.range.contains(&range.start)
            };
            let ordinary = ordinary::all_ordinary(&folded);
            let staff = setting.roll.is_staff(reading.slice(range.clone()));
            let is = (!ordinary && !staff)
                || is_a_child(reading, range)
                || (!ordinary && adult.named != Named::Bare)
                || (adult.named == Named::Whole && is_in_a_sentence(reading, range));
            if is && !named.iter().any(known) && is_a_name(reading, range) {
                found.push(Sighting {
                    text: *text,
                    range: range.clone(),
                    pupils: vec![*pupil],
                    confidence: if adult.greeted { HINT } else { SURE },
                    near: false,
                    why: "the forename of a pupil on roll, and one of the pupil's family is named",
                });
            }
        }
        let sure = |one: &&Sighting| one.confidence >= ENOUGH;
        let certain: BTreeSet<PupilId> = named
            .iter()
            .chain(&found)
            .filter(sure)
            .flat_map(|one| one.pupils.iter().copied())
            .collect();
        found.extend(self.themselves(&certain));
        found
    }

    /// Forenames that the children of those who are written to go by.
    fn written_to(&self, readings: &[Reading<'_>], setting: &Setting<'_>) -> Vec<Sighting> {
        let children = setting.children.iter().filter_map(|id| {
            let pupil = setting.directory.pupil(*id)?;
            Some((*id, called(pupil)))
        });
        let children: Vec<(PupilId, Vec<String>)> = children.collect();
        let hint = |(text, range): &(usize, Range<usize>)| {
            let reading = readings.get(*text).filter(|_| !children.is_empty())?;
            let written = reading.slice(range.clone());
            let folded = fold_name(written);
            let (id, _) = children.iter().find(|(_, names)| names.contains(&folded))?;
            let is = is_a_name(reading, range)
                && !setting.roll.is_staff(written)
                && (!ordinary::all_ordinary(&folded) || is_a_child(reading, range));
            is.then(|| Sighting {
                text: *text,
                range: range.clone(),
                pupils: vec![*id],
                confidence: FAMILIAR,
                near: false,
                why: "the forename of a child of those who are written to",
            })
        };
        self.forenames.iter().filter_map(hint).collect()
    }

    /// The grown-ups who are spoken of: for the child who is named too, or else for all of theirs.
    fn themselves(&self, certain: &BTreeSet<PupilId>) -> impl Iterator<Item = Sighting> {
        let spoken_of = self.adults.iter().filter(|(_, adult)| {
            (adult.named == Named::Whole || adult.for_children) && !adult.greeted
        });
        spoken_of.flat_map(move |(text, adult)| {
            let named = adult
                .pupils
                .iter()
                .copied()
                .filter(|id| certain.contains(id));
            let named: Vec<PupilId> = named.collect();
            let pupils = if named.is_empty() {
                adult.pupils.clone()
            } else {
                named
            };
            // Brothers and sisters are all meant, not one of them.
            let each = if adult.for_children {
                1
            } else {
                pupils.len().max(1)
            };
            let sighting = |pupils: &[PupilId]| Sighting {
                text: *text,
                range: adult.range.clone(),
                pupils: pupils.to_vec(),
                confidence: if adult.for_children { SURE } else { HINT },
                near: false,
                why: "it is the name of a family of pupils on roll, or of a parent or carer",
            };
            pupils.chunks(each).map(sighting).collect::<Vec<_>>()
        })
    }

    /// What the children of these families are called, folded, each with the grown-up named and the text.
    fn children(&self, directory: &Directory) -> HashMap<String, Vec<(usize, &Adult, PupilId)>> {
        let mut children: HashMap<String, Vec<(usize, &Adult, PupilId)>> = HashMap::new();
        for (text, adult) in &self.adults {
            for id in &adult.pupils {
                let names = directory.pupil(*id).map(called).unwrap_or_default();
                for name in names {
                    children.entry(name).or_default().push((*text, adult, *id));
                }
            }
        }
        children
    }
}

/// Whether two names, each in a text, may be of the same breath.
fn is_near(
    one: (usize, &Range<usize>),
    other: (usize, &Range<usize>),
    readings: &[Reading<'_>],
) -> bool {
    if one.0 == other.0 {
        let apart = other
            .1
            .start
            .abs_diff(one.1.end)
            .min(one.1.start.abs_diff(other.1.end));
        return apart <= NEAR;
    }
    let place = |text: usize| readings.get(text).map(|reading| reading.source.place);
    [one.0, other.0]
        .into_iter()
        .any(|text| matches!(place(text), Some(Place::Subject | Place::FileName)))
}

/// Whether a forename is written as a name of its own, of somebody who is neither written to nor signs.
fn is_a_name(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    reading.slice(range.clone()).starts_with(char::is_uppercase)
        && !is_part_of_a_longer_name(reading, range)
        && !is_greeted(reading, range)
        && is_spoken_of(reading, range)
}

/// Whether a word with a capital stands inside a sentence, where an ordinary word or a month would not: `that Skye`.
fn is_in_a_sentence(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, _) = reading.sides(range, 16);
    let last = before.strip_suffix(' ').unwrap_or_default();
    let last = last.rsplit([' ', '\n', '(']).next().unwrap_or_default();
    let of_dates = [
        "in", "on", "by", "until", "till", "since", "of", "from", "early", "late", "every", "this",
        "next", "last", "the", "a",
    ];
    !last.is_empty() && last.chars().all(|c| c.is_ascii_lowercase()) && !of_dates.contains(&last)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::detect::tests::read;
    use crate::directory::people::PupilId;

    /// Mrs Jane Thornton is Amelia's mother at the school of the tests, Christopher Hill Grace Field's father.
    #[track_caller]
    fn check(text: &str, expected: &[u32]) {
        let found = read(&[(Place::Body, text)]);
        let expected: BTreeSet<PupilId> = expected.iter().map(|id| PupilId(*id)).collect();
        assert_eq!(found.on_roll, expected, "{text:?}: {:?}", found.items);
    }

    #[test]
    fn a_grown_up_and_the_forename_of_their_child_are_the_child() {
        for text in [
            "Jane Thornton rang: Amelia will be late.",
            "Mrs J. Thornton complains that Amelia was moved.",
            "The Thornton appointment is about Amelia.",
            "Mr Thornton came to the gate and took Millie.",
        ] {
            check(text, &[0]);
        }
        check("Chris Hill asked whether Grace could have a lift.", &[4]);
    }

    #[test]
    fn others_of_that_name_and_those_who_write_are_left_alone() {
        for text in [
            "Jane Thornton will bring the cakes.",
            "Mrs K. Thornton has the keys, and Amelia from your office the list.",
            "Dear Mrs Thornton, Amelia will need a towel.",
            "From: Jane Thornton\nIs Amelia with you?",
            "Thornton Road is closed, says Amelia.",
            "Chris Hill comes in April. Grace periods are over.",
            "Jane Thornton and Amelia Sampler came.",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn children_by_their_surname_are_the_family() {
        check("The Thornton child has scarlet fever.", &[0]);
        check("The Thornton lease is ready.", &[]);
        check("The Field children have scarlet fever.", &[]);
    }

    #[test]
    fn words_about_a_parent_are_about_the_family() {
        let told = |text: &str| {
            let found = read(&[(Place::Body, text)]);
            found
                .items
                .iter()
                .any(|one| one.detector.starts_with("words."))
        };
        assert!(told("Jane Thornton had a seizure last night."));
        assert!(!told("Jane Sampler had a seizure last night."));
        assert!(!told(
            "Dear Jane Thornton, the course covers anaphylaxis and seizure."
        ));
    }
}
