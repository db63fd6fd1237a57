//! Time and randomness of this process.
//!
//! Nothing else asks the operating system for them. `main` makes the one [`System`]; commands, roles
//! and tasks are given it, and tests give a fake.

use shop_core::{
    entropy::Entropy,
    time::{Clock, CoarseTime, UnixTime, Uptime},
};
#[cfg(test)]
use shop_core::{entropy::Seeded, time::SetClock};
use std::{
    sync::{Arc, LazyLock},
    time::Instant,
};

/// When the time was first asked for, which is when the program began.
#[expect(clippy::disallowed_methods, reason = "this is the one clock the others are given")]
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Time and randomness of this process. Clones are the same.
#[derive(Clone)]
pub(crate) struct System {
    /// Source of the time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Source of randomness.
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl System {
    /// Returns the operating system's.
    pub(crate) fn new() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }

    /// Returns the hour it is.
    pub(crate) fn hour(&self) -> CoarseTime {
        self.clock.now().coarse()
    }
}

#[cfg(test)]
impl System {
    /// Returns a clock that stands at 2027-01-15 08:00 UTC, and repeatable randomness.
    pub(crate) fn fake() -> Self {
        let now = CoarseTime::from_hours(500_000).start();
        Self::with_clock(Arc::new(SetClock::new(now)))
    }

    /// Returns a clock that the test moves, and repeatable randomness.
    pub(crate) fn with_clock(clock: Arc<SetClock>) -> Self {
        Self { clock, entropy: Arc::new(Seeded::new(1)) }
    }
}

/// The system's clock.
#[derive(Clone, Copy, Debug)]
struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock the others are given")]
    fn now(&self) -> UnixTime {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        UnixTime(since.map_or(0, |since| since.as_secs()))
    }

    fn uptime(&self) -> Uptime {
        Uptime(BEGAN.elapsed().as_secs())
    }
}

/// The system's randomness.
#[derive(Clone, Copy, Debug)]
struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a system without randomness cannot run a shop");
    }
}
