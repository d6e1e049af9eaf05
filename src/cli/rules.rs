//! `rules check`: every rule compiles, and its examples prove it; `rules test`: what a school's own rule finds.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use mail_builder::MessageBuilder;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::config::rules;
use crate::detect::finding::Finding;
use crate::detect::roll::Roll;
use crate::detect::rules::{Rule, Rules};
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
        after_help = "The roll is empty here: a rule that needs a person finds only those who are spoken of without it, as \"a Year 4 boy\".\n\nExamples:\n  schoolgate rules test my-rules/school/house-names.toml\n  schoolgate rules test my-rules/school/house-names.toml --on letter.eml --on list.docx"
    )]
    Test {
        /// Rule files, named <family>/<name>.toml
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A message (*.eml) or a document to look into; may be given several times
        #[arg(long, value_name = "FILE")]
        on: Vec<PathBuf>,
        /// One JSON object a line: one for each rule, then one for each file looked into
        #[arg(long)]
        json: bool,
    },
}

/// Runs `rules …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Check { folders, json } => check(folders, *json, context),
        Command::Test { files, on, json } => test(files, on, *json, context),
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
            writeln!(context.out, "{}", line_of(rule))?;
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

fn test(
    files: &[PathBuf],
    on: &[PathBuf],
    json: bool,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let mut sources = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
        sources.push((file.display().to_string(), text));
    }
    let rules = Rules::compile(&sources).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::input(lines.join("\n"))
    })?;
    for rule in rules.iter() {
        if json {
            writeln!(context.out, "{}", line_of(rule))?;
        } else {
            let (id, proofs) = (&rule.id, rule.proofs);
            writeln!(context.out, "{id}: {proofs} examples hold")?;
        }
    }
    for file in on {
        let found = look(&message(file)?, &rules);
        let name = file.display().to_string();
        if json {
            let findings: Vec<serde_json::Value> = found.iter().map(finding_of).collect();
            let line = serde_json::json!({ "file": name, "findings": findings });
            writeln!(context.out, "{line}")?;
        } else {
            write_found(&name, &found, context)?;
        }
    }
    Ok(())
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("{}: cannot be read: {error}", file.display()))
}

/// A file as a message: as it is, or attached to one where it is a document.
fn message(file: &Path) -> Result<Vec<u8>, Failure> {
    let octets = std::fs::read(file).map_err(|error| unreadable(file, &error))?;
    let ending = file.extension().unwrap_or_default();
    if ending.eq_ignore_ascii_case("eml") {
        return Ok(octets);
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let message =
        MessageBuilder::new()
            .text_body("")
            .attachment("application/octet-stream", name, octets);
    Ok(message.write_to_vec()?)
}

/// What the rules alone find in a message, at a school with nobody on roll.
fn look(raw: &[u8], rules: &Rules) -> Vec<Finding> {
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
            children: &[],
            author: None,
            own: &OwnDetails::default(),
            consumers: &ConsumerDomains::default(),
        },
    );
    let ours = |finding: &Finding| rules.iter().any(|rule| rule.id == finding.detector);
    found.items.into_iter().filter(ours).collect()
}

fn write_found(name: &str, found: &[Finding], context: &mut Context<'_>) -> Result<(), Failure> {
    writeln!(context.out, "{name}: {} found", found.len())?;
    for finding in found {
        let (detector, count) = (&finding.detector, finding.count);
        let (origin, excerpt, why) = (&finding.origin, &finding.excerpt, &finding.why);
        let sure = finding.confidence * 100.0;
        writeln!(
            context.out,
            "  {detector}: {count} in {origin} ({}, {sure:.0} % sure): {excerpt}\n    because {why}",
            finding.level
        )?;
    }
    Ok(())
}

fn line_of(rule: &Rule) -> serde_json::Value {
    serde_json::json!({
        "rule": rule.id, "title": rule.title, "level": rule.level, "proofs": rule.proofs,
    })
}

fn finding_of(finding: &Finding) -> serde_json::Value {
    serde_json::json!({
        "detector": finding.detector, "level": finding.level, "confidence": finding.confidence,
        "count": finding.count, "where": finding.origin.as_str(),
        "excerpt": finding.excerpt.to_string(), "why": finding.why,
    })
}
