//! The expire task: what the terms of RECORDS.md say is over is deleted.

use crate::system::SystemClock;
use shop_core::time::Clock;
use shop_db::{Db, Terms};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Times are hours, so looking more often finds nothing.
const PAUSE: Duration = Duration::from_secs(3_600);

/// Forgets until told to stop.
pub(crate) async fn run(db: Db, terms: Terms, stop: CancellationToken) {
    loop {
        if let Err(error) = db.purge(SystemClock.now().coarse(), terms).await {
            tracing::warn!("deleting old records: {error}; trying again in an hour");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
