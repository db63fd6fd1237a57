//! What runs beside the pages: watching chains, delivering mail, forgetting, and looking at what
//! the seller's commands changed.

pub(crate) mod deliver;
pub(crate) mod expire;
pub(crate) mod look;
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

    /// Waits for the bell, at most `longest`.
    pub(crate) async fn wait(&self, longest: Duration) {
        // Either end of the wait is the same to us.
        drop(tokio::time::timeout(longest, self.0.notified()).await);
    }
}
