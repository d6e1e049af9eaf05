//! `held release` and `held return`: a reviewer's decision, in the reviewer's name and with a reason.

use std::sync::Arc;

use crate::act::encrypt;
use crate::act::plan;
use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, reviewer, with_store};
use crate::clock::Clock;
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::Store;
use crate::store::recipient::Disposition;
use crate::store::review::{Answer, Review};

#[derive(Debug, clap::Args)]
pub(crate) struct Release {
    #[command(flatten)]
    decision: Decision,
    /// How the recipient was verified, such as "telephoned 01632 960123"; needed for a first contact
    #[arg(long, value_name = "TEXT")]
    verified: Option<String>,
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
    /// Why, in a few words, for the ledger
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// Only for this held recipient; may be given several times
    #[arg(long = "rcpt", value_name = "ADDRESS")]
    recipients: Vec<Address>,
    #[command(flatten)]
    school: SchoolArgument,
}

pub(crate) fn release(arguments: &Release, context: &mut Context<'_>) -> Result<(), Failure> {
    let verified = arguments.verified.clone();
    decide(&arguments.decision, Answer::Release, verified, context)
}

pub(crate) fn give_back(arguments: &Return, context: &mut Context<'_>) -> Result<(), Failure> {
    decide(&arguments.decision, Answer::Return, None, context)
}

fn decide(
    decision: &Decision,
    answer: Answer,
    verified: Option<String>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let config = context.config()?;
    let school = &decision.school.choose(&config)?.name;
    reviewer(context, &config, school, &decision.reviewer)?;
    let recipients = with_store(&config, async |store| {
        carry_out(store, school, decision, answer, verified).await
    })?;
    let done = match answer {
        Answer::Release => "released",
        Answer::Return => "returned to its sender",
    };
    let recipients: Vec<&str> = recipients.iter().map(Address::as_str).collect();
    writeln!(
        context.out,
        "{} {done}, for {}",
        decision.id,
        recipients.join(", ")
    )?;
    Ok(())
}

async fn carry_out(
    store: Arc<dyn Store>,
    school: &str,
    decision: &Decision,
    answer: Answer,
    verified: Option<String>,
) -> Result<Vec<Address>, Failure> {
    let now = Clock::system().now();
    let id = &decision.id;
    let judgement = store.facts(school, id).await?.judgement;
    let recipients = held_for(&*store, school, decision).await?;
    let work = match answer {
        Answer::Release => plan::released(&judgement, &recipients, now, &password()?),
        Answer::Return => plan::given_back(&judgement, &recipients, now),
    };
    let review = Review {
        reviewer: decision.reviewer.clone(),
        recipients: recipients.clone(),
        answer,
        reason: decision.reason.clone(),
        verified,
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
