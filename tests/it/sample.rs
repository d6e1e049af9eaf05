//! The sample school of `testdata/school`, ready to judge mail.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use schoolgate::decide::lists::Lists;
use schoolgate::decide::policy::Policy;
use schoolgate::detect::OwnDetails;
use schoolgate::detect::roll::Roll;
use schoolgate::detect::rules::Rules;
use schoolgate::directory::import;
use schoolgate::directory::people::Directory;
use schoolgate::gateway::{self, Inspection};
use schoolgate::limits::Limits;
use schoolgate::mail::address::{Address, Domain};
use schoolgate::mail::envelope::Envelope;
use schoolgate::parse::message::message;
use schoolgate::school::{Knowledge, School};

/// The sample school, read once.
pub(crate) fn knowledge() -> &'static Knowledge {
    static SAMPLE: OnceLock<Knowledge> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let school = Arc::new(school());
        Knowledge {
            schools: vec![Arc::clone(&school)],
            nobody: school,
            rules: Rules::compile(&texts("rules")).unwrap(),
            lists: Lists::parse(&texts("config/lists")).unwrap(),
            limits: Limits::default(),
        }
    })
}

/// Judges a message on the Friday of the week in which golden mail was written.
pub(crate) fn inspection(raw: &[u8], envelope: &Envelope) -> Inspection {
    let friday: Timestamp = "2026-11-20T16:00:00Z".parse().unwrap();
    gateway::inspect(raw, envelope, knowledge(), friday)
}

/// The first address of header `From`.
pub(crate) fn author(raw: &[u8]) -> Option<Address> {
    let headers = message(raw, &Limits::default()).headers;
    headers.from.first().and_then(|from| from.address.clone())
}

fn school() -> School {
    let directory = directory();
    let domain: Domain = "oakfield.sch.uk".parse().unwrap();
    let text = fs::read_to_string(root().join("config/policy.toml")).unwrap();
    School {
        name: "Oakfield Primary School".to_owned(),
        domains: vec![domain.clone()],
        roll: Roll::build(&directory),
        own: OwnDetails {
            postcodes: vec!["LU23 1AA".to_owned()],
            phones: vec!["01632 960100".to_owned(), "01632 960101".to_owned()],
            domains: vec![domain],
        },
        policy: Policy::parse("policy.toml", &text).unwrap(),
        reviewers: vec!["dpo@oakfield.sch.uk".parse().unwrap()],
        notices_from: "schoolgate@oakfield.sch.uk".parse().unwrap(),
        time_zone: TimeZone::UTC,
        directory,
    }
}

fn directory() -> Directory {
    let files: BTreeMap<String, Vec<u8>> = texts("testdata/school/directory")
        .into_iter()
        .map(|(path, text)| {
            let name = Path::new(&path).file_name().unwrap().to_str().unwrap();
            (name.to_owned(), text.into_bytes())
        })
        .collect();
    import::directory(&files).unwrap().directory
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder: path and text.
fn texts(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|ending| ending != "md") {
                found.push((
                    path.display().to_string(),
                    fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }
    found.sort();
    found
}
