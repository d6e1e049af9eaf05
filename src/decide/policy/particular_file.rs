//! Groups and exceptions as a school writes them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::decide::clause::{CLAUSES, Clause};
use crate::decide::policy::error::{PolicyError, Source};
use crate::decide::policy::file::{AsksFile, asks, known};
use crate::decide::policy::particular::{Difference, Exception, Group, Member, Party};
use crate::mail::kind::SenderKind;
use crate::mail::mode::Mode;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    name: String,
    senders: Vec<Spanned<String>>,
    clause: BTreeMap<String, Spanned<DifferenceFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DifferenceFile {
    mode: Option<Mode>,
    verdict: Option<AsksFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionFile {
    clause: Spanned<String>,
    sender: Option<Spanned<String>>,
    recipient: Option<Spanned<String>>,
    until: Spanned<Datetime>,
    owner: String,
    reason: String,
}

pub(super) fn group(file: &GroupFile, source: &Source<'_>, errors: &mut Vec<PolicyError>) -> Group {
    let mut senders = Vec::new();
    for text in &file.senders {
        match member(text.get_ref()) {
            Ok(member) => senders.push(member),
            Err(problem) => errors.push(source.error(text.span(), problem)),
        }
    }
    let mut clauses = BTreeMap::new();
    for (name, section) in &file.clause {
        let difference = section.get_ref();
        match clause(name) {
            Ok(clause) => {
                let verdict = difference.verdict.map(asks);
                clauses.insert(
                    clause.id,
                    Difference {
                        mode: difference.mode,
                        verdict,
                    },
                );
            }
            Err(problem) => errors.push(source.error(section.span(), problem)),
        }
    }
    Group {
        name: file.name.clone(),
        senders,
        clauses,
    }
}

pub(super) fn exception(
    file: &Spanned<ExceptionFile>,
    source: &Source<'_>,
    errors: &mut Vec<PolicyError>,
) -> Option<Exception> {
    let written = file.get_ref();
    let before = errors.len();
    let clause = clause(written.clause.get_ref());
    let clause =
        clause.map_err(|problem| errors.push(source.error(written.clause.span(), problem)));
    let mut party = |text: &Option<Spanned<String>>| {
        let text = text.as_ref()?;
        let party = Party::parse(text.get_ref());
        party
            .map_err(|problem| errors.push(source.error(text.span(), problem)))
            .ok()
    };
    let (sender, recipient) = (party(&written.sender), party(&written.recipient));
    let until = day(written.until.get_ref());
    if until.is_none() {
        let problem = "is no date: expected a day such as 2027-07-31, without quotes";
        errors.push(source.error(written.until.span(), problem));
    }
    if written.sender.is_none() && written.recipient.is_none() {
        let problem = "covers everybody: name a sender, a recipient or both, or change the mode of the clause";
        errors.push(source.error(file.span(), problem));
    }
    (errors.len() == before).then_some(())?;
    Some(Exception {
        clause: clause.ok()?.id,
        sender,
        recipient,
        until: until?,
        owner: written.owner.clone(),
        reason: written.reason.clone(),
    })
}

fn clause(name: &str) -> Result<&'static Clause, String> {
    let found = CLAUSES.iter().find(|clause| clause.id.as_str() == name);
    found
        .copied()
        .ok_or_else(|| format!("`{name}` is no clause: expected one of {}", known()))
}

fn member(text: &str) -> Result<Member, String> {
    let kinds = [
        SenderKind::Staff,
        SenderKind::Governor,
        SenderKind::Pupil,
        SenderKind::Shared,
        SenderKind::System,
        SenderKind::Left,
        SenderKind::Unknown,
    ];
    if let Some(kind) = kinds.into_iter().find(|kind| kind.as_str() == text) {
        return Ok(Member::Kind(kind));
    }
    text.parse().map(Member::Address).map_err(|_| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        format!(
            "`{text}` is no sender: expected an address or one of {}",
            names.join(", ")
        )
    })
}

fn day(value: &Datetime) -> Option<Date> {
    let date = value.date?;
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}
