//! `held list`: what waits for a reviewer.

use jiff::tz::TimeZone;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, json_line, moment, sender, with_store};
use crate::mail::address::Address;
use crate::store::review::HeldMessage;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// One JSON object a line, one for each message
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.school.choose(&config)?;
    let held = with_store(&config, async |store| Ok(store.held(&school.name).await?))?;
    for message in &held {
        if arguments.json {
            json_line(context.out, message)?;
        } else {
            write_message(context, message, &school.time_zone)?;
        }
    }
    if held.is_empty() && !arguments.json {
        writeln!(context.out, "nothing is held")?;
    }
    Ok(())
}

fn write_message(
    context: &mut Context<'_>,
    held: &HeldMessage,
    zone: &TimeZone,
) -> Result<(), Failure> {
    let out = &mut context.out;
    let (id, level) = (&held.id, held.level);
    let from = sender(held.sender.as_ref());
    let to: Vec<&str> = held.recipients.iter().map(Address::as_str).collect();
    writeln!(out, "{id}  {}  {level}", moment(held.received, zone))?;
    writeln!(out, "  from {from} to {}: {}", to.join(", "), held.subject)?;
    writeln!(out, "  {}", held.clauses.join("; "))?;
    if let Some(expires) = held.expires {
        writeln!(
            out,
            "  goes back to its sender at {}",
            moment(expires, zone)
        )?;
    }
    Ok(())
}
