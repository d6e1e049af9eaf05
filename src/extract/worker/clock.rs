//! The clock that workers are watched by: extraction itself has none.

use std::time::Instant;

/// The time, to measure by.
#[expect(
    clippy::disallowed_methods,
    reason = "a process is watched from outside, and by the clock"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
