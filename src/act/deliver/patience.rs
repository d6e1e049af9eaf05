//! Patience with a hop that cannot be talked to: one message tries again, all others wait for what it finds.
//!
//! Back-off belongs to the hop, not to the message: ten thousand messages that wait for one dead smart host
//! must not knock ten thousand times, and must all go the moment it answers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::act::deliver::courier::Unreached;
use crate::act::deliver::fault::Fault;
use crate::act::retry;
use crate::act::settings::{NextHop, Retry};
use crate::clock::Clock;

/// Which hops are down, and since how many attempts.
pub(super) struct Patience {
    clock: Clock,
    retry: Retry,
    down: Mutex<HashMap<Key, Down>>,
    changed: Notify,
}

type Key = (String, u16);

#[derive(Debug)]
struct Down {
    problem: String,
    failures: u32,
    next: Timestamp,
    probing: bool,
}

/// Leave to talk to a hop; dropped without a word about the outcome, it changes nothing.
pub(super) struct Leave<'a> {
    patience: &'a Patience,
    key: Key,
    probing: bool,
}

impl Patience {
    pub(super) fn new(clock: Clock, retry: Retry) -> Self {
        Self {
            clock,
            retry,
            down: Mutex::new(HashMap::new()),
            changed: Notify::new(),
        }
    }

    /// Leave to talk to `hop`, at once or after somebody else's attempt has shown that it answers again.
    ///
    /// # Errors
    /// It is down.
    pub(super) async fn leave(&self, hop: &NextHop) -> Result<Leave<'_>, Unreached> {
        let key = (hop.host.clone(), hop.port);
        let leave = |key, probing| Leave {
            patience: self,
            key,
            probing,
        };
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            {
                let mut down = self.lock();
                let Some(state) = down.get_mut(&key) else {
                    return Ok(leave(key, false));
                };
                let wait = state.next.duration_since(self.clock.now());
                // A wait longer than the longest means that the clock was set back.
                let longest = retry::wait(&self.retry, u32::MAX, u8::MAX);
                if !state.probing && wait.is_positive() && wait <= longest {
                    let host = hop.host.clone();
                    let problem = state.problem.clone();
                    return Err(Unreached {
                        fault: Fault::Down { host, problem },
                        wait,
                    });
                }
                if !state.probing {
                    state.probing = true;
                    return Ok(leave(key, true));
                }
                changed.as_mut().enable();
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Down>> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// The hop talks: everybody may.
    pub(super) fn answered(self) {
        self.patience.lock().remove(&self.key);
    }

    /// The hop cannot be talked to; the time until the next attempt.
    pub(super) fn failed(self, fault: &Fault) -> SignedDuration {
        let now = self.patience.clock.now();
        let mut down = self.patience.lock();
        let failures = match down.get(&self.key) {
            // Others that set out while it was up have found out before us.
            Some(state) if !self.probing => return state.next.duration_since(now),
            Some(state) => state.failures,
            None => 0,
        };
        let wait = retry::wait(&self.patience.retry, failures, 0);
        let next = now.saturating_add(wait).unwrap_or(now);
        let state = Down {
            problem: fault.to_string(),
            failures: failures.saturating_add(1),
            next,
            probing: false,
        };
        down.insert(self.key.clone(), state);
        wait
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if !self.probing {
            return;
        }
        if let Some(state) = self.patience.lock().get_mut(&self.key) {
            state.probing = false;
        }
        self.patience.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> Fault {
        let host = "mx.example".to_owned();
        Fault::NoTls { host }
    }

    fn patience() -> (Clock, Patience, NextHop) {
        let clock = Clock::standing("2026-11-23T13:30:00Z".parse().unwrap());
        let patience = Patience::new(clock.clone(), Retry::default());
        (clock, patience, NextHop::new("mx.example", 25))
    }

    #[tokio::test]
    async fn the_wait_grows_with_each_failed_attempt_and_ends_with_an_answer() {
        let (clock, patience, hop) = patience();
        for minutes in [1, 2, 4, 8] {
            let wait = patience
                .leave(&hop)
                .await
                .unwrap_or_else(|wait| panic!("{wait:?}"))
                .failed(&fault());
            assert_eq!(wait, SignedDuration::from_mins(minutes));
            let again = patience
                .leave(&hop)
                .await
                .err()
                .map(|unreached| unreached.wait);
            assert_eq!(again, Some(wait));
            clock.advance(wait);
        }
        patience.leave(&hop).await.ok().unwrap().answered();
        assert!(patience.leave(&hop).await.is_ok());
    }

    #[tokio::test]
    async fn one_tries_and_the_others_learn_from_it() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop).await.ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_mins(1));
        let probe = patience.leave(&hop).await.ok().unwrap();
        let others = async {
            let (a, b) = tokio::join!(patience.leave(&hop), patience.leave(&hop));
            (a.is_ok(), b.is_ok())
        };
        let answer = async {
            tokio::task::yield_now().await;
            probe.answered();
        };
        assert_eq!(tokio::join!(others, answer).0, (true, true));
    }

    #[tokio::test]
    async fn an_attempt_that_was_broken_off_lets_the_next_one_try() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop).await.ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_mins(1));
        drop(patience.leave(&hop).await);
        assert!(patience.leave(&hop).await.is_ok());
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_does_not_stop_the_mail() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop).await.ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_hours(-20));
        assert!(patience.leave(&hop).await.is_ok());
    }
}
