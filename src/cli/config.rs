//! `config check`: reads the configuration as `serve` would, and says everything that is wrong with it.

use crate::cli::Context;
use crate::cli::failure::Failure;

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
    context.knowledge(&config)?;
    writeln!(context.out, "{}: no mistakes found", config.file.display())?;
    Ok(())
}
