//! The tasks that watch chains, and what the seller hears of them while the shop opens.

use super::{OpenShop, chains, note};
use crate::{
    chains::elsewhere,
    config::plan::ChainPlan,
    error::{CliError, Context},
    payments::{ChainPayments, ShopPayments},
    tasks::{
        Readiness, balances::Balances, claims::Claims, compare::CompareTask, escrow_contract,
        payouts, unread_logs::UnreadLogs, watch::WatchTask,
    },
};
use shop_chain::ChainWatcher;
use shop_core::chain::ChainId;
use shop_db::KnownChain;
use shop_net::shop_side::Dialer;
use std::{sync::Arc, time::Duration};

/// Longest time an opening shop waits for its chains before it says that it is open.
/// A node on this machine answers within moments; others are reached when Tor is.
const FIRST_READING: Duration = Duration::from_secs(5);

/// Waits until every chain was read once, but not long.
pub(super) async fn first_reading(payments: Arc<ShopPayments>) {
    let all = async {
        for chain in payments.chains() {
            chain.readiness.wait().await;
        }
    };
    drop(tokio::time::timeout(FIRST_READING, all).await);
}

impl OpenShop {
    /// Starts the tasks of chains that something is offered on, or kept orders are paid on.
    pub(super) async fn watch_chains(&mut self, dialer: &Dialer) -> Result<(), CliError> {
        // First: accounts recognise the addresses of kept orders from then on.
        let elsewhere = elsewhere(&self.plan, &self.db).await;
        let elsewhere = elsewhere.context(|| "checking where orders are paid".into())?;
        let known = self.db.chains().await.context(|| "checking the chains".into())?;
        let mut chains = Vec::new();
        for payments in self.payments.chains() {
            if was_read(&known, payments.chain) {
                payments.readiness.set();
            }
            chains.push(self.watch(dialer, payments)?);
        }
        self.look_for_contract(&chains);
        self.chains = chains;
        let is_offered = |chain| self.payments.chains().iter().any(|it| it.chain == chain);
        let left = known.iter().filter(|chain| chain.followed && chain.orders > 0);
        for chain in left.filter(|chain| !is_offered(chain.chain)) {
            self.watch(dialer, &ChainPayments::of_kept_orders(chain.chain))?;
            let rules = shop_chain::rules(chain.chain);
            let code = rules.map_or(chain.chain.as_str(), |rules| rules.coin().code());
            let text = format!(
                "there are orders in {code}, though nothing is priced in {code} any more; \
                 their payments are still watched"
            );
            note(&self.reporter, "money", &text).await;
        }
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
        payments: &ChainPayments,
    ) -> Result<Arc<dyn ChainWatcher>, CliError> {
        let (chain, pause) = chains::open(&self.plan, payments.chain, dialer)?;
        let settings = payments.watch_settings();
        let db = self.db.clone();
        let unread = UnreadLogs {
            chain: Arc::clone(&chain),
            settings: settings.clone(),
            db,
            clock: Arc::clone(&self.system.clock),
        };
        self.tasks.spawn(unread.run(self.stop.clone()));
        let db = self.db.clone();
        let wake_signal = Arc::clone(&payments.claims_bell);
        let clock = Arc::clone(&self.system.clock);
        let known = settings.known.clone();
        let claims = Claims { chain: Arc::clone(&chain), known, db, wake_signal, clock };
        self.tasks.spawn(claims.run(self.stop.clone()));
        let db = self.db.clone();
        let wake_signal = Arc::clone(&payments.balances_bell);
        let clock = Arc::clone(&self.system.clock);
        let balances = Balances { chain: Arc::clone(&chain), db, wake_signal, clock };
        self.tasks.spawn(balances.run(self.stop.clone()));
        let db = self.db.clone();
        let wake_signal = Arc::clone(&payments.wake_signal);
        let readiness = payments.readiness.clone();
        let monitor = Arc::clone(&self.monitor);
        let stuck_after_hours =
            self.plan.chain(payments.chain).and_then(ChainPlan::stuck_after_hours);
        let watched = Arc::clone(&chain);
        let system = self.system.clone();
        let watcher = WatchTask {
            chain,
            settings,
            db,
            monitor,
            stuck_after_hours,
            wake_signal,
            unmatched: Arc::clone(&self.unmatched),
            pause,
            readiness,
            system,
        };
        self.tasks.spawn(watcher.run(self.stop.clone()));
        self.compare_others(&watched);
        Ok(watched)
    }

    /// Starts the task that compares other nodes with the seller's own, if there are both.
    fn compare_others(&self, chain: &Arc<dyn ChainWatcher>) {
        let Some(plan) = self.plan.chain(chain.chain()) else { return };
        let others = plan.compared().map(|(number, node)| (number, node.name()));
        let others: Vec<_> = others.collect();
        if others.is_empty() {
            return;
        }
        let task = CompareTask {
            chain: Arc::clone(chain),
            others,
            depth: plan.needs,
            db: self.db.clone(),
            monitor: Arc::clone(&self.monitor),
            differences: Arc::clone(&self.differences),
        };
        self.tasks.spawn(task.run(self.stop.clone()));
    }

    /// Starts the task that looks for the escrow contract, and the one that counts payout
    /// addresses.
    fn look_for_contract(&self, chains: &[Arc<dyn ChainWatcher>]) {
        let Some(desk) = self.payments.escrow_desk() else { return };
        let plan = desk.plan();
        let chain = chains.iter().find(|chain| chain.chain() == plan.asset.chain());
        let mut payments = self.payments.chains().iter();
        let payments = payments.find(|it| it.chain == plan.asset.chain());
        if let (Some(chain), Some(payments)) = (chain, payments) {
            let is_read = payments.readiness.clone();
            let is_seen = desk.contract().clone();
            let contract = plan.contract;
            let chain = Arc::clone(chain);
            let stop = self.stop.clone();
            self.tasks.spawn(escrow_contract::run(chain, contract, is_read, is_seen, stop));
        }
        let db = self.db.clone();
        let addresses = plan.payouts.clone();
        let stop = self.stop.clone();
        self.tasks.spawn(payouts::run(db, addresses, self.plan.most_open, stop));
    }

    /// Says what is not offered because its chain was not read, and when it is.
    pub(super) fn tell_what_is_unread(&self) {
        let unread = self.payments.chains().iter().filter(|chain| !chain.readiness.is_set());
        for chain in unread {
            let codes = chain.codes();
            let text = no_node_answers(&codes, self.plan.chain(chain.chain));
            let readiness = chain.readiness.clone();
            let reporter = self.reporter.clone();
            let stop = self.stop.clone();
            self.tasks.spawn(tell_until_read(text, codes, readiness, reporter, stop));
        }
    }
}

/// Returns the line about assets that are not offered because no node has answered yet.
fn no_node_answers(codes: &str, plan: Option<&ChainPlan>) -> String {
    let is_far = plan.is_some_and(|plan| plan.nodes.iter().any(|node| !node.is_loopback()));
    let far = if is_far { " Nodes on other machines are asked once Tor is connected." } else { "" };
    format!(
        "TAKING NO ORDERS in {codes} until a node answers.{far} To ask each one now: cryptocart check"
    )
}

async fn tell_until_read(
    text: String,
    codes: String,
    readiness: Readiness,
    reporter: shop_net::shop_side::Reporter,
    stop: tokio_util::sync::CancellationToken,
) {
    note(&reporter, "money", &text).await;
    tokio::select! {
        () = stop.cancelled() => {}
        () = readiness.wait() => {
            note(&reporter, "money", &format!("the chain is being read: taking orders in {codes}")).await;
        }
    }
}

/// Returns true if the followed chain was read when the shop was open before.
/// Reading goes on where it stopped, so that what is paid is seen.
fn was_read(known: &[KnownChain], chain: ChainId) -> bool {
    let read = |chain: &&KnownChain| chain.followed && chain.identity.is_some() && chain.blocks > 0;
    known.iter().filter(read).any(|known| known.chain == chain)
}
