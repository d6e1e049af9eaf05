//! `serve`: opens the door and the store, does due work, takes up changes, and stops in good order.

mod log;
mod reload;

use std::io::Write;

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::readers;
use crate::cli::running::{Running, stop_signal};
use crate::cli::serve::log::Format;
use crate::clock::Clock;
use crate::config::Config;
use crate::school::Knowledge;

/// Run the gateway: take mail, judge it, record it, deliver it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  schoolgate serve --config /etc/schoolgate/gateway.toml\n\nSIGTERM and SIGINT stop it in good order; SIGHUP reads the configuration again at once.\nSCHOOLGATE_LOG says what is logged, such as info or schoolgate=debug."
)]
pub(crate) struct Arguments {
    /// How lines of the log look
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    log_format: Format,
}

/// Runs `serve` until a signal stops it.
pub(crate) fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<(), Failure> {
    log::start(arguments.log_format);
    let config = context.config()?;
    let mut knowledge = context.knowledge(&config)?;
    let pool = readers::start(&config, readers::WAITING)?;
    if let Some(missing) = readers::missing(&pool) {
        tracing::warn!("{missing}");
    }
    if config.ocr.is_none() {
        tracing::info!(
            "Tesseract is not installed or not wanted: scans and pictures of text are gaps"
        );
    }
    knowledge.readers = Some(pool);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(serve(config, knowledge, context.out))
}

async fn serve(config: Config, knowledge: Knowledge, out: &mut dyn Write) -> Result<(), Failure> {
    // Both before the doors open: a signal that nobody listens for yet would kill the process.
    let stopped = stop_signal()?;
    let hangup = signal(SignalKind::hangup())?;
    let gateway = Running::start(&config, knowledge, Clock::system())
        .await
        .map_err(anyhow::Error::from)?;
    for address in gateway.addresses() {
        writeln!(out, "listening on {address}")?;
    }
    out.flush()?;
    let watch = reload::watch(config, hangup, gateway.parts(), gateway.ending());
    let serving = async {
        stopped.await;
        tracing::info!("stopping: no new mail, what is in hand is finished");
        gateway.stop().await;
    };
    tokio::join!(watch, serving);
    tracing::info!("stopped");
    Ok(())
}
