//! Whether any file of a configuration has changed since it was read.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::config::Config;

/// The files of a configuration as they were at one moment: which, how long, last changed when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen(Vec<(PathBuf, Option<(SystemTime, u64)>)>);

/// Looks at every file that a configuration was read from.
#[must_use]
pub fn seen(config: &Config) -> Seen {
    let mut files = vec![config.file.clone()];
    files.extend(config.named.iter().cloned());
    for school in &config.schools {
        files.extend(school.policy.clone());
        files.extend(below(&school.directory));
        let own = [&school.rules, &school.forms].into_iter().flatten();
        files.extend(own.flat_map(|folder| below(folder)));
    }
    let own = config.rules.iter().chain(&config.lists);
    files.extend(own.flat_map(|folder| below(folder)));
    let state = |file: &PathBuf| {
        let data = fs::metadata(file).ok()?;
        Some((data.modified().ok()?, data.len()))
    };
    Seen(
        files
            .into_iter()
            .map(|file| (file.clone(), state(&file)))
            .collect(),
    )
}

/// A folder and everything in it, in order.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
