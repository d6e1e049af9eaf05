//! `held show`: why a message is held; with `--open` the message itself, for a reviewer, recorded in the ledger.

use jiff::tz::TimeZone;

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, is_for, json_line, moment, sender, with_store};
use crate::clock::Clock;
use crate::mail::address::Address;
use crate::mail::count::counted;
use crate::mail::id::MessageId;
use crate::mail::mode::Mode;
use crate::store::recipient::RecipientState;
use crate::store::record::{Facts, FindingFacts};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The reference
    #[arg(value_name = "REFERENCE")]
    id: MessageId,
    /// Write the message itself to standard output; the ledger records who opened it
    #[arg(long, requires = "reviewer", conflicts_with = "json")]
    open: bool,
    /// Who you are; one of the school's reviewers
    #[arg(long, value_name = "ADDRESS")]
    reviewer: Option<Address>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.school.choose(&config)?;
    let id = &arguments.id;
    if let (true, Some(address)) = (arguments.open, &arguments.reviewer) {
        let desk = context.desk(&config, &school.name)?;
        let now = Clock::system().now();
        let opened = with_store(&config, async |store| {
            is_for(&store.facts(&school.name, id).await?, address, &desk)?;
            Ok(store.open(&school.name, id, address, now).await?)
        })?;
        context.out.write_all(opened.reveal())?;
        return Ok(());
    }
    let (facts, recipients) = with_store(&config, async |store| {
        let facts = store.facts(&school.name, id).await?;
        Ok((facts, store.recipients(&school.name, id).await?))
    })?;
    if arguments.json {
        let shown = serde_json::json!({ "facts": facts, "recipients": recipients });
        return json_line(context.out, &shown);
    }
    write_facts(context, &facts, &school.time_zone)?;
    write_recipients(context, &recipients)?;
    write_reasons(context, &facts)
}

fn write_facts(context: &mut Context<'_>, facts: &Facts, zone: &TimeZone) -> Result<(), Failure> {
    let out = &mut context.out;
    let from = sender(facts.envelope.sender.as_ref());
    let level = facts.judgement.level;
    let pupils = counted(facts.judgement.pupils, "pupil", "pupils");
    writeln!(out, "{}  {}", facts.id, moment(facts.received, zone))?;
    writeln!(out, "  from {from}: {}", facts.subject)?;
    writeln!(
        out,
        "  content is {level}; {pupils} in it; {} octets",
        facts.size
    )?;
    Ok(())
}

fn write_recipients(
    context: &mut Context<'_>,
    recipients: &[RecipientState],
) -> Result<(), Failure> {
    for one in recipients {
        let (to, kind, state) = (&one.address, one.kind.as_str(), one.disposition);
        writeln!(context.out, "  to {to} ({kind}): {state}")?;
    }
    Ok(())
}

fn write_reasons(context: &mut Context<'_>, facts: &Facts) -> Result<(), Failure> {
    let out = &mut context.out;
    let in_force = |mode: Mode| mode == Mode::Enforce;
    for reason in facts
        .judgement
        .reasons
        .iter()
        .filter(|reason| in_force(reason.mode))
    {
        writeln!(
            out,
            "  {} ({}, {})",
            reason.title, reason.clause, reason.verdict
        )?;
        writeln!(out, "    {}", reason.explanation.replace('\n', "\n    "))?;
    }
    for finding in &facts.findings {
        writeln!(out, "  found {}", found(finding))?;
    }
    for gap in &facts.gaps {
        writeln!(out, "  not read: {} {}", gap.origin, gap.reason.in_words())?;
    }
    Ok(())
}

fn found(finding: &FindingFacts) -> String {
    let (title, excerpt, origin) = (&finding.title, &finding.excerpt, &finding.origin);
    format!(
        "{title} {excerpt}, {}, in {origin} ({})",
        counted(finding.count, "time", "times"),
        finding.level
    )
}
