//! Connections kept for the next message, for as long as every server waits.
//!
//! What a connection was opened with, it keeps: the extensions of its EHLO and its TLS.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::act::deliver::session::Session;
use crate::act::deliver::tls::TlsPolicy;
use crate::act::settings::NextHop;

/// How long a connection is kept without work: shorter than any server waits.
const IDLE: Duration = Duration::from_secs(20);
/// Connections kept without work.
const MOST_IDLE: usize = 8;
/// Messages over one connection; some servers count.
const MOST_MESSAGES: u32 = 50;

/// The connections that nobody uses now.
#[derive(Default)]
pub(super) struct Idle(Mutex<Vec<Kept>>);

/// A connection and what it is good for.
pub(super) struct Kept {
    pub(super) session: Session,
    hop: String,
    tls: TlsPolicy,
    messages: u32,
    since: Instant,
}

impl Kept {
    /// A new connection to `hop`, opened with at least this much TLS.
    pub(super) fn new(session: Session, hop: &NextHop, tls: TlsPolicy) -> Self {
        Self {
            session,
            hop: hop.key(),
            tls: tls.max(hop.tls),
            messages: 0,
            since: Instant::now(),
        }
    }
}

impl Idle {
    /// A kept connection to this hop with at least this much TLS asked for.
    pub(super) fn take(&self, hop: &NextHop, tls: TlsPolicy) -> Option<Kept> {
        let mut idle = self.lock();
        idle.retain(|kept| kept.since.elapsed() < IDLE);
        let fits = |kept: &Kept| kept.hop == hop.key() && kept.tls >= tls.max(hop.tls);
        let place = idle.iter().rposition(fits)?;
        Some(idle.swap_remove(place))
    }

    /// Keeps a connection that has carried one more message.
    pub(super) fn keep(&self, mut kept: Kept) {
        kept.messages += 1;
        let mut idle = self.lock();
        if kept.messages < MOST_MESSAGES && idle.len() < MOST_IDLE {
            kept.since = Instant::now();
            idle.push(kept);
        }
    }

    /// Closes connections that have been idle for too long.
    pub(super) async fn tidy(&self) {
        self.close_where(|kept| kept.since.elapsed() >= IDLE).await;
    }

    /// Closes every connection.
    pub(super) async fn close(&self) {
        self.close_where(|_| true).await;
    }

    async fn close_where(&self, old: impl Fn(&Kept) -> bool) {
        let taken: Vec<Kept> = {
            let mut idle = self.lock();
            let (taken, kept) = idle.drain(..).partition(old);
            *idle = kept;
            taken
        };
        for kept in taken {
            kept.session.quit().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
