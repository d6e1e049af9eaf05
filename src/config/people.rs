//! A school's directory folder, read whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::config::folder;
use crate::config::problem::Problem;
use crate::directory::import::{self, Import, RowError};

/// Reads the CSV files of a directory folder.
///
/// # Errors
/// The folder that cannot be read, or every bad cell of every file with its line and column.
pub fn directory(folder: &Path) -> Result<Import, Vec<Problem>> {
    merged(folder, &BTreeMap::new()).map(|(import, _)| import)
}

/// The files of a directory by name, as they were read.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Reads a directory folder with some of its files taken from elsewhere, by the name they would have in it.
///
/// # Errors
/// As [`directory`]; what is wrong is named where it stands.
pub(crate) fn merged(
    folder: &Path,
    given: &BTreeMap<&'static str, &Path>,
) -> Result<(Import, Files), Vec<Problem>> {
    let mut files = folder::files(folder, "csv").map_err(|problem| vec![problem])?;
    for (name, path) in given {
        let content = fs::read(path).map_err(|error| vec![Problem::unreadable(path, &error)])?;
        files.insert((*name).to_owned(), content);
    }
    let place = |file: &str| match given.get(file) {
        Some(path) => path.to_path_buf(),
        None => folder.join(file),
    };
    let bad_cell = |error: RowError| Problem {
        line: usize::try_from(error.line).ok(),
        key: match error.column.as_str() {
            "row" => String::new(),
            column => format!("column {column}"),
        },
        ..Problem::of_file(&place(&error.file), error.problem)
    };
    match import::directory(&files) {
        Ok(import) => Ok((import, files)),
        Err(errors) => Err(errors.into_iter().map(bad_cell).collect()),
    }
}
