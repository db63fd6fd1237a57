//! Limit on the number of new circuits a second.

use std::time::Duration;

/// A token bucket that counts time in the nanoseconds one token takes.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Cost of one token; 0 when there is no limit a second.
    cost: u128,
    most: u128,
    saved: u128,
    seen: Duration,
}

impl Bucket {
    pub(super) fn full(per_second: u32, burst: u32) -> Self {
        let cost = 1_000_000_000 / u128::from(per_second.max(1));
        let most = cost * u128::from(burst.max(1));
        Self { cost, most, saved: most, seen: Duration::ZERO }
    }

    pub(super) fn take(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.seen);
        self.seen = self.seen.max(now);
        self.saved = (self.saved + passed.as_nanos()).min(self.most);
        let enough = self.saved >= self.cost;
        if enough {
            self.saved -= self.cost;
        }
        enough
    }
}
