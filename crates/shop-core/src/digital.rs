//! Digital goods: their terms and downloads. An order's status says when they are handed out.

mod codes;

pub use codes::{CodeListError, IssuedCodes, LONGEST_CODE, MOST_CODES, code_list};

use crate::time::CoarseTime;
use serde::{Deserialize, Serialize};

/// Bytes of the largest file that is handed out.
/// An onion circuit takes a quarter of an hour for it.
pub const LARGEST_FILE: u64 = 256 * 1024 * 1024;
/// Hours, the present one included, in which a download may be repeated uncounted.
/// It may also be fetched in pieces: connections over Tor break.
pub const OPEN_HOURS: u64 = 25;

/// Digital goods of a product, or of one of its choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Digital {
    /// The same file for everybody.
    File(DownloadLimits),
    /// One-off codes.
    Codes {
        /// The list's name inside `digital/`.
        list: String,
    },
}

/// A file, and the terms on which it may be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadLimits {
    /// Its name inside `digital/`, without a path.
    pub name: String,
    /// Number of times that each unit may be fetched.
    pub downloads: u32,
    /// Days after the payment's block in which it may be fetched.
    pub days: u32,
}

/// Number of times that one of an order's files was fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Number of downloads that were begun.
    pub begun: u32,
    /// The hour from which on another one would be counted; none if none was begun.
    pub open_until: Option<CoarseTime>,
}

/// Access to a file now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A download may be begun.
    Ready {
        /// Number of further downloads.
        left: u32,
        /// The hour in which the time is over.
        closes: CoarseTime,
    },
    /// A download was begun, and may go on and be repeated.
    Open {
        /// Until this hour begins.
        until: CoarseTime,
        /// Number of downloads that may be begun later.
        left: u32,
    },
    /// Fetched as often as it may be.
    UsedUp,
    /// Closed since this hour, when its time was over.
    Closed {
        /// The hour.
        since: CoarseTime,
    },
}

impl DownloadLimits {
    /// Returns true if a file in `digital/` may have this name.
    /// Such a name can stand in a header and in a list of downloads, and leads nowhere else.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        (1..=100).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain)
    }

    /// Returns the number of downloads of so many units that may be begun.
    #[must_use]
    pub const fn most(&self, units: u32) -> u32 {
        self.downloads.saturating_mul(units)
    }

    /// Returns the hour in which the time is over, for what a block of this hour paid.
    #[must_use]
    pub const fn closes(&self, paid: CoarseTime) -> CoarseTime {
        // The hour of the payment itself does not count.
        paid.plus_hours((self.days as u64).saturating_mul(24).saturating_add(1))
    }

    /// Decides whether the file may be fetched now.
    #[must_use]
    pub fn access(
        &self,
        units: u32,
        paid: CoarseTime,
        fetched: Fetched,
        now: CoarseTime,
    ) -> Access {
        let closes = self.closes(paid);
        let left = self.most(units).saturating_sub(fetched.begun);
        if now >= closes {
            return Access::Closed { since: closes };
        }
        match fetched.open_until {
            Some(until) if now < until => Access::Open { until: until.min(closes), left },
            _ if left == 0 => Access::UsedUp,
            _ => Access::Ready { left, closes },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAID: CoarseTime = CoarseTime::from_hours(1_000);

    fn guide() -> DownloadLimits {
        DownloadLimits { name: "guide.pdf".into(), downloads: 2, days: 3 }
    }

    fn later(hours: u64) -> CoarseTime {
        PAID.plus_hours(hours)
    }

    #[test]
    fn a_name_leads_nowhere_else_and_stands_in_a_header_as_it_is() {
        let longest = "a".repeat(100);
        for name in ["guide.pdf", "A-1_b", "a..b", &longest] {
            assert!(DownloadLimits::is_name(name), "{name}");
        }
        let longer = "a".repeat(101);
        for name in ["", ".", "..", ".a", "a/b", "a\\b", "a b", "a\"b", "a\nb", "é", &longer] {
            assert!(!DownloadLimits::is_name(name), "{name}");
        }
    }

    #[test]
    fn download_that_was_begun_may_be_repeated_and_counts_once() {
        let none = Fetched::default();
        let closes = later(73);
        assert_eq!(guide().access(1, PAID, none, PAID), Access::Ready { left: 2, closes });
        let begun = Fetched { begun: 2, open_until: Some(later(25)) };
        let open = Access::Open { until: later(25), left: 0 };
        assert_eq!(guide().access(1, PAID, begun, later(24)), open);
        assert_eq!(guide().access(1, PAID, begun, later(25)), Access::UsedUp);
        let more = Access::Ready { left: 2, closes };
        assert_eq!(guide().access(2, PAID, begun, later(25)), more);
    }

    #[test]
    fn the_days_end_what_is_open_too() {
        let begun = Fetched { begun: 1, open_until: Some(later(90)) };
        let open = Access::Open { until: later(73), left: 1 };
        assert_eq!(guide().access(1, PAID, begun, later(72)), open);
        let closed = Access::Closed { since: later(73) };
        assert_eq!(guide().access(1, PAID, begun, later(73)), closed);
    }

    proptest! {
        #[test]
        fn nobody_begins_more_downloads_than_were_sold(
            downloads in 1u32..5, units in 1u32..4, hours in prop::collection::vec(0u64..30, 0..60)
        ) {
            let terms = DownloadLimits { name: "a".into(), downloads, days: 300 };
            let mut fetched = Fetched::default();
            let mut now = PAID;
            for wait in hours {
                now = now.plus_hours(wait);
                if let Access::Ready { left, .. } = terms.access(units, PAID, fetched, now) {
                    prop_assert!(left > 0);
                    fetched.begun += 1;
                    fetched.open_until = Some(now.plus_hours(OPEN_HOURS));
                    let open = terms.access(units, PAID, fetched, now);
                    let is_open = matches!(open, Access::Open { .. });
                    prop_assert!(is_open);
                }
                prop_assert!(fetched.begun <= downloads * units);
            }
        }
    }
}
