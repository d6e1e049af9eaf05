//! A whole gateway in this process: its store, its worker and its door, started and stopped together.
//!
//! It listens for no signals and takes up no changes; that is what `serve` adds.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::act::desk::{Desk, Desks};
use crate::act::encrypt::password;
use crate::act::plan;
use crate::act::worker::Worker;
use crate::clock::Clock;
use crate::config::Config;
use crate::gateway::Gateway;
use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::receive::listener::{ListenError, Listening};
use crate::receive::{self, Listener};
use crate::school::Knowledge;
use crate::store::error::StoreError;
use crate::store::recipient::Disposition;
use crate::store::review::{Answer, Review};
use crate::store::sqlite::SqliteStore;
use crate::store::{self, Store};

/// A gateway that runs until it is stopped.
#[derive(Debug)]
pub struct Running {
    store: Arc<dyn Store>,
    due: Arc<Notify>,
    clock: Clock,
    listening: Listening,
    worker: JoinHandle<()>,
    closing: CancellationToken,
    ending: CancellationToken,
}

/// Why it could not be started, or a decision not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum RunningError {
    /// The store.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// The door.
    #[error("the door: {0}")]
    Door(#[from] ListenError),
    /// The system has no random numbers.
    #[error("the system has no random numbers")]
    Random,
}

impl Running {
    /// Starts a gateway with this configuration, its door on a free port of the loopback interface.
    ///
    /// # Errors
    /// The store cannot be opened, or no port can be had.
    pub async fn start(
        config: &Config,
        knowledge: Knowledge,
        clock: Clock,
    ) -> Result<Self, RunningError> {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.data).await?);
        let due = Arc::new(Notify::new());
        let desks = knowledge.schools.iter().map(|school| Desk::of(school));
        let worker = Worker::new(
            Arc::clone(&store),
            config.act.clone(),
            Arc::new(Desks::new(desks.collect())),
            clock.clone(),
            Arc::clone(&due),
        );
        let gateway = Gateway::new(
            Arc::new(knowledge),
            config.act.review.clone(),
            Arc::clone(&store),
            clock.clone(),
            Arc::clone(&due),
        );
        let door = receive::Settings {
            hostname: config.hostname.clone(),
            listeners: vec![Listener {
                address: SocketAddr::from(([127, 0, 0, 1], 0)),
                kind: receive::Kind::Relay,
            }],
            clock: clock.clone(),
            ..receive::Settings::default()
        };
        let (closing, ending) = (CancellationToken::new(), CancellationToken::new());
        let listening = receive::listen(door, Arc::new(gateway), closing.clone()).await?;
        let stop = ending.clone();
        Ok(Self {
            worker: tokio::spawn(async move { worker.run(stop).await }),
            store,
            due,
            clock,
            listening,
            closing,
            ending,
        })
    }

    /// Where it takes mail.
    ///
    /// # Errors
    /// It has no listener, which cannot be after a start.
    pub fn address(&self) -> io::Result<SocketAddr> {
        let address = self.listening.addresses().first().copied();
        address.ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Lets the worker look for due work now: a clock was moved, or another process recorded some.
    pub fn look(&self) {
        self.due.notify_one();
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
            verified: Some("telephoned 01632 960100".to_owned()),
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
        store::Store::close(&*self.store).await;
    }
}
