//! Reads every file once, checks it, and hands out what each stage needs, ready to use.
//!
//! The only module that reads configuration, rule, policy and directory files.

pub(crate) mod check;
pub(crate) mod delivery;
pub(crate) mod door;
pub(crate) mod embedded;
pub mod file;
pub(crate) mod folder;
pub mod forms;
pub mod knowledge;
pub mod measure;
pub mod people;
pub mod problem;
pub mod rules;
pub(crate) mod scanner;
pub mod school;
pub(crate) mod source;
pub mod watch;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Time, Weekday};

use crate::act;
use crate::config::check::Check;
use crate::config::file::File;
use crate::config::measure::Octets;
use crate::config::problem::{ConfigError, Problem};
use crate::config::school::Declared;
use crate::config::source::Source;
use crate::extract::worker::ocr::Ocr;
use crate::gateway::scanner::Scanner;
use crate::limits::Limits;
use crate::mail::address::Domain;
use crate::receive;
use crate::report::schedule::Schedule;
use crate::secret::Redacted;
use crate::store::sqlite::room::Bounds;

/// A checked `gateway.toml`; the files of rules, policies and people that it names are read on top of it.
pub struct Config {
    /// The file itself.
    pub file: PathBuf,
    /// The gateway's own name.
    pub hostname: String,
    /// Folder of the store and its key.
    pub data: PathBuf,
    /// How large the store may grow.
    pub bounds: Bounds,
    /// Folder with rules of a school's own.
    pub rules: Option<PathBuf>,
    /// Folder with lists of a school's own.
    pub lists: Option<PathBuf>,
    /// What a message may cost.
    pub limits: Limits,
    /// How scans are read; `None` where Tesseract is not installed or not wanted.
    pub ocr: Option<Ocr>,
    /// The certificate of the door, as it was read.
    pub certificate: Option<Certificate>,
    /// Further files that were read: certificates, keys, passwords.
    pub named: Vec<PathBuf>,
    /// The file as it is written.
    pub written: File,
    /// The door.
    pub receive: receive::Settings,
    /// The virus scanner that is asked about every message.
    pub scanner: Option<Scanner>,
    /// How due work is done.
    pub act: act::settings::Settings,
    /// When the weekly report is sent; `None` where nobody wants it by e-mail.
    pub report: Option<Schedule>,
    /// The schools, as they are declared; never empty.
    pub schools: Vec<Declared>,
}

/// A certificate chain and its key, both PEM.
pub struct Certificate {
    /// The chain, server first.
    pub chain: Vec<u8>,
    /// The key.
    pub key: Redacted<Vec<u8>>,
}

/// Reads and checks a `gateway.toml`.
///
/// # Errors
/// Everything that is wrong in it.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = fs::read_to_string(path).map_err(|error| Problem::unreadable(path, &error))?;
    let source = Source::new(path, &text);
    let (written, mut problems) = source.read::<File>();
    let mut check = Check::new(&source);
    let config = checked(&mut check, &written);
    if !problems.is_empty() {
        // What was left out above must not be called missing as well.
        check.problems.retain(|problem| problem.line.is_some());
    }
    problems.append(&mut check.problems);
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        Some(_) | None => Err(ConfigError { problems }),
    }
}

fn checked(check: &mut Check<'_>, written: &File) -> Option<Config> {
    let schools = school::declared(check, &written.school);
    let hostname = hostname(check, written);
    let certificate = door::certificate(check, &written.receive);
    let receive = door::settings(check, written, &hostname, certificate.as_ref(), &schools);
    let scanner = scanner::scanner(check, &written.scanner);
    let act = delivery::settings(check, written, &hostname);
    let report = report(check, &written.report);
    Some(Config {
        file: check.file().to_owned(),
        data: check.path(&written.data)?,
        bounds: bounds(check, written),
        rules: check.path(&written.rules),
        lists: check.path(&written.lists),
        limits: limits(&written.limits),
        ocr: ocr(&written.ocr),
        certificate,
        named: std::mem::take(&mut check.read),
        written: written.clone(),
        receive,
        scanner,
        act: act?,
        report,
        hostname,
        schools,
    })
}

fn bounds(check: &mut Check<'_>, written: &File) -> Bounds {
    let given = check::given(Some(&written.data_limit));
    let most = given.and_then(|limit| {
        check.taken("data_limit", limit, |text| {
            Octets::try_from(text.to_owned())
        })
    });
    Bounds {
        most: most.and_then(|most| u64::try_from(most.0).ok()),
        ..Bounds::default()
    }
}

fn limits(written: &file::Limits) -> Limits {
    Limits {
        message: written.message.0,
        expanded: written.expanded.0,
        ratio: written.ratio,
        nesting: written.nesting,
        members: written.members,
        time_per_part: written.time_per_part.0,
        time_per_message: written.time_per_message.0,
        memory: written.memory.0,
        ..Limits::default()
    }
}

/// Tesseract at its path, or the first of its name on `PATH`.
fn ocr(written: &file::Ocr) -> Option<Ocr> {
    let program = Path::new(written.program.get_ref().trim());
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A name alone is looked for; with a folder before it, it is taken as it is.
    let folders = std::env::split_paths(&path).map(|folder| folder.join(program));
    let installed = |program: &PathBuf| program.is_absolute() && program.is_file();
    Some(Ocr {
        program: folders.into_iter().find(installed)?,
        language: written.language.get_ref().trim().to_owned(),
    })
}

/// The day and time of the weekly report; an empty day means that it is not sent.
fn report(check: &mut Check<'_>, written: &file::Report) -> Option<Schedule> {
    if written.day.get_ref().trim().is_empty() {
        return None;
    }
    let weekday = check.taken("report.day", &written.day, |text| {
        WEEKDAYS
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|(_, weekday)| weekday)
            .ok_or_else(|| {
                format!("`{text}` is no day of the week: expected one such as \"Monday\"")
            })
    });
    let time = check.taken("report.time", &written.time, |text| {
        text.parse::<Time>()
            .map_err(|_| format!("`{text}` is no time of day: expected one such as \"07:00\""))
    });
    Some(Schedule {
        weekday: weekday?,
        time: time?,
    })
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

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

#[cfg(test)]
mod tests;
