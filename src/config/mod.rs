//! Reads every file once, checks it, and hands out what each stage needs, ready to use.
//!
//! The only module that reads configuration, rule, policy and directory files.

pub(crate) mod check;
pub mod file;
pub(crate) mod folder;
pub(crate) mod measure;
pub mod people;
pub mod problem;
pub mod school;
pub(crate) mod source;

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::check::Check;
use crate::config::file::File;
use crate::config::problem::{ConfigError, Problem};
use crate::config::school::Declared;
use crate::config::source::Source;
use crate::limits::Limits;
use crate::mail::address::Domain;

/// A checked configuration.
#[derive(Debug)]
pub struct Config {
    /// The gateway's own name.
    pub hostname: String,
    /// Folder of the store and its key.
    pub data: PathBuf,
    /// What a message may cost.
    pub limits: Limits,
    /// The schools, as they are declared.
    pub schools: Vec<Declared>,
    /// Rules of a school's own: path and text.
    pub rules: Vec<(PathBuf, String)>,
}

/// Reads a `gateway.toml` and every file it names.
///
/// # Errors
/// Everything that is wrong in any of them.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = fs::read_to_string(path).map_err(|error| Problem::unreadable(path, &error))?;
    let source = Source::new(path, &text);
    let (written, problems) = source.read::<File>();
    if !problems.is_empty() {
        return Err(ConfigError { problems });
    }
    let mut check = Check::new(&source);
    let schools = school::declared(&mut check, &written.school);
    let config = Config {
        hostname: hostname(&mut check, &written),
        data: check.path(&written.data).unwrap_or_default(),
        limits: check.limits(&written.limits),
        rules: rules(&mut check, &written),
        schools,
    };
    for school in &config.schools {
        if let Err(problems) = people::directory(&school.directory) {
            check.problems.extend(problems);
        }
    }
    if check.problems.is_empty() {
        Ok(config)
    } else {
        Err(ConfigError {
            problems: check.problems,
        })
    }
}

/// The name that is given, or the machine's.
fn hostname(check: &mut Check<'_>, written: &File) -> String {
    if !written.hostname.get_ref().trim().is_empty() {
        let name = check.parsed::<Domain>("hostname", &written.hostname);
        return name.map(|name| name.to_string()).unwrap_or_default();
    }
    let machine = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match machine.trim() {
        "" => "localhost".to_owned(),
        name => name.to_owned(),
    }
}

/// Rules of a school's own.
fn rules(check: &mut Check<'_>, written: &File) -> Vec<(PathBuf, String)> {
    let Some(folder) = check.path(&written.rules) else {
        return Vec::new();
    };
    folder::texts_below(&folder, "toml").unwrap_or_else(|problem| {
        check.problems.push(problem);
        Vec::new()
    })
}

#[cfg(test)]
mod tests;
