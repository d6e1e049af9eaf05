//! Whatever stands in a text, a table or a file name: detection ends, finds nothing it cannot explain, and shows nothing.
//!
//! The input is cut into parts at its zero octets; each is a text and a table of a message at a small school.
#![no_main]

use std::sync::LazyLock;

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use schoolgate::config::rules::rules;
use schoolgate::detect::roll::Roll;
use schoolgate::detect::rules::Rules;
use schoolgate::detect::{OwnDetails, Setting, findings};
use schoolgate::directory::consumer::ConsumerDomains;
use schoolgate::directory::people::{Directory, Pupil};
use schoolgate::extract::content::{Content, Place, Table, Text};
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
    let content = Content {
        texts: parts
            .iter()
            .zip(PLACES.into_iter().cycle())
            .map(|(text, place)| Text {
                origin: Origin::new("body"),
                place,
                visible: true,
                text: text.clone(),
            })
            .collect(),
        tables: parts
            .iter()
            .map(|part| Table {
                origin: Origin::new("attachment a.csv"),
                visible: true,
                rows: part.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect(),
            })
            .collect(),
        ..Content::default()
    };
    let (rules, directory, roll) = &*SCHOOL;
    let own = OwnDetails::default();
    let found = findings(
        &content,
        &Setting {
            rules,
            roll,
            directory,
            today: date(2026, 11, 22),
            author: None,
            own: &own,
            consumers: &ConsumerDomains::default(),
        },
    );
    for finding in &found.items {
        assert!(!finding.why.is_empty() && finding.count > 0 && finding.confidence >= 0.5, "{finding:?}");
        assert!(finding.level <= found.level);
    }
});
