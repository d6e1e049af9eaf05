//! Folders of a configuration: a school's directory, its own rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::problem::Problem;

/// The files directly in a folder whose name ends in `.ending`, by name.
///
/// # Errors
/// When the folder or one of the files cannot be read; a folder that is not there is an error too,
/// because a misspelt one would leave a school without its roll.
pub(crate) fn files(folder: &Path, ending: &str) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
    let unreadable = |error: &std::io::Error| Problem::unreadable(folder, error);
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(&error))? {
        let path = entry.map_err(|error| unreadable(&error))?.path();
        if path.extension().is_none_or(|found| found != ending) || !path.is_file() {
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let content = fs::read(&path).map_err(|error| Problem::unreadable(&path, &error))?;
        files.insert(name, content);
    }
    Ok(files)
}

/// Every file below a folder whose name ends in `.ending`, as path and text, in order of path.
///
/// # Errors
/// When a folder or file cannot be read, or is not UTF-8.
pub(crate) fn texts_below(folder: &Path, ending: &str) -> Result<Vec<(PathBuf, String)>, Problem> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error: &std::io::Error| Problem::unreadable(&folder, error);
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&error))? {
            let path = entry.map_err(|error| unreadable(&error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let text = fs::read_to_string(&path)
                    .map_err(|error| Problem::unreadable(&path, &error))?;
                texts.push((path, text));
            }
        }
    }
    texts.sort();
    Ok(texts)
}
