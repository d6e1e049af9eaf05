//! `breach list|show|record|contain|decide`: what left that should not have, until somebody has decided who is told.
//!
//! Every step is an entry of the ledger; nothing is changed or taken back.

mod record;
mod show;
mod step;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::SchoolArgument;
use crate::config::Config;
use crate::mail::address::Address;
use crate::store::Store;
use crate::store::breach::{self, Breach};
use crate::store::ledger::Actor;

/// `breach …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List breach records, those without a decision first, with the time left to tell the Commissioner
    #[command(after_help = "Example:\n  schoolgate breach list")]
    List(show::List),
    /// Show one breach record with every step
    #[command(
        after_help = "Examples:\n  schoolgate breach show 17\n  schoolgate breach show 17 --json"
    )]
    Show(show::Show),
    /// Record that something left which should not have: a message, or something else that is described
    #[command(
        after_help = "Examples:\n  schoolgate breach record 7K3F-9QXM-2B4T --reviewer dpo@oakfield.sch.uk --known \"2026-11-20 09:15\"\n  schoolgate breach record --reviewer dpo@oakfield.sch.uk --what \"a printed class list left on a bus\" --people 30"
    )]
    Record(record::Arguments),
    /// Record what was done to contain a breach
    #[command(
        after_help = "Example:\n  schoolgate breach contain 17 --reviewer dpo@oakfield.sch.uk --measure \"rang the recipient, who deleted it unread\""
    )]
    Contain(step::Contain),
    /// Record the decision: whether the Commissioner and the people concerned are told, and why
    #[command(
        after_help = "Example:\n  schoolgate breach decide 17 --reviewer dpo@oakfield.sch.uk --commissioner not-told --people told --reason \"one family, deleted unread\""
    )]
    Decide(step::Decide),
}

/// Who records or decides, at which school.
#[derive(Debug, clap::Args)]
pub(crate) struct By {
    /// Who you are; the data protection officer, a reviewer, the head or the chair of governors
    #[arg(long, value_name = "ADDRESS")]
    reviewer: Address,
    #[command(flatten)]
    school: SchoolArgument,
}

/// Runs `breach …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::List(arguments) => show::list(arguments, context),
        Command::Show(arguments) => show::show(arguments, context),
        Command::Record(arguments) => record::run(arguments, context),
        Command::Contain(arguments) => step::contain(arguments, context),
        Command::Decide(arguments) => step::decide(arguments, context),
    }
}

/// The actor that the ledger names: only those who answer for the school's data.
fn actor(
    by: &By,
    config: &Config,
    school: &str,
    context: &mut Context<'_>,
) -> Result<Actor, Failure> {
    let desk = context.desk(config, school)?;
    let offices = [&desk.dpo, &desk.reviewers, &desk.head, &desk.chair];
    if offices.iter().any(|office| office.contains(&by.reviewer)) {
        return Ok(Actor::Reviewer(by.reviewer.clone()));
    }
    let mut expected: Vec<&str> = offices.into_iter().flatten().map(Address::as_str).collect();
    expected.sort_unstable();
    expected.dedup();
    Err(Failure::input(format!(
        "{} does not answer for the data of {school}: expected {}",
        by.reviewer,
        expected.join(" or ")
    )))
}

/// The breach of this number.
async fn numbered(store: &dyn Store, school: &str, number: i64) -> Result<Breach, Failure> {
    let breaches = breach::breaches(&store.occasions(school).await?);
    let found = breaches.into_iter().find(|one| one.number == number);
    found.ok_or_else(|| {
        Failure::input(format!(
            "there is no breach {number}: schoolgate breach list shows them"
        ))
    })
}
