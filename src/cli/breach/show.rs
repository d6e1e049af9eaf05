//! `breach list` and `breach show`: the records as they stand.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cli::Context;
use crate::cli::breach::numbered;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, json_line, moment, with_store};
use crate::clock::Clock;
use crate::mail::count::counted;
use crate::store::breach::{self, Breach};

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// One JSON object a line, one for each breach
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The breach
    #[arg(value_name = "NUMBER")]
    number: i64,
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

pub(crate) fn list(arguments: &List, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.school.choose(&config)?;
    let mut breaches = with_store(&config, async |store| {
        Ok(breach::breaches(&store.occasions(&school.name).await?))
    })?;
    breaches.sort_by_key(|breach| (breach.decided.is_some(), breach.deadline));
    let now = Clock::system().now();
    for breach in &breaches {
        if arguments.json {
            json_line(context.out, breach)?;
            continue;
        }
        let (number, standing) = (breach.number, standing(breach, now));
        let facts = &breach.recorded.facts;
        let known = moment(facts.known, &school.time_zone);
        writeln!(context.out, "breach {number}  known {known}  {standing}")?;
        writeln!(context.out, "  {}", facts.what)?;
    }
    if breaches.is_empty() && !arguments.json {
        writeln!(context.out, "no breach is recorded")?;
    }
    Ok(())
}

pub(crate) fn show(arguments: &Show, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.school.choose(&config)?;
    let breach = with_store(&config, async |store| {
        numbered(&*store, &school.name, arguments.number).await
    })?;
    if arguments.json {
        return json_line(context.out, &breach);
    }
    write_record(context, &breach, &school.time_zone)?;
    write_steps(context, &breach, &school.time_zone)
}

fn write_record(
    context: &mut Context<'_>,
    breach: &Breach,
    zone: &TimeZone,
) -> Result<(), Failure> {
    let out = &mut context.out;
    let facts = &breach.recorded.facts;
    let standing = standing(breach, Clock::system().now());
    writeln!(out, "breach {}  {standing}", breach.number)?;
    if let Some(id) = &breach.message {
        writeln!(
            out,
            "  message {id}; schoolgate trace {id} tells its history"
        )?;
    }
    writeln!(out, "  what: {}", facts.what)?;
    let people = counted(facts.people, "person", "people");
    match facts.whose.as_slice() {
        [] => writeln!(out, "  whose: {people}")?,
        whose => writeln!(out, "  whose: {people}, {}", whose.join(", "))?,
    }
    if !facts.recipients.is_empty() {
        writeln!(out, "  to: {}", facts.recipients.join(", "))?;
    }
    let (known, deadline) = (moment(facts.known, zone), moment(breach.deadline, zone));
    writeln!(out, "  known {known}; 72 hours end {deadline}")?;
    Ok(())
}

fn write_steps(context: &mut Context<'_>, breach: &Breach, zone: &TimeZone) -> Result<(), Failure> {
    let out = &mut context.out;
    let recorded = &breach.recorded;
    let time = moment(recorded.time, zone);
    writeln!(out, "  {time}  recorded by {}", recorded.actor)?;
    for step in &breach.contained {
        let (time, measure) = (moment(step.time, zone), &step.facts.measure);
        writeln!(out, "  {time}  contained by {}: {measure}", step.actor)?;
    }
    if let Some(step) = &breach.decided {
        let time = moment(step.time, zone);
        let facts = &step.facts;
        let (commissioner, people) = (facts.commissioner.in_words(), facts.people.in_words());
        writeln!(
            out,
            "  {time}  decided by {}: the Commissioner is {commissioner}, the people concerned are {people}: {}",
            step.actor, facts.reason
        )?;
    }
    Ok(())
}

/// Decided, or how long there still is.
fn standing(breach: &Breach, now: Timestamp) -> String {
    if let Some(decided) = &breach.decided {
        let commissioner = decided.facts.commissioner.in_words();
        return format!("decided: the Commissioner is {commissioner}");
    }
    let left: SignedDuration = breach.deadline.duration_since(now);
    let hours = left.as_hours().abs();
    let hours = counted(u64::try_from(hours).unwrap_or_default(), "hour", "hours");
    if breach.is_late(now) {
        format!("open, its 72 hours ended {hours} ago")
    } else {
        format!("open, {hours} left to decide whether the Commissioner is told")
    }
}
