//! `policy show` and `policy diff`: the policy as a person would say it, and what another one would change.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Context;
use crate::cli::check::{self, envelope};
use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::config::knowledge;
use crate::decide::beforehand::Beforehand;
use crate::decide::clause::CLAUSES;
use crate::decide::decision::{Decision, Severity, Told};
use crate::decide::policy::particular::Group;
use crate::decide::policy::table::Column;
use crate::decide::policy::{Asks, Policy, Settings};
use crate::gateway;
use crate::mail::address::Domain;
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::parse;
use crate::school::Knowledge;

/// `policy …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print the policy in force as a person would say it
    #[command(
        after_help = "Examples:\n  schoolgate policy show\n  schoolgate policy show my-policy.toml"
    )]
    Show {
        /// A policy file [default: that of each school in the configuration, else the one in the program]
        #[arg(value_name = "POLICY.toml")]
        file: Option<PathBuf>,
    },
    /// Say which messages another policy would treat differently
    #[command(
        after_help = "Example:\n  schoolgate policy diff policy.toml new-policy.toml --against testdata/mail/passes"
    )]
    Diff {
        /// The policy as it is
        #[arg(value_name = "OLD.toml")]
        old: PathBuf,
        /// The policy as it might be
        #[arg(value_name = "NEW.toml")]
        new: PathBuf,
        /// Folder of messages (.eml) to judge by both
        #[arg(long, value_name = "FOLDER")]
        against: PathBuf,
    },
}

/// Runs `policy …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Show { file } => show(file.as_deref(), context),
        Command::Diff { old, new, against } => diff(old, new, against, context),
    }
}

fn show(file: Option<&Path>, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = match file {
        Some(_) => None,
        None => context.config_if_any()?,
    };
    let Some(config) = config else {
        return print(&knowledge::policy_of(file)?, context);
    };
    for school in &context.knowledge(&config)?.schools {
        writeln!(context.out, "{}\n", school.name)?;
        print(&school.policy, context)?;
    }
    Ok(())
}

fn print(policy: &Policy, context: &mut Context<'_>) -> Result<(), Failure> {
    for clause in CLAUSES {
        if let Some(settings) = policy.clause(clause.id) {
            writeln!(
                context.out,
                "{}: {}\n    {}",
                clause.id,
                settings.title,
                sentence(settings)
            )?;
        }
    }
    writeln!(context.out, "\nBy level and recipient")?;
    for column in Column::ALL {
        let at = |level| policy.table.cell(level, column).to_string();
        let (protect, restricted) = (at(Level::Protect), at(Level::Restricted));
        let column = column.in_words();
        writeln!(
            context.out,
            "    {column:<21} personal data: {protect:<9} sensitive data: {restricted}"
        )?;
    }
    numbers(policy, context)?;
    for group in &policy.groups {
        writeln!(context.out, "\nDifferent for {}", group.name)?;
        differences(group, context)?;
    }
    let today = Clock::system()
        .now()
        .to_zoned(jiff::tz::TimeZone::system())
        .date();
    for exception in &policy.exceptions {
        let over = if exception.until < today {
            " (over)"
        } else {
            ""
        };
        writeln!(context.out, "\n{}: {exception}{over}", exception.clause)?;
    }
    Ok(())
}

/// `Enforced: kept until a reviewer decides; to a contact: delivered as it is.`
fn sentence(settings: &Settings) -> String {
    let mode = match settings.mode {
        Mode::Enforce => "Enforced",
        Mode::Audit => "Only recorded, nothing is stopped; enforced it would be",
        Mode::Off => return "Off.".to_owned(),
    };
    let mut said = vec![asked(settings.verdict).to_owned()];
    for (kind, verdict) in &settings.recipients {
        said.push(format!("to a {}: {}", kind.as_str(), in_words(*verdict)));
    }
    format!("{mode}: {}.{}", said.join("; "), told(settings))
}

/// ` Told at once: the data protection officer and the safeguarding lead.`
fn told(settings: &Settings) -> String {
    let grave = settings.severity == Severity::Critical;
    let mut people = Vec::new();
    if grave || settings.tell.contains(&Told::Dpo) {
        people.push("the data protection officer");
    }
    for (office, words) in [
        (Told::SafeguardingLead, "the safeguarding lead"),
        (Told::Head, "the head"),
        (Told::Chair, "the chair of governors"),
    ] {
        if settings.tell.contains(&office) {
            people.push(words);
        }
    }
    match people.as_slice() {
        [] => String::new(),
        people => format!(" Told at once: {}.", people.join(" and ")),
    }
}

/// The numbers that clauses compare with.
fn numbers(policy: &Policy, context: &mut Context<'_>) -> Result<(), Failure> {
    let numbers = policy.thresholds;
    writeln!(
        context.out,
        "\nStill allowed\n    {} families or {} outside addresses that see each other in To and Cc\n    \
         {} outside recipients of one message with personal data\n    \
         an attachment of {} octets to a colleague\n    \
         a picture of {} octets, which is taken for a logo",
        numbers.visible_households,
        numbers.visible_addresses,
        numbers.outside_recipients,
        numbers.large_attachment_octets,
        numbers.photograph_octets.saturating_sub(1),
    )?;
    let approved = &policy.pupils.approved_domains;
    let approved: Vec<&str> = approved.iter().map(Domain::as_str).collect();
    let approved = match approved.as_slice() {
        [] => "nobody outside".to_owned(),
        approved => approved.join(", "),
    };
    writeln!(context.out, "    pupils who write to {approved}")?;
    Ok(())
}

fn asked(asks: Asks) -> &'static str {
    match asks {
        Asks::Table => "as the level and the recipient ask",
        Asks::Verdict(verdict) => in_words(verdict),
    }
}

fn in_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "delivered as it is",
        Verdict::Secure => "delivered over verified TLS only",
        Verdict::Encrypt => "encrypted, then delivered",
        Verdict::Hold => "kept until a reviewer decides",
        Verdict::Return => "given back to the sender",
        Verdict::Reject => "refused",
    }
}

fn differences(group: &Group, context: &mut Context<'_>) -> Result<(), Failure> {
    for (clause, difference) in group.differences() {
        let mode = difference.mode.map(|mode| match mode {
            Mode::Enforce => "enforced",
            Mode::Audit => "only recorded",
            Mode::Off => "off",
        });
        let said: Vec<&str> = mode
            .into_iter()
            .chain(difference.verdict.map(asked))
            .collect();
        writeln!(context.out, "    {clause}: {}", said.join(", "))?;
    }
    Ok(())
}

fn diff(old: &Path, new: &Path, against: &Path, context: &mut Context<'_>) -> Result<(), Failure> {
    let (old, new) = (
        knowledge::policy_of(Some(old))?,
        knowledge::policy_of(Some(new))?,
    );
    let mut knowledge = context.judging(&context.config()?)?;
    let files = messages(against)?;
    let before = judged(&files, &old, &mut knowledge)?;
    let after = judged(&files, &new, &mut knowledge)?;
    let mut changed = 0;
    for ((file, old), new) in files.iter().zip(&before).zip(&after) {
        let lines = changes(old, new);
        changed += usize::from(!lines.is_empty());
        for line in lines {
            writeln!(context.out, "{}: {line}", file.display())?;
        }
    }
    writeln!(context.out, "{changed} of {} messages change", files.len())?;
    Ok(())
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

/// `parent@home.example: pass becomes hold (wrong-family)`, one for each recipient whose verdict changes.
fn changes(old: &Decision, new: &Decision) -> Vec<String> {
    let pairs = old.recipients.iter().zip(&new.recipients);
    pairs
        .filter(|(old, new)| old.verdict != new.verdict)
        .map(|(old, new)| {
            let stricter = if new.verdict > old.verdict { new } else { old };
            let clauses: Vec<&str> = stricter.clauses.iter().map(|id| id.as_str()).collect();
            let clauses = clauses.join(", ");
            format!(
                "{}: {} becomes {} ({clauses})",
                new.address, old.verdict, new.verdict
            )
        })
        .collect()
}
