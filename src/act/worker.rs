//! Claims due work and does it, some pieces at a time, until it is told to stop.
//!
//! Woken at once by a [`Notify`] when something was recorded, by a timer when something is due,
//! and by its own work when it ends.
//! What a crash leaves claimed is given back at the next start.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::act::deliver::courier::Courier;
use crate::act::desk::Desks;
use crate::act::retry::signed;
use crate::act::run::{self, Means};
use crate::act::settings::Settings;
use crate::clock::Clock;
use crate::store::error::StoreError;
use crate::store::views::Cutoffs;
use crate::store::work::{Claim, Next, Settlement};
use crate::store::{LEASE, Store};

/// The longest sleep: a clock that was set is noticed by then.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
/// The shortest, so that a store that is wrong about what is due costs little.
const SHORTEST_SLEEP: Duration = Duration::from_millis(20);
/// How often what has had its time is destroyed.
const PURGE_EVERY: Duration = Duration::from_hours(1);

/// Does the due work of every school of this gateway.
pub struct Worker {
    means: Arc<Means>,
    wake: Arc<Notify>,
    holder: String,
}

impl Worker {
    /// A worker; `wake` is notified by whoever records messages or reviews.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        settings: Settings,
        desks: Arc<Desks>,
        clock: Clock,
        wake: Arc<Notify>,
    ) -> Self {
        let settings = Arc::new(settings);
        let holder = settings.hostname.clone();
        let means = Means {
            store,
            courier: Courier::new(Arc::clone(&settings), clock.clone()),
            settings,
            desks,
            clock,
        };
        Self {
            means: Arc::new(means),
            wake,
            holder,
        }
    }

    /// Works until `stop`, then lets what is in hand end within the grace of the settings.
    pub async fn run(&self, stop: CancellationToken) {
        if let Err(error) = self.means.store.recover(&self.holder).await {
            tracing::error!(%error, "work left by a crash could not be taken up yet");
        }
        tokio::join!(self.work(&stop), self.keep_house(&stop));
        self.means.courier.close().await;
    }

    /// Does everything that is due now and what follows from it at once; for programs that end.
    ///
    /// # Errors
    /// The store cannot say what is due.
    pub async fn drain(&self) -> Result<(), StoreError> {
        let mut tasks = JoinSet::new();
        loop {
            self.claim(&mut tasks).await?;
            if tasks.join_next().await.is_none() {
                return Ok(());
            }
        }
    }

    async fn work(&self, stop: &CancellationToken) {
        let mut tasks = JoinSet::new();
        while !stop.is_cancelled() {
            let rest = match self.claim(&mut tasks).await {
                Ok(()) => self.until_due(&tasks).await,
                Err(error) => {
                    tracing::error!(%error, "due work cannot be claimed");
                    Duration::from_secs(1)
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified() => {}
                Some(_) = tasks.join_next() => {}
                () = sleep(rest) => {}
            }
            self.means.courier.tidy().await;
        }
        let ending = async { while tasks.join_next().await.is_some() {} };
        if timeout(self.means.settings.grace, ending).await.is_err() {
            tracing::warn!("work in hand did not end in time and stays in the queue");
        }
    }

    /// Takes as much work as there is room for.
    async fn claim(&self, tasks: &mut JoinSet<()>) -> Result<(), StoreError> {
        while tasks.try_join_next().is_some() {}
        let room = self.means.settings.concurrency.saturating_sub(tasks.len());
        if room == 0 {
            return Ok(());
        }
        let now = self.means.clock.now();
        let claims = self
            .means
            .store
            .claim(&self.holder, now, lease(now), room)
            .await?;
        for claim in claims {
            tasks.spawn(attend(Arc::clone(&self.means), claim));
        }
        Ok(())
    }

    /// How long there is nothing to claim; with all hands full only the end of a piece of work matters.
    async fn until_due(&self, tasks: &JoinSet<()>) -> Duration {
        if tasks.len() >= self.means.settings.concurrency {
            return LONGEST_SLEEP;
        }
        let Ok(Some(due)) = self.means.store.next_due().await else {
            return LONGEST_SLEEP;
        };
        let rest = due.duration_since(self.means.clock.now());
        let rest = Duration::try_from(rest).unwrap_or(SHORTEST_SLEEP);
        rest.clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
    }

    /// Destroys what has had its time, at the start and every hour.
    async fn keep_house(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            self.purge().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(PURGE_EVERY) => {}
            }
        }
    }

    /// Destroys what has had its time in every school.
    pub async fn purge(&self) {
        let now = self.means.clock.now();
        let kept = &self.means.settings.retention;
        let before = |time: Duration| now.saturating_sub(signed(time)).unwrap_or(Timestamp::MIN);
        let cutoffs = Cutoffs {
            content: before(kept.content),
            facts: before(kept.incidents),
            ledger: before(kept.ledger),
        };
        for school in self.means.desks.schools() {
            match self.means.store.purge(&school, now, cutoffs).await {
                Ok(purged) => tracing::debug!(school, ?purged, "retention"),
                Err(error) => tracing::error!(school, %error, "retention could not be kept"),
            }
        }
    }
}

fn lease(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE).unwrap_or(now)
}

/// Does one piece of work, keeps its lease alive meanwhile, and settles it.
async fn attend(means: Arc<Means>, claim: Claim) {
    let working = run::settlement(&means, &claim);
    tokio::pin!(working);
    let outcome = loop {
        tokio::select! {
            outcome = &mut working => break outcome,
            () = sleep(third_of(LEASE)) => settle(&means, &claim, still_at_it(&means)).await,
        }
    };
    let settlement = outcome.unwrap_or_else(|trouble| {
        let work = claim.kind.as_str();
        tracing::error!(message = %claim.message, work, error = %trouble, "work is put off");
        Settlement {
            next: Next::Again {
                due: means.again(&claim, None),
            },
            ..Settlement::finished()
        }
    });
    settle(&means, &claim, settlement).await;
}

/// What cannot be saved now is done again when the lease has ended.
async fn settle(means: &Means, claim: &Claim, settlement: Settlement) {
    let now = means.clock.now();
    if let Err(error) = means.store.settle(claim, now, settlement).await {
        tracing::error!(message = %claim.message, %error, "the outcome of work could not be saved");
    }
}

fn still_at_it(means: &Means) -> Settlement {
    Settlement {
        next: Next::Continue {
            until: lease(means.clock.now()),
        },
        ..Settlement::finished()
    }
}

fn third_of(lease: SignedDuration) -> Duration {
    Duration::try_from(lease / 3).unwrap_or(LONGEST_SLEEP)
}
