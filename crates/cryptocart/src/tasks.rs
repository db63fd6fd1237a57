//! What runs beside the pages: watching chains, delivering mail, forgetting, and looking at what
//! the seller's commands changed.

pub(crate) mod deliver;
pub(crate) mod expire;
pub(crate) mod health;
pub(crate) mod look;
pub(crate) mod pool;
pub(crate) mod room;
pub(crate) mod shelves;
pub(crate) mod watch;

use std::time::Duration;
use tokio::sync::Notify;

/// Wakes a task before its time.
#[derive(Debug, Default)]
pub(crate) struct Bell(Notify);

impl Bell {
    /// Wakes the task, or its next wait if it is not waiting.
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits for the bell, at most `longest`, and at least `least` however often it is rung.
    pub(crate) async fn wait(&self, least: Duration, longest: Duration) {
        tokio::time::sleep(least.min(longest)).await;
        // Either end of the wait is the same to us.
        drop(tokio::time::timeout(longest.saturating_sub(least), self.0.notified()).await);
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
        let bell = Bell::default();
        let started = Instant::now();
        for _ in 0..6 {
            bell.ring();
            bell.wait(seconds(10), seconds(12)).await;
        }
        assert_eq!(started.elapsed(), seconds(60));
        bell.wait(seconds(10), seconds(12)).await;
        assert_eq!(started.elapsed(), seconds(72), "nobody rang");
        bell.ring();
        bell.wait(seconds(120), seconds(120)).await;
        assert_eq!(started.elapsed(), seconds(192), "no ring cuts this short");
        bell.wait(seconds(10), seconds(1)).await;
        assert_eq!(started.elapsed(), seconds(193), "never longer than the longest");
    }
}
