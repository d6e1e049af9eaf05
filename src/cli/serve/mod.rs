//! `serve`: opens the door and the store, does due work, takes up changes, and stops in good order.

mod accounts;
mod log;
mod reload;

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::act::desk::Desks;
use crate::act::worker::Worker;
use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::cli::serve::accounts::StoredAccounts;
use crate::cli::serve::log::Format;
use crate::cli::serve::reload::Learners;
use crate::clock::Clock;
use crate::config::Config;
use crate::extract::worker::Pool;
use crate::gateway::Gateway;
use crate::receive;
use crate::school::Knowledge;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;

/// Processes that wait to read the attachments of the next messages.
const IDLE_READERS: usize = 3;

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
    knowledge.readers = Some(readers()?);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(serve(config, knowledge, context.out))
}

/// Workers of this program; what the kernel cannot take from them is said once.
fn readers() -> Result<Arc<Pool>, Failure> {
    let program = std::env::current_exe()?;
    let pool = Pool::start(program, IDLE_READERS).context("attachments could not be read")?;
    if !pool.missing().is_empty() {
        let missing = pool.missing().join(", ");
        tracing::warn!(%missing, "this kernel does not take every right from the processes that read attachments");
    }
    Ok(Arc::new(pool))
}

async fn serve(config: Config, knowledge: Knowledge, out: &mut dyn Write) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.data).await?);
    let due = Arc::new(Notify::new());
    let desks = Arc::new(Desks::new(reload::desks(&knowledge)));
    let readers = knowledge.readers.clone();
    let gateway = Arc::new(Gateway::new(
        Arc::new(knowledge),
        config.act.review.clone(),
        Arc::clone(&store),
        Clock::system(),
        Arc::clone(&due),
    ));
    let worker = Worker::new(
        Arc::clone(&store),
        config.act.clone(),
        Arc::clone(&desks),
        Clock::system(),
        Arc::clone(&due),
    );
    let door = receive::Settings {
        accounts: Some(Arc::new(StoredAccounts(Arc::clone(&store)))),
        ..config.receive.clone()
    };
    let closing = CancellationToken::new();
    let listening = receive::listen(door, gateway.clone(), closing.clone())
        .await
        .context("the door could not be opened")?;
    for address in listening.addresses() {
        writeln!(out, "listening on {address}")?;
    }
    out.flush()?;
    let ending = CancellationToken::new();
    let work = worker.run(ending.clone());
    let watch = reload::watch(
        config,
        Learners {
            gateway,
            desks,
            due,
            readers,
        },
        ending.clone(),
    );
    let door = async {
        stopped.await;
        tracing::info!("stopping: no new mail, what is in hand is finished");
        closing.cancel();
        listening.closed().await;
        ending.cancel();
    };
    tokio::join!(work, watch, door);
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Ends with the first SIGTERM or SIGINT.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
