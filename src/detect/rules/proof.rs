//! Runs the examples and counterexamples of every rule, the same way messages are read.
//!
//! They are read at an invented school, so that rules which need a person can prove themselves:
//! on its roll are Amelia Thornton (4H), Zoë O'Brien-Smith (2B) and Harry Beckwith (6T).

use jiff::civil::date;

use crate::detect::roll::Roll;
use crate::detect::rules::{RuleError, Rules};
use crate::detect::{OwnDetails, Setting};
use crate::directory::consumer::ConsumerDomains;
use crate::directory::people::{Directory, Pupil};
use crate::extract::content::{Content, Place, Text};
use crate::mail::origin::Origin;

/// One example that has yet to be run.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) rule: String,
    /// `examples 2`
    pub(super) key: String,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) count: usize,
    /// Whether exactly `count` is meant, or that many and more.
    pub(super) exact: bool,
}

/// Every example that is not as its rule says.
pub(super) fn failures(rules: &Rules, proofs: &[Proof]) -> Vec<RuleError> {
    let directory = example_school();
    let roll = Roll::build(&directory);
    let own = OwnDetails::default();
    let setting = Setting {
        rules,
        roll: &roll,
        directory: &directory,
        today: date(2026, 11, 22),
        children: &[],
        author: None,
        own: &own,
        consumers: &ConsumerDomains::default(),
    };
    proofs
        .iter()
        .filter_map(|proof| failure(proof, &setting))
        .collect()
}

fn failure(proof: &Proof, setting: &Setting<'_>) -> Option<RuleError> {
    let content = Content {
        texts: vec![Text {
            origin: Origin::new("example"),
            place: proof.place,
            visible: true,
            text: proof.text.clone(),
        }],
        ..Content::default()
    };
    let found: usize = crate::detect::findings(&content, setting)
        .items
        .iter()
        .filter(|finding| finding.detector == proof.rule)
        .map(|finding| finding.count)
        .sum();
    let holds = found == proof.count || (!proof.exact && found > proof.count);
    (!holds).then(|| RuleError {
        file: proof.file.clone(),
        line: proof.line,
        key: proof.key.clone(),
        problem: match (proof.count, found) {
            (0, _) => {
                format!("matches ({found} found); expected a text in which the rule finds nothing")
            }
            (_, 0) => {
                "does not match; expected a text in which the rule finds something".to_owned()
            }
            (count, _) => format!("finds {found}; expected {count}"),
        },
    })
}

/// The school at which examples are read.
fn example_school() -> Directory {
    let pupil = |forename: &str, surname: &str, born, year: &str, class: &str| Pupil {
        admission_no: format!("{forename}-{class}"),
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        dob: Some(born),
        year: Some(year.to_owned()),
        class: Some(class.to_owned()),
        ..Pupil::default()
    };
    let mut directory = Directory::default();
    directory.pupils = vec![
        pupil("Amelia", "Thornton", date(2018, 3, 12), "4", "4H"),
        pupil("Zoë", "O'Brien-Smith", date(2020, 5, 1), "2", "2B"),
        pupil("Harry", "Beckwith", date(2016, 1, 30), "6", "6T"),
    ];
    directory.indexed()
}
