//! Waiting for something to become true.

use std::time::{Duration, Instant};

/// Asks again and again until `ask` has an answer; fails with `what` after a minute.
/// The pause only spares the processor: nothing depends on its length.
pub(crate) fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_within(Duration::from_secs(60), what, ask)
}

/// Does the same with another patience.
pub(crate) fn until_within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> Option<T>,
) -> T {
    let end = Instant::now() + patience;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "it did not become true in {patience:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
