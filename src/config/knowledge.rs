//! What the gateway knows, read whole: rules, lists, and each school's people and policy.
//!
//! All or nothing: what is wrong in any file is named, and whoever asked keeps what they had.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::config::problem::{ConfigError, Problem};
use crate::config::school::Declared;
use crate::config::{Config, embedded, folder, forms, people, rules};
use crate::decide::lists::{ListError, Lists};
use crate::decide::policy::Policy;
use crate::decide::policy::error::PolicyError;
use crate::detect::OwnDetails;
use crate::detect::roll::Roll;
use crate::detect::rules::Rules;
use crate::directory::import::Import;
use crate::directory::people::Directory;
use crate::mail::address::Address;
use crate::mail::mode::Mode;
use crate::school::{Knowledge, School};

/// What was read, and what its owner should know about it.
#[derive(Debug)]
pub struct Read {
    /// Ready to judge mail with.
    pub knowledge: Knowledge,
    /// Odd things that stop nothing, each with its school: a file that is missing, a school without reviewers.
    pub warnings: Vec<String>,
}

/// Reads every file that a configuration names.
///
/// # Errors
/// Everything that is wrong in any of them.
pub fn read(config: &Config) -> Result<Read, ConfigError> {
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    let rules = rules::rules(config.rules.as_deref());
    let lists = lists(config.lists.as_deref());
    let mut schools = Vec::new();
    for declared in &config.schools {
        match school(declared, config) {
            Ok((school, found)) => {
                warnings.extend(
                    found
                        .into_iter()
                        .map(|one| format!("{}: {one}", school.name)),
                );
                schools.push(Arc::new(school));
            }
            Err(mut found) => problems.append(&mut found),
        }
    }
    let nobody = nobody();
    match (rules, lists, nobody) {
        (Ok(rules), Ok(lists), Ok(nobody)) if problems.is_empty() => Ok(Read {
            knowledge: Knowledge {
                schools,
                nobody: Arc::new(nobody),
                rules,
                lists,
                limits: config.limits.clone(),
                readers: None,
            },
            warnings,
        }),
        (rules, lists, nobody) => {
            problems.extend(rules.err().map(|error| error.problems).unwrap_or_default());
            problems.extend(lists.err().unwrap_or_default());
            problems.extend(nobody.err().unwrap_or_default());
            Err(ConfigError { problems })
        }
    }
}

fn school(declared: &Declared, config: &Config) -> Result<(School, Vec<String>), Vec<Problem>> {
    let people = people::directory(&declared.directory);
    let policy = policy(declared.policy.as_deref());
    let rules = own_rules(declared, config);
    let forms = forms::forms(declared.forms.as_deref(), &config.limits);
    let (
        Import {
            directory,
            warnings,
        },
        policy,
        rules,
        (forms, unknown),
    ) = match (people, policy, rules, forms) {
        (Ok(people), Ok(policy), Ok(rules), Ok(forms)) => (people, policy, rules, forms),
        (people, policy, rules, forms) => {
            let mut problems = people.err().unwrap_or_default();
            problems.append(&mut policy.err().unwrap_or_default());
            problems.append(&mut rules.err().unwrap_or_default());
            problems.extend(forms.err());
            return Err(problems);
        }
    };
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    warnings.extend(unknown);
    let reviewers = reviewers(declared, &directory);
    if reviewers.is_empty() {
        warnings.push(
            "nobody can review held mail: name reviewers, or give somebody in staff.csv the role dpo or head".to_owned(),
        );
    }
    let school = School {
        name: declared.name.clone(),
        roll: Roll::build(&directory),
        own: OwnDetails {
            postcodes: declared.postcodes.clone(),
            phones: declared.phones.clone(),
            accounts: declared.accounts.clone(),
            pupil_addresses: declared.pupil_addresses.clone(),
            forms,
            domains: declared.domains.clone(),
        },
        rules,
        policy: match declared.mode {
            Mode::Enforce | Mode::Off => policy,
            Mode::Audit => policy.in_audit(),
        },
        domains: declared.domains.clone(),
        notices_from: declared.notices_from.clone(),
        time_zone: declared.time_zone.clone(),
        directory,
        reviewers,
    };
    Ok((school, warnings))
}

/// The rules of a school that has some of its own: all others, and these.
fn own_rules(declared: &Declared, config: &Config) -> Result<Option<Rules>, Vec<Problem>> {
    let Some(own) = declared.rules.as_deref() else {
        return Ok(None);
    };
    let folders = config.rules.as_deref().into_iter().chain([own]);
    rules::rules(folders)
        .map(Some)
        .map_err(|error| error.problems)
}

/// Those named in the file; else the data protection officers; else the heads.
fn reviewers(declared: &Declared, directory: &Directory) -> Vec<Address> {
    let with_role = |role: &str| -> Vec<Address> {
        let staff = directory
            .staff
            .iter()
            .filter(|one| one.active && one.role == role);
        staff.map(|one| one.address.clone()).collect()
    };
    [
        declared.reviewers.clone(),
        with_role("dpo"),
        with_role("head"),
    ]
    .into_iter()
    .find(|reviewers| !reviewers.is_empty())
    .unwrap_or_default()
}

/// The policy in a file, or the one in the binary.
///
/// # Errors
/// Everything that is wrong in it.
pub(crate) fn policy_of(file: Option<&Path>) -> Result<Policy, ConfigError> {
    policy(file).map_err(|problems| ConfigError { problems })
}

/// A school's own policy, or the one in the binary.
fn policy(own: Option<&Path>) -> Result<Policy, Vec<Problem>> {
    let (path, text) = match own {
        Some(path) => {
            let text = fs::read_to_string(path);
            let text = text.map_err(|error| vec![Problem::unreadable(path, &error)])?;
            (path.display().to_string(), text)
        }
        None => embedded::policy(),
    };
    let problem = |error: PolicyError| Problem {
        line: Some(error.line),
        key: error.key,
        ..Problem::of_file(Path::new(&error.file), error.problem)
    };
    Policy::parse(&path, &text).map_err(|errors| errors.into_iter().map(problem).collect())
}

/// The lists in the binary, and a school's own beside them.
fn lists(own: Option<&Path>) -> Result<Lists, Vec<Problem>> {
    let mut sources = embedded::lists();
    if let Some(own) = own {
        let texts = folder::texts_below(own, "txt").map_err(|problem| vec![problem])?;
        let texts = texts.into_iter();
        sources.extend(texts.map(|(path, text)| (path.display().to_string(), text)));
    }
    let problem = |error: ListError| Problem {
        line: Some(error.line),
        ..Problem::of_file(Path::new(&error.file), error.problem)
    };
    Lists::parse(&sources).map_err(|errors| errors.into_iter().map(problem).collect())
}

/// A school without people or domains, which judges mail that none of several schools claims.
fn nobody() -> Result<School, Vec<Problem>> {
    let directory = Directory::default().indexed();
    let address = "postmaster@localhost".parse::<Address>();
    Ok(School {
        name: "nobody".to_owned(),
        domains: Vec::new(),
        roll: Roll::build(&directory),
        own: OwnDetails::default(),
        rules: None,
        policy: policy(None)?,
        reviewers: Vec::new(),
        notices_from: address.map_err(|_| Vec::new())?,
        time_zone: jiff::tz::TimeZone::UTC,
        directory,
    })
}
