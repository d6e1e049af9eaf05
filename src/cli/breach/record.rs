//! `breach record`: the first entry about a breach; of a message it takes what is known, masked.

use jiff::Timestamp;
use serde_json::json;

use crate::cli::Context;
use crate::cli::breach::{By, actor};
use crate::cli::failure::Failure;
use crate::cli::stored::{json_line, moment, time, with_store};
use crate::clock::Clock;
use crate::mail::id::MessageId;
use crate::store::breach::{self, Recorded};
use crate::store::ledger::{Action, Note};
use crate::store::recipient::{Disposition, RecipientState};
use crate::store::record::Facts;
use crate::store::{Store, breach::Breach};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The reference of the message that left; without one, say --what and --people
    #[arg(value_name = "REFERENCE", required_unless_present_all = ["what", "people"])]
    id: Option<MessageId>,
    /// What left, without names; needed where it was no message
    #[arg(long, value_name = "TEXT")]
    what: Option<String>,
    /// How many people's data it was, where that is not what the gateway counted
    #[arg(long, value_name = "NUMBER")]
    people: Option<u64>,
    /// When it became known, as 2026-11-20 09:15; the 72 hours count from here [default: now]
    #[arg(long, value_name = "TIME")]
    known: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    by: By,
}

pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.by.school.choose(&config)?;
    let actor = actor(&arguments.by, &config, &school.name, context)?;
    let now = Clock::system().now();
    let known = match &arguments.known {
        Some(text) => time(text, &school.time_zone)?,
        None => now,
    };
    if known > now {
        return Err(Failure::input("--known is still to come"));
    }
    let breach = with_store(&config, async |store| {
        let recorded = recorded(&*store, &school.name, arguments, known).await?;
        let note = Note {
            actor,
            action: Action::BreachRecorded,
            facts: json!(recorded),
        };
        let id = arguments.id.as_ref();
        let number = store.note(&school.name, id, now, note).await?;
        super::numbered(&*store, &school.name, number).await
    })?;
    if arguments.json {
        return json_line(context.out, &breach);
    }
    said(
        &breach,
        &moment(breach.deadline, &school.time_zone),
        context,
    )
}

fn said(breach: &Breach, deadline: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let number = breach.number;
    writeln!(
        context.out,
        "breach {number} is recorded; whether the Commissioner is told is to be decided by {deadline}"
    )?;
    writeln!(
        context.out,
        "  next: schoolgate breach contain {number} …, then schoolgate breach decide {number} …"
    )?;
    Ok(())
}

async fn recorded(
    store: &dyn Store,
    school: &str,
    arguments: &Arguments,
    known: Timestamp,
) -> Result<Recorded, Failure> {
    let what = arguments.what.clone();
    let Some(id) = &arguments.id else {
        return Ok(Recorded {
            known,
            what: what.unwrap_or_default(),
            whose: Vec::new(),
            people: arguments.people.unwrap_or_default(),
            recipients: Vec::new(),
        });
    };
    let already = breach::breaches(&store.occasions(school).await?);
    if let Some(breach) = already.iter().find(|one| one.message.as_ref() == Some(id)) {
        let number = breach.number;
        return Err(Failure::input(format!("message {id} is breach {number}")));
    }
    let facts = store.facts(school, id).await?;
    let states = store.recipients(school, id).await?;
    let left = |state: &&RecipientState| match state.disposition {
        Disposition::Delivered | Disposition::Pending => true,
        Disposition::Held
        | Disposition::Returned
        | Disposition::Bounced
        | Disposition::Rejected => false,
    };
    let recipients: Vec<String> = states
        .iter()
        .filter(left)
        .map(|state| state.address.masked())
        .collect();
    if recipients.is_empty() {
        return Err(Failure::input(format!(
            "message {id} has not left for anybody: it is an incident in the report, and no breach"
        )));
    }
    let counted = u64::try_from(facts.judgement.pupils).unwrap_or(u64::MAX);
    Ok(Recorded {
        known,
        what: what.unwrap_or_else(|| described(&facts)),
        whose: whose(&facts),
        people: arguments.people.unwrap_or(counted),
        recipients,
    })
}

/// What a message was, from what was found in it.
fn described(facts: &Facts) -> String {
    let mut titles: Vec<&str> = Vec::new();
    for finding in &facts.findings {
        if !titles.contains(&finding.title.as_str()) {
            titles.push(&finding.title);
        }
    }
    let level = facts.judgement.level;
    match titles.as_slice() {
        [] => format!("a message of level {level}"),
        [..] => format!("a message of level {level}: {}", titles.join(", ")),
    }
}

/// Masked names of pupils, each once.
fn whose(facts: &Facts) -> Vec<String> {
    let pupils = facts.findings.iter();
    let pupils = pupils.filter(|finding| finding.detector.starts_with("roll."));
    let mut whose: Vec<String> = pupils.map(|finding| finding.excerpt.to_string()).collect();
    whose.sort();
    whose.dedup();
    whose
}
