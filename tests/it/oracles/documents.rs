//! The share of another program's words that we find too, by format.
//!
//! `tests/oracles.sh FOLDER` has LibreOffice and poppler read the corpus first; `SCHOOLGATE_ORACLES` names that folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schoolgate::extract;
use schoolgate::limits::Limits;

use crate::corpora::{corpora, extension, files_below};
use crate::files::attached;

/// One file read by both; one that is a gap for us is not taken for clean, and not counted.
struct Compared {
    name: String,
    is_gap: bool,
    words: usize,
    found: usize,
    missed: Vec<String>,
}

impl Compared {
    fn percent(&self) -> usize {
        self.found * 100 / self.words
    }
}

/// Distinct words of two letters or digits and more, case ignored.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .map(str::to_lowercase)
        .collect()
}

/// What we read in a file, as one text: cells, names and properties included; and whether there is a gap.
fn ours(path: &Path) -> (String, bool) {
    let name = path.file_name().unwrap().to_string_lossy();
    let message = attached(&name, std::fs::read(path).unwrap());
    let content = extract::content(&message, &Limits::default());
    let texts: Vec<String> = content.texts.into_iter().map(|text| text.text).collect();
    (texts.join("\n"), !content.gaps.is_empty())
}

fn compared(path: &Path, oracle: &Path) -> Option<Compared> {
    let theirs = std::fs::read(oracle).ok()?;
    let theirs = words(&String::from_utf8_lossy(&theirs));
    if theirs.len() < 5 {
        return None;
    }
    let (ours, is_gap) = ours(path);
    let (distinct, joined) = (words(&ours), ours.to_lowercase());
    let missed: Vec<String> = theirs
        .iter()
        .filter(|word| !distinct.contains(*word) && !joined.contains(word.as_str()))
        .cloned()
        .collect();
    Some(Compared {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        is_gap,
        words: theirs.len(),
        found: theirs.len() - missed.len(),
        missed,
    })
}

#[test]
fn the_words_that_other_programs_read_are_found() {
    let (Some(corpora), Some(oracles)) = (corpora(), std::env::var_os("SCHOOLGATE_ORACLES")) else {
        eprintln!("SCHOOLGATE_ORACLES is not set: nothing was compared with other programs");
        return;
    };
    let oracles = PathBuf::from(oracles);
    let mut formats: BTreeMap<String, Vec<Compared>> = BTreeMap::new();
    for path in files_below(&corpora.join("tika-documents")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(one) = compared(&path, &oracles.join(format!("{name}.words"))) {
            formats.entry(extension(&path)).or_default().push(one);
        }
    }
    print(&formats);
    let read = formats.values().flatten().filter(|one| !one.is_gap);
    let (words, found) = read.fold((0, 0), |(words, found), one| {
        (words + one.words, found + one.found)
    });
    assert!(words > 10_000, "only {words} words to compare with");
    assert!(found * 100 >= words * 95, "{found} of {words} words");
}

fn print(formats: &BTreeMap<String, Vec<Compared>>) {
    eprintln!(
        "| ending | files | of these a gap | words in the others | found | files with 95 % and more |"
    );
    eprintln!("|---|---|---|---|---|---|");
    for (format, files) in formats {
        let read = || files.iter().filter(|one| !one.is_gap);
        let words: usize = read().map(|one| one.words).sum();
        let found: usize = read().map(|one| one.found).sum();
        let good = read().filter(|one| one.percent() >= 95).count();
        let share = found * 1_000 / words.max(1);
        eprintln!(
            "| {format} | {} | {} | {words} | {}.{} % | {good} |",
            files.len(),
            files.len() - read().count(),
            share / 10,
            share % 10
        );
    }
    for one in formats.values().flatten().filter(|one| one.percent() < 95) {
        let shown: Vec<&str> = one.missed.iter().take(8).map(String::as_str).collect();
        let (name, percent, words) = (&one.name, one.percent(), one.words);
        eprintln!("{name}: {percent} % of {words}, not {shown:?}");
    }
}
