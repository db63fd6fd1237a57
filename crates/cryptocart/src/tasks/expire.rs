//! The expire task: what the terms of RECORDS.md say is over is deleted, and goods that were set
//! aside for long enough are free again.

use crate::system::SystemClock;
use shop_core::time::Clock;
use shop_db::{Db, Terms};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Times are hours, so once in each is enough; but soon after it began, whenever the shop was
/// opened, and although clocks are set and machines sleep.
const PAUSE: Duration = Duration::from_secs(120);

/// Forgets until told to stop.
pub(crate) async fn run(db: Db, terms: Terms, stop: CancellationToken) {
    let mut done = None;
    loop {
        let now = SystemClock.now().coarse();
        if done != Some(now) {
            match db.purge(now, terms).await {
                // If a reader kept the log from being emptied, it is tried again soon.
                Ok(purged) => done = purged.log_emptied.then_some(now),
                Err(error) => {
                    tracing::warn!("deleting old records: {error}; trying again in two minutes");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
