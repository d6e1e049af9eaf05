//! How fast detection reads, and what a roll costs: `cargo bench --bench detect`.
//!
//! Prints megabytes of text a second through every shipped rule with rolls of 400, 2,000 and 100,000 pupils,
//! and for each roll the time it takes to build and the memory it keeps (resident set before and after, Linux).
//! Times are processor time, so that a busy machine does not count.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::format_push_string,
    missing_docs,
    reason = "a benchmark prints its figures and stops where it cannot go on"
)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use jiff::civil::date;
use schoolgate::detect::roll::Roll;
use schoolgate::detect::rules::Rules;
use schoolgate::detect::{OwnDetails, Setting, findings};
use schoolgate::directory::consumer::ConsumerDomains;
use schoolgate::directory::people::{Directory, Pupil};
use schoolgate::extract::content::{Content, Place, Text};
use schoolgate::mail::origin::Origin;

/// Ordinary school prose; names and numbers in it are invented.
const PROSE: &str = "Dear parents and carers, thank you for coming to the harvest festival on Friday. \
Year 4 will visit the museum on 12/03/2027; please return the form by Monday. Mrs Sampler and her class have \
grown beans, measured them every day and drawn a chart. If you have any questions ring the office on 01632 960123 \
between 8.30 and 4. The choir sang, the band played and Zoë read a poem about café life in Zürich.\n";

const SYLLABLES: [&str; 16] = [
    "ta", "mor", "lin", "bes", "kor", "wen", "dal", "fi", "gar", "hol", "jas", "nu", "per", "ros",
    "sim", "vo",
];

fn name(mut number: usize, syllables: usize) -> String {
    let mut name = String::new();
    for _ in 0..syllables {
        name.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
    }
    name
}

fn directory(pupils: usize) -> Directory {
    let mut directory = Directory::default();
    for number in 0..pupils {
        directory.pupils.push(Pupil {
            forename: name(number * 7 % 2_048, 3),
            surname: name(number * 13 % 60_000, 4),
            class: Some(format!("{}A", number % 7)),
            ..Pupil::default()
        });
    }
    directory.indexed()
}

fn rules() -> Rules {
    let mut sources = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for family in fs::read_dir(folder)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
    {
        for file in fs::read_dir(family.path()).unwrap().flatten() {
            let text = fs::read_to_string(file.path()).unwrap();
            sources.push((file.path().to_string_lossy().into_owned(), text));
        }
    }
    Rules::compile(&sources).unwrap()
}

/// Resident memory in MB, where the system says it.
fn resident() -> f64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u32 = pages
        .split(' ')
        .nth(1)
        .and_then(|p| p.parse().ok())
        .unwrap_or(0);
    f64::from(pages) * 4_096.0 / 1e6
}

/// Four megabytes in which every tenth paragraph names a pupil.
fn content(directory: &Directory) -> Content {
    let mut text = String::new();
    for number in 0..4_000_000 / PROSE.len() {
        text.push_str(PROSE);
        let named = directory
            .pupils
            .get(number * 31 % directory.pupils.len().max(1));
        if let Some(pupil) = named.filter(|_| number % 10 == 0) {
            let (forename, surname) = (capital(&pupil.forename), capital(&pupil.surname));
            text.push_str(&format!("{forename} {surname} will bring the beans.\n"));
        }
    }
    Content {
        texts: vec![Text {
            origin: Origin::new("body"),
            place: Place::Body,
            visible: true,
            text,
        }],
        ..Content::default()
    }
}

fn capital(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

/// Seconds of processor time this thread has had, where the system says it: the machine has other work.
fn worked() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: u64 = stat
        .split(' ')
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    nanoseconds as f64 / 1e9
}

fn main() {
    let start = Instant::now();
    let rules = rules();
    println!(
        "rules: {} compiled and proved in {:.2?}",
        rules.iter().count(),
        start.elapsed()
    );
    let own = OwnDetails::default();
    for pupils in [0, 400, 2_000, 100_000] {
        let directory = directory(pupils);
        let (before, start) = (resident(), worked());
        let roll = Roll::build(&directory);
        let (built, kept) = (worked() - start, resident() - before);
        let setting = Setting {
            rules: &rules,
            roll: &roll,
            directory: &directory,
            today: date(2026, 11, 22),
            author: None,
            own: &own,
            consumers: &ConsumerDomains::default(),
        };
        let content = content(&directory);
        let size = content.texts[0].text.len() as f64 / 1e6;
        // The best of five: caches are shared.
        let mut speed = 0.0_f64;
        let mut found = 0;
        for _ in 0..5 {
            let start = worked();
            found = findings(&content, &setting).pupils;
            speed = speed.max(size / (worked() - start));
        }
        println!(
            "{pupils:>7} pupils: built in {built:.3} s, {kept:.0} MB; {speed:.1} MB/s, {found} pupils found"
        );
    }
}
