//! Mail and documents that nobody here wrote: nothing panics, nothing takes long, gaps are counted.
//!
//! Runs where `SCHOOLGATE_CORPORA` names the folder, and says so where it does not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schoolgate::extract;
use schoolgate::limits::Limits;
use schoolgate::parse;
use schoolgate::parse::message::Message;

use crate::files::attached;

const LONGEST: Duration = Duration::from_secs(1);

fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("SCHOOLGATE_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SCHOOLGATE_CORPORA is not set: messages from outside were not read");
    }
    folder
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
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

fn document(path: &Path, bytes: &[u8]) -> Message {
    attached(&path.file_name().unwrap().to_string_lossy(), bytes.to_vec())
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

#[test]
fn documents_in_sixty_formats_are_read() {
    let gaps = read_all("tika-documents", document);
    assert!(!gaps.contains_key("crashed"), "{gaps:?}");
}
