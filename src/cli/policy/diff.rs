//! `policy diff`: which messages of a folder another policy would treat differently.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::cli::Context;
use crate::cli::check::{self, envelope};
use crate::cli::failure::Failure;
use crate::cli::stored::json_line;
use crate::clock::Clock;
use crate::config::knowledge;
use crate::decide::beforehand::Beforehand;
use crate::decide::decision::Decision;
use crate::decide::policy::Policy;
use crate::gateway;
use crate::mail::verdict::Verdict;
use crate::parse;
use crate::school::Knowledge;

/// `policy diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The policy as it is
    #[arg(value_name = "OLD.toml")]
    old: PathBuf,
    /// The policy as it might be
    #[arg(value_name = "NEW.toml")]
    new: PathBuf,
    /// Folder of messages (.eml) to judge by both
    #[arg(long, value_name = "FOLDER")]
    against: PathBuf,
    /// One JSON object a line, one for each recipient whose verdict changes
    #[arg(long)]
    json: bool,
}

/// A recipient whose verdict changes.
#[derive(Debug, Serialize)]
struct Change<'a> {
    file: &'a Path,
    recipient: &'a str,
    before: Verdict,
    after: Verdict,
    /// Those of the stricter of the two.
    clauses: Vec<&'static str>,
}

pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let (old, new) = (
        knowledge::policy_of(Some(&arguments.old))?,
        knowledge::policy_of(Some(&arguments.new))?,
    );
    let mut knowledge = context.judging(&context.config()?)?;
    let files = messages(&arguments.against)?;
    let before = judged(&files, &old, &mut knowledge)?;
    let after = judged(&files, &new, &mut knowledge)?;
    let mut touched = 0;
    for ((file, old), new) in files.iter().zip(&before).zip(&after) {
        let changes = changes(file, old, new);
        touched += usize::from(!changes.is_empty());
        for change in changes {
            if arguments.json {
                json_line(context.out, &change)?;
            } else {
                writeln!(context.out, "{}", sentence(&change))?;
            }
        }
    }
    if !arguments.json {
        writeln!(context.out, "{touched} of {} messages change", files.len())?;
    }
    Ok(())
}

/// `letter.eml: parent@home.example: pass becomes hold (wrong-family)`.
fn sentence(change: &Change<'_>) -> String {
    let Change {
        file,
        recipient,
        before,
        after,
        clauses,
    } = change;
    let (file, clauses) = (file.display(), clauses.join(", "));
    format!("{file}: {recipient}: {before} becomes {after} ({clauses})")
}

/// The messages in a folder and in those below it, in order.
fn messages(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.append(&mut messages(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "eml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn judged(
    files: &[PathBuf],
    policy: &Policy,
    knowledge: &mut Knowledge,
) -> Result<Vec<Decision>, Failure> {
    for school in &mut knowledge.schools {
        let school =
            Arc::get_mut(school).ok_or_else(|| Failure::input("the schools are in use"))?;
        school.policy = policy.clone();
    }
    let (now, before) = (Clock::system().now(), Beforehand::default());
    let mut decisions = Vec::with_capacity(files.len());
    for file in files {
        let raw = check::read(file)?;
        let headers = parse::message(&raw, &knowledge.limits).headers;
        let envelope = envelope::envelope(None, &[], &headers);
        decisions.push(gateway::inspect(&raw, &envelope, knowledge, &before, now).decision);
    }
    Ok(decisions)
}

/// One for each recipient whose verdict changes.
fn changes<'a>(file: &'a Path, old: &'a Decision, new: &'a Decision) -> Vec<Change<'a>> {
    let pairs = old.recipients.iter().zip(&new.recipients);
    pairs
        .filter(|(old, new)| old.verdict != new.verdict)
        .map(|(old, new)| {
            let stricter = if new.verdict > old.verdict { new } else { old };
            Change {
                file,
                recipient: new.address.as_str(),
                before: old.verdict,
                after: new.verdict,
                clauses: stricter.clauses.iter().map(|id| id.as_str()).collect(),
            }
        })
        .collect()
}
