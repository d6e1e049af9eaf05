//! The rules in force: those in the binary, and a school's own.

use std::path::Path;

use crate::config::embedded;
use crate::config::folder;
use crate::config::problem::{ConfigError, Problem};
use crate::detect::rules::{RuleError, Rules};

/// Reads, compiles and proves the shipped rules and those of the folders given.
///
/// # Errors
/// A folder that cannot be read, or everything that is wrong with any rule.
pub fn rules<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Result<Rules, ConfigError> {
    let mut sources = embedded::rules();
    for folder in folders {
        let own = folder::texts_below(folder, "toml")?;
        sources.extend(
            own.into_iter()
                .map(|(path, text)| (path.display().to_string(), text)),
        );
    }
    let problem = |error: RuleError| Problem {
        line: Some(error.line),
        key: error.key,
        ..Problem::of_file(Path::new(&error.file), error.problem)
    };
    Rules::compile(&sources).map_err(|errors| ConfigError {
        problems: errors.into_iter().map(problem).collect(),
    })
}
