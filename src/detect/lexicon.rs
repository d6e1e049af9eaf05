//! Words that add up: SEND, safeguarding, medical and the other categories of sensitive text.
//!
//! Strong words count 4, medium 2, weak 1, each once.
//! A category fires only with a person: a policy full of safeguarding words speaks of nobody.
//! Where a text speaks of one or two people the whole text is about them;
//! where it speaks of more, as a newsletter does, only words close to one of them count.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::detect::Setting;
use crate::detect::people::{People, distinct};
use crate::detect::reading::Reading;
use crate::detect::rules::written::{About, Needs, WordsTable};
use crate::detect::rules::{Body, Rule, Terms, Words};
use crate::detect::sum::{Entry, Spot, Sum};
use crate::directory::people::PupilId;
use crate::secret::Excerpt;

/// Octets around a person within which words are about that person, in a text about several.
const ABOUT: usize = 350;
/// Octets around a person within which words count that are otherwise too ordinary.
const CLOSE: usize = 120;
/// A text longer than this is not wholly about anybody.
const LETTER: usize = 12_000;
/// A text that speaks of more people than this is not wholly about each.
const FEW: usize = 2;

/// The words of every lexicon rule in one automaton, and the phrases in which they mean something else.
#[derive(Debug)]
pub(crate) struct Lexicon {
    words: Terms,
    meanings: Vec<Meaning>,
    friends: Terms,
    friend_of: Vec<usize>,
}

/// What one word is worth to one rule.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    rule: usize,
    weight: u32,
    only_near_person: bool,
}

/// One word of one rule in one text.
#[derive(Debug)]
struct Hit {
    word: usize,
    meaning: Meaning,
    range: Range<usize>,
}

impl Lexicon {
    /// Joins the words of all lexicon rules, given with the number of their rule.
    pub(crate) fn new(tables: &[(usize, WordsTable)]) -> Result<Self, aho_corasick::BuildError> {
        let mut words = Vec::new();
        let mut meanings = Vec::new();
        for (rule, table) in tables {
            for (list, weight) in [(&table.strong, 4), (&table.medium, 2), (&table.weak, 1)] {
                for word in list {
                    words.push(word.as_str());
                    meanings.push(Meaning {
                        rule: *rule,
                        weight,
                        only_near_person: table.only_near_person.contains(word),
                    });
                }
            }
        }
        let friends = tables
            .iter()
            .flat_map(|(rule, table)| table.false_friends.iter().map(move |f| (*rule, f)));
        Ok(Self {
            words: Terms::new(words.into_iter())?,
            meanings,
            friend_of: friends.clone().map(|(rule, _)| rule).collect(),
            friends: Terms::new(friends.map(|(_, phrase)| phrase.as_str()))?,
        })
    }

    /// Every word in `text` that means what its rule thinks, in reading order.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let friends: Vec<(usize, Range<usize>)> = self
            .friends
            .find(text)
            .filter_map(|(number, range)| Some((*self.friend_of.get(number)?, range)))
            .collect();
        let mut hits: Vec<Hit> = self
            .words
            .find(text)
            .filter_map(|(word, range)| {
                let meaning = *self.meanings.get(word)?;
                let friend = friends.iter().any(|(rule, phrase)| {
                    *rule == meaning.rule && phrase.start <= range.start && range.end <= phrase.end
                });
                (!friend).then_some(Hit {
                    word,
                    meaning,
                    range,
                })
            })
            .collect();
        hits.sort_by_key(|hit| (hit.meaning.rule, hit.range.start));
        hits
    }
}

/// Adds every category that fires.
pub(crate) fn weigh(
    readings: &[Reading<'_>],
    people: &People,
    setting: &Setting<'_>,
    sum: &mut Sum,
) {
    for (text, reading) in readings.iter().enumerate() {
        let flow = reading.normal.replace(['\n', '\t'], " ");
        let hits = setting.rules.lexicon.hits(&flow);
        for of_rule in hits.chunk_by(|a, b| a.meaning.rule == b.meaning.rule) {
            let Some(rule) = of_rule
                .first()
                .and_then(|hit| setting.rules.all.get(hit.meaning.rule))
            else {
                continue;
            };
            if let Body::Words(words) = &rule.body
                && rule.applies(reading.source.place)
            {
                weigh_rule(rule, words, of_rule, (text, reading), people, setting, sum);
            }
        }
    }
}

fn weigh_rule(
    rule: &Rule,
    words: &Words,
    hits: &[Hit],
    (text, reading): (usize, &Reading<'_>),
    people: &People,
    setting: &Setting<'_>,
    sum: &mut Sum,
) {
    let needs = words.needs;
    let all = || people.stretch(text, 0, usize::MAX, needs);
    let above = || people.above(reading.source, needs);
    let whole = reading.normal.len() <= LETTER
        && distinct(all()) <= FEW
        && all().chain(above()).next().is_some();
    let mut seen = BTreeSet::new();
    let mut about: BTreeSet<PupilId> = BTreeSet::new();
    let mut first = None;
    for hit in hits {
        let within = match (hit.meaning.only_near_person, whole) {
            (true, _) => CLOSE,
            (false, true) => LETTER,
            (false, false) => ABOUT,
        };
        let near = || {
            let from = hit.range.start.saturating_sub(within);
            people.stretch(text, from, hit.range.end + within, needs)
        };
        let named_above = whole && !hit.meaning.only_near_person && above().next().is_some();
        let counts = needs == Needs::Nothing || named_above || near().next().is_some();
        if counts && !reading.in_signature(hit.range.start) && seen.insert(hit.word) {
            first.get_or_insert(hit.range.start);
            about.extend(near().chain(above()).flat_map(|m| m.pupils.iter().copied()));
        }
    }
    let score: u32 = hits
        .iter()
        .filter(|hit| seen.remove(&hit.word))
        .map(|hit| hit.meaning.weight)
        .sum();
    let Some(at) = first.filter(|_| score >= words.score) else {
        return;
    };
    let mut terms: Vec<&str> = hits
        .iter()
        .map(|hit| setting.rules.lexicon.words.term(hit.word))
        .collect();
    terms.sort_unstable();
    terms.dedup();
    sum.add(Entry {
        detector: &rule.id,
        title: &rule.title,
        level: rule.level,
        many: None,
        alone: false,
        about: About::Nobody,
        confidence: words.confidence,
        spot: Spot::of(text, at, reading.source),
        excerpt: Excerpt::plain(&terms.join(", ")),
        value: rule.id.clone(),
        pupils: about.into_iter().collect(),
    });
}
