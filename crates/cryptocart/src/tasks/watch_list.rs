//! Addresses for which a chain is watched.
//!
//! They are those that could be offered by the settings, and those where every kept order is to be
//! paid, whatever the settings say now.

use crate::system::SystemClock;
use shop_chain::WatchList;
use shop_core::{money::AssetId, pay_to::PayTo, time::Clock};
use shop_db::{Db, DbError};
use std::collections::HashSet;

/// Returns the interest in an asset's chain now. `ours` are the pay-tos of the settings.
///
/// # Errors
/// [`DbError`].
pub(crate) async fn watch_list(
    db: &Db,
    asset: AssetId,
    ours: &HashSet<PayTo>,
) -> Result<WatchList, DbError> {
    let watched = db.watched(asset).await?;
    let mut ours = ours.clone();
    ours.extend(watched.pay_tos);
    let open = watched.open.into_iter().collect();
    let now = Some(SystemClock.now().coarse());
    Ok(WatchList { watched: ours, open, since: watched.since, now })
}
