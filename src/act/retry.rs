//! When a failed delivery is tried again: back-off with jitter, from a minute to half an hour, for five days.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::act::settings::Retry;

/// The wait after the attempt number `attempts`, counted from 0; `chance`, 0 to 255, spreads it by up to a quarter.
pub(crate) fn wait(retry: &Retry, attempts: u32, chance: u8) -> SignedDuration {
    let doubled = retry
        .first
        .saturating_mul(1_u32.checked_shl(attempts).unwrap_or(u32::MAX));
    let wait = doubled.min(retry.longest);
    signed(wait + wait / 4 * u32::from(chance) / 256)
}

/// Whether work due since `since` has had its time.
pub(crate) fn is_over(since: Timestamp, now: Timestamp, limit: Duration) -> bool {
    now.duration_since(since) >= signed(limit)
}

/// A duration of the settings in the unit of timestamps.
pub(crate) fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let retry = Retry::default();
        let minutes = |attempts, chance| wait(&retry, attempts, chance).as_secs_f64() / 60.0;
        let expected = [
            (0, 1.0),
            (1, 2.0),
            (4, 16.0),
            (5, 30.0),
            (31, 30.0),
            (32, 30.0),
            (900, 30.0),
        ];
        for (attempts, expected) in expected {
            assert!(
                (minutes(attempts, 0) - expected).abs() < 0.001,
                "{attempts}"
            );
            assert!(minutes(attempts, 255) < expected * 1.25, "{attempts}");
        }
    }

    #[test]
    fn a_delivery_is_given_up_after_its_time_and_not_before() {
        let since: Timestamp = "2026-11-23T13:30:00Z".parse().unwrap();
        let after = |hours| since + SignedDuration::from_hours(hours);
        assert!(!is_over(since, after(119), Retry::default().give_up));
        assert!(is_over(since, after(120), Retry::default().give_up));
    }
}
