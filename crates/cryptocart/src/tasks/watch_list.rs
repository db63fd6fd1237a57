//! What a chain is watched for: what could be offered by the settings, and where every kept order is
//! to be paid, whatever the settings say now.

use crate::system::SystemClock;
use arc_swap::ArcSwap;
use shop_chain::Interest;
use shop_core::{money::AssetId, pay_to::PayTo, time::Clock};
use shop_db::{Db, DbError};
use std::{collections::HashSet, sync::Arc};

/// Every pay-to that could be offered by the settings. Clones are the same set, which may grow.
#[derive(Clone, Default)]
pub(crate) struct Offered(Arc<ArcSwap<HashSet<PayTo>>>);

impl Offered {
    /// Says if a pay-to is one of them.
    pub(crate) fn contains(&self, pay_to: &PayTo) -> bool {
        self.0.load().contains(pay_to)
    }

    /// Those there are now.
    pub(crate) fn all(&self) -> Arc<HashSet<PayTo>> {
        self.0.load_full()
    }

    /// Adds some more.
    pub(crate) fn add(&self, more: &[PayTo]) {
        self.0.rcu(|all| {
            let mut all = HashSet::clone(all);
            all.extend(more.iter().cloned());
            all
        });
    }
}

impl FromIterator<PayTo> for Offered {
    fn from_iter<I: IntoIterator<Item = PayTo>>(all: I) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(all.into_iter().collect())))
    }
}

/// Returns the interest in an asset's chain now. `ours` are the pay-tos of the settings.
///
/// # Errors
/// [`DbError`].
pub(crate) async fn interest(db: &Db, asset: AssetId, ours: &Offered) -> Result<Interest, DbError> {
    let watched = db.watched(asset).await?;
    let mut ours = HashSet::clone(&ours.all());
    ours.extend(watched.pay_tos);
    let open = watched.open.into_iter().collect();
    let now = Some(SystemClock.now().coarse());
    Ok(Interest { ours, open, since: watched.since, now })
}
