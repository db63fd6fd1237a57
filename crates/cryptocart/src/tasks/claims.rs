//! The claims task: looks up the payments that buyers name.
//!
//! Each claim has its own tries, with longer and longer pauses between them, and its own end. A few are
//! looked up at once, one of an order, those of orders first whose look-ups took least, and slow ones
//! never have all the places: whatever one buyer types delays nobody else, nor the reading of blocks.

mod schedule;

use super::WakeSignal;
use schedule::{Found, Next, Schedule, Started};
use shop_chain::{ChainWatcher, WatchList};
use shop_core::{money::AssetId, time::Clock};
use shop_db::{Db, DbError, PendingClaim};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

/// Interval at which a claim, or a seller's word, is noticed if nobody rings.
const POLL: Duration = Duration::from_secs(5);

/// The claims task of one chain.
pub(crate) struct Claims {
    pub(crate) chain: Arc<dyn ChainWatcher>,
    /// Assets of the chain that the shop knows, taken or not.
    pub(crate) known: BTreeSet<AssetId>,
    pub(crate) db: Db,
    /// Rung when a buyer has named a payment.
    pub(crate) wake_signal: Arc<WakeSignal>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A look-up that has ended.
type Done = (PendingClaim, Found);

impl Claims {
    /// Looks claims up until told to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut schedule = Schedule::default();
        let mut running: JoinSet<Done> = JoinSet::new();
        loop {
            if let Err(error) = self.start(&mut schedule, &mut running).await {
                tracing::warn!("reading which payments buyers have named: {error}");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                Some(done) = running.join_next() => {
                    if let Ok((claim, found)) = done {
                        self.settle(&mut schedule, &claim, found).await;
                    }
                }
                () = self.wake_signal.wait(Duration::ZERO, POLL) => {}
            }
        }
    }

    async fn start(
        &self,
        schedule: &mut Schedule,
        running: &mut JoinSet<Done>,
    ) -> Result<(), DbError> {
        let waiting = self.db.pending_claims(self.chain.chain()).await?;
        for Started { claim, limit } in schedule.start(&waiting, Instant::now()) {
            let chain = Arc::clone(&self.chain);
            let known = self.known.clone();
            running.spawn(async move {
                // Nothing else can be this order's.
                let ours = HashSet::from([claim.pay_to.clone()]);
                let watch_list = WatchList { watched: ours, known, ..WatchList::default() };
                let look_up = chain.look_up(&claim.txid, &watch_list);
                let found = tokio::time::timeout(limit, look_up).await;
                (claim, found.ok())
            });
        }
        Ok(())
    }

    /// Stores what a look-up found, or lets the claim wait for its next one.
    async fn settle(&self, schedule: &mut Schedule, claim: &PendingClaim, found: Found) {
        let Next::Judge(answer) = schedule.ended(claim, found, Instant::now()) else { return };
        let now = self.clock.now().coarse();
        if let Err(error) = self.db.judge_claim(claim.order, &claim.txid, answer, now).await {
            tracing::warn!("storing what came of a payment a buyer named: {error}");
        }
    }
}

#[cfg(test)]
mod tests;
