//! The one source of time.
//!
//! Stages that need the time are handed a [`Clock`]; tests hand in one that stands still until it is moved.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Tells the time, in UTC.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Standing(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `time` until [`Clock::advance`] moves it; clones share it.
    #[must_use]
    pub fn standing(time: Timestamp) -> Self {
        Self(Source::Standing(Arc::new(Mutex::new(time))))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Standing(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a standing clock; the machine's clock moves by itself.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Standing(time) = &self.0 {
            let mut time = time.lock().unwrap_or_else(PoisonError::into_inner);
            *time = time.saturating_add(by).unwrap_or(*time);
        }
    }
}
