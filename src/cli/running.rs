//! A whole gateway in this process: its store, its worker and its door, started and stopped together.
//!
//! `serve` and `demo` are both this; taking up changes is what `serve` adds.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::act::desk::{Desk, Desks};
use crate::act::encrypt::password;
use crate::act::plan;
use crate::act::worker::Worker;
use crate::cli::accounts::StoredAccounts;
use crate::cli::weekly::Weekly;
use crate::clock::Clock;
use crate::config::Config;
use crate::extract::worker::Pool;
use crate::gateway::Gateway;
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::receive;
use crate::receive::listener::{ListenError, Listening};
use crate::receive::senders::Senders;
use crate::receive::tls::Tls;
use crate::school::Knowledge;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::recipient::Disposition;
use crate::store::review::{Answer, Review, Verified};
use crate::store::sqlite::SqliteStore;

/// A gateway that runs until it is stopped.
#[derive(Debug)]
pub struct Running {
    parts: Parts,
    store: Arc<dyn Store>,
    clock: Clock,
    listening: Listening,
    worker: JoinHandle<()>,
    weekly: Option<JoinHandle<()>>,
    reporter: Option<Arc<Weekly>>,
    closing: CancellationToken,
    ending: CancellationToken,
}

/// The parts of a running gateway that learn from a new configuration.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    /// Judges mail.
    pub(crate) gateway: Arc<Gateway>,
    /// Knows who gets notices.
    pub(crate) desks: Arc<Desks>,
    /// Wakes the worker.
    pub(crate) due: Arc<Notify>,
    /// Read attachments, whatever the configuration says.
    pub(crate) readers: Option<Arc<Pool>>,
    /// The certificate the door shows.
    pub(crate) tls: Option<Tls>,
    /// Whose mail the door takes.
    pub(crate) senders: Senders,
}

/// Why it could not be started, or a decision not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum RunningError {
    /// The store.
    #[error("the store cannot be used: {0}")]
    Store(#[from] StoreError),
    /// The door.
    #[error("the door cannot be opened")]
    Door(#[from] ListenError),
    /// The system has no random numbers.
    #[error("the system has no random numbers")]
    Random,
}

impl Running {
    /// Opens the store, starts the worker, then opens the door.
    ///
    /// # Errors
    /// The store cannot be opened, or an address not be listened on.
    pub async fn start(
        config: &Config,
        knowledge: Knowledge,
        clock: Clock,
    ) -> Result<Self, RunningError> {
        let store = SqliteStore::open_within(&config.data, config.bounds).await?;
        let trace_secret = store.trace_secret()?;
        let store: Arc<dyn Store> = Arc::new(store);
        let due = Arc::new(Notify::new());
        let readers = knowledge.readers.clone();
        let desks = Arc::new(Desks::new(desks(&knowledge)));
        let gateway = Gateway::new(
            Arc::new(knowledge),
            config.act.review.clone(),
            Arc::clone(&store),
            clock.clone(),
            Arc::clone(&due),
        );
        let gateway = Arc::new(gateway.scanning(config.scanner.clone()));
        let worker = Arc::new(Worker::new(
            Arc::clone(&store),
            config.act.clone(),
            Arc::clone(&desks),
            clock.clone(),
            Arc::clone(&due),
        ));
        let reporter = reporter(config, &store, &worker, &desks, &clock);
        let door = receive::Settings {
            accounts: Some(Arc::new(StoredAccounts(Arc::clone(&store)))),
            trace_secret: Some(trace_secret),
            clock: clock.clone(),
            ..config.receive.clone()
        };
        let (closing, ending) = (CancellationToken::new(), CancellationToken::new());
        let listening = receive::listen(door, gateway.clone(), closing.clone()).await?;
        let stop = ending.clone();
        let (over, weekly) = (ending.clone(), reporter.clone());
        Ok(Self {
            weekly: weekly.map(|weekly| tokio::spawn(async move { weekly.run(over).await })),
            reporter,
            worker: tokio::spawn(async move { worker.run(stop).await }),
            parts: Parts {
                gateway,
                desks,
                due,
                readers,
                tls: config.receive.tls.clone(),
                senders: config.receive.senders.clone(),
            },
            store,
            clock,
            listening,
            closing,
            ending,
        })
    }

    /// Where it takes mail: every address, with the ports the system chose.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        self.listening.addresses()
    }

    /// The first of these addresses.
    ///
    /// # Errors
    /// It has no listener.
    pub fn address(&self) -> io::Result<SocketAddr> {
        let address = self.addresses().first().copied();
        address.ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Lets the worker look for due work now: a clock was moved, or another process recorded some.
    pub fn look(&self) {
        self.parts.due.notify_one();
    }

    /// Has it looked whether a report is due, and waits until that is done.
    pub async fn reported(&self) {
        if let Some(weekly) = &self.reporter {
            weekly.send_due().await;
        }
    }

    /// What learns from a new configuration.
    pub(crate) fn parts(&self) -> Parts {
        self.parts.clone()
    }

    /// Cancelled when it stops.
    pub(crate) fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// Releases a message for everybody it is held for.
    ///
    /// # Errors
    /// Those of [`Store::review`].
    pub async fn release(
        &self,
        school: &str,
        id: &MessageId,
        reviewer: &Address,
    ) -> Result<(), RunningError> {
        let now = self.clock.now();
        let judgement = self.store.facts(school, id).await?.judgement;
        let standing = self.store.recipients(school, id).await?.into_iter();
        let held = standing.filter(|one| one.disposition == Disposition::Held);
        let recipients: Vec<Address> = held.map(|one| one.address).collect();
        let password = password::draw().map_err(|_| RunningError::Random)?;
        let review = Review {
            reviewer: reviewer.clone(),
            answer: Answer::Release,
            reason: "checked with the sender".to_owned(),
            verified: Some(Verified {
                how: "telephoned 01632 960100".to_owned(),
                by: reviewer.to_string(),
                at: now,
            }),
            work: plan::released(&judgement, &recipients, now, &password),
            recipients,
        };
        self.store.review(school, id, now, review).await?;
        self.look();
        Ok(())
    }

    /// Takes no more mail, lets what is in hand end, and closes the store.
    pub async fn stop(self) {
        self.closing.cancel();
        self.listening.closed().await;
        self.ending.cancel();
        // A worker that panicked has nothing left in hand.
        let _ = self.worker.await;
        if let Some(weekly) = self.weekly {
            let _ = weekly.await;
        }
        self.store.close().await;
    }
}

/// Who sends the weekly reports, where they are wanted.
fn reporter(
    config: &Config,
    store: &Arc<dyn Store>,
    worker: &Arc<Worker>,
    desks: &Arc<Desks>,
    clock: &Clock,
) -> Option<Arc<Weekly>> {
    let schedule = config.report?;
    let (store, worker) = (Arc::clone(store), Arc::clone(worker));
    let weekly = Weekly::new(store, worker, Arc::clone(desks), schedule, clock.clone());
    Some(Arc::new(weekly))
}

/// Who gets the notices of each school.
pub(crate) fn desks(knowledge: &Knowledge) -> Vec<Desk> {
    let all = knowledge.schools.iter().chain([&knowledge.nobody]);
    all.map(|school| Desk::of(school)).collect()
}

/// Ends with the first SIGTERM or SIGINT.
///
/// # Errors
/// Signals cannot be listened for.
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
