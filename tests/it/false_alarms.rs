//! Ordinary mail of people who have nothing to do with a school: next to nothing may be found in it.
//!
//! Runs over other people's mail where `SCHOOLGATE_CORPORA` says where that is, and says so where it does not.

use std::fs;
use std::path::PathBuf;

use jiff::civil::date;
use schoolgate::detect::roll::Roll;
use schoolgate::detect::{OwnDetails, Setting, findings};
use schoolgate::directory::people::{Contact, Directory, Link, Pupil, PupilId};
use schoolgate::extract::content;
use schoolgate::limits::Limits;
use schoolgate::parse::message;

use crate::sample;

/// One message in so many may be touched.
const ONE_IN: usize = 500;

/// Surnames of the commonest in the United Kingdom, the hardest roll there is.
const SURNAMES: &str = "Smith Jones Williams Taylor Davies Brown Wilson Evans Thomas Johnson Roberts Walker Wright \
Robinson Thompson White Hughes Edwards Green Lewis Wood Harris Martin Jackson Clarke Khan Patel Ali Ahmed Hussain Begum \
Turner Hill Scott Cooper Morris Ward Moore Clark Baker Harrison King Morgan Lee Allen James Phillips Watson Parker Bennett \
Mitchell Cook Shaw Price Bailey Griffiths Carter Young Bell Collins Murphy Kelly Miller Cox Richards Marshall Anderson Ellis \
Simpson Adams Campbell Richardson Chapman Foster Webb Rogers Gray Mason Hunt Mills Palmer Owen Holmes Barnes Knight Lloyd \
Butler Russell Barker Fisher Stevens Jenkins Murray Dixon Harvey Graham Pearson Fletcher Walsh Kowalski Nowak Hargreaves \
Thornton Okafor Mensah Rahman Chowdhury Fernandez Novak Silva Costa O'Brien O'Connor Ramsbottom Featherstone Ellwood Birtles";

/// A roll of invented pupils, each with a parent of the same surname: forenames as often as they are given, surnames in
/// turn.
fn directory(corpora: &str, pupils: usize) -> Directory {
    let names = fs::read_to_string(format!("{corpora}/given-names-uk.csv")).unwrap();
    let mut reached = 0_u64;
    let forenames: Vec<(u64, &str)> = names
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            let (name, _, births) = (cells.next()?, cells.next()?, cells.next()?);
            reached += births.parse::<u64>().ok()?;
            Some((reached, name))
        })
        .collect();
    let surnames: Vec<&str> = SURNAMES.split(' ').collect();
    let mut directory = Directory::default();
    let mut seed = 0x5eed_u64;
    let mut forename = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let drawn = (seed >> 16) % reached;
        forenames[forenames.partition_point(|(up_to, _)| *up_to <= drawn)].1
    };
    for number in 0..pupils {
        let surname = surnames[number % surnames.len()];
        directory.pupils.push(Pupil {
            forename: forename().to_owned(),
            surname: surname.to_owned(),
            class: Some(format!("{}{}", number % 7, ['A', 'B', 'C'][number % 3])),
            ..Pupil::default()
        });
        directory.contacts.push(Contact {
            name: format!("{} {surname}", forename()),
            address: None,
            phone: None,
            links: vec![Link {
                pupil: PupilId(u32::try_from(number).unwrap()),
                relationship: "mother".to_owned(),
                parental_responsibility: true,
                no_contact: false,
                lives_with: true,
            }],
        });
    }
    directory.indexed()
}

/// The messages of `folder` in which something is found, with what.
fn touched(corpora: &str, folder: &str, directory: &Directory) -> (usize, Vec<String>) {
    let own = OwnDetails::default();
    let roll = Roll::build(directory);
    let limits = Limits::default();
    let mut files: Vec<PathBuf> = fs::read_dir(format!("{corpora}/{folder}"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut touched = Vec::new();
    for path in &files {
        let raw = fs::read(path).unwrap();
        let message = message(&raw, &limits);
        let setting = Setting {
            rules: &sample::knowledge().rules,
            roll: &roll,
            directory,
            today: date(2026, 11, 22),
            children: &[],
            author: None,
            own: &own,
            consumers: sample::knowledge().lists.consumers(),
        };
        let mut found = findings(&content(&message, &limits), &setting);
        // What the shipped policy only records touches no message.
        found
            .items
            .retain(|item| !item.detector.starts_with("conduct."));
        if !found.items.is_empty() {
            let items: Vec<String> = found
                .items
                .iter()
                .map(|item| format!("{} {} {}", item.detector, item.origin, item.excerpt))
                .collect();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            touched.push(format!("{name}: {}", items.join("; ")));
        }
    }
    (files.len(), touched)
}

#[track_caller]
fn at_most_one_in_five_hundred(pupils: usize) {
    let Ok(corpora) = std::env::var("SCHOOLGATE_CORPORA") else {
        eprintln!("skipped: SCHOOLGATE_CORPORA is not set");
        return;
    };
    let directory = directory(&corpora, pupils);
    let (of, touched) = touched(&corpora, "spamassassin-public/easy_ham", &directory);
    assert!(of > 0, "no messages");
    eprintln!("{} of {of} touched with {pupils} on roll", touched.len());
    for message in &touched {
        eprintln!("  {message}");
    }
    assert!(
        touched.len() * ONE_IN <= of,
        "{} of {of} touched with {pupils} on roll:\n{}",
        touched.len(),
        touched.join("\n")
    );
}

#[test]
fn ordinary_mail_is_left_alone_by_a_school_without_a_roll() {
    at_most_one_in_five_hundred(0);
}

#[test]
fn ordinary_mail_is_left_alone_by_a_school_of_twelve_hundred() {
    at_most_one_in_five_hundred(1_200);
}
