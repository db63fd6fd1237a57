//! Time as an argument, and coarse on purpose.

use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds since 1970-01-01T00:00Z. Lives in memory only; what is stored is a [`CoarseTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub u64);

/// Seconds since the program began.
/// A clock that is set does not move it: what is counted by it is over when its time is over. It
/// means nothing to another run of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uptime(pub u64);

/// A moment rounded down to the hour, the only time the shop stores or shows.
/// Exact times would let an observer match an order to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CoarseTime {
    hours: u64,
}

/// Seconds in an hour.
const HOUR: u64 = 3_600;

impl UnixTime {
    /// Returns the hour this moment lies in.
    #[must_use]
    pub const fn coarse(self) -> CoarseTime {
        CoarseTime { hours: self.0 / HOUR }
    }

    /// Returns this moment, `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl Uptime {
    /// Returns this moment, `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl CoarseTime {
    /// Creates a time from whole hours since 1970-01-01T00:00Z, as stored.
    #[must_use]
    pub const fn from_hours(hours: u64) -> Self {
        Self { hours }
    }

    /// Returns the whole hours since 1970-01-01T00:00Z.
    #[must_use]
    pub const fn hours(self) -> u64 {
        self.hours
    }

    /// Returns the first second of the hour.
    #[must_use]
    pub const fn start(self) -> UnixTime {
        UnixTime(self.hours.saturating_mul(HOUR))
    }

    /// Returns the hour `hours` later.
    #[must_use]
    pub const fn plus_hours(self, hours: u64) -> Self {
        Self { hours: self.hours.saturating_add(hours) }
    }

    /// Returns the first hour of a day (proleptic Gregorian, UTC), by `days_from_civil`.
    /// The algorithm is Hinnant's. Returns None for a day no calendar has, or one before 1970 or
    /// after 9999.
    #[must_use]
    pub fn from_date(year: u64, month: u64, day: u64) -> Option<Self> {
        let plausible =
            (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        if !plausible {
            return None;
        }
        let year_from_march = if month <= 2 { year - 1 } else { year };
        let era = year_from_march / 400;
        let year_of_era = year_from_march % 400;
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = (era * 146_097 + day_of_era).checked_sub(719_468)?;
        let found = Self::from_hours(days * 24);
        (found.date() == (year, month, day)).then_some(found)
    }

    /// Returns year, month and day (proleptic Gregorian, UTC), by Hinnant's `civil_from_days`.
    #[must_use]
    pub const fn date(self) -> (u64, u64, u64) {
        let z = self.hours / 24 + 719_468;
        let era = z / 146_097;
        let day_of_era = z % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }
}

/// `2026-11-22 14:00 UTC`.
impl std::fmt::Display for CoarseTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02} {:02}:00 UTC", self.hours % 24)
    }
}

/// Source of the time.
pub trait Clock: Send + Sync {
    /// Returns the time now.
    fn now(&self) -> UnixTime;

    /// Returns the time for which the program has run.
    fn uptime(&self) -> Uptime;
}

/// A clock for tests that moves only when told.
#[derive(Debug)]
pub struct SetClock {
    now: AtomicU64,
    uptime: AtomicU64,
}

impl SetClock {
    /// Creates a clock that shows `now` until told otherwise.
    #[must_use]
    pub const fn new(now: UnixTime) -> Self {
        Self { now: AtomicU64::new(now.0), uptime: AtomicU64::new(0) }
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
        self.uptime.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sets the clock, forward or back, without any time passing.
    pub fn set(&self, now: UnixTime) {
        self.now.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> UnixTime {
        UnixTime(self.now.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        Uptime(self.uptime.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_all_that_remains_of_a_moment() {
        let a = UnixTime(1_795_350_000).coarse();
        let b = UnixTime(1_795_350_000 + 599).coarse();
        assert_eq!(a, b);
    }

    #[test]
    fn dates_are_the_calendars() {
        assert_eq!(UnixTime(0).coarse().to_string(), "1970-01-01 00:00 UTC");
        assert_eq!(UnixTime(951_782_400).coarse().to_string(), "2000-02-29 00:00 UTC");
        assert_eq!(UnixTime(1_795_348_800).coarse().to_string(), "2026-11-22 12:00 UTC");
    }

    #[test]
    fn a_day_no_calendar_has_is_none() {
        for (year, month, day) in [
            (2026, 2, 29),
            (2026, 4, 31),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 1, 0),
            (1969, 12, 31),
        ] {
            assert_eq!(CoarseTime::from_date(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(CoarseTime::from_date(2028, 2, 29).is_some());
    }

    proptest::proptest! {
        #[test]
        fn a_date_names_its_first_hour(days in 0u64..2_932_896) {
            let (year, month, day) = CoarseTime::from_hours(days * 24 + 23).date();
            let first = CoarseTime::from_date(year, month, day);
            proptest::prop_assert_eq!(first, Some(CoarseTime::from_hours(days * 24)));
        }
    }
}
