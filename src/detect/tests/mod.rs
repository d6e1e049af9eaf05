//! Detection as a whole, over small messages at a small school.

use std::sync::LazyLock;

use jiff::civil::date;

use super::*;
use crate::detect::finding::Finding;
use crate::directory::people::{Contact, Link, Pupil, PupilId, Staff};
use crate::extract::content::{Place, Text};
use crate::mail::level::Level;
use crate::mail::origin::Origin;

mod laws;
mod names;
mod tables;

/// Every rule file of the project, as `config` embeds them: its path and its text.
fn rule_files() -> Vec<(String, String)> {
    static FILES: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/rules");
    let mut sources = Vec::new();
    for folder in FILES.dirs() {
        for file in folder.files() {
            let text = file.contents_utf8().unwrap().to_owned();
            sources.push((format!("rules/{}", file.path().display()), text));
        }
    }
    sources
}

/// The texts of all examples and counterexamples of the rules.
fn examples() -> Vec<String> {
    let mut texts = Vec::new();
    for (_, file) in rule_files() {
        let rule: toml::Table = file.parse().unwrap();
        for list in ["examples", "counterexamples"] {
            let text = |one: &toml::Value| one["text"].as_str().unwrap().to_owned();
            texts.extend(rule[list].as_array().unwrap().iter().map(text));
        }
    }
    texts
}

fn compiled() -> Rules {
    Rules::compile(&rule_files()).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

fn shipped() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(compiled);
    &RULES
}

fn pupil(forename: &str, surname: &str, class: &str, upn: Option<&str>) -> Pupil {
    Pupil {
        upn: upn.map(str::to_owned),
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        class: Some(class.to_owned()),
        email: format!("{}.{surname}@oakfield.sch.uk", &forename[..1])
            .parse()
            .ok(),
        ..Pupil::default()
    }
}

fn school() -> Directory {
    let mut directory = Directory::default();
    directory.pupils = vec![
        pupil("Amelia", "Thornton", "4H", Some("B801200005001")),
        pupil("Zoë", "O'Brien-Smith", "2B", None),
        pupil("Oliver", "Hargreaves", "1A", None),
        pupil("Oliver", "Hargreaves", "6T", None),
        pupil("Grace", "Field", "3C", None),
        pupil("James", "Taylor", "5K", None),
        pupil("Megan", "Ellwood", "5K", None),
    ];
    directory.staff = vec![Staff {
        address: "m.ellwood@oakfield.sch.uk".parse().unwrap(),
        name: "Mrs Megan Ellwood".to_owned(),
        role: "teacher".to_owned(),
        active: true,
        private_address: None,
    }];
    directory.contacts = vec![
        parent("Mrs Jane Thornton", 0),
        parent("Christopher Hill", 4),
    ];
    directory.indexed()
}

fn parent(name: &str, of: u32) -> Contact {
    Contact {
        name: name.to_owned(),
        address: None,
        phone: None,
        links: vec![Link {
            pupil: PupilId(of),
            relationship: "parent".to_owned(),
            parental_responsibility: true,
            no_contact: false,
            lives_with: true,
        }],
    }
}

pub(super) fn read(texts: &[(Place, &str)]) -> Findings {
    let text = |(place, text): &(Place, &str)| Text {
        origin: Origin::new("body"),
        place: *place,
        visible: true,
        text: (*text).to_owned(),
    };
    read_content(&Content {
        texts: texts.iter().map(text).collect(),
        ..Content::default()
    })
}

fn read_content(content: &Content) -> Findings {
    read_at(&school(), content)
}

fn read_at(directory: &Directory, content: &Content) -> Findings {
    let rules = shipped();
    let own = OwnDetails {
        domains: vec!["oakfield.sch.uk".parse().unwrap()],
        pupil_addresses: Some(Regex::new(r"^\d\d[a-z]+$").unwrap()),
        ..OwnDetails::default()
    };
    let mut consumers = ConsumerDomains::default();
    consumers.insert(&"mailbox.test".parse().unwrap());
    let roll = Roll::build(directory);
    findings(
        content,
        &Setting {
            rules,
            roll: &roll,
            directory,
            today: date(2026, 11, 22),
            children: &[],
            author: None,
            own: &own,
            consumers: &consumers,
        },
    )
}

#[test]
fn a_pupil_by_name_and_by_number_is_one_pupil() {
    let found = read(&[(
        Place::Body,
        "Amelia Thornton, UPN B801200005001; and X82300001901B",
    )]);
    assert_eq!((found.pupils, found.on_roll.len()), (2, 1));
    assert_eq!(found.level, Level::Protect);
}

#[test]
fn words_count_only_with_a_person() {
    let plan = "The child protection plan will be reviewed.";
    assert_eq!(read(&[(Place::Body, plan)]).level, Level::Unclassified);
    let named = format!("Amelia Thornton: {plan}");
    assert_eq!(read(&[(Place::Body, &named)]).level, Level::Restricted);
    let above = read(&[(Place::Subject, "Amelia Thornton"), (Place::Body, plan)]);
    assert_eq!(above.level, Level::Restricted);
}

#[test]
fn findings_never_print_what_they_found() {
    let found = read(&[(Place::Body, "Amelia Thornton, UPN B801200005001")]);
    let printed = format!("{found:?}");
    assert!(!printed.contains("Thornton") && !printed.contains("B801200005001"));
}

fn part(origin: &Origin, place: Place, text: &str) -> Text {
    Text {
        origin: origin.clone(),
        place,
        visible: true,
        text: text.to_owned(),
    }
}

#[test]
fn what_is_said_twice_is_found_once() {
    let body = Origin::new("body");
    let told = "Amelia Thornton, UPN B801200005001";
    let once = read(&[(Place::Body, told)]);
    let alternatives = read_content(&Content {
        texts: vec![
            part(&body, Place::Body, told),
            part(&body, Place::Body, told),
            part(&body.within("second reading"), Place::Attachment, told),
        ],
        ..Content::default()
    });
    let shown = |found: &Findings| -> Vec<(String, usize)> {
        found
            .items
            .iter()
            .map(|f| (f.detector.clone(), f.count))
            .collect()
    };
    assert_eq!(shown(&alternatives), shown(&once));
    let more = read_content(&Content {
        texts: vec![
            part(&body, Place::Body, told),
            part(
                &body.within("second reading"),
                Place::Attachment,
                "X82300001901B",
            ),
        ],
        ..Content::default()
    });
    assert!(
        more.items.len() > once.items.len(),
        "what only the second reading finds stays"
    );
}

#[test]
fn every_finding_says_why_and_staff_and_families_are_counted() {
    let found = read(&[(
        Place::Body,
        "Amelia Thornton (4H) and James Taylor saw Megan Ellwood, UPN B801200005001, mum 07700 900123",
    )]);
    assert!(
        found.items.iter().all(|f| !f.why.is_empty()),
        "{:?}",
        found.items
    );
    assert_eq!(found.households, 2);
    assert_eq!(read(&[(Place::Body, "Ask Megan Ellwood")]).staff, 1);
    assert_eq!(
        read(&[(Place::Body, "Bye\nKind regards\nMegan Ellwood")]).staff,
        0
    );
}

#[test]
fn quoted_history_and_signatures_are_told_apart_and_both_are_judged() {
    for place in [Place::Body, Place::Quoted] {
        let told = read(&[(place, "> Amelia Thornton has an EHCP and a social worker.")]);
        assert_eq!(told.level, Level::Restricted, "{place:?}");
        let signed = read(&[(
            place,
            "Bye\n\nKind regards,\nJames Taylor\nPTA, 07700 900123\n",
        )]);
        assert_eq!(signed.items, [], "{place:?}");
        let after = read(&[(place, "Many thanks\n\nPS James Taylor comes too\n")]);
        assert_eq!(after.on_roll.len(), 1, "{place:?}");
    }
}

#[test]
fn addresses_of_the_pupils_form_and_lists_of_private_ones_are_found() {
    let found = |text: &str| -> Vec<(String, usize, Level)> {
        let found = read(&[(Place::Attachment, text)]);
        let shown = |f: &Finding| (f.detector.clone(), f.count, f.level);
        found.items.iter().map(shown).collect()
    };
    assert_eq!(
        found("Ask 25newcomer@oakfield.sch.uk, office@oakfield.sch.uk or 25x@other.example."),
        [("roll.address".to_owned(), 1, Level::Protect)]
    );
    let lines =
        |count: usize, line: fn(usize) -> String| -> String { (0..count).map(line).collect() };
    let list = |people| lines(people, |one| format!("Parent {one}\tp{one}@mailbox.test\n"));
    let addresses = || "contact.addresses".to_owned();
    assert_eq!(found(&list(4)), []);
    assert_eq!(found(&list(5)), [(addresses(), 5, Level::Protect)]);
    assert_eq!(found(&list(25)), [(addresses(), 25, Level::Restricted)]);
    assert_eq!(found(&list(4).repeat(3)), []);
    let suppliers = lines(9, |one| format!("sales@supplier{one}.example\n"));
    assert_eq!(found(&suppliers), []);
}
