//! Detection as a whole, over small messages at a small school.

use std::sync::LazyLock;

use jiff::civil::date;

use super::*;
use crate::directory::people::{Pupil, Staff};
use crate::extract::content::{Place, Text};
use crate::mail::level::Level;
use crate::mail::origin::Origin;

mod laws;
mod names;
mod tables;

/// Every rule file of the project, as `config` embeds them.
fn compiled() -> Rules {
    static FILES: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/rules");
    let mut sources = Vec::new();
    for folder in FILES.dirs() {
        for file in folder.files() {
            let text = file.contents_utf8().unwrap().to_owned();
            sources.push((format!("rules/{}", file.path().display()), text));
        }
    }
    Rules::compile(&sources).unwrap_or_else(|errors| {
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
    directory.indexed()
}

fn read(texts: &[(Place, &str)]) -> Findings {
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
    let (rules, directory, own) = (shipped(), school(), OwnDetails::default());
    let roll = Roll::build(&directory);
    findings(
        content,
        &Setting {
            rules,
            roll: &roll,
            directory: &directory,
            today: date(2026, 11, 22),
            author: None,
            own: &own,
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
