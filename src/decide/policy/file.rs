//! The policy as a school writes it: TOML, no unknown keys.
//!
//! Every clause the program knows has a section, and every section is of a clause the program knows, so that the
//! file says all that happens.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::decide::clause::{CLAUSES, Clause};
use crate::decide::decision::{ClauseId, Severity, Told};
use crate::decide::policy::error::{PolicyError, Source};
use crate::decide::policy::particular_file::{ExceptionFile, GroupFile, exception, group};
use crate::decide::policy::table::{Cell, Row, Table};
use crate::decide::policy::template::Template;
use crate::decide::policy::{Asks, Policy, Pupils, Settings, Thresholds};
use crate::mail::address::AddressError;
use crate::mail::kind::RecipientKind;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    thresholds: Thresholds,
    pupils: PupilsFile,
    table: TableFile,
    clause: BTreeMap<String, Spanned<ClauseFile>>,
    #[serde(default)]
    group: Vec<GroupFile>,
    #[serde(default)]
    exception: Vec<Spanned<ExceptionFile>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PupilsFile {
    approved_domains: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    unclassified: RowFile,
    protect: RowFile,
    restricted: RowFile,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RowFile {
    internal: Spanned<String>,
    partner: Spanned<String>,
    own_child: Spanned<String>,
    other_child: Spanned<String>,
    external: Spanned<String>,
    personal: Spanned<String>,
    publication: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ClauseFile {
    title: String,
    mode: Mode,
    verdict: Spanned<AsksFile>,
    #[serde(default)]
    recipients: BTreeMap<RecipientKind, Verdict>,
    #[serde(default)]
    severity: Severity,
    #[serde(default)]
    tell: Vec<Told>,
    explanation: Spanned<String>,
    advice: Option<Spanned<String>>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AsksFile {
    Pass,
    Secure,
    Encrypt,
    Hold,
    Return,
    Reject,
    Table,
}

pub(crate) fn policy(path: &str, text: &str) -> Result<Policy, Vec<PolicyError>> {
    let source = Source { path, text };
    let file: File = toml::from_str(text)
        .map_err(|error| vec![source.error(error.span().unwrap_or(0..0), error.message())])?;
    let mut errors = Vec::new();
    let table = Table {
        unclassified: row(&file.table.unclassified, &source, &mut errors),
        protect: row(&file.table.protect, &source, &mut errors),
        restricted: row(&file.table.restricted, &source, &mut errors),
    };
    let pupils = pupils(&file.pupils, &source, &mut errors);
    let clauses = clauses(&file.clause, &source, &mut errors);
    let groups = file
        .group
        .iter()
        .map(|written| group(written, &source, &mut errors))
        .collect();
    let exceptions = file
        .exception
        .iter()
        .filter_map(|written| exception(written, &source, &mut errors))
        .collect();
    if errors.is_empty() {
        Ok(Policy {
            table,
            thresholds: file.thresholds,
            pupils,
            clauses,
            groups,
            exceptions,
        })
    } else {
        errors.sort_by_key(|error| error.line);
        Err(errors)
    }
}

fn clauses(
    sections: &BTreeMap<String, Spanned<ClauseFile>>,
    source: &Source<'_>,
    errors: &mut Vec<PolicyError>,
) -> BTreeMap<ClauseId, Settings> {
    let mut clauses = BTreeMap::new();
    for (name, section) in sections {
        match CLAUSES.iter().find(|clause| clause.id.as_str() == name) {
            Some(clause) => {
                clauses.insert(
                    clause.id,
                    settings(clause, section.get_ref(), source, errors),
                );
            }
            None => errors.push(source.error(
                section.span(),
                format!("`{name}` is no clause: expected one of {}", known()),
            )),
        }
    }
    for clause in CLAUSES
        .iter()
        .filter(|clause| !clauses.contains_key(&clause.id))
    {
        errors.push(source.error(
            source.text.len()..source.text.len(),
            format!(
                "[clause.{}] is missing: copy it from the policy that is shipped, with mode = \"off\" if it is not wanted",
                clause.id
            ),
        ));
    }
    clauses
}

pub(super) fn known() -> String {
    let ids: Vec<&str> = CLAUSES.iter().map(|clause| clause.id.as_str()).collect();
    ids.join(", ")
}

fn pupils(file: &PupilsFile, source: &Source<'_>, errors: &mut Vec<PolicyError>) -> Pupils {
    let mut approved_domains = Vec::new();
    for text in &file.approved_domains {
        match text.get_ref().parse() {
            Ok(domain) => approved_domains.push(domain),
            Err(problem) => {
                let problem: AddressError = problem;
                errors.push(source.error(text.span(), problem.to_string()));
            }
        }
    }
    Pupils { approved_domains }
}

fn row(file: &RowFile, source: &Source<'_>, errors: &mut Vec<PolicyError>) -> Row {
    let mut cell = |text: &Spanned<String>| match Cell::parse(text.get_ref()) {
        Ok(cell) => cell,
        Err(problem) => {
            errors.push(source.error(text.span(), problem));
            Cell::default()
        }
    };
    Row {
        internal: cell(&file.internal),
        partner: cell(&file.partner),
        own_child: cell(&file.own_child),
        other_child: cell(&file.other_child),
        external: cell(&file.external),
        personal: cell(&file.personal),
        publication: cell(&file.publication),
    }
}

fn settings(
    clause: &Clause,
    file: &ClauseFile,
    source: &Source<'_>,
    errors: &mut Vec<PolicyError>,
) -> Settings {
    let mut template =
        |text: &Spanned<String>| match Template::parse(text.get_ref(), clause.placeholders) {
            Ok(template) => template,
            Err(problem) => {
                errors.push(source.error(text.span(), problem));
                Template::default()
            }
        };
    let explanation = template(&file.explanation);
    let advice = file.advice.as_ref().map(&mut template).unwrap_or_default();
    let verdict = asks(*file.verdict.get_ref());
    if verdict == Asks::Table && !clause.by_table {
        let problem = "this clause has no level to look up: expected pass, secure, encrypt, hold, return or reject";
        errors.push(source.error(file.verdict.span(), problem));
    }
    Settings {
        title: file.title.clone(),
        mode: file.mode,
        verdict,
        recipients: file.recipients.clone(),
        severity: file.severity,
        tell: file.tell.clone(),
        explanation,
        advice,
    }
}

pub(super) fn asks(word: AsksFile) -> Asks {
    Asks::Verdict(match word {
        AsksFile::Pass => Verdict::Pass,
        AsksFile::Secure => Verdict::Secure,
        AsksFile::Encrypt => Verdict::Encrypt,
        AsksFile::Hold => Verdict::Hold,
        AsksFile::Return => Verdict::Return,
        AsksFile::Reject => Verdict::Reject,
        AsksFile::Table => return Asks::Table,
    })
}
