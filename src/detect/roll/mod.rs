//! The roll: one automaton over every way in which the names of all pupils are written.
//!
//! Built whole from a directory and replaced when that changes.
//! Names are folded on both sides (`detect::fold`), so accents, apostrophes, hyphens and case do not matter.
//! Pupils' numbers and addresses lead back to them too.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::detect::fold::{Folded, fold_name};
use crate::detect::roll::forms::{Form, Order, forms};
use crate::directory::people::{Directory, PupilId, Staff};

pub(crate) mod beside;
mod forms;
mod nicknames;
mod ordinary;
pub(crate) mod sightings;

/// Who is on roll, ready to be searched for.
#[derive(Debug, Default)]
pub struct Roll {
    /// `None` when nobody is on roll.
    automaton: Option<AhoCorasick>,
    /// For each pattern of the automaton what it is; its owners are `owners[from..from + count]`.
    patterns: Vec<Pattern>,
    owners: Vec<PupilId>,
    numbers: HashMap<Box<str>, PupilId>,
}

/// What one pattern of the automaton is.
#[derive(Debug, Clone, Copy)]
struct Pattern {
    order: Order,
    /// Every word of it is an ordinary word too.
    ordinary: bool,
    /// A member of staff has this name as well.
    staff: bool,
    from: u32,
    count: u32,
}

impl Roll {
    /// Builds the roll of a directory.
    ///
    /// 100,000 pupils take seconds and stay under 100 MB; measured in `benches/detect`.
    #[must_use]
    pub fn build(directory: &Directory) -> Self {
        let staff: HashSet<String> = directory.staff.iter().flat_map(staff_names).collect();
        let mut written: Vec<(Form, PupilId)> = directory
            .pupils
            .iter()
            .zip(0_u32..)
            .flat_map(|(pupil, place)| forms(pupil).into_iter().map(move |f| (f, PupilId(place))))
            .collect();
        written.sort_unstable();
        written.dedup();
        let mut roll = Self {
            numbers: numbers(directory),
            ..Self::default()
        };
        let mut texts: Vec<String> = Vec::new();
        for group in written.chunk_by(|(a, _), (b, _)| a.text == b.text) {
            let Some((form, _)) = group.first() else {
                continue;
            };
            let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let owners = group.iter().filter(|(f, _)| f.order == form.order);
            let from = roll.owners.len();
            roll.owners.extend(owners.map(|(_, pupil)| *pupil));
            roll.patterns.push(Pattern {
                order: form.order,
                ordinary: ordinary::all_ordinary(&form.text),
                staff: staff.contains(form.text.trim_start()),
                from: small(from),
                count: small(roll.owners.len() - from),
            });
            texts.push(form.text.clone());
        }
        drop(written);
        roll.automaton = automaton(&texts);
        roll
    }

    /// The pupil who has this unique pupil number or admission number.
    pub(crate) fn by_number(&self, number: &str) -> Option<PupilId> {
        self.numbers.get(number).copied()
    }

    /// The pupils who have this whole name, in either order; several are namesakes.
    pub(crate) fn by_name(&self, name: &str) -> Vec<PupilId> {
        let folded = Folded::of(name);
        let whole = |found: &aho_corasick::Match| found.range() == (0..folded.text.len());
        self.automaton
            .iter()
            .filter_map(|automaton| automaton.find(&folded.text).filter(whole))
            .filter_map(|found| self.patterns.get(found.pattern().as_usize()))
            .filter(|pattern| !matches!(pattern.order, Order::Initial | Order::Single))
            .flat_map(|pattern| self.owners(*pattern).to_vec())
            .collect()
    }

    fn owners(&self, pattern: Pattern) -> &[PupilId] {
        let from = pattern.from as usize;
        self.owners
            .get(from..from + pattern.count as usize)
            .unwrap_or_default()
    }
}

fn automaton(texts: &[String]) -> Option<AhoCorasick> {
    if texts.is_empty() {
        return None;
    }
    let kind = AhoCorasickKind::ContiguousNFA;
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(kind))
        .build(texts)
        .ok()
}

fn numbers(directory: &Directory) -> HashMap<Box<str>, PupilId> {
    let upn = |upn: &String| {
        let compact: String = upn.chars().filter(char::is_ascii_alphanumeric).collect();
        compact.to_ascii_uppercase().into_boxed_str()
    };
    directory
        .pupils
        .iter()
        .zip(0_u32..)
        .filter_map(|(pupil, place)| Some((upn(pupil.upn.as_ref()?), PupilId(place))))
        .collect()
}

/// A colleague's whole name and forename, folded.
fn staff_names(member: &Staff) -> Vec<String> {
    let whole = fold_name(&without_title(&member.name));
    let forename = whole.split(' ').next().unwrap_or_default().to_owned();
    vec![forename, whole]
}

/// `Mrs J. Bloggs` → `J. Bloggs`.
fn without_title(name: &str) -> String {
    let titled = name.split_once(' ');
    match titled {
        Some((first, rest)) if beside::is_title(first) => rest.to_owned(),
        Some(_) | None => name.to_owned(),
    }
}
