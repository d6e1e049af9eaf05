//! Adds hits up to findings: one for each detector and place, distinct values counted, the gravest first.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::detect::finding::{Finding, Findings};
use crate::detect::rules::written::{About, ManyTable};
use crate::directory::people::{Directory, PupilId};
use crate::extract::content::{Place, Text};
use crate::mail::level::Level;
use crate::mail::origin::Origin;
use crate::secret::Excerpt;

/// One hit on its way into the sum.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) detector: &'a str,
    pub(crate) title: &'a str,
    pub(crate) level: Level,
    pub(crate) many: Option<ManyTable>,
    /// Counts only when there are many.
    pub(crate) alone: bool,
    pub(crate) about: About,
    pub(crate) confidence: f64,
    pub(crate) spot: Spot<'a>,
    pub(crate) excerpt: Excerpt,
    pub(crate) why: String,
    /// What makes two hits the same.
    pub(crate) value: String,
    pub(crate) pupils: Vec<PupilId>,
}

/// Where a hit stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    /// Number of the text in the content; a table without a text of its own comes after them.
    pub(crate) text: usize,
    /// Offset in the text.
    pub(crate) at: usize,
    pub(crate) origin: &'a Origin,
    pub(crate) place: Place,
    pub(crate) visible: bool,
}

impl<'a> Spot<'a> {
    /// An offset in a text of the content.
    pub(crate) fn of(text: usize, at: usize, source: &'a Text) -> Self {
        Self {
            text,
            at,
            origin: &source.origin,
            place: source.place,
            visible: source.visible,
        }
    }
}

/// Findings in the making.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    /// By detector and place; the same place written twice, as text and as HTML, is one.
    groups: BTreeMap<Key, Group>,
    /// Names that several pupils share and nothing tells apart.
    namesakes: BTreeSet<BTreeSet<PupilId>>,
    /// For each detector, pupils' numbers that nobody on roll has.
    strangers: BTreeMap<String, BTreeSet<String>>,
}

/// The step by which an origin says that a part was read a second time, leniently (`parse::leaf`).
const SECOND: &str = "second reading";

/// Detector, origin, kind of place, and whether the sender could see it.
type Key = (String, Origin, u8, bool);

#[derive(Debug)]
struct Group {
    finding: Finding,
    at: (usize, usize),
    many: Option<ManyTable>,
    all_alone: bool,
    values: BTreeMap<String, Owner>,
}

#[derive(Debug)]
struct Owner {
    about: About,
    known: bool,
}

impl Sum {
    /// Adds one hit.
    pub(crate) fn add(&mut self, entry: Entry<'_>) {
        let at = (entry.spot.text, entry.spot.at);
        let key = (
            entry.detector.to_owned(),
            entry.spot.origin.clone(),
            entry.spot.place as u8,
            entry.spot.visible,
        );
        let group = self.groups.entry(key).or_insert_with(|| Group {
            finding: Finding {
                detector: entry.detector.to_owned(),
                title: entry.title.to_owned(),
                level: entry.level,
                confidence: entry.confidence,
                count: 0,
                origin: entry.spot.origin.clone(),
                place: entry.spot.place,
                visible: entry.spot.visible,
                excerpt: entry.excerpt.clone(),
                why: entry.why.clone(),
                pupils: BTreeSet::new(),
            },
            at,
            many: entry.many,
            all_alone: true,
            values: BTreeMap::new(),
        });
        group.all_alone &= entry.alone;
        if entry.confidence > group.finding.confidence
            || (at < group.at && entry.confidence >= group.finding.confidence)
        {
            group.finding.excerpt = entry.excerpt;
            group.finding.why = entry.why;
        }
        group.at = group.at.min(at);
        group.finding.confidence = group.finding.confidence.max(entry.confidence);
        group.finding.level = group.finding.level.max(entry.level);
        let known = !entry.pupils.is_empty();
        let owner = group.values.entry(entry.value).or_insert(Owner {
            about: entry.about,
            known,
        });
        owner.known |= known;
        group.finding.pupils.extend(entry.pupils);
    }

    /// Notes a name that these pupils share.
    pub(crate) fn namesakes(&mut self, pupils: impl IntoIterator<Item = PupilId>) {
        self.namesakes.insert(pupils.into_iter().collect());
    }

    /// The findings, given the members of staff named and the families of the pupils.
    pub(crate) fn findings(mut self, staff: usize, directory: &Directory) -> Findings {
        self.drop_repeated();
        let groups = std::mem::take(&mut self.groups);
        let mut items: Vec<((usize, usize), Finding)> = Vec::new();
        for group in groups.into_values() {
            items.extend(self.finished(group));
        }
        items.sort_by(|(at_a, a), (at_b, b)| {
            b.level
                .cmp(&a.level)
                .then(at_a.cmp(at_b))
                .then_with(|| a.detector.cmp(&b.detector))
        });
        let items: Vec<Finding> = items.into_iter().map(|(_, finding)| finding).collect();
        let on_roll: BTreeSet<PupilId> = items.iter().flat_map(|f| f.pupils.clone()).collect();
        // Whom several share counts once; one of them may also be there for certain.
        let shared: usize = self
            .namesakes
            .iter()
            .map(|group| group.len().saturating_sub(1))
            .sum();
        let strangers = self.strangers.values().map(BTreeSet::len).max();
        let families: BTreeSet<_> = on_roll
            .iter()
            .filter_map(|pupil| directory.household(*pupil))
            .collect();
        Findings {
            level: items.iter().map(|f| f.level).max().unwrap_or_default(),
            pupils: on_roll.len().saturating_sub(shared) + strangers.unwrap_or_default(),
            staff,
            households: families.len(),
            on_roll,
            namesakes: self.namesakes.into_iter().collect(),
            items,
        }
    }

    /// Drops what a second, lenient reading of a part finds where the first has found the same.
    fn drop_repeated(&mut self) {
        let again = |key: &Key| key.1.as_str().contains(SECOND);
        let mut first: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (key, group) in self.groups.iter().filter(|(key, _)| !again(key)) {
            let values = first.entry(key.0.as_str()).or_default();
            values.extend(group.values.keys().map(String::as_str));
        }
        let repeated: Vec<Key> = self
            .groups
            .iter()
            .filter(|(key, group)| {
                let known = first.get(key.0.as_str());
                let known =
                    |value: &String| known.is_some_and(|values| values.contains(value.as_str()));
                again(key) && group.values.keys().all(known)
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in repeated {
            self.groups.remove(&key);
        }
    }

    fn finished(&mut self, group: Group) -> Option<((usize, usize), Finding)> {
        let mut finding = group.finding;
        finding.count = group.values.len();
        match group.many {
            Some(many) if finding.count >= many.count => {
                finding.level = finding.level.max(many.level);
            }
            Some(_) | None if group.all_alone => return None,
            Some(_) | None => {}
        }
        let strange = group
            .values
            .into_iter()
            .filter(|(_, owner)| owner.about == About::Pupil && !owner.known)
            .map(|(value, _)| value);
        self.strangers
            .entry(finding.detector.clone())
            .or_default()
            .extend(strange);
        Some((group.at, finding))
    }
}
