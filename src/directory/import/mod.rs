//! CSV files into a [`Directory`]: pure, all or nothing.
//!
//! Reads what schools' information systems export: any column order, their headings as synonyms
//! ([`columns`]), their dates and their yes and no ([`cells`]).
//! It does not read folders (`config` does) and does not repair data: one bad row refuses the import,
//! so that the directory in force stays until the new one is wholly good.

pub mod cells;
pub mod columns;
pub mod contacts;
pub mod normal;
pub mod sheet;
pub mod tables;

use std::collections::BTreeMap;
use std::fmt;

use crate::directory::import::sheet::Sheet;
use crate::directory::people::Directory;

/// A directory that was wholly good.
#[derive(Debug, Clone)]
pub struct Import {
    /// Everybody, indexed.
    pub directory: Directory,
    /// What its owner should know, such as a file that is missing.
    pub warnings: Vec<Warning>,
}

/// Something odd that does not stop the import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// File name, such as `contacts.csv`.
    pub file: String,
    /// What is odd and what it means.
    pub problem: String,
}

/// One cell that cannot be taken; never holds the cell's content unmasked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}, column {column}: {problem}")]
pub struct RowError {
    /// File name, such as `pupils.csv`.
    pub file: String,
    /// Line in the file, counted from 1, the header included.
    pub line: u64,
    /// Column, by the name this program gives it.
    pub column: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// The files of a directory folder.
pub const FILES: [&str; 6] = [
    "pupils.csv",
    "contacts.csv",
    "staff.csv",
    "partners.csv",
    "history.csv",
    "sensitivity-labels.csv",
];

/// Files a school may well not have: their absence is no news.
const OPTIONAL: [&str; 2] = ["history.csv", "sensitivity-labels.csv"];

/// Builds a directory from the files of a directory folder, by file name.
///
/// # Errors
/// Every bad cell of every file, in file order; nothing of the import is used then.
pub fn directory(files: &BTreeMap<String, Vec<u8>>) -> Result<Import, Vec<RowError>> {
    let mut read = Reading::default();
    read.warn_of_names(files);
    let mut directory = Directory::default();
    if let Some(sheet) = read.sheet(files, "pupils.csv", &columns::PUPILS) {
        directory.pupils = tables::pupils(&sheet, &mut read);
    }
    if let Some(sheet) = read.sheet(files, "contacts.csv", &columns::CONTACTS) {
        directory.contacts = contacts::contacts(&sheet, &directory.pupils, &mut read);
    }
    if let Some(sheet) = read.sheet(files, "staff.csv", &columns::STAFF) {
        directory.staff = tables::staff(&sheet, &mut read);
    }
    if let Some(sheet) = read.sheet(files, "partners.csv", &columns::PARTNERS) {
        directory.partners = tables::partners(&sheet, &mut read);
    }
    if let Some(sheet) = read.sheet(files, "history.csv", &columns::HISTORY) {
        directory.history = tables::history(&sheet, &mut read);
    }
    if let Some(sheet) = read.sheet(files, "sensitivity-labels.csv", &columns::LABELS) {
        directory.labels = tables::labels(&sheet, &mut read);
    }
    if read.errors.is_empty() {
        Ok(Import {
            directory: directory.indexed(),
            warnings: read.warnings,
        })
    } else {
        Err(read.errors)
    }
}

/// What reading has met so far.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) errors: Vec<RowError>,
    pub(crate) warnings: Vec<Warning>,
}

impl Reading {
    fn warn_of_names(&mut self, files: &BTreeMap<String, Vec<u8>>) {
        for name in files.keys().filter(|name| !FILES.contains(&name.as_str())) {
            self.warn(
                name,
                format!("is not read: expected one of {}", FILES.join(", ")),
            );
        }
    }

    fn sheet(
        &mut self,
        files: &BTreeMap<String, Vec<u8>>,
        file: &str,
        columns: &'static [columns::Column],
    ) -> Option<Sheet> {
        if let Some(bytes) = files.get(file) {
            return Sheet::read(file, bytes, columns, self);
        }
        if !OPTIONAL.contains(&file) {
            self.warn(file, "is missing: taken as an empty list");
        }
        None
    }

    pub(crate) fn warn(&mut self, file: &str, problem: impl Into<String>) {
        self.warnings.push(Warning {
            file: file.to_owned(),
            problem: problem.into(),
        });
    }

    pub(crate) fn fail(&mut self, file: &str, line: u64, column: &str, problem: impl Into<String>) {
        self.errors.push(RowError {
            file: file.to_owned(),
            line,
            column: column.to_owned(),
            problem: problem.into(),
        });
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.file, self.problem)
    }
}

#[cfg(test)]
mod tests;
