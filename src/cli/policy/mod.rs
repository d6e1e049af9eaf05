//! `policy show` and `policy diff`: the policy as a person would say it, and what another one would change.

mod diff;
mod show;

use crate::cli::Context;
use crate::cli::failure::Failure;

/// `policy …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print the policy in force as a person would say it
    #[command(
        after_help = "Examples:\n  schoolgate policy show\n  schoolgate policy show my-policy.toml"
    )]
    Show(show::Arguments),
    /// Say which messages another policy would treat differently
    #[command(
        after_help = "Example:\n  schoolgate policy diff policy.toml new-policy.toml --against testdata/mail/passes"
    )]
    Diff(diff::Arguments),
}

/// Runs `policy …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Show(arguments) => show::run(arguments, context),
        Command::Diff(arguments) => diff::run(arguments, context),
    }
}
