//! The values of a configuration file, checked: what is wrong is noted, and checking goes on.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::config::file::Text;
use crate::config::problem::Problem;
use crate::config::source::Source;

/// Checks the values of one file and collects what is wrong with them.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    source: &'a Source<'a>,
    folder: PathBuf,
    /// What is wrong so far.
    pub(crate) problems: Vec<Problem>,
    /// Files that were read because a value names them.
    pub(crate) read: Vec<PathBuf>,
}

impl<'a> Check<'a> {
    /// A check of this file; relative paths start from its folder.
    pub(crate) fn new(source: &'a Source<'a>) -> Self {
        let folder = source.file.parent().unwrap_or(Path::new("")).to_owned();
        Self {
            source,
            folder,
            problems: Vec::new(),
            read: Vec::new(),
        }
    }

    /// The file that is checked.
    pub(crate) fn file(&self) -> &Path {
        &self.source.file
    }

    /// Notes what is wrong with a value.
    pub(crate) fn wrong(&mut self, key: &str, value: &Text, problem: impl Into<String>) {
        self.problems
            .push(self.source.at(&value.span(), key, problem));
    }

    /// Notes what is missing from the file as a whole, or from one of its blocks.
    pub(crate) fn missing(&mut self, key: &str, problem: impl Into<String>) {
        self.problems.push(Problem {
            key: key.to_owned(),
            ..Problem::of_file(&self.source.file, problem)
        });
    }

    /// A value read by its type, whose error already says what would be right.
    pub(crate) fn parsed<T>(&mut self, key: &str, value: &Text) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.taken(key, value, |text| {
            text.parse::<T>().map_err(|e| e.to_string())
        })
    }

    /// Every value of a list.
    pub(crate) fn all_parsed<T>(&mut self, key: &str, values: &[Text]) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        values
            .iter()
            .filter_map(|value| self.parsed(key, value))
            .collect()
    }

    /// A value taken by a function that says what would be right.
    pub(crate) fn taken<T>(
        &mut self,
        key: &str,
        value: &Text,
        take: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match take(value.get_ref().trim()) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.wrong(key, value, problem);
                None
            }
        }
    }

    /// A path, relative to the file; `None` when it is empty.
    pub(crate) fn path(&self, value: &Text) -> Option<PathBuf> {
        let path = value.get_ref().trim();
        (!path.is_empty()).then(|| self.folder.join(path))
    }

    /// The content of a file that a value names; `None` when it names none, or when that cannot be read.
    pub(crate) fn content(&mut self, key: &str, value: &Text) -> Option<Vec<u8>> {
        let path = self.path(value)?;
        match fs::read(&path) {
            Ok(content) => {
                self.read.push(path);
                Some(content)
            }
            Err(error) => {
                self.wrong(
                    key,
                    value,
                    format!("{} cannot be read: {error}", path.display()),
                );
                None
            }
        }
    }
}

/// A list entry that is not empty.
pub(crate) fn given(value: Option<&Text>) -> Option<&Text> {
    value.filter(|text| !text.get_ref().trim().is_empty())
}
