//! Numbers and codes: shape, validator, words around, people around.
//!
//! One pass of the set of all shapes says which are worth running; only those are run.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::detect::people::People;
use crate::detect::reading::Reading;
use crate::detect::rules::written::{About, Needs};
use crate::detect::rules::{Body, Nearby, Pattern};
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::validators::{Checked, Validity};
use crate::detect::{ENOUGH, OwnDetails, Setting};
use crate::directory::people::PupilId;
use crate::secret::Excerpt;

/// A person counts as near a number within this many octets.
const NEAR: usize = 200;

/// One candidate that its validator let through.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) rule: usize,
    pub(crate) text: usize,
    pub(crate) range: Range<usize>,
    pub(crate) value: String,
    pub(crate) confidence: f64,
    pub(crate) about: About,
    /// The pupil on roll whose number it is.
    pub(crate) pupil: Option<PupilId>,
}

/// Every number in every text, in the order of texts and rules.
pub(crate) fn hits(readings: &[Reading<'_>], setting: &Setting<'_>) -> Vec<Number> {
    let mut numbers = Vec::new();
    let own = own_values(setting.own, setting);
    for (text, reading) in readings.iter().enumerate() {
        for shape in &setting.rules.shapes.matches(&reading.normal) {
            let Some((rule, regex)) = setting.rules.shape_of.get(shape) else {
                continue;
            };
            let Some(known) = setting.rules.all.get(*rule) else {
                continue;
            };
            let Body::Pattern(pattern) = &known.body else {
                continue;
            };
            if !known.applies(reading.source.place) {
                continue;
            }
            for captures in regex.captures_iter(&reading.normal) {
                let Some(found) = captures.get(1).or_else(|| captures.get(0)) else {
                    continue;
                };
                if let Some((value, confidence)) = judged(pattern, reading, &found.range(), setting)
                    && !own.contains(&value)
                {
                    numbers.push(Number {
                        rule: *rule,
                        text,
                        range: found.range(),
                        pupil: setting.roll.by_number(&value),
                        value,
                        confidence,
                        about: pattern.about,
                    });
                }
            }
        }
    }
    numbers
}

/// The value and how sure it is one; `None` when it is something else.
fn judged(
    pattern: &Pattern,
    reading: &Reading<'_>,
    range: &Range<usize>,
    setting: &Setting<'_>,
) -> Option<(String, f64)> {
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
    let stands = |near: &Nearby| near.terms.stand_in(reading.around(range, near.within));
    if pattern.unless.as_ref().is_some_and(stands) {
        return None;
    }
    let alone = match checked.validity {
        Validity::Right => pattern.confidence,
        Validity::Doubtful => pattern.doubtful,
        Validity::Wrong => return None,
    };
    let confidence = match &pattern.context {
        Some(context) if stands(&context.near) => context.confidence.max(alone),
        Some(_) | None => alone,
    };
    Some((checked.value, confidence))
}

/// The school's own details in the form validators give values.
fn own_values(own: &OwnDetails, setting: &Setting<'_>) -> BTreeSet<String> {
    let checked = |name: &str, written: &str| {
        let validator = crate::detect::validators::validator(name)?;
        Some((validator.check)(written, setting.today)?.value)
    };
    let postcodes = own.postcodes.iter().filter_map(|p| checked("postcode", p));
    let phones = own.phones.iter().filter_map(|p| checked("phone", p));
    postcodes.chain(phones).collect()
}

/// Adds the numbers that count.
pub(crate) fn weigh(
    readings: &[Reading<'_>],
    numbers: Vec<Number>,
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
            excerpt: Excerpt::mask(reading.slice(number.range)),
            value: number.value,
            pupils: number.pupil.into_iter().collect(),
        });
    }
}
