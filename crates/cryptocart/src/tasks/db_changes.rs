//! The look task: tells the open shop what commands changed in the database.

use shop_db::{Db, DbError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Interval at which changes by commands are looked for.
const PAUSE: Duration = Duration::from_secs(5);

/// Looks until told to stop.
pub(crate) async fn run(db: Db, stop: CancellationToken) {
    let mut seen = None;
    loop {
        if let Err(error) = look(&db, &mut seen).await {
            tracing::warn!("checking for stock changes: {error}; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn look(db: &Db, seen: &mut Option<i64>) -> Result<(), DbError> {
    let now = db.foreign_changes().await?;
    if *seen != Some(now) {
        db.look_again().await?;
        // A late order may have been marked as sent, which opens its codes.
        db.give_codes().await?;
        *seen = Some(now);
    }
    Ok(())
}
