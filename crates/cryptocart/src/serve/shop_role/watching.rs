//! The tasks that watch chains, and what the seller hears of them while the shop opens.

use super::{OpenShop, chains, note};
use crate::{
    chains::elsewhere,
    error::{CliError, Context},
    payments::{AssetPayments, ShopPayments},
    tasks::{Readiness, claims::Claims, unread_logs::UnreadLogs, watch::WatchTask},
};
use shop_chain::ChainWatcher;
use shop_core::money::AssetId;
use shop_db::KnownChain;
use shop_net::shop_side::Dialer;
use std::{sync::Arc, time::Duration};

/// Longest time an opening shop waits for its chains before it says that it is open.
/// A node on this machine answers within moments; others are reached when Tor is.
const FIRST_READING: Duration = Duration::from_secs(5);

/// Waits until every chain was read once, but not long.
pub(super) async fn first_reading(payments: Arc<ShopPayments>) {
    let all = async {
        for asset_payments in payments.drawers() {
            asset_payments.readiness.wait().await;
        }
    };
    drop(tokio::time::timeout(FIRST_READING, all).await);
}

impl OpenShop {
    /// Starts the tasks of chains that something is offered on, or kept orders are paid on.
    pub(super) async fn watch_chains(&mut self, dialer: &Dialer) -> Result<(), CliError> {
        let known = self.db.chains().await.context(|| "checking the chains".into())?;
        let mut chains = Vec::new();
        for asset_payments in self.payments.drawers() {
            if was_read(&known, asset_payments.asset) {
                asset_payments.readiness.set();
            }
            chains.push(self.watch(dialer, asset_payments)?);
        }
        self.chains = chains;
        if self.plan.is_demo() {
            let offered = |asset| {
                self.payments.drawers().iter().any(|asset_payments| asset_payments.asset == asset)
            };
            let left = known.iter().filter(|chain| chain.followed && chain.orders > 0);
            for chain in left.filter(|chain| !offered(chain.asset)) {
                self.watch(dialer, &AssetPayments::of_kept_orders(chain.asset))?;
                let code = chain.asset.code();
                let text = format!(
                    "there are orders in {code}, though nothing is priced in {code} any more; \
                     their payments are still watched"
                );
                note(&self.reporter, "money", &text).await;
            }
        }
        let elsewhere = elsewhere(&self.plan, &self.db).await;
        let elsewhere = elsewhere.context(|| "checking where orders are paid".into())?;
        for text in elsewhere.said() {
            note(&self.reporter, "money", &text).await;
        }
        if let Err(error) = elsewhere.wrong() {
            let hint = error.hint_text().unwrap_or_default();
            note(&self.reporter, "money", &format!("WARNING: {}: {hint}", error.what())).await;
        }
        Ok(())
    }

    fn watch(
        &self,
        dialer: &Dialer,
        asset_payments: &AssetPayments,
    ) -> Result<Arc<dyn ChainWatcher>, CliError> {
        let (chain, pause) = chains::open(&self.plan, asset_payments.asset, dialer)?;
        let offered = asset_payments.watched.clone();
        let db = self.db.clone();
        let unread = UnreadLogs {
            chain: Arc::clone(&chain),
            offered: offered.clone(),
            db,
            clock: Arc::clone(&self.system.clock),
        };
        self.tasks.spawn(unread.run(self.stop.clone()));
        let db = self.db.clone();
        let claims = Claims {
            chain: Arc::clone(&chain),
            db,
            wake_signal: asset_payments.claims_bell.clone(),
            clock: Arc::clone(&self.system.clock),
        };
        self.tasks.spawn(claims.run(self.stop.clone()));
        let db = self.db.clone();
        let wake_signal = asset_payments.wake_signal.clone();
        let readiness = asset_payments.readiness.clone();
        let monitor = Arc::clone(&self.monitor);
        let steady = self.plan.has_steady_blocks();
        let watched = Arc::clone(&chain);
        let system = self.system.clone();
        let watcher = WatchTask {
            chain,
            offered,
            db,
            monitor,
            steady,
            wake_signal,
            pause,
            readiness,
            system,
        };
        self.tasks.spawn(watcher.run(self.stop.clone()));
        Ok(watched)
    }

    /// Says what is not offered because its chain was not read, and when it is.
    pub(super) fn tell_what_is_unread(&self) {
        let unread = self
            .payments
            .drawers()
            .iter()
            .filter(|asset_payments| !asset_payments.readiness.is_set());
        for asset_payments in unread {
            let code = asset_payments.asset.code();
            let readiness = asset_payments.readiness.clone();
            let reporter = self.reporter.clone();
            let stop = self.stop.clone();
            self.tasks.spawn(tell_until_read(code, readiness, reporter, stop));
        }
    }
}

async fn tell_until_read(
    code: &'static str,
    readiness: Readiness,
    reporter: shop_net::shop_side::Reporter,
    stop: tokio_util::sync::CancellationToken,
) {
    let text = format!("TAKING NO ORDERS in {code} until a node reports the state of its chain");
    note(&reporter, "money", &text).await;
    tokio::select! {
        () = stop.cancelled() => {}
        () = readiness.wait() => {
            note(&reporter, "money", &format!("the chain is being read: taking orders in {code}")).await;
        }
    }
}

/// Returns true if the followed chain was read when the shop was open before.
/// Reading goes on where it stopped, so that what is paid is seen.
fn was_read(known: &[KnownChain], asset: AssetId) -> bool {
    let read = |chain: &&KnownChain| chain.followed && chain.identity.is_some() && chain.blocks > 0;
    known.iter().filter(read).any(|chain| chain.asset == asset)
}
