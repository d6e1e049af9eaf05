//! `rules check`: every rule compiles, and its examples prove it.

use std::path::PathBuf;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::config::rules;

/// `rules …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check that every rule compiles and that its examples and counterexamples hold
    #[command(
        after_help = "Examples:\n  schoolgate rules check\n  schoolgate rules check my-rules"
    )]
    Check {
        /// Folders with rules of your own, instead of the one in the configuration
        #[arg(value_name = "FOLDER")]
        folders: Vec<PathBuf>,
        /// One JSON object a line, one for each rule
        #[arg(long)]
        json: bool,
    },
}

/// Runs `rules …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Check { folders, json } => check(folders, *json, context),
    }
}

fn check(folders: &[PathBuf], json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut folders = folders.to_owned();
    if folders.is_empty() {
        folders.extend(context.config_if_any()?.and_then(|config| config.rules));
    }
    let rules = rules::rules(folders.iter().map(PathBuf::as_path))?;
    for rule in rules.iter() {
        if json {
            let line = serde_json::json!({
                "rule": rule.id, "title": rule.title, "level": rule.level, "proofs": rule.proofs,
            });
            writeln!(context.out, "{line}")?;
        } else {
            let (id, title, proofs) = (&rule.id, &rule.title, rule.proofs);
            writeln!(
                context.out,
                "{id}: {title} ({}), {proofs} examples hold",
                rule.level
            )?;
        }
    }
    Ok(())
}
