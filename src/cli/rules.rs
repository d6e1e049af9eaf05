//! `rules check`: every rule compiles, and its examples prove it; `rules test`: what a school's own rule finds.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::config::rules;
use crate::detect::finding::Finding;
use crate::detect::roll::Roll;
use crate::detect::rules::Rules;
use crate::detect::{self, OwnDetails, Setting};
use crate::directory::consumer::ConsumerDomains;
use crate::directory::people::Directory;
use crate::extract;
use crate::limits::Limits;
use crate::parse;

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
    /// Try rules of your own: run their examples, and show what they find in messages
    #[command(
        after_help = "Examples:\n  schoolgate rules test my-rules/school/house-names.toml\n  schoolgate rules test my-rules/school/house-names.toml --on letter.eml"
    )]
    Test {
        /// Rule files, named <family>/<name>.toml
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A message to look into; may be given several times
        #[arg(long, value_name = "MESSAGE.eml")]
        on: Vec<PathBuf>,
    },
}

/// Runs `rules …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Check { folders, json } => check(folders, *json, context),
        Command::Test { files, on } => test(files, on, context),
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

fn test(files: &[PathBuf], on: &[PathBuf], context: &mut Context<'_>) -> Result<(), Failure> {
    let mut sources = Vec::new();
    for file in files {
        sources.push((file.display().to_string(), text(file)?));
    }
    let rules = Rules::compile(&sources).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::input(lines.join("\n"))
    })?;
    for rule in rules.iter() {
        let (id, proofs) = (&rule.id, rule.proofs);
        writeln!(context.out, "{id}: {proofs} examples hold")?;
    }
    for file in on {
        let raw = std::fs::read(file).map_err(|error| {
            Failure::input(format!("{}: cannot be read: {error}", file.display()))
        })?;
        look(&file.display().to_string(), &raw, &rules, context)?;
    }
    Ok(())
}

fn text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::input(format!("{}: cannot be read: {error}", file.display())))
}

/// Prints what the rules alone find in a message, at a school with nobody on roll.
fn look(name: &str, raw: &[u8], rules: &Rules, context: &mut Context<'_>) -> Result<(), Failure> {
    let limits = Limits::default();
    let readable = extract::content(&parse::message(raw, &limits), &limits);
    let directory = Directory::default();
    let found = detect::findings(
        &readable,
        &Setting {
            rules,
            roll: &Roll::build(&directory),
            directory: &directory,
            today: Clock::system().now().to_zoned(TimeZone::system()).date(),
            author: None,
            own: &OwnDetails::default(),
            consumers: &ConsumerDomains::default(),
        },
    );
    let ours = |finding: &&Finding| rules.iter().any(|rule| rule.id == finding.detector);
    let ours: Vec<&Finding> = found.items.iter().filter(ours).collect();
    writeln!(context.out, "{name}: {} found", ours.len())?;
    for finding in ours {
        let Finding {
            detector,
            count,
            origin,
            excerpt,
            confidence,
            why,
            ..
        } = finding;
        writeln!(
            context.out,
            "  {detector}: {count} in {origin}, {confidence:.2} sure: {excerpt}, because {why}"
        )?;
    }
    Ok(())
}
