//! Returns to the department that others invented: children in need, looked-after children, the workforce, Annex A.
//!
//! Every file has to be recognised for what it is; what was found is printed by kind, nothing of what stands in it.
//! Runs where `SCHOOLGATE_CORPORA` says where they are, and says so where it does not.

use std::collections::BTreeMap;
use std::fs;

use jiff::civil::date;
use schoolgate::detect::roll::Roll;
use schoolgate::detect::{OwnDetails, Setting, findings};
use schoolgate::directory::people::Directory;
use schoolgate::extract::content;
use schoolgate::limits::Limits;
use schoolgate::mail::level::Level;
use schoolgate::parse::message;

use crate::corpora::{corpora, extension, files_below};
use crate::sample;
use crate::workers;

/// Detectors that say what a file of children or colleagues is.
const KINDS: [&str; 5] = [
    "file.census",
    "file.common-transfer-file",
    "file.pupil-records",
    "table.pupils",
    "table.sensitive",
];

#[test]
fn every_return_to_the_department_is_recognised() {
    let Some(corpora) = corpora() else {
        return;
    };
    let (limits, own, directory) = (
        Limits::default(),
        OwnDetails::default(),
        Directory::default(),
    );
    let roll = Roll::build(&directory);
    let setting = Setting {
        rules: &sample::knowledge().rules,
        roll: &roll,
        directory: &directory,
        today: date(2026, 11, 22),
        children: &[],
        author: None,
        own: &own,
        consumers: sample::knowledge().lists.consumers(),
    };
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut files = 0;
    for folder in ["uk-cin-census-fake", "uk-liia-samples"] {
        for path in files_below(&corpora.join(folder)) {
            // A renamed file is still what it is.
            let name = format!("data.{}", extension(&path));
            let raw = workers::mail(&[(name, fs::read(&path).unwrap())]);
            let found = findings(&content(&message(&raw, &limits), &limits), &setting);
            let known = found
                .items
                .iter()
                .filter(|item| KINDS.contains(&item.detector.as_str()));
            let mut known: Vec<&str> = known.map(|item| item.detector.as_str()).collect();
            known.sort_unstable();
            known.dedup();
            assert!(!known.is_empty(), "{}: {:?}", path.display(), found.level);
            assert_eq!(found.level, Level::Restricted, "{}", path.display());
            let shown = format!("{}: {}", extension(&path), known.join(", "));
            *kinds.entry(shown).or_default() += 1;
            files += 1;
        }
    }
    for (kind, count) in kinds {
        eprintln!("{count:>3} {kind}");
    }
    assert!(files >= 14, "only {files} files");
}
