//! `sensitive-subject`: the subject line gives nothing away.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::detect::finding::Finding;
use crate::extract::content::Place;
use crate::mail::level::Level;

/// # What it finds
/// A subject line of mail to the outside that identifies the matter: an identifier, a date of birth, a marking of
/// `restricted`, a pupil's name with a sensitive word.
/// # Why it matters
/// Subject lines are shown on locked telephones and are never encrypted (K, B).
/// # Example
/// `Amelia Thornton exclusion`.
/// # Limits
/// A name by itself is allowed.
pub static SENSITIVE_SUBJECT: Clause = Clause {
    id: ClauseId("sensitive-subject"),
    placeholders: &["found"],
    by_table: false,
    hits: sensitive_subject,
};

fn sensitive_subject(situation: &Situation<'_>) -> Vec<Hit> {
    let telling: Vec<&Finding> = situation
        .personal()
        .filter(|finding| finding.place == Place::Subject && identifies_the_matter(finding))
        .collect();
    if telling.is_empty() {
        return Vec::new();
    }
    let found = words::found(telling.into_iter(), Level::Protect);
    situation
        .outside()
        .map(|(place, _)| Hit::on(place, vec![("found", found.clone())]))
        .collect()
}

/// Anything restricted; below that anything but a name from the roll and a marking.
fn identifies_the_matter(finding: &Finding) -> bool {
    let name_or_marking = ["roll.", "marking."]
        .iter()
        .any(|family| finding.detector.starts_with(family));
    finding.level == Level::Restricted || !name_or_marking
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIA, AMELIAS_MOTHER, INTERNAL, Letter};
    use crate::extract::content::Place;
    use crate::mail::level::Level;
    use crate::mail::verdict::Verdict;

    #[test]
    fn a_subject_that_tells_is_returned() {
        for (detector, level) in [
            ("pupil.upn", Level::Protect),
            ("person.dob", Level::Protect),
            ("marking.restricted", Level::Restricted),
            ("roll.pupil", Level::Restricted),
        ] {
            Letter::to(&[AMELIAS_MOTHER])
                .finding(detector, level, Place::Subject, &[AMELIA])
                .fires("sensitive-subject", Verdict::Return);
        }
    }

    #[test]
    fn a_name_alone_or_a_body_or_mail_inside_does_not_tell() {
        Letter::to(&[AMELIAS_MOTHER])
            .finding("roll.pupil", Level::Protect, Place::Subject, &[AMELIA])
            .is_silent("sensitive-subject");
        Letter::to(&[AMELIAS_MOTHER])
            .finding("pupil.upn", Level::Protect, Place::Body, &[AMELIA])
            .is_silent("sensitive-subject");
        Letter::to(&[INTERNAL])
            .finding("pupil.upn", Level::Protect, Place::Subject, &[AMELIA])
            .is_silent("sensitive-subject");
    }
}
