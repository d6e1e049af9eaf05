//! Which colleagues a message about employment is about: they do not decide about it themselves.
//!
//! Only where a matter of somebody's employment was found; a name at the foot of an ordinary letter makes nobody its subject.
//! It does not find who is meant without a name ("our caretaker").

use std::collections::HashSet;

use crate::detect::finding::Findings;
use crate::directory::people::{Directory, Staff};
use crate::extract::content::{Content, Place};
use crate::mail::address::Address;
use crate::mail::origin::Origin;

/// The rule that says a text speaks of somebody's employment.
const EMPLOYMENT: &str = "words.staff-hr";
/// Family of the rules for the identifiers of employees.
const IDENTIFIERS: &str = "staff.";
/// How colleagues are spoken of.
const TITLES: [&str; 6] = ["mr", "mrs", "miss", "ms", "mx", "dr"];

/// The school addresses of the colleagues whom texts about employment, or the subject line above them, name.
#[must_use]
pub fn spoken_of(content: &Content, findings: &Findings, directory: &Directory) -> Vec<Address> {
    let about_employment = findings.items.iter().filter(|finding| {
        finding.detector == EMPLOYMENT || finding.detector.starts_with(IDENTIFIERS)
    });
    let places: HashSet<&Origin> = about_employment.map(|finding| &finding.origin).collect();
    if places.is_empty() {
        return Vec::new();
    }
    let texts = content.texts.iter().filter(|text| {
        text.place == Place::Subject || places.iter().any(|place| is_part(place, &text.origin))
    });
    let words: Vec<String> = texts.map(|text| plain(&text.text)).collect();
    let named = |staff: &&Staff| words.iter().any(|words| names(words, staff));
    let staff = directory.staff.iter().filter(|staff| staff.active);
    staff
        .filter(named)
        .map(|staff| staff.address.clone())
        .collect()
}

/// Whether one of two places is the other, or inside it.
fn is_part(one: &Origin, other: &Origin) -> bool {
    one.as_str().starts_with(other.as_str()) || other.as_str().starts_with(one.as_str())
}

/// Lower-case words with single spaces around them; addresses stay whole.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 2);
    let parts = text.split(|c: char| !c.is_alphanumeric() && !"@.-'_".contains(c));
    for word in parts.map(|word| word.trim_matches(['.', '\'', '-'])) {
        if !word.is_empty() {
            plain.push(' ');
            plain.push_str(&word.to_lowercase());
        }
    }
    plain.push(' ');
    plain
}

fn names(words: &str, staff: &Staff) -> bool {
    let name = plain(&staff.name);
    let surname = name.split_whitespace().next_back().unwrap_or_default();
    let several = name.split_whitespace().nth(1).is_some();
    words.contains(&format!(" {} ", staff.address.key()))
        || (several && words.contains(&name))
        || TITLES
            .iter()
            .any(|title| words.contains(&format!(" {title} {surname} ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::finding::Finding;
    use crate::extract::content::Text;
    use crate::mail::level::Level;
    use crate::secret::Excerpt;

    fn directory() -> Directory {
        let staff = |local: &str, name: &str, active| Staff {
            address: format!("{local}@oakfield.sch.uk").parse().unwrap(),
            name: name.to_owned(),
            role: "teacher".to_owned(),
            active,
            private_address: None,
        };
        let mut directory = Directory::default();
        directory.staff = vec![
            staff("head", "Margaret Ellison", true),
            staff("dpo", "Colin Baxter", true),
            staff("gone", "Peter Hale", false),
        ];
        directory.indexed()
    }

    #[track_caller]
    fn check(detector: &str, body: &str, expected: &[&str]) {
        let origin = Origin::new("body");
        let content = Content {
            texts: vec![Text {
                origin: origin.clone(),
                place: Place::Body,
                visible: true,
                text: body.to_owned(),
            }],
            ..Content::default()
        };
        let findings = Findings {
            items: vec![Finding {
                detector: detector.to_owned(),
                title: String::new(),
                level: Level::Restricted,
                confidence: 0.9,
                count: 1,
                origin,
                place: Place::Body,
                visible: true,
                excerpt: Excerpt::plain(""),
                why: String::new(),
                pupils: std::collections::BTreeSet::new(),
            }],
            ..Findings::default()
        };
        let found = spoken_of(&content, &findings, &directory());
        let found: Vec<&str> = found.iter().map(Address::local).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn a_colleague_is_known_by_name_by_title_and_by_address() {
        check(
            EMPLOYMENT,
            "The grievance against Margaret Ellison.",
            &["head"],
        );
        check(EMPLOYMENT, "Mrs Ellison was signed off.", &["head"]);
        check(
            EMPLOYMENT,
            "written warning for dpo@oakfield.sch.uk.",
            &["dpo"],
        );
    }

    #[test]
    fn others_and_other_matters_make_nobody_the_subject() {
        check(EMPLOYMENT, "The grievance against Mrs Bloggs.", &[]);
        check(EMPLOYMENT, "Peter Hale was dismissed.", &[]);
        check(EMPLOYMENT, "A Mary Ellisonian was signed off.", &[]);
        check("roll.pupil", "Kind regards, Colin Baxter", &[]);
    }
}
