//! `evaluate DIR`: judges a labelled set and says how often the gateway is right, and where it is not.

mod score;
mod set;

use std::path::PathBuf;

use crate::cli::Context;
use crate::cli::evaluate::score::{Score, Tally};
use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::decide::beforehand::Beforehand;
use crate::gateway;
use crate::mail::envelope::Envelope;

/// Judge a labelled set of messages and print precision, recall and every miss
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  schoolgate evaluate --config testdata/school/gateway.toml testdata/labelled"
)]
pub(crate) struct Arguments {
    /// One JSON object with all figures
    #[arg(long)]
    json: bool,
    /// Folder of labelled messages (*.toml)
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs `evaluate`.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let knowledge = context.judging(&context.config()?)?;
    let now = Clock::system().now();
    let mut score = Score::default();
    for labelled in set::read(&arguments.folder)? {
        let envelope = Envelope::local(Some(labelled.from), vec![labelled.to]);
        let seen = gateway::inspect(
            &labelled.raw,
            &envelope,
            &knowledge,
            &Beforehand::default(),
            now,
        );
        score.add(&labelled.case, &seen);
    }
    if arguments.json {
        let line = serde_json::to_string(&score).map_err(anyhow::Error::from)?;
        writeln!(context.out, "{line}")?;
        return Ok(());
    }
    print(&score, context)
}

fn print(score: &Score, context: &mut Context<'_>) -> Result<(), Failure> {
    let ordinary = score.messages - score.leaks;
    let (stopped, leaks, touched) = (score.stopped, score.leaks, score.touched);
    writeln!(context.out, "{} messages", score.messages)?;
    writeln!(
        context.out,
        "recall     {:5.1} %  ({stopped} of {leaks} leaks stopped)",
        score.recall()
    )?;
    writeln!(
        context.out,
        "precision  {:5.1} %  ({touched} of {ordinary} others stopped)",
        score.precision()
    )?;
    print_tallies("detector", ["found", "missed"], &score.detectors, context)?;
    print_tallies("level", ["as", "other"], &score.levels, context)?;
    print_tallies("clause", ["leaks", "others"], &score.clauses, context)?;
    writeln!(context.out, "\n{} not as labelled", score.misses.len())?;
    for miss in &score.misses {
        writeln!(context.out, "  {miss}")?;
    }
    Ok(())
}

fn print_tallies(
    what: &str,
    columns: [&str; 2],
    tallies: &std::collections::BTreeMap<String, Tally>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let [right, wrong] = columns;
    writeln!(context.out, "\n{what:28} {right:>6} {wrong:>6}")?;
    for (name, tally) in tallies {
        writeln!(
            context.out,
            "{name:28} {:>6} {:>6}",
            tally.right, tally.wrong
        )?;
    }
    Ok(())
}
