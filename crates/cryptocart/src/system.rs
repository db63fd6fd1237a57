//! The operating system's clock and randomness: the only place that asks for them.

use shop_core::{
    entropy::Entropy,
    time::{Clock, UnixTime, Uptime},
};
use std::{sync::LazyLock, time::Instant};

/// When the time was first asked for, which is when the program began.
#[expect(clippy::disallowed_methods, reason = "this is the one clock the others are given")]
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

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
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a system without randomness cannot run a shop");
    }
}
