//! Node as it is known while the watcher lives: its streams, and how much it can take.
//!
//! Nothing here is a place on the chain: a restart loses no more than a few streams.

use super::{Node, Settings, receipts::FailedStatus};
use crate::lines::Lines;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::Instant;

/// A node and its state.
pub(super) struct Peer {
    pub(super) node: Node,
    pub(super) lines: Lines,
    quiet: Mutex<Quiet>,
    asked: AtomicU64,
    /// Number of blocks that are read from it side by side.
    width: AtomicUsize,
    most_width: usize,
    /// True once it has told the right chain id and has made no trouble since.
    pub(super) chain_checked: AtomicBool,
    /// True if it does not know `eth_getBlockReceipts`.
    pub(super) one_by_one: AtomicBool,
    /// It has written the status of a failed transaction as a byte.
    writes_byte: AtomicBool,
}

/// Time until which it asked to be left alone, and the number of times in a row.
#[derive(Default)]
struct Quiet {
    until: Option<Instant>,
    times: u32,
}

/// The first pause after a node asked for fewer requests without saying for how long, and the
/// longest pause that is waited out inside a call.
const FIRST_QUIET: Duration = Duration::from_millis(250);
const LONGEST_QUIET: Duration = Duration::from_secs(8);

impl Peer {
    pub(super) fn new(node: Node, settings: &Settings) -> Self {
        let lines = settings.connections.max(1);
        Self {
            node,
            lines: Lines::new(lines),
            quiet: Mutex::default(),
            asked: AtomicU64::new(0),
            width: AtomicUsize::new(lines),
            most_width: lines,
            chain_checked: AtomicBool::new(false),
            one_by_one: AtomicBool::new(false),
            writes_byte: AtomicBool::new(false),
        }
    }

    /// Returns a number no question before had.
    pub(super) fn next_id(&self) -> u64 {
        self.asked.fetch_add(1, Relaxed).wrapping_add(1)
    }

    /// Returns how it has written last that a transaction failed.
    pub(super) fn failed_status(&self) -> FailedStatus {
        if self.writes_byte.load(Relaxed) { FailedStatus::Byte } else { FailedStatus::Empty }
    }

    /// Notes how it writes that a transaction failed.
    pub(super) fn note_failed_status(&self, failed: FailedStatus) {
        self.writes_byte.store(failed == FailedStatus::Byte, Relaxed);
    }

    pub(super) fn width(&self) -> usize {
        self.width.load(Relaxed)
    }

    /// Raises the number of blocks asked of it the next time: it kept up.
    pub(super) fn widen(&self) {
        self.width.store(self.width().saturating_add(1).min(self.most_width), Relaxed);
    }

    /// Lowers the number of blocks asked of it: it did not keep up.
    pub(super) fn narrow(&self) {
        self.width.store((self.width() / 2).max(1), Relaxed);
    }

    /// Waits until it may be asked again.
    pub(super) async fn wait_until_asked_again(&self) {
        let until = self.quiet.lock().unwrap_or_else(PoisonError::into_inner).until;
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
    }

    /// Notes that it asked for fewer requests. Returns true if waiting for it is worth while.
    pub(super) fn quieten(&self, retry_after: Option<Duration>) -> bool {
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if quiet.until.is_none_or(|until| until <= now) {
            // Not an answer to a question sent before the last pause began.
            quiet.times = quiet.times.saturating_add(1);
            self.narrow();
        }
        let doubled = FIRST_QUIET.saturating_mul(1 << quiet.times.saturating_sub(1).min(5));
        let told = retry_after.unwrap_or_default();
        if told > LONGEST_QUIET {
            return false;
        }
        quiet.until = quiet.until.max(Some(now + told.max(doubled)));
        true
    }

    /// Notes that it answered.
    pub(super) fn answered(&self) {
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        if quiet.until.is_none_or(|until| until <= Instant::now()) {
            quiet.times = 0;
        }
    }
}
