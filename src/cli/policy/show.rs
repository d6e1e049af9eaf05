//! `policy show`: the policy as a person would say it, or a line of JSON for each clause.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::json_line;
use crate::clock::Clock;
use crate::config::knowledge;
use crate::decide::clause::CLAUSES;
use crate::decide::decision::{Severity, Told};
use crate::decide::policy::particular::Group;
use crate::decide::policy::table::Column;
use crate::decide::policy::{Asks, Policy, Settings};
use crate::mail::address::Domain;
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;

/// `policy show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A policy file [default: that of each school in the configuration, else the one in the program]
    #[arg(value_name = "POLICY.toml")]
    file: Option<PathBuf>,
    /// One JSON object a line, one for each clause
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let file = arguments.file.as_deref();
    let config = match file {
        Some(_) => None,
        None => context.config_if_any()?,
    };
    let Some(config) = config else {
        let policy = knowledge::policy_of(file)?;
        return if arguments.json {
            lines(None, &policy, context)
        } else {
            print(&policy, context)
        };
    };
    for school in &context.knowledge(&config)?.schools {
        if arguments.json {
            lines(Some(&school.name), &school.policy, context)?;
            continue;
        }
        writeln!(context.out, "{}\n", school.name)?;
        print(&school.policy, context)?;
    }
    Ok(())
}

/// A line of JSON for each clause; `verdict` is `table` where level and recipient decide.
fn lines(school: Option<&str>, policy: &Policy, context: &mut Context<'_>) -> Result<(), Failure> {
    for clause in CLAUSES {
        let Some(settings) = policy.clause(clause.id) else {
            continue;
        };
        let verdict = match settings.verdict {
            Asks::Table => "table",
            Asks::Verdict(verdict) => verdict.as_str(),
        };
        let line = json!({
            "school": school, "clause": clause.id, "title": settings.title, "mode": settings.mode,
            "verdict": verdict, "recipients": settings.recipients,
            "critical": settings.severity == Severity::Critical, "tell": settings.tell,
        });
        json_line(context.out, &line)?;
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
