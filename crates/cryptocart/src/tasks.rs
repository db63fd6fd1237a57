//! Tasks beside the pages.
//!
//! They watch chains, deliver mail, forget, and look at what the seller's commands changed.

pub(crate) mod balances;
pub(crate) mod claims;
pub(crate) mod compare;
pub(crate) mod db_changes;
pub(crate) mod deliver;
pub(crate) mod disk_space;
pub(crate) mod escrow_contract;
pub(crate) mod health;
pub(crate) mod new_orders;
pub(crate) mod payouts;
pub(crate) mod pool;
pub(crate) mod rates;
pub(crate) mod retention;
pub(crate) mod stock_levels;
pub(crate) mod unread_logs;
pub(crate) mod watch;
pub(crate) mod watch_list;

use std::time::Duration;
use tokio::sync::{Notify, watch as tokio_watch};

/// Wakes a task before its time.
#[derive(Debug, Default)]
pub(crate) struct WakeSignal(Notify);

impl WakeSignal {
    /// Wakes the task, or its next wait if it is not waiting.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits for the bell, at most `longest`, and at least `least` however often it is rung.
    pub(crate) async fn wait(&self, least: Duration, longest: Duration) {
        tokio::time::sleep(least.min(longest)).await;
        // Either end of the wait is the same to us.
        drop(tokio::time::timeout(longest.saturating_sub(least), self.0.notified()).await);
    }
}

/// A flag that tells whether a chain was read once. Clones tell the same.
/// Before that nobody knows whether its nodes answer, or which chain they follow, and nothing that is
/// paid on it is offered.
#[derive(Clone, Debug)]
pub(crate) struct Readiness(tokio_watch::Sender<bool>);

impl Default for Readiness {
    fn default() -> Self {
        Self(tokio_watch::channel(false).0)
    }
}

impl Readiness {
    /// Notes that the chain was read.
    pub(crate) fn set(&self) {
        self.0.send_if_modified(|ready| !std::mem::replace(ready, true));
    }

    /// Notes that what its nodes tell is another chain.
    pub(crate) fn unset(&self) {
        self.0.send_replace(false);
    }

    /// Returns true once it was read.
    pub(crate) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it was read.
    pub(crate) async fn wait(&self) {
        // This handle holds the sender, so the wait cannot fail.
        drop(self.0.subscribe().wait_for(|ready| *ready).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[tokio::test(start_paused = true)]
    async fn however_often_it_is_rung_the_task_is_woken_at_its_own_pace() {
        let wake_signal = WakeSignal::default();
        let started = Instant::now();
        for _ in 0..6 {
            wake_signal.wake();
            wake_signal.wait(seconds(10), seconds(12)).await;
        }
        assert_eq!(started.elapsed(), seconds(60));
        wake_signal.wait(seconds(10), seconds(12)).await;
        assert_eq!(started.elapsed(), seconds(72), "nobody rang");
        wake_signal.wake();
        wake_signal.wait(seconds(120), seconds(120)).await;
        assert_eq!(started.elapsed(), seconds(192), "no ring cuts this short");
        wake_signal.wait(seconds(10), seconds(1)).await;
        assert_eq!(started.elapsed(), seconds(193), "never longer than the longest");
    }
}
