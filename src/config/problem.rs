//! What is wrong with a configuration: file, line, key, what is wrong, what would be right.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: PathBuf,
    /// Line, counted from 1; `None` when it is about the whole file.
    pub line: Option<usize>,
    /// Column, counted from 1, where the file has columns worth naming.
    pub column: Option<usize>,
    /// Dotted key (`receive.listen`) or column name (`dob`); empty when it is about the whole line.
    pub key: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// Everything that is wrong with a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// In the order in which files are read, top to bottom.
    pub problems: Vec<Problem>,
}

impl Problem {
    /// A problem of a whole file.
    #[must_use]
    pub fn of_file(file: &Path, problem: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            key: String::new(),
            problem: problem.into(),
        }
    }

    /// A file that could not be read.
    #[must_use]
    pub fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::of_file(file, format!("cannot be read: {error}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        f.write_str(": ")?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.problem)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_file_line_column_and_key_as_far_as_they_are_known() {
        let whole = Problem::of_file(Path::new("gateway.toml"), "names no school");
        assert_eq!(whole.to_string(), "gateway.toml: names no school");
        let cell = Problem {
            line: Some(7),
            column: Some(3),
            key: "dob".to_owned(),
            ..whole
        };
        assert_eq!(
            ConfigError::from(cell).to_string(),
            "gateway.toml:7:3: dob: names no school"
        );
    }
}
