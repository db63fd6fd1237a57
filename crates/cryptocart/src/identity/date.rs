//! Days, as people write them.

use shop_core::time::CoarseTime;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    year: i64,
    month: i64,
    day: i64,
}

impl Day {
    pub(super) fn of(time: CoarseTime) -> Self {
        let (year, month, day) = time.date();
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Self { year: number(year), month: number(month), day: number(day) }
    }

    /// Parses `2026-12-31`, or a longer text that begins so (RFC 3339).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let date = text.get(..10)?;
        let mut parts = date.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits)?;
            part.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
            part.parse::<i64>().ok()
        };
        let day = Self { year: number(4)?, month: number(2)?, day: number(2)? };
        let whole = (1..=12).contains(&day.month) && (1..=31).contains(&day.day);
        (whole && parts.next().is_none()).then_some(day)
    }

    /// Returns the number of days from another day to this one.
    pub(super) const fn days_after(self, other: Self) -> i64 {
        self.number() - other.number()
    }

    /// Returns the days since some day long ago, by Hinnant's `days_from_civil`.
    const fn number(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = (self.month + 9) % 12;
        let of_year = (153 * month + 2) / 5 + self.day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(day("2024-03-01").days_after(day("2024-02-28")), 2);
        assert_eq!(day("2026-03-01").days_after(day("2026-02-28")), 1);
        assert_eq!(day("2027-01-01").days_after(day("2026-01-01")), 365);
        assert_eq!(day("2026-11-23T10:00:00Z").days_after(day("2026-12-01")), -8);
        let epoch = Day::of(CoarseTime::from_hours(24 * 20_000));
        assert_eq!(epoch.days_after(day("1970-01-01")), 20_000);
        assert_eq!(day("2026-11-23").to_string(), "2026-11-23");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["", "soon", "2026-13-01", "2026-00-01", "26-12-01", "2026-1-010", "+026-01-01"]
        {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
