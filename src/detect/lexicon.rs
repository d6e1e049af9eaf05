//! Words that add up: SEND, safeguarding, medical and the other categories of sensitive text.
//!
//! Strong words count 4, medium 2, weak 1, each once.
//! A category fires only with a person: a policy full of safeguarding words speaks of nobody.
//! Whether a word is about somebody is [`super::reach`]'s to say.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::detect::Setting;
use crate::detect::people::People;
use crate::detect::reach::{Aim, Reach};
use crate::detect::reading::Reading;
use crate::detect::rules::written::{About, MarkingTable, Needs, WordsTable};
use crate::detect::rules::{Body, Rule, Terms, Words};
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::tokens::Token;
use crate::directory::people::PupilId;
use crate::secret::Excerpt;

/// What a word of the strong list is worth.
const STRONG: u32 = 4;
/// What a word of the medium list is worth.
const MEDIUM: u32 = 2;

/// The words of every lexicon rule, the phrases in which they mean something else, and every marking: one set.
#[derive(Debug)]
pub(crate) struct Lexicon {
    terms: Terms,
    uses: Vec<Use>,
    /// Octets of the longest phrase in which a word means something else.
    longest: usize,
}

/// What one term is for.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// A word of a rule.
    Word(Meaning),
    /// A phrase in which the words of a rule mean something else.
    Friend(usize),
    /// A marking of a rule.
    Marking(usize),
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

/// The terms of the lexicon in one text.
#[derive(Debug)]
pub(crate) struct Told {
    /// Words by rule, then in reading order.
    words: Vec<Hit>,
    /// Markings in reading order, each with its rule.
    pub(crate) markings: Vec<(usize, Range<usize>)>,
}

impl Lexicon {
    /// Joins the words of all rules, given with the number of their rule.
    pub(crate) fn new(tables: &[(usize, WordsTable)], markings: &[(usize, MarkingTable)]) -> Self {
        let mut words: Vec<&str> = Vec::new();
        let mut uses = Vec::new();
        let mut longest = 0;
        for (rule, table) in tables {
            for (list, weight) in [
                (&table.strong, STRONG),
                (&table.medium, MEDIUM),
                (&table.weak, 1),
            ] {
                for word in list {
                    words.push(word);
                    uses.push(Use::Word(Meaning {
                        rule: *rule,
                        weight,
                        only_near_person: table.only_near_person.contains(word),
                    }));
                }
            }
            for phrase in &table.false_friends {
                longest = longest.max(phrase.len());
                words.push(phrase);
                uses.push(Use::Friend(*rule));
            }
        }
        for (rule, table) in markings {
            words.extend(table.words.iter().map(String::as_str));
            uses.resize(words.len(), Use::Marking(*rule));
        }
        Self {
            terms: Terms::new(words.into_iter()),
            uses,
            longest,
        }
    }

    /// Every term in `text`, which is cut into `words`;
    /// those that stand in a phrase in which they mean something else are left out.
    pub(crate) fn told(&self, text: &str, words: &[Token]) -> Told {
        let mut told = Told {
            words: Vec::new(),
            markings: Vec::new(),
        };
        let mut friends: Vec<(usize, Range<usize>)> = Vec::new();
        for (term, range) in self.terms.find(text, words) {
            match self.uses.get(term) {
                Some(Use::Word(meaning)) => told.words.push(Hit {
                    word: term,
                    meaning: *meaning,
                    range,
                }),
                Some(Use::Friend(rule)) => friends.push((*rule, range)),
                Some(Use::Marking(rule)) => told.markings.push((*rule, range)),
                None => {}
            }
        }
        friends.sort_by_key(|(rule, range)| (*rule, range.start));
        told.words.retain(|hit| !self.is_another(hit, &friends));
        told.words
            .sort_by_key(|hit| (hit.meaning.rule, hit.range.start));
        told
    }

    /// Whether a word stands in one of these phrases, sorted by rule and place.
    fn is_another(&self, hit: &Hit, friends: &[(usize, Range<usize>)]) -> bool {
        let rule = hit.meaning.rule;
        let earliest = hit.range.start.saturating_sub(self.longest);
        let from = friends.partition_point(|(of, phrase)| (*of, phrase.start) < (rule, earliest));
        friends
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|(of, phrase)| *of == rule && phrase.start <= hit.range.start)
            .any(|(_, phrase)| hit.range.end <= phrase.end)
    }
}

/// Adds every category that fires.
pub(crate) fn weigh(
    readings: &[Reading<'_>],
    told: &[Told],
    people: &People,
    setting: &Setting<'_>,
    sum: &mut Sum,
) {
    for (text, (reading, told)) in readings.iter().zip(told).enumerate() {
        for of_rule in told.words.chunk_by(|a, b| a.meaning.rule == b.meaning.rule) {
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
    let reach = Reach::new(people, (text, reading), words.needs);
    let mut counted: BTreeMap<usize, u32> = BTreeMap::new();
    let mut about: BTreeSet<PupilId> = BTreeSet::new();
    let mut first = None;
    for hit in hits {
        if reading.in_signature(hit.range.start) {
            continue;
        }
        let only_near = hit.meaning.only_near_person;
        let Some(aim) = reach.aim(&hit.range, only_near) else {
            continue;
        };
        let is_fact = words.facts && aim == Aim::Named && hit.meaning.weight >= MEDIUM;
        let weight = if is_fact { STRONG } else { hit.meaning.weight };
        let counts = counted.entry(hit.word).or_insert(weight);
        *counts = weight.max(*counts);
        first.get_or_insert(hit.range.start);
        let whom = reach.whom(&hit.range, only_near);
        about.extend(whom.flat_map(|mention| mention.pupils.iter().copied()));
    }
    let score: u32 = counted.values().sum();
    let Some(at) = first.filter(|_| score >= words.score) else {
        return;
    };
    sum.add(Entry {
        detector: &rule.id,
        title: &rule.title,
        level: rule.level,
        many: None,
        alone: false,
        about: About::Nobody,
        confidence: words.confidence,
        spot: Spot::of(text, at, reading.source),
        excerpt: terms(&counted, setting),
        why: why(words, score),
        value: rule.id.clone(),
        pupils: about.into_iter().collect(),
    });
}

/// The terms that counted, by name.
fn terms(counted: &BTreeMap<usize, u32>, setting: &Setting<'_>) -> Excerpt {
    let term = |word: &usize| setting.rules.lexicon.terms.term(*word);
    let mut terms: Vec<&str> = counted.keys().map(term).collect();
    terms.sort_unstable();
    terms.dedup();
    Excerpt::plain(&terms.join(", "))
}

fn why(words: &Words, score: u32) -> String {
    let about = match words.needs {
        Needs::Nothing => "",
        Needs::Person => " about a child",
        Needs::Anybody => " about a person",
    };
    format!(
        "words{about} that add up to {score}; {} is enough",
        words.score
    )
}
