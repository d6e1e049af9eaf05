//! Mail and documents that nobody here wrote: nothing panics, nothing takes long, gaps are counted.
//!
//! Runs where `SCHOOLGATE_CORPORA` names the folder, and says so where it does not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schoolgate::extract;
use schoolgate::extract::content::Place;
use schoolgate::extract::worker::{self, Pool};
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse;
use schoolgate::parse::message::Message;

use crate::workers;

const LONGEST: Duration = Duration::from_secs(1);

/// The folder, where there is one.
pub(crate) fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("SCHOOLGATE_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SCHOOLGATE_CORPORA is not set: messages from outside were not read");
    }
    folder
}

/// Every file of a folder and of those below it, but for notes about it.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if !path.file_name().unwrap().to_string_lossy().starts_with('_') {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Reads every file below `folder` as `message` makes a message of it; gaps by reason.
fn read_all(folder: &str, message: fn(&Path, &[u8]) -> Message) -> BTreeMap<&'static str, usize> {
    let mut gaps = BTreeMap::new();
    let Some(corpora) = corpora() else {
        return gaps;
    };
    let files = files_below(&corpora.join(folder));
    assert!(!files.is_empty(), "{folder} is empty");
    let limits = Limits::default();
    for path in files {
        let raw = std::fs::read(&path).unwrap();
        let start = Instant::now();
        let content = extract::content(&message(&path, &raw), &limits);
        let taken = start.elapsed();
        assert!(taken < LONGEST, "{} took {taken:?}", path.display());
        for gap in &content.gaps {
            *gaps.entry(gap.reason.as_str()).or_default() += 1;
        }
    }
    eprintln!("{folder}: {gaps:?}");
    gaps
}

fn mail(_: &Path, raw: &[u8]) -> Message {
    parse::message(raw, &Limits::default())
}

#[test]
fn ordinary_mail_is_read_without_gaps() {
    let gaps = read_all("spamassassin-public/easy_ham", mail);
    assert!(
        gaps.values().sum::<usize>() <= 25,
        "more gaps than one message in a hundred: {gaps:?}"
    );
}

#[test]
fn torture_messages_and_bounces_are_read() {
    for folder in ["mime4j-testmsgs", "zbateson-mmp", "sisimai-bounces"] {
        let gaps = read_all(folder, mail);
        assert!(!gaps.contains_key("crashed"), "{folder}: {gaps:?}");
    }
}

/// The ending of a file's name, in lower case.
pub(crate) fn extension(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}

/// What became of the files of one ending.
#[derive(Default)]
struct Row {
    files: usize,
    text: usize,
    gaps: BTreeMap<&'static str, usize>,
    failed: usize,
    slowest: Duration,
}

/// One document as the only attachment of a message, read in a worker.
fn in_a_worker(pool: &Pool, path: &Path, row: &mut Row) {
    let limits = Limits::default();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let raw = workers::mail(&[(name, std::fs::read(path).unwrap())]);
    let message = parse::message(&raw, &limits);
    let start = Instant::now();
    let content = worker::content(pool, &message, &raw, &limits);
    let taken = start.elapsed();
    row.slowest = row.slowest.max(taken);
    row.files += 1;
    let octets = |place: &dyn Fn(Place) -> bool| {
        let texts = content.texts.iter().filter(|text| place(text.place));
        texts.map(|text| text.text.len()).sum::<usize>()
    };
    let told = |place| matches!(place, Place::Subject | Place::Body | Place::FileName);
    let greeting = message.parts.first().map_or(0, |part| part.bytes.len());
    let body = octets(&|place| place == Place::Body);
    row.text += usize::from(octets(&|place| !told(place)) + body > greeting);
    let mut reasons: Vec<GapReason> = content.gaps.iter().map(|gap| gap.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let broken = [GapReason::Crashed, GapReason::TimedOut];
    row.failed += usize::from(reasons.iter().any(|reason| broken.contains(reason)));
    for reason in reasons {
        *row.gaps.entry(reason.as_str()).or_default() += 1;
    }
    let whole = octets(&|_| true);
    assert!(
        whole <= limits.text_per_message,
        "{}: {whole}",
        path.display()
    );
    assert!(
        taken < limits.time_per_message,
        "{}: {taken:?}",
        path.display()
    );
}

#[test]
fn documents_in_sixty_formats_are_read_in_workers() {
    let Some(corpora) = corpora() else {
        return;
    };
    let pool = workers::pool(&Limits::default());
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for path in files_below(&corpora.join("tika-documents")) {
        let row = rows.entry(extension(&path)).or_default();
        in_a_worker(&pool, &path, row);
    }
    eprintln!("| ending | files | text found | gaps | failed | slowest |");
    eprintln!("|---|---|---|---|---|---|");
    for (ending, row) in &rows {
        let gaps: Vec<String> = row
            .gaps
            .iter()
            .map(|(why, n)| format!("{n} {why}"))
            .collect();
        eprintln!(
            "| {ending} | {} | {} | {} | {} | {} ms |",
            row.files,
            row.text,
            gaps.join(", "),
            row.failed,
            row.slowest.as_millis()
        );
    }
    let failed: usize = rows.values().map(|row| row.failed).sum();
    assert!(failed <= 3, "{failed} files broke their reader");
}
