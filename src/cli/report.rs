//! `report`: the week of a school on one page, for the DPO.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, json_line, with_store};
use crate::clock::Clock;
use crate::report::{self, html, text};

/// What was stopped this week and why, what waits for a reviewer, and what to adjust
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  schoolgate report\n  schoolgate report --html report.html\n  schoolgate report --until 2026-11-20 --json"
)]
pub(crate) struct Arguments {
    /// The last seven days, today included; this is what happens anyway
    #[arg(long)]
    week: bool,
    /// The last day of the week, instead of today
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Write the report as a web page that can be printed
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

/// Runs `report`.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.school.choose(&config)?;
    let now = Clock::system().now();
    let today = now.to_zoned(school.time_zone.clone()).date();
    let until = arguments.until.unwrap_or(today);
    let report = with_store(&config, async |store| {
        Ok(report::weekly(&*store, &school.name, &school.time_zone, until, now).await?)
    })?;
    if arguments.json {
        json_line(context.out, &report)?;
    } else if let Some(file) = &arguments.html {
        std::fs::write(file, html::page(&report)).map_err(|error| {
            Failure::input(format!("{} cannot be written: {error}", file.display()))
        })?;
        writeln!(context.out, "the report stands in {}", file.display())?;
    } else {
        text::write(context.out, &report)?;
    }
    Ok(())
}
