//! `demo`: the whole gateway at work on a sample school, in a few seconds and without touching anything.
//!
//! Golden mail goes in through real SMTP, verdicts are read from the store,
//! and what leaves is what a next hop on this machine has received.

mod keep;
pub mod post;
mod samples;
pub mod sink;
pub mod stage;
mod story;
pub(crate) mod table;

use std::io::{IsTerminal as _, Write};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::cli::Context;
use crate::cli::demo::post::Letter;
use crate::cli::demo::samples::SAMPLES;
use crate::cli::demo::stage::Stage;
use crate::cli::demo::table::{Ink, Paint};
use crate::cli::failure::Failure;
use crate::cli::running::Running;
use crate::clock::Clock;
use crate::config;
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::store::review::HeldMessage;

/// The sample school.
const SCHOOL: &str = "Oakfield Primary School";
/// The recipient of the message that is released at the end.
const RELEASED: &str = "advice@hr-partners.example";
/// Who releases it.
const REVIEWER: &str = "dpo@oakfield.sch.uk";
/// The longest that deliveries to the same machine may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Watch the gateway at work on a sample school
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  schoolgate demo\n  schoolgate demo --keep\n\nNeeds no configuration. Nothing leaves this machine, and nothing stays on it."
)]
pub(crate) struct Arguments {
    /// Go on running afterwards, for mail of your own and your own decisions; Ctrl-C ends it
    #[arg(long)]
    keep: bool,
}

/// Runs the demonstration.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let wants_colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let paint = if wants_colour {
        Paint::Colour
    } else {
        Paint::Plain
    };
    runtime.block_on(play(arguments, context, paint))
}

async fn play(
    arguments: &Arguments,
    context: &mut Context<'_>,
    paint: Paint,
) -> Result<(), Failure> {
    let started = Instant::now();
    let stage = Stage::set().await?;
    let config = config::load(&stage.config_file())?;
    let knowledge = context.judging(&config)?;
    let out = &mut *context.out;
    let school = knowledge.schools.first();
    let pupils = school.map_or(0, |school| school.directory.pupils.len());
    let gateway = Running::start(&config, knowledge, Clock::system())
        .await
        .map_err(anyhow::Error::from)?;
    heading(out, paint, "schoolgate: right person, right child")?;
    writeln!(
        out,
        "  {SCHOOL}, {pupils} pupils. Sending {} messages through SMTP to {}.\n",
        SAMPLES.len(),
        gateway.address()?
    )?;
    send_all(&gateway, out, paint).await?;
    settled(&gateway).await?;
    heading(out, paint, "What reached the next hop")?;
    story::arrivals(&stage.sink.received()).write(out, paint)?;
    release_one(&gateway, &stage, out, paint).await?;
    writeln!(
        out,
        "\n  {} messages, {:.1} s. Nothing left this machine.",
        SAMPLES.len(),
        started.elapsed().as_secs_f64()
    )?;
    if arguments.keep {
        keep::keep(&gateway, &stage, out, paint).await?;
    } else {
        writeln!(
            out,
            "  With --keep it goes on running, for mail of your own and your own decisions."
        )?;
    }
    gateway.stop().await;
    Ok(())
}

fn heading(out: &mut dyn Write, paint: Paint, text: &str) -> std::io::Result<()> {
    writeln!(out, "\n  {}", paint.draw(text, Ink::Bold))
}

/// Sends every message and tells what was decided about it.
async fn send_all(gateway: &Running, out: &mut dyn Write, paint: Paint) -> Result<(), Failure> {
    let mut judged = Vec::new();
    for sample in SAMPLES {
        let letter = Letter {
            sender: sample.sender,
            recipients: sample.recipients,
            message: sample.message,
        };
        let answer = post::send(gateway.address()?, &letter).await?;
        let id = reference(&answer.text).with_context(|| answer.text.clone())?;
        let facts = gateway.store().facts(SCHOOL, &id).await;
        judged.push((sample, facts.map_err(anyhow::Error::from)?.judgement));
    }
    Ok(story::verdicts(&judged).write(out, paint)?)
}

/// The reference that the reply to a message names.
fn reference(reply: &str) -> Option<MessageId> {
    let mut words = reply.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.find_map(|word| word.parse().ok())
}

/// Waits until nothing is due any more.
async fn settled(gateway: &Running) -> Result<(), anyhow::Error> {
    let quiet = async {
        loop {
            let now = Clock::system().now();
            let queue = gateway.store().queue(SCHOOL, now).await?;
            if queue.iter().all(|work| work.due > now) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, quiet)
        .await
        .context("deliveries take too long")?
}

/// Releases one held message, and shows that it arrives.
async fn release_one(
    gateway: &Running,
    stage: &Stage,
    out: &mut dyn Write,
    paint: Paint,
) -> Result<(), Failure> {
    let held = gateway
        .store()
        .held(SCHOOL)
        .await
        .map_err(anyhow::Error::from)?;
    heading(out, paint, "A reviewer decides")?;
    writeln!(
        out,
        "  {} messages are held. {REVIEWER} rings the sender of one and releases it:",
        held.len()
    )?;
    let locked = |one: &&HeldMessage| one.recipients.iter().any(|to| to.as_str() == RELEASED);
    let one = held.iter().find(locked).context("nothing is held")?;
    writeln!(
        out,
        "  $ schoolgate held release {} --reviewer {REVIEWER} \\\n      --reason \"checked with the sender\" --verified \"telephoned 01632 960100\"\n",
        one.id
    )?;
    let before = stage.sink.received().len();
    let reviewer: Address = REVIEWER.parse().map_err(anyhow::Error::from)?;
    gateway
        .release(SCHOOL, &one.id, &reviewer)
        .await
        .map_err(anyhow::Error::from)?;
    settled(gateway).await?;
    let received = stage.sink.received();
    story::arrivals(received.get(before..).unwrap_or_default()).write(out, paint)?;
    Ok(())
}
