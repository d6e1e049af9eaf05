//! When the weekly report is due: a day of the week and a time of day, on the school's clock.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A moment of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The day.
    pub weekday: Weekday,
    /// The time of day.
    pub time: Time,
}

impl Schedule {
    /// The last moment it was due, now included.
    #[must_use]
    pub fn last_due(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        let back = self.weekday.until(today.weekday());
        let day = today.checked_sub(i64::from(back).days()).ok()?;
        let due = |day: jiff::civil::Date| day.to_datetime(self.time).to_zoned(zone.clone());
        let due_this_week = due(day).ok()?.timestamp();
        if due_this_week <= now {
            return Some(due_this_week);
        }
        let before = day.checked_sub(7.days()).ok()?;
        due(before).ok().map(|due| due.timestamp())
    }
}

impl Default for Schedule {
    /// Monday at seven in the morning.
    fn default() -> Self {
        Self {
            weekday: Weekday::Monday,
            time: Time::constant(7, 0, 0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: &str, due: &str) {
        let zone = TimeZone::get("Europe/London").unwrap();
        let last = Schedule::default().last_due(now.parse().unwrap(), &zone);
        assert_eq!(last, Some(due.parse().unwrap()), "{now}");
    }

    #[test]
    fn the_last_due_moment_is_of_this_week_or_the_one_before() {
        check("2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z");
        check("2026-11-23T06:59:59Z", "2026-11-16T07:00:00Z");
        check("2026-11-22T12:00:00Z", "2026-11-16T07:00:00Z");
        check("2026-11-29T23:00:00Z", "2026-11-23T07:00:00Z");
    }

    #[test]
    fn it_is_due_on_the_schools_clock_in_summer_too() {
        check("2026-07-06T06:30:00Z", "2026-07-06T06:00:00Z");
        check("2026-03-30T06:00:00Z", "2026-03-30T06:00:00Z");
    }
}
