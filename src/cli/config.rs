//! `config check`: reads the configuration as `serve` would, and says everything that is wrong with it.

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::config::problem::ConfigError;
use crate::config::{people, rules};
use crate::directory::import::Warning;

/// `config …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check the configuration and every file it names, without starting anything
    #[command(
        after_help = "Example:\n  schoolgate config check --config /etc/schoolgate/gateway.toml"
    )]
    Check,
}

/// Runs `config …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Check => check(context),
    }
}

fn check(context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let mut problems = Vec::new();
    if let Err(error) = rules::rules(config.rules.as_deref()) {
        problems.extend(error.problems);
    }
    for school in &config.schools {
        match people::directory(&school.directory) {
            Ok(import) => warn(context, &school.name, &import.warnings)?,
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(ConfigError { problems }.into());
    }
    writeln!(context.out, "{}: no mistakes found", config.file.display())?;
    Ok(())
}

fn warn(context: &mut Context<'_>, school: &str, warnings: &[Warning]) -> Result<(), Failure> {
    for warning in warnings {
        writeln!(context.err, "schoolgate: warning: {school}: {warning}")?;
    }
    Ok(())
}
