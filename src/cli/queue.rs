//! `queue list|retry|drop`: deliveries and notices that are not done yet.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::act::plan;
use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::stored::{SchoolArgument, json_line, moment, operator, sender, with_store};
use crate::clock::Clock;
use crate::mail::address::Address;
use crate::mail::count::counted;
use crate::mail::id::MessageId;
use crate::store::recipient::Disposition;
use crate::store::views::Queued;

/// `queue …`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List deliveries and notices that are not done, the longest due first
    #[command(after_help = "Example:\n  schoolgate queue list")]
    List {
        /// One JSON object a line, one for each piece of work
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        school: SchoolArgument,
    },
    /// Try a message's waiting deliveries again at once
    #[command(
        after_help = "Example:\n  schoolgate queue retry 7K3F-9QXM-2B4T\n\nA next hop that could not be reached is tried too, whatever its time; when it answers, everything else that waits for it goes as well.\nA running gateway takes this up within seconds."
    )]
    Retry(Message),
    /// Give up a message's deliveries; its sender is told that it was not delivered
    #[command(after_help = "Example:\n  schoolgate queue drop 7K3F-9QXM-2B4T")]
    Drop(Message),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Message {
    /// The reference
    #[arg(value_name = "REFERENCE")]
    id: MessageId,
    /// One JSON object on one line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    school: SchoolArgument,
}

/// Runs `queue …`.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    let now = Clock::system().now();
    match command {
        Command::List { json, school } => list(*json, school, now, context),
        Command::Retry(message) => retry(message, now, context),
        Command::Drop(message) => give_up(message, now, context),
    }
}

fn list(
    json: bool,
    school: &SchoolArgument,
    now: Timestamp,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let config = context.config()?;
    let school = school.choose(&config)?;
    let queue = with_store(&config, async |store| {
        Ok(store.queue(&school.name, now).await?)
    })?;
    for queued in &queue {
        if json {
            json_line(context.out, queued)?;
        } else {
            write_queued(context, queued, &school.time_zone)?;
        }
    }
    if queue.is_empty() && !json {
        writeln!(context.out, "the queue is empty")?;
    }
    Ok(())
}

fn write_queued(
    context: &mut Context<'_>,
    queued: &Queued,
    zone: &TimeZone,
) -> Result<(), Failure> {
    let out = &mut context.out;
    let next = if queued.in_hand {
        "in hand now".to_owned()
    } else {
        format!("next try {}", moment(queued.due, zone))
    };
    let (id, work) = (&queued.message, &queued.work);
    let tries = counted(queued.attempts, "try", "tries");
    let since = moment(queued.since, zone);
    let from = sender(queued.sender.as_ref());
    writeln!(out, "{id}  {work} since {since}, {tries}, {next}")?;
    writeln!(out, "  from {from}, {} octets", queued.size)?;
    for one in &queued.recipients {
        let reply = one.reply.as_deref().unwrap_or("not tried yet");
        writeln!(out, "  to {}: {reply}", one.address)?;
    }
    Ok(())
}

fn retry(message: &Message, now: Timestamp, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = &message.school.choose(&config)?.name;
    let count = with_store(&config, async |store| {
        Ok(store.retry(school, &message.id, operator(), now).await?)
    })?;
    if message.json {
        return json_line(context.out, &json!({ "message": message.id, "due": count }));
    }
    writeln!(
        context.out,
        "{}: {} now",
        message.id,
        match count {
            1 => "1 delivery or notice is due".to_owned(),
            _ => format!("{count} deliveries and notices are due"),
        }
    )?;
    Ok(())
}

fn give_up(message: &Message, now: Timestamp, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = context.config()?;
    let school = &message.school.choose(&config)?.name;
    let id = &message.id;
    let dropped = with_store(&config, async |store| {
        let sender = store.facts(school, id).await?.envelope.sender;
        let recipients = store.recipients(school, id).await?.into_iter();
        let pending = recipients.filter(|one| one.disposition == Disposition::Pending);
        let pending: Vec<Address> = pending.map(|one| one.address).collect();
        let follow = plan::given_up(sender.as_ref(), &pending, now);
        Ok(store
            .drop_pending(school, id, operator(), now, follow)
            .await?)
    })?;
    let dropped: Vec<&str> = dropped.iter().map(Address::as_str).collect();
    match dropped.as_slice() {
        [_, ..] if message.json => {
            json_line(context.out, &json!({ "message": id, "given_up": dropped }))
        }
        [] => Err(Failure::input(format!(
            "message {id} has no delivery waiting"
        ))),
        [..] => Ok(writeln!(
            context.out,
            "{id}: given up for {}",
            dropped.join(", ")
        )?),
    }
}
