//! Where in a policy something is wrong: file, line, key, what is wrong, what would be right.

use std::ops::Range;

/// One thing wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}, {key}: {problem}")]
pub struct PolicyError {
    /// The file.
    pub file: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// The key, with its section: `clause.own-account.verdict`.
    pub key: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// The text of one file, to say where in it something stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    pub(crate) fn error(&self, at: Range<usize>, problem: impl Into<String>) -> PolicyError {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        PolicyError {
            file: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            key: self.key(at.start),
            problem: problem.into(),
        }
    }

    /// The key whose line, or whose lines of text, hold this offset, with the section it stands in.
    fn key(&self, offset: usize) -> String {
        let mut section = "";
        let mut key = "";
        let mut begins = 0;
        for line in self.text.split_inclusive('\n') {
            if begins > offset {
                break;
            }
            begins += line.len();
            let trimmed = line.trim();
            if let Some(name) = trimmed.strip_prefix('[') {
                section = name
                    .split(']')
                    .next()
                    .unwrap_or_default()
                    .trim_start_matches('[');
                key = "";
            } else if let Some((name, _)) = trimmed
                .split_once('=')
                .filter(|(name, _)| is_key(name.trim()))
            {
                key = name.trim();
            }
        }
        match (section, key) {
            ("", key) => key.to_owned(),
            (section, "") => section.to_owned(),
            (section, key) => format!("{section}.{key}"),
        }
    }
}

fn is_key(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.\"".contains(c))
}
