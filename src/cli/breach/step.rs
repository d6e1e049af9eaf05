//! `breach contain` and `breach decide`: what was done about a breach, and who is told.

use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::breach::{By, actor, numbered};
use crate::cli::failure::Failure;
use crate::cli::stored::with_store;
use crate::clock::Clock;
use crate::store::breach::{Contained, Decided, Telling};
use crate::store::ledger::{Action, Note};

#[derive(Debug, clap::Args)]
pub(crate) struct Contain {
    /// The breach
    #[arg(value_name = "NUMBER")]
    number: i64,
    /// What was done, without names
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    measure: String,
    #[command(flatten)]
    by: By,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Decide {
    /// The breach
    #[arg(value_name = "NUMBER")]
    number: i64,
    /// Whether the Information Commissioner is told (UK GDPR article 33)
    #[arg(
        long,
        value_enum,
        value_name = "told|not-told",
        hide_possible_values = true
    )]
    commissioner: Told,
    /// Whether the people concerned are told (UK GDPR article 34)
    #[arg(
        long,
        value_enum,
        value_name = "told|not-told",
        hide_possible_values = true
    )]
    people: Told,
    /// Why, in a few sentences, without names
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    #[command(flatten)]
    by: By,
}

/// Whether somebody is told, as it is written on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Told {
    Told,
    NotTold,
}

impl From<Told> for Telling {
    fn from(told: Told) -> Self {
        match told {
            Told::Told => Self::Told,
            Told::NotTold => Self::NotTold,
        }
    }
}

pub(crate) fn contain(arguments: &Contain, context: &mut Context<'_>) -> Result<(), Failure> {
    let facts = json!(Contained {
        breach: arguments.number,
        measure: arguments.measure.clone(),
    });
    let action = Action::BreachContained;
    step(arguments.number, &arguments.by, (action, facts), context)?;
    let number = arguments.number;
    Ok(writeln!(
        context.out,
        "breach {number}: the measure is recorded"
    )?)
}

pub(crate) fn decide(arguments: &Decide, context: &mut Context<'_>) -> Result<(), Failure> {
    let commissioner = Telling::from(arguments.commissioner);
    let people = Telling::from(arguments.people);
    let facts = json!(Decided {
        breach: arguments.number,
        commissioner,
        people,
        reason: arguments.reason.clone(),
    });
    let action = Action::BreachDecided;
    step(arguments.number, &arguments.by, (action, facts), context)?;
    Ok(writeln!(
        context.out,
        "breach {}: the Commissioner is {}, the people concerned are {}",
        arguments.number,
        commissioner.in_words(),
        people.in_words()
    )?)
}

fn step(
    number: i64,
    by: &By,
    (action, facts): (Action, Value),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let config = context.config()?;
    let school = by.school.choose(&config)?;
    let actor = actor(by, &config, &school.name, context)?;
    let now = Clock::system().now();
    with_store(&config, async |store| {
        let breach = numbered(&*store, &school.name, number).await?;
        let note = Note {
            actor,
            action,
            facts,
        };
        let message = breach.message.as_ref();
        store.note(&school.name, message, now, note).await?;
        Ok(())
    })
}
