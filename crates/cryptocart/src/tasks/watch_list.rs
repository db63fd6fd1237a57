//! Addresses for which a chain is watched, and the assets that are known there.
//!
//! They are those that could be offered by the settings, and those where every kept order is to be
//! paid, whatever the settings say now.

use arc_swap::ArcSwap;
use shop_chain::WatchList;
use shop_core::{chain::ChainId, money::AssetId, pay_to::PayTo, time::CoarseTime};
use shop_db::{Db, DbError};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

/// Payment addresses that could be offered by the settings. Clones are the same set, which
/// may grow.
#[derive(Clone, Default)]
pub(crate) struct Offered(Arc<ArcSwap<HashSet<PayTo>>>);

impl Offered {
    /// Returns true if a payment address is one of them.
    pub(crate) fn contains(&self, pay_to: &PayTo) -> bool {
        self.0.load().contains(pay_to)
    }

    /// Returns those there are now.
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

/// Settings of a chain that is watched. Clones share the addresses.
#[derive(Clone, Default)]
pub(crate) struct WatchSettings {
    /// Addresses that could be offered, of each asset.
    pub(crate) offered: Vec<Offered>,
    /// Assets of the chain that the shop knows, taken or not.
    pub(crate) known: BTreeSet<AssetId>,
}

/// Returns the watch list of a chain now.
///
/// # Errors
/// [`DbError`].
pub(crate) async fn watch_list(
    db: &Db,
    chain: ChainId,
    settings: &WatchSettings,
    now: CoarseTime,
) -> Result<WatchList, DbError> {
    let kept = db.watched(chain).await?;
    let mut watched: HashSet<PayTo> = kept.pay_tos.into_iter().collect();
    for offered in &settings.offered {
        watched.extend(offered.all().iter().cloned());
    }
    let known = settings.known.clone();
    let escrows = kept.escrows.into_iter().collect();
    Ok(WatchList { watched, known, escrows, since: kept.since, now: Some(now) })
}
