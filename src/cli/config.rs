//! `config check`: reads the configuration as `serve` would, and says everything that is wrong with it.

use std::path::Path;

use serde_json::json;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::json_line;
use crate::config::{self, knowledge};

/// `config …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check the configuration and every file it names, without starting anything
    #[command(
        after_help = "Example:\n  schoolgate config check --config /etc/schoolgate/gateway.toml"
    )]
    Check {
        /// One JSON object: the file, mistakes and warnings
        #[arg(long)]
        json: bool,
    },
}

/// Runs `config …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Check { json } => check(*json, context),
    }
}

fn check(json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let file = context.config_path()?;
    if json {
        return as_json(&file, context);
    }
    let config = config::load(&file)?;
    context.knowledge(&config)?;
    writeln!(context.out, "{}: no mistakes found", file.display())?;
    Ok(())
}

/// Mistakes are a result here, and the exit code says that there are some.
fn as_json(file: &Path, context: &mut Context<'_>) -> Result<(), Failure> {
    let read = config::load(file).and_then(|config| knowledge::read(&config));
    let (warnings, mistakes) = match &read {
        Ok(read) => (said(&read.warnings), Vec::new()),
        Err(error) => (Vec::new(), said(&error.problems)),
    };
    let checked = json!({ "file": file, "mistakes": mistakes, "warnings": warnings });
    json_line(context.out, &checked)?;
    read.map(drop).map_err(Failure::from)
}

fn said(all: &[impl ToString]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
