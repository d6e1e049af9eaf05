//! Claims due work and does it, some pieces at a time, until it is told to stop.
//!
//! Woken at once by a [`Notify`] when something was recorded, by a timer when something is due,
//! and by its own work when it ends.
//! What a crash leaves claimed is given back at the next start.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::act::deliver::courier::Courier;
use crate::act::desk::{Desk, Desks};
use crate::act::notice;
use crate::act::notice::page::Page;
use crate::act::retry::signed;
use crate::act::run::notify::{self, Sent};
use crate::act::run::{self, Means};
use crate::act::settings::Settings;
use crate::clock::Clock;
use crate::mail::address::Address;
use crate::store::error::StoreError;
use crate::store::views::Cutoffs;
use crate::store::work::{Claim, Next, Settlement};
use crate::store::{LEASE, Store};

/// The longest sleep: a clock that was set is noticed by then.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
/// The shortest, so that a store that is wrong about what is due costs little.
const SHORTEST_SLEEP: Duration = Duration::from_millis(20);
/// How often connections that nobody uses are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(5);
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
        self.give_back().await;
        self.begin_anew().await;
        tokio::join!(
            self.work(&stop),
            self.keep_house(&stop),
            self.keep_connections(&stop)
        );
        self.give_back().await;
        self.means.courier.close().await;
    }

    /// Does everything that is due now and what follows from it at once; for programs that end.
    ///
    /// # Errors
    /// The store cannot say what is due.
    pub async fn drain(&self) -> Result<(), StoreError> {
        let mut hands = Hands::new();
        loop {
            self.fill(&mut hands).await?;
            if !hands.one_is_free().await {
                return Ok(());
            }
        }
    }

    async fn work(&self, stop: &CancellationToken) {
        let mut hands = Hands::new();
        while !stop.is_cancelled() {
            let filled = self.fill(&mut hands).await;
            if let Err(error) = &filled {
                tracing::error!(%error, "due work cannot be claimed");
            }
            let look_again = async {
                match filled {
                    Ok(()) => self.something_is_due().await,
                    Err(_) => sleep(Duration::from_secs(1)).await,
                }
            };
            let all_hands_full = hands.tasks.len() >= self.means.settings.concurrency;
            tokio::select! {
                () = stop.cancelled() => {}
                true = hands.one_is_free() => {}
                () = self.wake.notified() => hands.look = true,
                () = look_again, if !all_hands_full => hands.look = true,
            }
        }
        let ending = async { while hands.one_is_free().await {} };
        if timeout(self.means.settings.grace, ending).await.is_err() {
            tracing::warn!("work in hand did not end in time and stays in the queue");
        }
    }

    /// Gives every free hand something to do; work is claimed a batch at a time, as each claim is a commit.
    async fn fill(&self, hands: &mut Hands) -> Result<(), StoreError> {
        let concurrency = self.means.settings.concurrency.max(1);
        while hands.tasks.len() < concurrency {
            let now = self.means.clock.now();
            if hands.waiting.is_empty() && hands.look {
                let store = &self.means.store;
                let batch = concurrency * 2;
                let claims = store.claim(&self.holder, now, lease(now), batch).await?;
                hands.look = claims.len() == batch;
                hands.waiting.extend(claims);
            }
            let Some(claim) = hands.waiting.pop_front() else {
                break;
            };
            // What waited here until its lease ended is somebody else's by now.
            if claim.until > now {
                hands.tasks.spawn(attend(Arc::clone(&self.means), claim));
            } else {
                hands.look = true;
            }
        }
        Ok(())
    }

    /// Waits until there is something to claim; asked only after a quiet moment, so that a busy worker asks nothing.
    async fn something_is_due(&self) {
        sleep(SHORTEST_SLEEP).await;
        let Ok(Some(due)) = self.means.store.next_due().await else {
            return sleep(LONGEST_SLEEP).await;
        };
        let rest = due.duration_since(self.means.clock.now());
        let rest = Duration::try_from(rest).unwrap_or_default();
        sleep(rest.min(LONGEST_SLEEP)).await;
    }

    /// Gives back what this gateway has claimed and is not doing: after a crash, and when it stops.
    async fn give_back(&self) {
        if let Err(error) = self.means.store.recover(&self.holder).await {
            tracing::error!(%error, "claimed work waits for the end of its lease");
        }
    }

    /// Nobody remembers which hops were down: each is tried again.
    async fn begin_anew(&self) {
        let now = self.means.clock.now();
        if let Err(error) = self.means.store.flush(None, now).await {
            tracing::error!(%error, "work that waits for a hop waits for its time");
        }
    }

    /// Closes connections that nobody has used for a while.
    async fn keep_connections(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            self.means.courier.tidy().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(TIDY_EVERY) => {}
            }
        }
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

    /// Sends a page to one person at once; what cannot be sent now is the caller's to try again.
    pub async fn post(&self, desk: &Desk, to: &Address, page: &Page) -> Posted {
        let (hostname, now) = (&self.means.settings.hostname, self.means.clock.now());
        let Ok(message) = notice::page::compose(page, to, desk, hostname, now) else {
            return Posted::NotNow;
        };
        match notify::send(&self.means, to, &message, None).await {
            Sent::Taken => Posted::Taken,
            Sent::NotNow(_) => Posted::NotNow,
            Sent::Refused(reply) => Posted::Refused(reply),
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

/// What came of posting a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// The next hop has it.
    Taken,
    /// It may be taken later.
    NotNow,
    /// It was refused for good, with this reply.
    Refused(String),
}

/// Work in hand and claimed.
struct Hands {
    tasks: JoinSet<Follows>,
    waiting: VecDeque<Claim>,
    /// Whether the store may have more that is due.
    look: bool,
}

/// Whether a piece of work left more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Something,
    Nothing,
}

impl Hands {
    fn new() -> Self {
        Self {
            tasks: JoinSet::new(),
            waiting: VecDeque::new(),
            look: true,
        }
    }

    /// Waits for one piece of work to end; `false` when there is none in hand.
    async fn one_is_free(&mut self) -> bool {
        let Some(ended) = self.tasks.join_next().await else {
            return false;
        };
        // Work that died keeps its lease and is done again when it ends.
        self.look |= ended.is_ok_and(|follows| follows == Follows::Something);
        true
    }
}

fn lease(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE).unwrap_or(now)
}

/// Does one piece of work, keeps its lease alive meanwhile, and settles it.
async fn attend(means: Arc<Means>, claim: Claim) -> Follows {
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
    let follows = if settlement.follow.is_empty() {
        Follows::Nothing
    } else {
        Follows::Something
    };
    let awaits = settlement.awaits.clone();
    settle(&means, &claim, settlement).await;
    if flush(&means, awaits).await > 0 {
        return Follows::Something;
    }
    follows
}

/// What waited for a hop that answers again goes at once; what cannot be made due now goes in its time.
///
/// The hop that this work `awaits` may have answered somebody else before that was saved.
async fn flush(means: &Means, awaits: Option<String>) -> u64 {
    let mut flushed = 0;
    let missed = awaits.filter(|hop| !means.courier.is_down(hop));
    for hop in means.courier.revived().into_iter().chain(missed) {
        tracing::info!(hop, "answers again");
        match means.store.flush(Some(&hop), means.clock.now()).await {
            Ok(count) => flushed += count,
            Err(error) => tracing::error!(hop, %error, "what waits for it could not be made due"),
        }
    }
    flushed
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
