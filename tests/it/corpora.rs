//! Mail and documents that nobody here wrote: nothing panics, nothing takes long, gaps are counted.
//!
//! Runs where `SCHOOLGATE_CORPORA` names the folder, and says so where it does not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schoolgate::extract::content::{self, Content};
use schoolgate::limits::Limits;
use schoolgate::parse::message;

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

fn read(raw: &[u8], limits: &Limits) -> Content {
    content::content(&message::message(raw, limits), limits)
}

/// Reads every file below `folder` as `prepare` makes a message of it; gaps by reason.
fn read_all(folder: &str, prepare: fn(&Path, Vec<u8>) -> Vec<u8>) -> BTreeMap<&'static str, usize> {
    let mut gaps = BTreeMap::new();
    let Some(corpora) = corpora() else {
        return gaps;
    };
    let files = files_below(&corpora.join(folder));
    assert!(!files.is_empty(), "{folder} is empty");
    let limits = Limits::default();
    for path in files {
        let raw = prepare(&path, std::fs::read(&path).unwrap());
        let start = Instant::now();
        let content = read(&raw, &limits);
        let taken = start.elapsed();
        assert!(taken < LONGEST, "{} took {taken:?}", path.display());
        for gap in &content.gaps {
            *gaps.entry(gap.reason.as_str()).or_default() += 1;
        }
        if std::env::var_os("SCHOOLGATE_CORPORA_LIST").is_some() {
            for gap in &content.gaps {
                eprintln!("{} {} {}", path.display(), gap.reason.as_str(), gap.origin);
            }
        }
    }
    eprintln!("{folder}: {gaps:?}");
    gaps
}

fn as_it_is(_: &Path, raw: Vec<u8>) -> Vec<u8> {
    raw
}

#[test]
fn ordinary_mail_is_read_without_gaps() {
    let gaps = read_all("spamassassin-public/easy_ham", as_it_is);
    assert!(
        gaps.values().sum::<usize>() <= 25,
        "more gaps than one message in a hundred: {gaps:?}"
    );
}

#[test]
fn torture_messages_and_bounces_are_read() {
    for folder in ["mime4j-testmsgs", "zbateson-mmp", "sisimai-bounces"] {
        let gaps = read_all(folder, as_it_is);
        assert!(!gaps.contains_key("crashed"), "{folder}: {gaps:?}");
    }
}
