//! The tasks that watch chains, and what the seller hears of them while the shop opens.

use super::{OpenShop, chains, note};
use crate::{
    chains::elsewhere,
    error::{CliError, While},
    tasks::{Readiness, claims::Claims, unread_logs::UnreadLogs, watch::Watcher},
    till::{Drawer, ShopTill},
};
use shop_chain::Watch;
use shop_core::money::AssetId;
use shop_db::KnownChain;
use shop_net::shop_side::Dialer;
use std::{sync::Arc, time::Duration};

/// How long a shop that opens waits for its chains before it says that it is open. A node on this
/// machine answers within moments; others are reached when Tor is.
const FIRST_READING: Duration = Duration::from_secs(5);

/// Waits until every chain was read once, but not long.
pub(super) async fn first_reading(till: Arc<ShopTill>) {
    let all = async {
        for drawer in till.drawers() {
            drawer.readiness.wait().await;
        }
    };
    drop(tokio::time::timeout(FIRST_READING, all).await);
}

impl OpenShop {
    /// Starts the tasks of every chain that something is offered on, or that kept orders are paid on.
    pub(super) async fn watch_chains(&mut self, dialer: &Dialer) -> Result<(), CliError> {
        let known = self.db.chains().await.doing(|| "looking at the chains".into())?;
        let mut chains = Vec::new();
        for drawer in self.till.drawers() {
            if was_read(&known, drawer.asset) {
                drawer.readiness.set();
            }
            chains.push(self.watch(dialer, drawer)?);
        }
        self.chains = chains;
        if self.plan.is_demo() {
            let offered = |asset| self.till.drawers().iter().any(|drawer| drawer.asset == asset);
            let left = known.iter().filter(|chain| chain.followed && chain.orders > 0);
            for chain in left.filter(|chain| !offered(chain.asset)) {
                self.watch(dialer, &Drawer::of_kept_orders(chain.asset))?;
                let code = chain.asset.code();
                let text = format!(
                    "orders in {code} are kept, though nothing is priced in {code} any more; they are \
                     still watched"
                );
                note(&self.reporter, "money", &text).await;
            }
        }
        let elsewhere = elsewhere(&self.plan, &self.db).await;
        let elsewhere = elsewhere.doing(|| "looking where orders are paid".into())?;
        for text in elsewhere.said() {
            note(&self.reporter, "money", &text).await;
        }
        if let Err(error) = elsewhere.wrong() {
            let hint = error.do_this().unwrap_or_default();
            note(&self.reporter, "money", &format!("WARNING: {}: {hint}", error.what())).await;
        }
        Ok(())
    }

    fn watch(&self, dialer: &Dialer, drawer: &Drawer) -> Result<Arc<dyn Watch>, CliError> {
        let (chain, pause) = chains::open(&self.plan, drawer.asset, dialer)?;
        let (ours, db) = (drawer.ours.clone(), self.db.clone());
        let unread = UnreadLogs { chain: Arc::clone(&chain), ours: ours.clone(), db };
        self.tasks.spawn(unread.run(self.stop.clone()));
        let db = self.db.clone();
        let claims = Claims { chain: Arc::clone(&chain), db, bell: drawer.claims_bell.clone() };
        self.tasks.spawn(claims.run(self.stop.clone()));
        let (db, bell) = (self.db.clone(), drawer.bell.clone());
        let readiness = drawer.readiness.clone();
        let (monitor, steady) = (Arc::clone(&self.monitor), self.plan.has_steady_blocks());
        let watched = Arc::clone(&chain);
        let watcher = Watcher { chain, ours, db, monitor, steady, bell, pause, readiness };
        self.tasks.spawn(watcher.run(self.stop.clone()));
        Ok(watched)
    }

    /// Says what is not offered because its chain was not read, and when it is.
    pub(super) fn tell_what_is_unread(&self) {
        let unread = self.till.drawers().iter().filter(|drawer| !drawer.readiness.is_set());
        for drawer in unread {
            let (code, readiness) = (drawer.asset.code(), drawer.readiness.clone());
            let (reporter, stop) = (self.reporter.clone(), self.stop.clone());
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
    let text = format!("NO ORDERS are taken in {code} until a node has told where its chain is");
    note(&reporter, "money", &text).await;
    tokio::select! {
        () = stop.cancelled() => {}
        () = readiness.wait() => {
            note(&reporter, "money", &format!("the chain is read: orders in {code} are taken")).await;
        }
    }
}

/// Whether the chain that is followed was read when the shop was open before: reading goes on where it
/// stopped, so that what is paid is seen.
fn was_read(known: &[KnownChain], asset: AssetId) -> bool {
    let read = |chain: &&KnownChain| chain.followed && chain.identity.is_some() && chain.blocks > 0;
    known.iter().filter(read).any(|chain| chain.asset == asset)
}
