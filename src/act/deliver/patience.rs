//! Patience with a hop that cannot be talked to: one message tries again, all others go when it answers.
//!
//! Back-off belongs to the hop, not to the message: ten thousand messages that wait for one dead smart host
//! must not knock ten thousand times, and must all go the moment it answers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::act::deliver::fault::Fault;
use crate::act::retry;
use crate::act::settings::{NextHop, Retry};
use crate::clock::Clock;

/// Which hops are down, and since how many attempts.
pub(super) struct Patience {
    clock: Clock,
    retry: Retry,
    down: Mutex<HashMap<String, Down>>,
    revived: Mutex<Vec<String>>,
}

#[derive(Debug)]
struct Down {
    problem: String,
    failures: u32,
    tried: Timestamp,
    next: Timestamp,
    probing: bool,
}

/// No leave: the hop is down.
#[derive(Debug)]
pub(super) struct Resting {
    /// What the last attempt came to.
    pub(super) problem: String,
    /// How long nobody tries.
    pub(super) wait: SignedDuration,
}

/// Leave to talk to a hop; dropped without a word about the outcome, it changes nothing.
pub(super) struct Leave<'a> {
    patience: &'a Patience,
    key: String,
    probing: bool,
}

impl Patience {
    pub(super) fn new(clock: Clock, retry: Retry) -> Self {
        Self {
            clock,
            retry,
            down: Mutex::new(HashMap::new()),
            revived: Mutex::new(Vec::new()),
        }
    }

    /// Leave to talk to `hop`, unless it is down or somebody is finding out whether it still is.
    ///
    /// Nobody waits here for that: what is put off goes when the hop answers ([`Patience::revived`]).
    /// Whoever asked at the time `hurried` has it tried again, unless it was tried since.
    ///
    /// # Errors
    /// It is down.
    pub(super) fn leave(
        &self,
        hop: &NextHop,
        hurried: Option<Timestamp>,
    ) -> Result<Leave<'_>, Resting> {
        let key = hop.key();
        let mut down = self.lock();
        let Some(state) = down.get_mut(&key) else {
            return Ok(Leave {
                patience: self,
                key,
                probing: false,
            });
        };
        let rest = state.next.duration_since(self.clock.now());
        // A wait longer than the longest means that the clock was set back.
        let longest = retry::wait(&self.retry, u32::MAX, u8::MAX);
        let asked = hurried.is_some_and(|hurried| hurried >= state.tried);
        let is_time = asked || !rest.is_positive() || rest > longest;
        if state.probing || !is_time {
            // Were it to fail once more, this would be the next time.
            let next = retry::wait(&self.retry, state.failures, 0);
            return Err(Resting {
                problem: state.problem.clone(),
                wait: if state.probing { next } else { rest },
            });
        }
        state.probing = true;
        Ok(Leave {
            patience: self,
            key,
            probing: true,
        })
    }

    /// Whether it could not be talked to, and has not answered since.
    pub(super) fn is_down(&self, key: &str) -> bool {
        self.lock().contains_key(key)
    }

    /// The hops that answered after they had been down, each told once.
    pub(super) fn revived(&self) -> Vec<String> {
        let mut revived = self.revived.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut revived)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Down>> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// The hop talks: everybody may.
    pub(super) fn answered(self) {
        if self.patience.lock().remove(&self.key).is_none() {
            return;
        }
        let revived = self.patience.revived.lock();
        let mut revived = revived.unwrap_or_else(PoisonError::into_inner);
        revived.push(self.key.clone());
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
            tried: now,
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

    #[test]
    fn the_wait_grows_with_each_failed_attempt_and_ends_with_an_answer() {
        let (clock, patience, hop) = patience();
        for minutes in [1, 2, 4, 8] {
            let wait = patience
                .leave(&hop, None)
                .unwrap_or_else(|wait| panic!("{wait:?}"))
                .failed(&fault());
            assert_eq!(wait, SignedDuration::from_mins(minutes));
            let again = patience.leave(&hop, None).err().map(|resting| resting.wait);
            assert_eq!(again, Some(wait));
            clock.advance(wait);
        }
        patience.leave(&hop, None).ok().unwrap().answered();
        assert!(patience.leave(&hop, None).is_ok());
    }

    #[test]
    fn one_tries_and_nobody_waits_for_it() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop, None).ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_mins(1));
        let probe = patience.leave(&hop, None).ok().unwrap();
        let other = patience.leave(&hop, Some(clock.now())).err().unwrap();
        assert_eq!(other.wait, SignedDuration::from_mins(2));
        assert!(patience.is_down("mx.example:25"));
        probe.answered();
        assert!(!patience.is_down("mx.example:25"));
        assert!(patience.leave(&hop, None).is_ok());
    }

    #[test]
    fn an_attempt_that_was_broken_off_lets_the_next_one_try() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop, None).ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_mins(1));
        drop(patience.leave(&hop, None));
        assert!(patience.leave(&hop, None).is_ok());
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_the_mail() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop, None).ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_hours(-20));
        assert!(patience.leave(&hop, None).is_ok());
    }

    #[test]
    fn who_asks_has_it_tried_at_once_but_not_twice() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop, None).ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_secs(5));
        let asked = Some(clock.now());
        clock.advance(SignedDuration::from_secs(1));
        patience.leave(&hop, asked).ok().unwrap().failed(&fault());
        assert!(patience.leave(&hop, asked).is_err(), "it was tried since");
    }

    #[test]
    fn a_hop_that_answers_again_is_told_of_once() {
        let (clock, patience, hop) = patience();
        patience.leave(&hop, None).ok().unwrap().answered();
        assert!(patience.revived().is_empty(), "it was never down");
        patience.leave(&hop, None).ok().unwrap().failed(&fault());
        clock.advance(SignedDuration::from_mins(1));
        patience.leave(&hop, None).ok().unwrap().answered();
        assert_eq!(patience.revived(), ["mx.example:25"]);
        assert!(patience.revived().is_empty());
    }
}
