//! Words that tell where a child is or will be, to somebody who must not learn it.
//!
//! The recipient is the child's own parent: the forename names the child, and so does "she" in a sentence that moves house.
//! It judges only words; addresses, telephone numbers and postcodes are `no_contact`'s (POLICY.md, clause `no-contact`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::decide::Case;
use crate::decide::words;
use crate::detect::roll::called;
use crate::detect::sentences;
use crate::detect::tokens::fold_name;
use crate::directory::people::PupilId;
use crate::extract::content::Place;

/// A day or an hour.
static WHEN: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:tomorrow|tonight|weekends?|after school|before school)\b",
        r"|\b[0-9]{1,2}(?:[.:][0-9]{2})? ?(?:am|pm)\b|\b[0-9]{1,2}[.:][0-9]{2}\b|\bo'clock\b|\bhalf past\b",
        r"|\b(?:until|till|from) (?:one|two|three|four|five|six|seven|eight|nine|ten|noon)\b",
    ))
});

/// A way to a place that has a name, or to people.
static WHERE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"\b(?:go|goes|going|gone|went|off|back|moves?|moved|moving|travels?|travelling) to (?:(?:the|her|his|their|a|an) )?[A-Z]",
        r"|\b(?:is|are|be|been|was|now|stays?|staying|living|lives?) (?:at|near) (?:(?:the|her|his|their|a|an) )?[A-Z]",
        r"|\b(?:is|are|be|been|stays?|staying) with (?:the |her |his |their )?(?:[A-Z]|grand|nan|gran|aunt|uncle|cousin|family|friends|mother|mum)",
        r"|\b(?:teacher|school|class|place|flat|house|home|club|friends) (?:at|in|near) [A-Z]",
    ))
});

/// Being somewhere, or on the way.
static BEING: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)\b(?:be|is|are|goes|go|going|comes?|coming|stays?|staying) (?:at|to|in|with|near)\b",
    )
});

#[expect(
    clippy::expect_used,
    reason = "constant expressions, compiled by the tests below"
)]
fn compiled(expression: &str) -> Regex {
    Regex::new(expression).expect("a constant expression")
}

/// Words that mean the child in a letter to the child's parent.
const PRONOUNS: [&str; 9] = [
    "she", "he", "her", "him", "his", "they", "them", "their", "children",
];

/// Those of them who do something.
const SUBJECTS: [&str; 3] = ["she", "he", "they"];

/// What tells where one of these pupils is, in the words of a notice.
pub(super) fn told(case: &Case<'_>, barred: &BTreeSet<PupilId>) -> Option<String> {
    let pupils = barred.iter().filter_map(|id| case.directory.pupil(*id));
    let forenames: Vec<String> = pupils.flat_map(called).collect();
    if forenames.is_empty() {
        return None;
    }
    let on_roll = !case.findings.on_roll.is_disjoint(barred);
    let texts = case.content.texts.iter();
    // The parent's own letter, quoted below, names the child too; that tells them nothing.
    let mut written = texts.filter(|text| on_roll || text.place != Place::Quoted);
    let named = on_roll || written.clone().any(|text| names(&text.text, &forenames));
    written.find_map(|text| {
        let phrase = case.lists.tells_whereabouts(&text.text).filter(|_| named);
        let told = phrase.map(str::to_owned).or_else(|| {
            let mut sentences = sentences::all(&text.text);
            sentences.find_map(|sentence| {
                let phrase = case.lists.tells_whereabouts(sentence);
                let place = phrase.or(WHERE.find(sentence).map(|found| found.as_str()));
                let place =
                    place.filter(|_| names(sentence, &forenames) || speaks_of(sentence, &PRONOUNS));
                let hour = WHEN.find(sentence).map(|found| found.as_str()).filter(|_| {
                    let does = speaks_of(sentence, &SUBJECTS);
                    names(sentence, &forenames) || (does && (named || BEING.is_match(sentence)))
                });
                place.or(hour).map(str::to_owned)
            })
        })?;
        Some(format!("“{told}” in {}", words::place(&text.origin)))
    })
}

/// Whether one of these folded forenames stands in a text.
fn names(text: &str, forenames: &[String]) -> bool {
    let folded = format!(" {} ", fold_name(text));
    let mut forenames = forenames.iter();
    forenames.any(|name| folded.contains(&format!(" {name} ")))
}

fn speaks_of(sentence: &str, words: &[&str]) -> bool {
    let mut written = sentence.split(|c: char| !c.is_alphanumeric());
    written.any(|word| words.iter().any(|one| one.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_hours_and_named_places_tell_and_progress_does_not() {
        for (sentence, tells) in [
            ("She will be going to St Hilda's in September.", true),
            ("Isla swims on Tuesdays until five.", true),
            ("Isla is at the Riverside Centre.", true),
            ("Isla is staying with her grandparents.", true),
            ("Their new school in Leeds is lovely.", true),
            ("Isla is at the expected standard.", false),
            ("Isla reads with expression and is in good health.", false),
            ("She is going to be a sheep in the play.", false),
        ] {
            let found = WHEN.is_match(sentence) || WHERE.is_match(sentence);
            assert_eq!(found, tells, "{sentence}");
        }
    }
}
