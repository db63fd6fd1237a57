//! Pace at which one key asks a carrier.

use crate::carrier::Limits;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Queue of requests with one key: each waits for its turn.
/// Whoever gives up while waiting takes no turn away.
pub(crate) struct Pace {
    limits: Limits,
    /// First moment at which the next may ask; held by whoever waits for it.
    next: tokio::sync::Mutex<Option<Instant>>,
    /// End of the pause that the carrier asked for.
    quiet_until: Mutex<Option<Instant>>,
}

/// Longest pause that is waited out; a carrier that asks for more is asked in vain once more.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

impl Pace {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, next: tokio::sync::Mutex::new(None), quiet_until: Mutex::new(None) }
    }

    pub(crate) const fn limits(&self) -> Limits {
        self.limits
    }

    /// Waits until a request may be sent.
    pub(crate) async fn turn(&self) {
        let mut next = self.next.lock().await;
        loop {
            let until = (*next).max(*self.quiet_until());
            match until {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => break,
            }
        }
        *next = Some(Instant::now() + self.limits.spacing);
    }

    /// Notes that the carrier asked for fewer requests.
    pub(crate) fn pause(&self, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or_default().clamp(self.limits.pause, LONGEST_PAUSE);
        let mut quiet_until = self.quiet_until();
        *quiet_until = (*quiet_until).max(Some(Instant::now() + pause));
    }

    fn quiet_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[tokio::test(start_paused = true)]
    async fn whoever_gives_up_takes_no_turn_away() {
        let pace = Pace::new(Limits::POSTAL);
        pace.turn().await;
        let began = Instant::now();
        for _ in 0..100 {
            let given_up = tokio::time::timeout(Duration::from_millis(1), pace.turn()).await;
            assert!(given_up.is_err());
        }
        pace.turn().await;
        assert!(began.elapsed() <= Duration::from_millis(3_200), "{:?}", began.elapsed());
    }
}
