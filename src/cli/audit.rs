//! `audit verify`: whether the ledger is as it was written.
//!
//! It finds changed, added and missing entries; it cannot tell who did it.

use serde::Serialize;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, json_line, with_store};
use crate::mail::count::counted;
use crate::store::ledger::Verified;

/// `audit …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check that no entry of the ledger was changed, added or removed; exit code 1 if one was
    #[command(
        after_help = "Examples:\n  schoolgate audit verify\n  schoolgate audit verify --school \"Oakfield Primary School\" --json"
    )]
    Verify {
        /// One JSON object a line, one for each school
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        school: SchoolArgument,
    },
}

/// The ledger of one school.
#[derive(Debug, Serialize)]
struct Ledger<'a> {
    school: &'a str,
    #[serde(flatten)]
    verified: Verified,
}

/// Runs `audit …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Verify { json, school } => verify(*json, school, context),
    }
}

fn verify(json: bool, school: &SchoolArgument, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let schools = school.choose_some(&config)?;
    let ledgers = with_store(&config, async |store| {
        let mut ledgers = Vec::new();
        for school in schools {
            let verified = store.verify(&school.name).await?;
            ledgers.push(Ledger {
                school: &school.name,
                verified,
            });
        }
        Ok(ledgers)
    })?;
    let mut broken = Vec::new();
    for ledger in &ledgers {
        if json {
            json_line(context.out, ledger)?;
        }
        let school = ledger.school;
        match ledger.verified {
            Verified::Sound { entries } if !json => {
                let entries = counted(entries, "entry", "entries");
                writeln!(context.out, "{school}: {entries}, all as they were written")?;
            }
            Verified::Sound { .. } => {}
            Verified::Broken { sequence } => broken.push(format!(
                "{school}: the ledger does not hold from entry {sequence} on: it, or one before it, was changed, added or removed"
            )),
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(anyhow::anyhow!(broken.join("\n"))))
    }
}
