//! `trace --person` and `trace --address`: every message from, to or about somebody, for a subject access or FOI request.
//!
//! What others are is masked unless it is asked for; the messages themselves are opened with `held show --open`, where kept.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{json_line, moment};
use crate::directory::people::{Directory, Pupil};
use crate::mail::address::Address;
use crate::store::record::Subject;
use crate::store::views::{Person, Relation, Traced};

/// Whether other people's addresses are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    Masked,
    Whole,
}

/// One message as it is told to whoever asks.
#[derive(Debug, Serialize)]
struct Told<'a> {
    id: &'a str,
    received: Timestamp,
    relations: &'a [Relation],
    from: String,
    subject: &'a str,
    verdict: &'a str,
    recipients: Vec<ToldRecipient<'a>>,
}

#[derive(Debug, Serialize)]
struct ToldRecipient<'a> {
    to: String,
    kind: &'a str,
    verdict: &'a str,
    disposition: &'a str,
}

/// The person a text names: by name, address, UPN or admission number, whoever of the school that is.
pub(crate) fn person(
    text: &str,
    directory: &Directory,
) -> Result<(Vec<Address>, Vec<Subject>), Failure> {
    let wanted = folded(text);
    let pupils: Vec<&Pupil> = directory
        .pupils
        .iter()
        .filter(|one| is_pupil(one, &wanted))
        .collect();
    let mut addresses = Vec::new();
    let mut subjects = Vec::new();
    match pupils.as_slice() {
        [] => {}
        [pupil] => {
            addresses.extend(pupil.email.clone());
            subjects.push(Subject::Pupil(pupil.admission_no.clone()));
        }
        several => return Err(namesakes(text, several)),
    }
    let staff = directory.staff.iter();
    for one in staff.filter(|one| folded(&one.name) == wanted || one.address.key() == wanted) {
        addresses.push(one.address.clone());
        addresses.extend(one.private_address.clone());
        subjects.push(Subject::Staff(one.address.clone()));
    }
    let contacts = directory.contacts.iter();
    let known = |address: &Option<Address>| address.as_ref().is_some_and(|one| one.key() == wanted);
    for one in contacts.filter(|one| folded(&one.name) == wanted || known(&one.address)) {
        addresses.extend(one.address.clone());
    }
    if addresses.is_empty() && subjects.is_empty() {
        subjects.push(left(text, &wanted)?);
    }
    Ok((addresses, subjects))
}

/// Somebody who is not in the directory any more is known by admission number only.
fn left(text: &str, wanted: &str) -> Result<Subject, Failure> {
    let is_number = wanted.contains(|c: char| c.is_ascii_digit()) && !wanted.contains(' ');
    if is_number {
        return Ok(Subject::Pupil(text.to_owned()));
    }
    Err(Failure::input(format!(
        "nobody in the directory is called {text}: give an admission number for somebody who has left, or --address"
    )))
}

fn is_pupil(pupil: &Pupil, wanted: &str) -> bool {
    let forenames = [Some(&pupil.forename), pupil.preferred_forename.as_ref()];
    let surnames = [Some(&pupil.surname), pupil.preferred_surname.as_ref()];
    let mut names = forenames.into_iter().flatten().flat_map(|forename| {
        let surnames = surnames.into_iter().flatten();
        surnames.map(move |surname| folded(&format!("{forename} {surname}")))
    });
    let numbers = [Some(&pupil.admission_no), pupil.upn.as_ref()];
    names.any(|name| name == wanted)
        || numbers
            .into_iter()
            .flatten()
            .any(|number| folded(number) == wanted)
        || pupil.email.as_ref().is_some_and(|one| one.key() == wanted)
}

fn namesakes(text: &str, several: &[&Pupil]) -> Failure {
    let numbers: Vec<String> = several
        .iter()
        .map(|one| match &one.class {
            Some(class) => format!("{} ({class})", one.admission_no),
            None => one.admission_no.clone(),
        })
        .collect();
    Failure::input(format!(
        "several pupils are called {text}: give the admission number, one of {}",
        numbers.join(", ")
    ))
}

fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Writes the messages, one block or one JSON object each.
pub(crate) fn write(
    context: &mut Context<'_>,
    (person, others): (&Person, Others),
    messages: &[Traced],
    json: bool,
    zone: &TimeZone,
) -> Result<(), Failure> {
    for message in messages {
        let told = told(person, others, message);
        if json {
            json_line(context.out, &told)?;
            continue;
        }
        let out = &mut context.out;
        let relations: Vec<&str> = told.relations.iter().copied().map(in_words).collect();
        let received = moment(told.received, zone);
        writeln!(out, "{}  {received}  {}", told.id, relations.join(" and "))?;
        writeln!(out, "  from {}: {}", told.from, told.subject)?;
        for one in &told.recipients {
            let (to, kind) = (&one.to, one.kind);
            writeln!(
                out,
                "  to {to} ({kind}): {}, {}",
                one.verdict, one.disposition
            )?;
        }
    }
    Ok(())
}

fn told<'a>(person: &Person, others: Others, message: &'a Traced) -> Told<'a> {
    let shown = |address: &Address| {
        if others == Others::Whole || person.addresses.contains(address) {
            address.to_string()
        } else {
            address.masked()
        }
    };
    let recipients = message.recipients.iter().map(|one| ToldRecipient {
        to: shown(&one.address),
        kind: one.kind.as_str(),
        verdict: one.verdict.as_str(),
        disposition: one.disposition.as_str(),
    });
    Told {
        id: message.id.as_str(),
        received: message.received,
        relations: &message.relations,
        from: message
            .sender
            .as_ref()
            .map_or_else(|| "a mail system".to_owned(), shown),
        subject: message.subject.as_str(),
        verdict: message.verdict.as_str(),
        recipients: recipients.collect(),
    }
}

fn in_words(relation: Relation) -> &'static str {
    match relation {
        Relation::From => "from them",
        Relation::To => "to them",
        Relation::About => "about them",
    }
}
