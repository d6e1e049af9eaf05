//! A `[[school]]` block, checked: names, domains and addresses are what they should be, folders are known.
//!
//! Reading those folders is `config::knowledge`.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use regex::{Regex, RegexBuilder};

use crate::config::check::{Check, given};
use crate::config::file;
use crate::mail::address::{Address, Domain};
use crate::mail::mode::Mode;

/// One school as it is declared.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its domains; never empty.
    pub domains: Vec<Domain>,
    /// Folder of its directory.
    pub directory: PathBuf,
    /// Enforce or audit.
    pub mode: Mode,
    /// Its own policy file.
    pub policy: Option<PathBuf>,
    /// Reviewers named in the file.
    pub reviewers: Vec<Address>,
    /// The address notices come from.
    pub notices_from: Address,
    /// Its own postcodes.
    pub postcodes: Vec<String>,
    /// Its own telephone numbers.
    pub phones: Vec<String>,
    /// Its own bank accounts.
    pub accounts: Vec<String>,
    /// The form of its pupils' addresses.
    pub pupil_addresses: Option<Regex>,
    /// Folder with rules of its own.
    pub rules: Option<PathBuf>,
    /// Folder with its own blank forms.
    pub forms: Option<PathBuf>,
    /// Where its days begin.
    pub time_zone: TimeZone,
}

/// Checks every block; blocks with problems are left out, and the problems noted.
pub(crate) fn declared(check: &mut Check<'_>, blocks: &[file::School]) -> Vec<Declared> {
    if blocks.is_empty() {
        check.missing(
            "school",
            "no school is declared: expected at least one [[school]] block with name, domains, directory and mode",
        );
    }
    let schools: Vec<Declared> = (1..)
        .zip(blocks)
        .filter_map(|(number, block)| one(check, number, block))
        .collect();
    refuse_shared(check, blocks);
    schools
}

fn one(check: &mut Check<'_>, number: usize, block: &file::School) -> Option<Declared> {
    let label = match given(block.name.as_ref()) {
        Some(name) => format!("school \"{}\"", name.get_ref()),
        None => format!("school {number}"),
    };
    let mut required = |key: &str, right: &str| {
        check.missing(&label, format!("{key} is missing: expected {right}"));
    };
    if given(block.name.as_ref()).is_none() {
        required(
            "name",
            "the school's name as notices say it, such as \"Oakfield Primary School\"",
        );
    }
    if block.domains.is_empty() {
        required(
            "domains",
            "the school's mail domains, such as [\"oakfield.sch.uk\"]",
        );
    }
    if given(block.directory.as_ref()).is_none() {
        required(
            "directory",
            "the folder with pupils.csv and the others, such as \"directory\"",
        );
    }
    if block.mode.is_none() {
        required("mode", "\"enforce\", or \"audit\" to begin with");
    }
    let domains = check.all_parsed("school.domains", &block.domains);
    let first = domains.first().cloned();
    let school = Declared {
        name: given(block.name.as_ref())?.get_ref().trim().to_owned(),
        directory: check.path(given(block.directory.as_ref())?)?,
        mode: mode(check, block)?,
        policy: block.policy.as_ref().and_then(|path| check.path(path)),
        reviewers: check.all_parsed("school.reviewers", &block.reviewers),
        notices_from: notices_from(check, block, &first?)?,
        postcodes: texts(&block.own_postcodes),
        phones: texts(&block.own_phones),
        accounts: accounts(check, block),
        pupil_addresses: pupil_addresses(check, block),
        rules: block.rules.as_ref().and_then(|path| check.path(path)),
        forms: block.forms.as_ref().and_then(|path| check.path(path)),
        time_zone: time_zone(check, block)?,
        domains,
    };
    Some(school)
}

fn texts(written: &[file::Text]) -> Vec<String> {
    written
        .iter()
        .map(|text| text.get_ref().trim().to_owned())
        .collect()
}

/// Bank accounts, each a sort code with an account number, or an IBAN.
fn accounts(check: &mut Check<'_>, block: &file::School) -> Vec<String> {
    let right = |account: &&file::Text| {
        account
            .get_ref()
            .chars()
            .filter(char::is_ascii_digit)
            .count()
            >= 14
    };
    let (good, bad): (Vec<&file::Text>, Vec<&file::Text>) =
        block.own_accounts.iter().partition(right);
    for account in bad {
        check.wrong(
            "school.own_accounts",
            account,
            "is no account: expected a sort code and an account number, such as \"12-34-56 12345678\", or an IBAN",
        );
    }
    good.into_iter()
        .map(|account| account.get_ref().trim().to_owned())
        .collect()
}

/// The form of pupils' addresses: an expression that what stands before the at sign matches whole.
fn pupil_addresses(check: &mut Check<'_>, block: &file::School) -> Option<Regex> {
    let written = given(block.pupil_addresses.as_ref())?;
    let form = |text: &str| {
        RegexBuilder::new(&format!("^(?:{text})$"))
            .case_insensitive(true)
            .size_limit(1 << 20)
            .build()
            .map_err(|error| format!("`{text}` is no expression such as '\\d\\d[a-z]+': {error}"))
    };
    check.taken("school.pupil_addresses", written, form)
}

fn mode(check: &mut Check<'_>, block: &file::School) -> Option<Mode> {
    let mode = block.mode.as_ref()?;
    match mode.get_ref() {
        Mode::Enforce | Mode::Audit => Some(*mode.get_ref()),
        Mode::Off => {
            let place = toml::Spanned::new(mode.span(), String::new());
            check.wrong(
                "school.mode",
                &place,
                "a school cannot be off: expected \"enforce\" or \"audit\"",
            );
            None
        }
    }
}

fn notices_from(check: &mut Check<'_>, block: &file::School, first: &Domain) -> Option<Address> {
    match given(block.notices_from.as_ref()) {
        Some(written) => check.parsed("school.notices_from", written),
        None => format!("schoolgate@{first}").parse().ok(),
    }
}

fn time_zone(check: &mut Check<'_>, block: &file::School) -> Option<TimeZone> {
    let zone = |name: &str| {
        TimeZone::get(name).map_err(|_| {
            format!("`{name}` is not a time zone: expected one such as \"Europe/London\"")
        })
    };
    match given(block.time_zone.as_ref()) {
        Some(written) => check.taken("school.time_zone", written, zone),
        None => Some(zone("Europe/London").unwrap_or(TimeZone::UTC)),
    }
}

/// Two schools must not share a name or a domain: mail could not be told apart.
fn refuse_shared(check: &mut Check<'_>, blocks: &[file::School]) {
    let mut seen: Vec<(&str, String)> = Vec::new();
    let names = blocks
        .iter()
        .filter_map(|block| Some(("school.name", block.name.as_ref()?)));
    let domains = blocks.iter().flat_map(|block| {
        block
            .domains
            .iter()
            .map(|domain| ("school.domains", domain))
    });
    for (key, value) in names.chain(domains) {
        let entry = (key, value.get_ref().trim().to_lowercase());
        if seen.contains(&entry) {
            let problem = format!("`{}` is declared twice: each school needs its own", entry.1);
            check.wrong(key, value, problem);
        } else {
            seen.push(entry);
        }
    }
}
