//! A rule file as text: its id from its path, and the line on which a key stands.

use crate::detect::rules::{RuleError, Terms};

/// One file on its way, for naming places in it.
pub(super) struct File<'a> {
    pub(super) path: &'a str,
    pub(super) source: &'a str,
}

impl File<'_> {
    /// An error at the line of a key.
    pub(super) fn error(&self, key: &str, problem: String) -> RuleError {
        let last = key.rsplit('.').next().unwrap_or(key);
        let line = self.source.lines().position(|line| {
            let line = line.trim_start().trim_start_matches('[');
            !last.is_empty()
                && line
                    .strip_prefix(last)
                    .is_some_and(|rest| rest.trim_start().starts_with(['=', ']']))
        });
        self.error_at(line.map_or(1, |line| line + 1), key, problem)
    }

    pub(super) fn error_at(&self, line: usize, key: &str, problem: String) -> RuleError {
        RuleError {
            file: self.path.to_owned(),
            line,
            key: key.to_owned(),
            problem,
        }
    }

    pub(super) fn share(&self, key: &str, value: f64) -> Result<f64, RuleError> {
        if (0.0..=1.0).contains(&value) {
            Ok(value)
        } else {
            Err(self.error(key, format!("{value} is no confidence; expected 0 to 1")))
        }
    }

    pub(super) fn terms(&self, key: &str, words: &[String]) -> Result<Terms, RuleError> {
        if words.iter().any(|word| word.trim().is_empty()) || words.is_empty() {
            return Err(self.error(key, "has an empty word, or none; expected words".to_owned()));
        }
        Ok(Terms::new(words.iter().map(String::as_str)))
    }
}

/// `rules/pupil/upn.toml` → `pupil.upn`.
pub(super) fn id_of(path: &str) -> Option<String> {
    let mut steps = path.strip_suffix(".toml")?.rsplit(['/', '\\']);
    let (name, family) = (steps.next()?, steps.next()?);
    let plain = |step: &str| {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !step.is_empty() && step.chars().all(good)
    };
    (plain(name) && plain(family)).then(|| format!("{family}.{name}"))
}

pub(super) fn line_at(source: &str, offset: usize) -> usize {
    source
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

pub(super) fn nth_line(source: &str, heading: &str, number: usize) -> usize {
    source
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim() == heading)
        .nth(number)
        .map_or(1, |(line, _)| line + 1)
}
