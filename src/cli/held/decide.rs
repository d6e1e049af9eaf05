//! `held release` and `held return`: a reviewer's decision, in the reviewer's name and with a reason.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use crate::act::desk::Desk;
use crate::act::encrypt;
use crate::act::plan;
use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, is_for, json_line, time, with_store};
use crate::clock::Clock;
use crate::config::school::Declared;
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::Store;
use crate::store::recipient::Disposition;
use crate::store::review::{Answer, Review, Verified};

#[derive(Debug, clap::Args)]
pub(crate) struct Release {
    #[command(flatten)]
    decision: Decision,
    /// How the recipient was verified, such as "telephoned 01632 960123"; a first contact is not released without it
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    verified: Option<String>,
    /// Who verified the recipient, where that was not the reviewer
    #[arg(long, value_name = "NAME", requires = "verified")]
    verified_by: Option<String>,
    /// When the recipient was verified, as 2026-11-20 14:05, where that was not just now
    #[arg(long, value_name = "TIME", requires = "verified")]
    verified_at: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Return {
    #[command(flatten)]
    decision: Decision,
}

#[derive(Debug, clap::Args)]
struct Decision {
    /// The reference
    #[arg(value_name = "REFERENCE")]
    id: MessageId,
    /// Who decides; one of the school's reviewers
    #[arg(long, value_name = "ADDRESS")]
    reviewer: Address,
    /// Why, in a few words, for the ledger; the sender of a returned message reads it too
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// Only for this held recipient; may be given several times
    #[arg(long = "rcpt", value_name = "ADDRESS")]
    recipients: Vec<Address>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

/// What was decided, and how a new recipient was verified.
struct Verdict {
    answer: Answer,
    verified: Option<Verified>,
}

pub(crate) fn release(arguments: &Release, context: &mut Context<'_>) -> Result<(), Failure> {
    let decision = &arguments.decision;
    let config = context.config()?;
    let school = decision.school.choose(&config)?;
    let now = Clock::system().now();
    let at = match &arguments.verified_at {
        Some(text) => time(text, &school.time_zone)?,
        None => now,
    };
    if at > now {
        return Err(Failure::input("--verified-at is still to come"));
    }
    let by = arguments.verified_by.clone();
    let verified = arguments.verified.clone().map(|how| Verified {
        how,
        by: by.unwrap_or_else(|| decision.reviewer.to_string()),
        at,
    });
    let verdict = Verdict {
        answer: Answer::Release,
        verified,
    };
    decide(decision, school, verdict, context)
}

pub(crate) fn give_back(arguments: &Return, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = arguments.decision.school.choose(&config)?;
    let verdict = Verdict {
        answer: Answer::Return,
        verified: None,
    };
    decide(&arguments.decision, school, verdict, context)
}

fn decide(
    decision: &Decision,
    school: &Declared,
    verdict: Verdict,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let config = context.config()?;
    let desk = context.desk(&config, &school.name)?;
    let answer = verdict.answer;
    let now = Clock::system().now();
    let recipients = with_store(&config, async |store| {
        carry_out(store, &desk, decision, verdict, now).await
    })?;
    let recipients: Vec<&str> = recipients.iter().map(Address::as_str).collect();
    let (word, done) = match answer {
        Answer::Release => ("released", "released"),
        Answer::Return => ("returned", "returned to its sender"),
    };
    let id = &decision.id;
    if decision.json {
        let done = json!({ "message": id, "decision": word, "recipients": recipients });
        return json_line(context.out, &done);
    }
    let recipients = recipients.join(", ");
    Ok(writeln!(context.out, "{id} {done}, for {recipients}")?)
}

async fn carry_out(
    store: Arc<dyn Store>,
    desk: &Desk,
    decision: &Decision,
    verdict: Verdict,
    now: Timestamp,
) -> Result<Vec<Address>, Failure> {
    let (school, id) = (desk.school.as_str(), &decision.id);
    let facts = store.facts(school, id).await?;
    is_for(&facts, &decision.reviewer, desk)?;
    let recipients = held_for(&*store, school, decision).await?;
    let work = match verdict.answer {
        Answer::Release => plan::released(&facts.judgement, &recipients, now, &password()?),
        Answer::Return => plan::given_back(&facts.judgement, &recipients, now),
    };
    let review = Review {
        reviewer: decision.reviewer.clone(),
        recipients: recipients.clone(),
        answer: verdict.answer,
        reason: decision.reason.clone(),
        verified: verdict.verified,
        work,
    };
    store.review(school, id, now, review).await?;
    Ok(recipients)
}

/// The recipients named, or all that the message is held for.
async fn held_for(
    store: &dyn Store,
    school: &str,
    decision: &Decision,
) -> Result<Vec<Address>, Failure> {
    if !decision.recipients.is_empty() {
        return Ok(decision.recipients.clone());
    }
    let recipients = store.recipients(school, &decision.id).await?;
    let held = recipients
        .into_iter()
        .filter(|one| one.disposition == Disposition::Held);
    Ok(held.map(|one| one.address).collect())
}

fn password() -> Result<Redacted<String>, Failure> {
    encrypt::password::draw()
        .map_err(|_| Failure::Failed(anyhow::anyhow!("the system has no random numbers")))
}
