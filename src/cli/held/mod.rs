//! `held list|show|release|return`: what waits for a reviewer, and what the reviewer decides.

mod decide;
mod list;
mod show;

use crate::cli::Context;
use crate::cli::failure::Failure;

/// `held …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List what is held, the oldest first
    #[command(after_help = "Example:\n  schoolgate held list")]
    List(list::Arguments),
    /// Show why a message is held: clauses, findings and what could not be read, masked
    #[command(
        after_help = "Examples:\n  schoolgate held show 7K3F-9QXM-2B4T\n  schoolgate held show 7K3F-9QXM-2B4T --open --reviewer dpo@oakfield.sch.uk > message.eml"
    )]
    Show(show::Arguments),
    /// Send a held message on its way; the ledger keeps who released it and why
    #[command(
        after_help = "Example:\n  schoolgate held release 7K3F-9QXM-2B4T --reviewer dpo@oakfield.sch.uk --reason \"the parent asked for it\" --verified \"telephoned 01632 960123\""
    )]
    Release(decide::Release),
    /// Give a held message back to its sender, with an explanation
    #[command(
        after_help = "Example:\n  schoolgate held return 7K3F-9QXM-2B4T --reviewer dpo@oakfield.sch.uk --reason \"wrong family\""
    )]
    Return(decide::Return),
}

/// Runs `held …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::List(arguments) => list::run(arguments, context),
        Command::Show(arguments) => show::run(arguments, context),
        Command::Release(arguments) => decide::release(arguments, context),
        Command::Return(arguments) => decide::give_back(arguments, context),
    }
}
