//! The rates task: asks each source at its own pace, and ends rates that are old.
//!
//! Its questions follow from the shop's prices alone. Times are jittered, so that a source cannot tell
//! one shop from another by its minutes, and nothing that a buyer does moves them.

use super::health::Monitor;
use crate::{
    health::Part,
    rates::{
        Missing, RateBoard,
        asker::{Asked, Asker},
    },
    system::System,
};
use futures_util::future::join_all;
use shop_core::{chain::ChainId, entropy, time::Uptime};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Usual time between two questions to a source.
const PERIOD: Duration = Duration::from_secs(600);
/// First pause after a source that told nothing, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_secs(30), Duration::from_secs(1_800)];
/// Longest pause that a source can ask for.
const LONGEST: Duration = Duration::from_secs(6 * 3_600);
/// Seconds after a shop opened in which no missing rate is told: Tor may be connecting.
const SETTLING: u64 = 180;
/// Interval at which rates are looked at that end by time alone.
const TICK: Duration = Duration::from_secs(60);

/// The rates task.
pub(crate) struct RatesTask {
    pub(crate) board: Arc<RateBoard>,
    pub(crate) askers: Vec<Asker>,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) system: System,
    /// Time at which the shop was opened.
    pub(crate) opened: Uptime,
    /// Chains that were reported on.
    pub(crate) reported: Mutex<BTreeSet<ChainId>>,
}

impl RatesTask {
    /// Keeps the rates fresh until told to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let asking = join_all(self.askers.iter().map(|asker| self.ask_on(asker)));
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.look_on() => {}
            // A shop with rates by hand alone asks nobody.
            _ = async { asking.await; std::future::pending::<()>().await } => {}
        }
    }

    /// Asks one source again and again, as long as anything is wanted of it.
    async fn ask_on(&self, asker: &Asker) {
        let mut pairs = self.board.pairs();
        let mut failures = 0;
        loop {
            // The board lives as long as this task, so the wait cannot fail.
            let wanted = pairs.wait_for(|pairs| !pairs.is_empty()).await;
            let Ok(wanted) = wanted.map(|wanted| wanted.clone()) else { return };
            pairs.mark_unchanged();
            let Asked { table, error, retry_after } = asker.ask(&wanted, &*self.system.clock).await;
            failures = if table.is_empty() { failures + 1 } else { 0 };
            self.board.hear(asker.title, table, error);
            self.look();
            let pause = match failures {
                0 => PERIOD,
                times => PAUSES[0].saturating_mul(1 << (times - 1).min(6)).min(PAUSES[1]),
            };
            let told = retry_after.unwrap_or_default().min(LONGEST);
            let pause = pause.max(told);
            // Sooner only if something else is wanted, and never if it asked to be left alone.
            tokio::time::sleep(told).await;
            drop(timeout(self.jittered(pause - told), pairs.changed()).await);
        }
    }

    async fn look_on(&self) {
        loop {
            self.look();
            tokio::time::sleep(TICK).await;
        }
    }

    /// Makes the rates of this moment, and reports those that are missing, by chain.
    fn look(&self) {
        self.board.assess(self.system.clock.now());
        let missing = self.board.missing();
        let is_settled = self.system.clock.uptime() >= self.opened.plus_seconds(SETTLING);
        let is_tried = self.board.is_tried() && is_settled;
        let wanted = self.board.wanted();
        let mut chains: BTreeMap<ChainId, Vec<&Missing>> = BTreeMap::new();
        for (asset, _) in &wanted {
            chains.entry(asset.chain()).or_default();
        }
        for missing in missing.iter().filter(|missing| is_tried || missing.certain) {
            chains.entry(missing.asset.chain()).or_default().push(missing);
        }
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        for chain in reported.iter().filter(|chain| !chains.contains_key(chain)) {
            self.monitor.works(Part::Rates(*chain));
        }
        for (chain, missing) in &chains {
            let part = Part::Rates(*chain);
            if missing.is_empty() {
                // Before all sources were asked, nobody knows.
                if self.board.missing().is_empty() || is_tried {
                    self.monitor.works(part);
                }
                continue;
            }
            let said = missing.iter().map(|missing| missing.to_string());
            let is_certain = missing.iter().any(|missing| missing.certain);
            self.monitor.fails(part, said.collect::<Vec<_>>().join("; "), is_certain);
        }
        *reported = chains.into_keys().collect();
    }

    /// Returns a time from four fifths to six fifths of `time`.
    fn jittered(&self, time: Duration) -> Duration {
        let [byte] = entropy::bytes::<1>(&*self.system.entropy);
        let parts = 400 + u32::from(byte) * 200 / 255;
        time.saturating_mul(parts) / 500
    }
}

#[cfg(test)]
mod tests;
