//! Where pupils are named, in every text.
//!
//! `candidates` says what could be a name, `judge` whether it is one.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::detect::reading::Reading;
use crate::detect::roll::beside::is_correspondent;
use crate::detect::roll::candidates::{self, Candidate, Order};
use crate::detect::roll::families::Families;
use crate::detect::roll::judge::judged;
use crate::detect::roll::likeness::{self, near};
use crate::detect::roll::listed;
use crate::detect::roll::slips;
use crate::detect::roll::{Roll, under};
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::tokens::{Gap, STRANGER, Token};
use crate::detect::{ENOUGH, Setting};
use crate::directory::people::PupilId;
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// The confidence from which a name makes words around it matter, though it is no finding itself.
pub(crate) const HINT: f64 = 0.4;

/// The confidence of a forename in a letter to its family: it makes words matter that are not ordinary ones.
pub(crate) const FAMILIAR: f64 = 0.35;

/// The confidence of a name that its class, number or date of birth tells from all others.
const CERTAIN: f64 = 0.95;

/// One name in one text.
#[derive(Debug)]
pub(crate) struct Sighting {
    pub(crate) text: usize,
    pub(crate) range: Range<usize>,
    /// Who; several where namesakes cannot be told apart.
    pub(crate) pupils: Vec<PupilId>,
    pub(crate) confidence: f64,
    /// The name is only nearly the pupil's.
    pub(crate) near: bool,
    /// Why it is taken for the pupil's.
    pub(crate) why: &'static str,
}

/// Everybody named in a message.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Pupils, in reading order.
    pub(crate) pupils: Vec<Sighting>,
    /// Members of staff, in reading order.
    pub(crate) colleagues: Vec<Colleague>,
    /// Pupils whose name is that of whoever wrote a message above or below.
    correspondents: BTreeSet<Vec<PupilId>>,
    /// Grown-ups of families, and forenames.
    families: Families,
}

/// A member of staff named in a text.
#[derive(Debug)]
pub(crate) struct Colleague {
    pub(crate) text: usize,
    pub(crate) range: Range<usize>,
    /// The place in [`crate::directory::people::Directory::staff`].
    staff: u32,
}

impl Names {
    /// How many different members of staff are named.
    pub(crate) fn staff(&self) -> usize {
        let staff: BTreeSet<u32> = self.colleagues.iter().map(|one| one.staff).collect();
        staff.len()
    }
}

impl Names {
    /// Adds everybody named in one text, which is cut into `tokens`.
    pub(crate) fn read(
        &mut self,
        text: usize,
        reading: &Reading<'_>,
        tokens: &[Token],
        setting: &Setting<'_>,
    ) {
        let from = self.pupils.len();
        if setting.roll.knows_names() {
            let found = named(text, reading, tokens, setting, &mut self.correspondents);
            self.pupils.extend(found);
            self.families.read(text, reading, tokens, setting);
            self.colleagues
                .extend(colleagues(text, reading, tokens, setting));
        }
        self.pupils.extend(addressed(text, reading, setting));
        if let Some(of_text) = self.pupils.get_mut(from..) {
            corroborate(of_text);
        }
    }

    /// Adds the children of families that are spoken of and drops who only signs, once every text is read:
    /// who wrote a message signs it on a line of its own.
    pub(crate) fn settle(&mut self, readings: &[Reading<'_>], setting: &Setting<'_>) {
        let of_families = self.families.sightings(readings, &self.pupils, setting);
        self.pupils.extend(of_families);
        let Self {
            pupils,
            correspondents,
            ..
        } = self;
        pupils.retain(|one| {
            let line = || {
                readings
                    .get(one.text)
                    .is_some_and(|text| text.is_whole_line(&one.range))
            };
            one.confidence >= CERTAIN || !correspondents.contains(&one.pupils) || !line()
        });
    }
}

/// Members of staff by name, but not where they sign, write or are written to.
fn colleagues(
    text: usize,
    reading: &Reading<'_>,
    tokens: &[Token],
    setting: &Setting<'_>,
) -> Vec<Colleague> {
    let mut found = Vec::new();
    for (at, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.word != STRANGER)
    {
        let Some(last) = tokens.get(at + 1).filter(|next| next.gap == Gap::Joined) else {
            continue;
        };
        let Some(staff) = setting.roll.colleague((token.word, last.word)) else {
            continue;
        };
        let range = token.range().start..last.range().end;
        let writes = setting
            .directory
            .staff
            .get(staff as usize)
            .is_some_and(|member| setting.author == Some(&member.address));
        if !writes && !reading.in_signature(range.start) && !is_correspondent(reading, &range) {
            found.push(Colleague { text, range, staff });
        }
    }
    found
}

/// Pupils by name: the longest that holds at each place; one that does not hold hides no shorter one behind it.
fn named(
    text: usize,
    reading: &Reading<'_>,
    tokens: &[Token],
    setting: &Setting<'_>,
    correspondents: &mut BTreeSet<Vec<PupilId>>,
) -> Vec<Sighting> {
    let (mut sightings, mut items) = (Vec::new(), Vec::new());
    let mut next = 0;
    let octets = reading.normal.as_bytes();
    let places = tokens.iter().enumerate();
    for (at, _) in places.filter(|(_, token)| candidates::may_begin(token, octets)) {
        if at < next {
            continue;
        }
        for candidate in candidates_at(tokens, at, reading, setting) {
            let Some(range) = range_of(tokens, at, &candidate) else {
                continue;
            };
            let judged = judged(&candidate, reading, text, range.clone(), setting);
            if judged.as_ref().is_none_or(|one| one.confidence < ENOUGH) {
                items.extend(listed::item(&candidate, reading, &range, setting));
            }
            let Some(sighting) = judged else {
                if candidate.order == Order::Plain && is_correspondent(reading, &range) {
                    correspondents.insert(candidate.owners);
                }
                continue;
            };
            let sure = sighting.confidence >= ENOUGH;
            let sibling = sibling(tokens, at, &candidate, &sighting, reading, setting);
            sightings.extend(sibling.filter(|_| sure));
            sightings.push(sighting);
            if sure {
                next = at + candidate.words;
                break;
            }
        }
    }
    sightings.extend(listed::together(items, text, reading));
    sightings
}

/// What could be a name at a word: a pair of names, or else the lesser ways.
fn candidates_at(
    tokens: &[Token],
    at: usize,
    reading: &Reading<'_>,
    setting: &Setting<'_>,
) -> Vec<Candidate> {
    let (roll, text) = (setting.roll, reading.normal.as_ref());
    let rest = tokens.get(at..).unwrap_or_default();
    let stranger = rest.first().is_none_or(|token| token.word == STRANGER);
    if stranger {
        let mut found: Vec<Candidate> = candidates::letters(roll, rest, text).into_iter().collect();
        found.extend(slips::near(roll, setting.directory, tokens, at, text));
        return found;
    }
    if let Some(pair) = candidates::pairs(roll, rest).next() {
        return vec![pair];
    }
    let nearly = near(roll, setting.directory, tokens, at, text)
        .or_else(|| slips::near(roll, setting.directory, tokens, at, text));
    let mut found: Vec<Candidate> = nearly.into_iter().collect();
    found.extend(candidates::lesser(
        roll,
        setting.directory,
        tokens,
        at,
        text,
    ));
    found.extend(candidates::letters(roll, rest, text));
    found
}

fn range_of(tokens: &[Token], at: usize, candidate: &Candidate) -> Option<Range<usize>> {
    let first = tokens.get(at.checked_sub(candidate.before)?)?;
    let last = tokens.get((at + candidate.words).checked_sub(1)?)?;
    Some(first.range().start..last.range().end)
}

/// The other of two siblings: Noah, in `Noah and Ethan Okafor`.
fn sibling(
    tokens: &[Token],
    at: usize,
    candidate: &Candidate,
    sighting: &Sighting,
    reading: &Reading<'_>,
    setting: &Setting<'_>,
) -> Option<Sighting> {
    let (other, and) = (tokens.get(at.checked_sub(2)?)?, tokens.get(at - 1)?);
    let joined = [and, tokens.get(at)?]
        .iter()
        .all(|token| token.gap == Gap::Joined);
    let range = other.range().start..other.range().end;
    let written = reading.slice(range.clone());
    let is = joined
        && candidate.order == Order::Plain
        && reading.slice(and.range()).eq_ignore_ascii_case("and")
        && written.starts_with(char::is_uppercase);
    let surname = |id: &PupilId| {
        setting
            .directory
            .pupil(*id)
            .map(|pupil| pupil.surname.as_str())
    };
    let pupils: Vec<PupilId> = setting
        .roll
        .by_forename(other)
        .into_iter()
        .filter(|id| {
            sighting
                .pupils
                .iter()
                .any(|found| found != id && surname(found) == surname(id))
        })
        .collect();
    (is && !pupils.is_empty()).then_some(Sighting {
        text: sighting.text,
        range,
        pupils,
        confidence: 0.75,
        near: false,
        why: "a brother or sister is named in the same breath",
    })
}

/// A name that is nearly a pupil's is one where another pupil is named for certain in the same text.
fn corroborate(sightings: &mut [Sighting]) {
    // As many as share a forename that is compared at all, and one more: one of them is another.
    let certain: BTreeSet<PupilId> = sightings
        .iter()
        .filter(|sighting| sighting.confidence >= ENOUGH)
        .flat_map(|sighting| sighting.pupils.iter().copied())
        .take(10_000)
        .collect();
    let certain: Vec<PupilId> = certain.into_iter().take(likeness::MOST + 1).collect();
    for sighting in sightings.iter_mut().filter(|sighting| sighting.near) {
        let other = certain.iter().any(|pupil| !sighting.pupils.contains(pupil));
        if other && sighting.confidence < ENOUGH {
            sighting.confidence = 0.7;
            sighting.why = "it is nearly the name of a pupil, and another pupil is named beside";
        }
    }
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
            near: false,
            why: "it is the pupil's own address",
        }));
    }
    sightings
}

/// Adds the pupils who are named for certain enough.
pub(crate) fn weigh(readings: &[Reading<'_>], sightings: &[Sighting], sum: &mut Sum) {
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
            why: sighting.why.to_owned(),
            value: sighting.pupils.iter().map(key).collect(),
            pupils: sighting.pupils.clone(),
        });
    }
}

impl Roll {
    fn knows_names(&self) -> bool {
        self.vocabulary.len() > 0
    }

    fn by_forename(&self, token: &Token) -> Vec<PupilId> {
        under(&self.forenames, token.word)
    }

    fn colleague(&self, name: (u32, u32)) -> Option<u32> {
        let at = self
            .colleagues
            .binary_search_by_key(&name, |(known, _)| *known)
            .ok()?;
        self.colleagues.get(at).map(|(_, staff)| *staff)
    }
}
