//! Whatever stands in a text, a table or a file name: detection ends and finds nothing it cannot explain,
//! an invisible character changes nothing, and nor does the order of parts.
//!
//! The input is cut into parts at its zero octets; each is a text and a table of a message at a small school.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use schoolgate::config::rules::rules;
use schoolgate::detect::finding::{Finding, Findings};
use schoolgate::detect::roll::Roll;
use schoolgate::detect::rules::Rules;
use schoolgate::detect::{OwnDetails, Setting, findings};
use schoolgate::directory::consumer::ConsumerDomains;
use schoolgate::directory::people::{Directory, Pupil, PupilId};
use schoolgate::extract::content::{Content, Place, Table, Text};
use schoolgate::mail::level::Level;
use schoolgate::mail::origin::Origin;

static SCHOOL: LazyLock<(Rules, Directory, Roll)> = LazyLock::new(|| {
    let pupil = |forename: &str, surname: &str, class: &str| Pupil {
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        class: Some(class.to_owned()),
        dob: Some(date(2018, 3, 12)),
        upn: Some("B801200005001".to_owned()),
        ..Pupil::default()
    };
    let mut directory = Directory::default();
    directory.pupils = vec![
        pupil("Amelia", "Thornton", "4H"),
        pupil("Zoë", "O'Brien-Smith", "2B"),
        pupil("Mohammed Amin", "Al Rashid", "4H"),
        pupil("Grace", "Field", "3C"),
        pupil("Olivia", "Brown", "3C"),
        pupil("Olivia", "Brown", "5M"),
    ];
    let directory = directory.indexed();
    let roll = Roll::build(&directory);
    (rules([]).expect("the shipped rules hold"), directory, roll)
});

const PLACES: [Place; 7] = [
    Place::Body,
    Place::Subject,
    Place::Attachment,
    Place::Quoted,
    Place::FileName,
    Place::Property,
    Place::Margin,
];

fuzz_target!(|octets: &[u8]| {
    let parts: Vec<String> =
        octets.split(|octet| *octet == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let written = content(&parts);
    let found = read(&written);
    for finding in &found.items {
        assert!(!finding.why.is_empty() && finding.count > 0 && finding.confidence >= 0.5, "{finding:?}");
        assert!(finding.level <= found.level);
    }
    let strewn: Vec<String> = parts.iter().map(|part| with_invisible(part, octets.len())).collect();
    assert_eq!(found, read(&content(&strewn)), "an invisible character changes nothing");
    let mut turned = written;
    turned.texts.reverse();
    turned.tables.reverse();
    assert_eq!(told(&found), told(&read(&turned)), "the order of parts changes nothing");
});

/// Every part is a text and a table.
fn content(parts: &[String]) -> Content {
    Content {
        texts: parts
            .iter()
            .zip(PLACES.into_iter().cycle())
            .map(|(text, place)| Text { origin: Origin::new("body"), place, visible: true, text: text.clone() })
            .collect(),
        tables: parts
            .iter()
            .map(|part| Table {
                origin: Origin::new("attachment a.csv"),
                visible: true,
                rows: part.split('\n').map(|line| line.split(',').map(str::to_owned).collect()).collect(),
            })
            .collect(),
        ..Content::default()
    }
}

fn read(content: &Content) -> Findings {
    let (rules, directory, roll) = &*SCHOOL;
    let own = OwnDetails::default();
    findings(content, &Setting { rules, roll, directory, today: date(2026, 11, 22), author: None, children: &[], own: &own, consumers: &ConsumerDomains::default() })
}

/// A part with an invisible character in one place that `number` chooses.
fn with_invisible(part: &str, number: usize) -> String {
    let hidden = ['\u{200b}', '\u{200d}', '\u{feff}', '\u{ad}', '\u{2060}'];
    let mut strewn = part.to_owned();
    let at = part.floor_char_boundary(number.wrapping_mul(31) % (part.len() + 1));
    strewn.insert(at, hidden[number % hidden.len()]);
    strewn
}

/// What was found, whatever the order in which it stands.
fn told(found: &Findings) -> (Level, usize, BTreeSet<PupilId>, Vec<(String, usize, Level, BTreeSet<PupilId>)>) {
    let one = |finding: &Finding| (finding.detector.clone(), finding.count, finding.level, finding.pupils.clone());
    let mut items: Vec<_> = found.items.iter().map(one).collect();
    items.sort();
    (found.level, found.pupils, found.on_roll.clone(), items)
}
