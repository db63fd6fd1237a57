//! Pace at which one key asks a carrier.

use crate::carrier::Limits;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Queue of requests with one key: each waits for its turn.
pub(crate) struct Pace {
    limits: Limits,
    turns: Mutex<Turns>,
}

#[derive(Default)]
struct Turns {
    /// First moment that nobody has.
    next: Option<Instant>,
    /// End of the pause that the carrier asked for.
    quiet_until: Option<Instant>,
}

/// Longest pause that is waited out; a carrier that asks for more is asked in vain once more.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

impl Pace {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self { limits, turns: Mutex::new(Turns { next: None, quiet_until: None }) }
    }

    pub(crate) const fn limits(&self) -> Limits {
        self.limits
    }

    /// Waits until a request may be sent.
    pub(crate) async fn turn(&self) {
        loop {
            let at = self.reserve();
            sleep_until(at).await;
            let quiet_until = self.turns().quiet_until;
            if quiet_until.is_none_or(|until| until <= Instant::now()) {
                return;
            }
        }
    }

    /// Notes that the carrier asked for fewer requests.
    pub(crate) fn pause(&self, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or_default().clamp(self.limits.pause, LONGEST_PAUSE);
        let until = Instant::now() + pause;
        let mut turns = self.turns();
        turns.quiet_until = turns.quiet_until.max(Some(until));
        turns.next = turns.next.max(Some(until));
    }

    fn reserve(&self) -> Instant {
        let mut turns = self.turns();
        let at = turns.next.unwrap_or_else(Instant::now).max(Instant::now());
        turns.next = Some(at + self.limits.spacing);
        at
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_keep_their_distance() {
        let pace = Pace::new(Limits::POSTAL);
        let began = Instant::now();
        for _ in 0..21 {
            pace.turn().await;
        }
        assert_eq!(began.elapsed(), Duration::from_millis(62_000));
    }

    #[tokio::test(start_paused = true)]
    async fn pause_holds_back_whoever_waits_already() {
        let pace = Pace::new(Limits::POSTAL);
        pace.turn().await;
        let began = Instant::now();
        let waiting = async {
            pace.turn().await;
            began.elapsed()
        };
        let pausing = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            pace.pause(None);
        };
        let (waited, ()) = tokio::join!(waiting, pausing);
        assert!(waited >= Duration::from_secs(61), "{waited:?}");
    }
}
