//! Numbers and codes: shape, validator, words around, people around.
//!
//! One pass over a text finds the candidates of every rule, and whoever is spoken of without a name besides.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::detect::people::{self, Mention, People, Who};
use crate::detect::reading::Reading;
use crate::detect::rules::written::{About, Needs};
use crate::detect::rules::{Body, Nearby, Pattern, Rule, Use};
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::tokens::Token;
use crate::detect::validators::{Checked, Validity};
use crate::detect::{ENOUGH, OwnDetails, Setting};
use crate::directory::people::PupilId;
use crate::secret::Excerpt;

/// A person counts as near a number within this many octets.
const NEAR: usize = 200;

/// One candidate that its validator let through.
#[derive(Debug)]
pub(crate) struct Number<'a> {
    pub(crate) rule: usize,
    pub(crate) text: usize,
    pub(crate) range: Range<usize>,
    pub(crate) value: String,
    pub(crate) confidence: f64,
    /// The word near it that makes it surer.
    beside: Option<&'a str>,
    pub(crate) about: About,
    /// What it needs beside itself.
    pub(crate) needs: Needs,
    /// The pupil on roll whose number it is.
    pub(crate) pupil: Option<PupilId>,
}

/// What one pass over every text finds.
#[derive(Debug, Default)]
pub(crate) struct Hits<'a> {
    /// Numbers, in the order of texts, rules and places.
    pub(crate) numbers: Vec<Number<'a>>,
    /// People without names, text by text.
    pub(crate) nameless: Vec<Vec<Mention>>,
}

impl<'a> Hits<'a> {
    /// Adds every number in one text, which is cut into `words`, and everybody spoken of without a name.
    pub(crate) fn read(
        &mut self,
        text: usize,
        reading: &Reading<'_>,
        words: &[Token],
        setting: &Setting<'a>,
    ) {
        let (numbers, mut mentions) = (&mut self.numbers, Vec::new());
        let shapes = &setting.rules.shapes;
        shapes.find(&reading.normal, |of, range| match of {
            Use::Rule(rule) => {
                numbers.extend(number(rule, (text, reading, words), range, setting));
            }
            Use::NamedChild
                if reading.in_signature(range.start)
                    || !people::is_name(reading.slice(range.clone())) => {}
            Use::Child | Use::NamedChild => mentions.push(Mention::nameless(range, Who::Child)),
            Use::Adult if reading.in_signature(range.start) => {}
            Use::Adult => mentions.push(Mention::nameless(range, Who::Adult)),
        });
        self.nameless.push(mentions);
    }

    /// Drops the school's own numbers and orders the others, once every text is read.
    pub(crate) fn settle(&mut self, setting: &Setting<'_>) {
        let own = own_values(setting.own, setting);
        self.numbers.retain(|number| !is_own(number, &own, setting));
        self.numbers
            .sort_by_key(|number| (number.text, number.rule, number.range.start));
    }
}

fn number<'a>(
    rule: usize,
    (text, reading, words): (usize, &Reading<'_>, &[Token]),
    range: Range<usize>,
    setting: &Setting<'a>,
) -> Option<Number<'a>> {
    let known = setting.rules.all.get(rule)?;
    let Body::Pattern(pattern) = &known.body else {
        return None;
    };
    if !known.applies(reading.source.place) {
        return None;
    }
    let Judged {
        value,
        confidence,
        beside,
    } = judged(pattern, reading, words, &range, setting)?;
    Some(Number {
        rule,
        text,
        beside,
        pupil: setting.roll.by_number(&value),
        range,
        value,
        confidence,
        about: pattern.about,
        needs: pattern.needs,
    })
}

/// What a number is, how sure that is, and the word near it that makes it surer.
struct Judged<'a> {
    value: String,
    confidence: f64,
    beside: Option<&'a str>,
}

/// The value and how sure it is one; `None` when it is something else.
fn judged<'a>(
    pattern: &'a Pattern,
    reading: &Reading<'_>,
    words: &[Token],
    range: &Range<usize>,
    setting: &Setting<'_>,
) -> Option<Judged<'a>> {
    if !pattern.signatures && reading.in_signature(range.start) {
        return None;
    }
    let written = reading.slice(range.clone());
    let checked = match pattern.validator {
        Some(validator) => (validator.check)(written, setting.today)?,
        None => Checked {
            value: written.to_owned(),
            validity: Validity::Right,
        },
    };
    let near = |near: &'a Nearby| {
        let around = reading.range_around(range, near.within);
        near.terms.first(&reading.normal, words, around)
    };
    if pattern.unless.as_ref().and_then(near).is_some() {
        return None;
    }
    let alone = match checked.validity {
        Validity::Right => pattern.confidence,
        Validity::Doubtful => pattern.doubtful,
        Validity::Wrong => return None,
    };
    let context = pattern.context.as_ref();
    let beside = context.and_then(|context| near(&context.near));
    let surer = context.filter(|_| beside.is_some());
    Some(Judged {
        value: checked.value,
        confidence: surer.map_or(alone, |context| context.confidence.max(alone)),
        beside,
    })
}

/// The school's own details in the form validators give values; of bank accounts the digits.
fn own_values(own: &OwnDetails, setting: &Setting<'_>) -> BTreeSet<String> {
    let checked = |name: &str, written: &str| {
        let validator = crate::detect::validators::validator(name)?;
        Some((validator.check)(written, setting.today)?.value)
    };
    let postcodes = own.postcodes.iter().filter_map(|p| checked("postcode", p));
    let phones = own.phones.iter().filter_map(|p| checked("phone", p));
    let ibans = own
        .accounts
        .iter()
        .filter_map(|account| checked("iban", account));
    let accounts = own
        .accounts
        .iter()
        .flat_map(|account| account_digits(account));
    postcodes
        .chain(phones)
        .chain(ibans)
        .chain(accounts)
        .collect()
}

/// The ways in which a sort code and an account number stand side by side, or alone; an IBAN of this country ends in both.
fn account_digits(account: &str) -> Vec<String> {
    let digits = digits(account);
    let both = digits
        .len()
        .checked_sub(14)
        .and_then(|from| digits.get(from..));
    let Some((sort_code, number)) = both.and_then(|both| both.split_at_checked(6)) else {
        return Vec::new();
    };
    vec![
        sort_code.to_owned(),
        number.to_owned(),
        format!("{sort_code}{number}"),
        format!("{number}{sort_code}"),
    ]
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a number is one of the school's own.
fn is_own(number: &Number<'_>, own: &BTreeSet<String>, setting: &Setting<'_>) -> bool {
    let financial = |rule: &Rule| rule.id.starts_with("financial.");
    own.contains(&number.value)
        || (setting.rules.all.get(number.rule).is_some_and(financial)
            && own.contains(&digits(&number.value)))
}

/// Why a number was taken for what it is.
fn why(pattern: &Pattern, beside: Option<&str>, alone: bool) -> String {
    let mut reasons = Vec::new();
    match pattern.validator {
        Some(validator) => reasons.push(format!("it passes the check `{}`", validator.name)),
        None => reasons.push("it is written as such things are".to_owned()),
    }
    reasons.extend(beside.map(|word| format!("\"{word}\" stands near it")));
    match (pattern.needs, alone) {
        (Needs::Person | Needs::Anybody, false) => {
            reasons.push("a person is named near it".to_owned());
        }
        (Needs::Person | Needs::Anybody, true) => reasons.push("there are several".to_owned()),
        (Needs::Nothing, _) => {}
    }
    reasons.join(", ")
}

/// Adds the numbers that count.
pub(crate) fn weigh(
    readings: &[Reading<'_>],
    numbers: Vec<Number<'_>>,
    people: &People,
    setting: &Setting<'_>,
    sum: &mut Sum,
) {
    for number in numbers {
        let (Some(reading), Some(rule)) = (
            readings.get(number.text),
            setting.rules.all.get(number.rule),
        ) else {
            continue;
        };
        let Body::Pattern(pattern) = &rule.body else {
            continue;
        };
        let needs = pattern.needs;
        let alone =
            needs != Needs::Nothing && !people.near(number.text, &number.range, NEAR, needs);
        if number.confidence < ENOUGH || (alone && pattern.many.is_none()) {
            continue;
        }
        sum.add(Entry {
            detector: &rule.id,
            title: &rule.title,
            level: rule.level,
            many: pattern.many,
            alone,
            about: number.about,
            confidence: number.confidence,
            spot: Spot::of(number.text, number.range.start, reading.source),
            excerpt: Excerpt::mask(reading.slice(number.range.clone())),
            why: why(pattern, number.beside, alone),
            value: number.value,
            pupils: number.pupil.into_iter().collect(),
        });
    }
}
