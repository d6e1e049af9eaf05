//! A TOML file read into a type, with every error it has and not only the first.
//!
//! Serde stops at the first value it cannot read.
//! Here that value is noted, taken out, and the rest is read again, until nothing is left to complain about.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use crate::config::problem::Problem;

/// A TOML file and its text.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// Its name, for problems.
    pub(crate) file: PathBuf,
    text: &'a str,
}

/// No file has more mistakes that anybody wants to read at once.
const MOST_PROBLEMS: usize = 50;

impl<'a> Source<'a> {
    /// The text of a file under its name.
    pub(crate) fn new(file: &Path, text: &'a str) -> Self {
        Self {
            file: file.to_owned(),
            text,
        }
    }

    /// Reads the file into `T`, every key of which has a default, with the problems of what was left out.
    pub(crate) fn read<T: DeserializeOwned + Default>(&self) -> (T, Vec<Problem>) {
        let (mut table, errors) = DeTable::parse_recoverable(self.text);
        let mut problems: Vec<Problem> = errors
            .iter()
            .map(|error| self.problem(error, String::new()))
            .collect();
        if !problems.is_empty() {
            return (T::default(), problems);
        }
        loop {
            let error = match T::deserialize(Deserializer::from(table.clone())) {
                Ok(value) => return (value, problems),
                Err(error) => error,
            };
            let path = error
                .span()
                .and_then(|span| take_out(table.get_mut(), span.start));
            let found = path.is_some();
            problems.push(self.problem(&error, path.unwrap_or_default()));
            if !found || problems.len() >= MOST_PROBLEMS {
                return (T::default(), problems);
            }
        }
    }

    /// A problem at a place of the file.
    pub(crate) fn at(&self, span: &Range<usize>, key: &str, problem: impl Into<String>) -> Problem {
        Problem {
            line: Some(self.line(span.start)),
            key: key.to_owned(),
            ..Problem::of_file(&self.file, problem)
        }
    }

    fn problem(&self, error: &Error, key: String) -> Problem {
        Problem {
            file: self.file.clone(),
            line: error.span().map(|span| self.line(span.start)),
            column: None,
            key,
            problem: in_our_words(error.message()),
        }
    }

    fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().iter().take(offset);
        before.filter(|octet| **octet == b'\n').count() + 1
    }
}

/// Serde speaks of fields and variants; a configuration file has keys and values.
fn in_our_words(message: &str) -> String {
    message
        .trim_end()
        .replace('\n', "; ")
        .replace("unknown field", "unknown key")
        .replace("unknown variant", "unknown value")
        .replace("invalid type: ", "has the wrong type: ")
        .replace("invalid value: ", "has a wrong value: ")
        .replace("expected u16", "expected a whole number up to 65535")
        .replace("expected usize", "expected a whole number")
}

/// Takes out the key or value at `offset` and says its dotted path.
fn take_out(table: &mut DeTable<'_>, offset: usize) -> Option<String> {
    let mut path = None;
    for (key, value) in table.iter_mut() {
        let name = key.get_ref();
        if key.span().contains(&offset) {
            path = Some((name.to_string(), true));
            break;
        }
        if let Some(inner) = take_out_of(value.get_mut(), offset) {
            path = Some((format!("{name}.{inner}"), false));
            break;
        }
        if value.span().contains(&offset) {
            path = Some((name.to_string(), true));
            break;
        }
    }
    let (path, here) = path?;
    if here {
        table.remove(path.as_str());
    }
    Some(path)
}

fn take_out_of(value: &mut DeValue<'_>, offset: usize) -> Option<String> {
    match value {
        DeValue::Table(table) => take_out(table, offset),
        DeValue::Array(items) => items
            .iter_mut()
            .find_map(|item| take_out_of(item.get_mut(), offset)),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Sample {
        port: u16,
        names: Vec<String>,
        inner: Vec<Inner>,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Inner {
        size: u8,
    }

    #[track_caller]
    fn problems(text: &str) -> Vec<String> {
        let (_, problems) = Source::new(Path::new("x.toml"), text).read::<Sample>();
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_wrong_key_and_value_is_named_with_its_line() {
        let text = "port = \"25\"\nnames = [\"a\", 3]\ncolour = 1\n\n[[inner]]\nsize = 300\nwidth = 2\n[[inner]]\nsize = 1\n";
        let mut found = problems(text);
        found.sort();
        assert_eq!(
            found,
            [
                "x.toml:1: port: has the wrong type: string \"25\", expected a whole number up to 65535",
                "x.toml:2: names: has the wrong type: integer `3`, expected a string",
                "x.toml:3: colour: unknown key `colour`, expected one of `port`, `names`, `inner`",
                "x.toml:6: inner.size: has a wrong value: integer `300`, expected u8",
                "x.toml:7: inner.width: unknown key `width`, expected `size`",
            ]
        );
    }

    #[test]
    fn what_is_right_is_kept_when_something_else_is_wrong() {
        let (sample, problems) = Source::new(Path::new("x.toml"), "port = 25\nnames = 1\n").read();
        let Sample { port, names, .. } = sample;
        assert_eq!((port, names.len(), problems.len()), (25, 0, 1));
    }

    #[test]
    fn broken_syntax_names_its_line() {
        let found = problems("port = 25\nnames = [\n");
        assert!(found.iter().all(|problem| problem.starts_with("x.toml:")));
        assert!(!found.is_empty());
    }
}
