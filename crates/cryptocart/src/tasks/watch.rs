//! The watch task: chain, then view, then judgement, then commit.

use super::{Bell, health::Monitor};
use crate::{
    health::{Part, Progress},
    system::{SystemClock, SystemEntropy},
};
use shop_chain::{Interest, LookUp, Watch, WatchError};
use shop_core::{
    entropy,
    invoice::State,
    kind::{HasKind, Kind},
    pay_to::PayTo,
    time::Clock,
};
use shop_db::{ClaimRefusal, Db, DbError};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// What the task of one chain works with.
pub(crate) struct Watcher {
    pub(crate) chain: Arc<dyn Watch>,
    pub(crate) ours: Arc<HashSet<PayTo>>,
    pub(crate) db: Db,
    /// Hears whether the chain can be read.
    pub(crate) monitor: Arc<Monitor>,
    /// Whether it is known to have a block every few seconds.
    pub(crate) steady: bool,
    /// Rung by a buyer's "check now".
    pub(crate) bell: Arc<Bell>,
    /// How long to wait at the tip.
    pub(crate) pause: Duration,
}

#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error("the chain: {0}")]
    Chain(#[from] WatchError),
    #[error("the database: {0}")]
    Db(#[from] DbError),
}

impl HasKind for StepError {
    fn kind(&self) -> Kind {
        match self {
            Self::Chain(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }
}

/// Longest wait after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);
/// However often buyers ask to look now, a node is not asked sooner again: each look is many
/// questions, and buyers ask for nothing more than a click.
const SPACING: Duration = Duration::from_secs(10);

/// How long to wait after so many failures in a row: longer each time, and a little less by chance,
/// so that shops which lost the same node do not all come back to it at once. Nobody's asking to
/// look now cuts this short.
fn back_off(pause: Duration, failures: u32, chance: u8) -> Duration {
    let whole = (pause * failures.min(16)).min(LONGEST_PAUSE);
    whole - whole / 4 * u32::from(chance) / u32::from(u8::MAX)
}

impl Watcher {
    /// Follows the chain until told to stop. Failures are waited out, longer each time; what was
    /// read is on disk, so nothing is lost.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut failures = 0u32;
        loop {
            let (least, longest) = tokio::select! {
                () = stop.cancelled() => return,
                step = self.step() => match step {
                    Ok(behind) => {
                        failures = 0;
                        if behind { (Duration::ZERO, Duration::ZERO) } else { (SPACING, self.pause) }
                    }
                    Err(error) => {
                        failures += 1;
                        self.report(&error);
                        let [chance] = entropy::bytes(&SystemEntropy);
                        let pause = back_off(self.pause, failures, chance);
                        (pause, pause)
                    }
                },
            };
            if !longest.is_zero() {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.bell.wait(least, longest) => {}
                }
            }
        }
    }

    /// Reads on once; true if there is more to read.
    async fn step(&self) -> Result<bool, StepError> {
        let asset = self.chain.asset();
        let known = self.db.chain(asset).await?;
        let ours = (*self.ours).clone();
        let now = Some(SystemClock.now().coarse());
        let interest = Interest { ours, open: self.open().await?, since: None, now };
        let advance = self.chain.advance(&known, &interest).await?;
        let behind = advance.behind > 0;
        let newest = advance.blocks.last().or(known.last()).map(|block| (block.height, block.time));
        let progress = Progress { newest, behind: advance.behind };
        let now = SystemClock.now().coarse();
        let judged = self.db.advance(asset, advance, now).await?;
        if judged.stray > 0 {
            tracing::warn!(
                "money came to an address of the pool and is no order's: it came too late, or its \
                 last digits were wrong. cryptocart check names the address"
            );
        }
        self.monitor.chain_read(asset, progress, self.steady);
        self.judge_claims(&interest).await?;
        Ok(behind)
    }

    /// Says that the chain cannot be read. It names no order.
    fn report(&self, error: &StepError) {
        let too_old = matches!(error, StepError::Chain(error) if error.is_too_old());
        let certain = too_old || error.kind() == Kind::Misconfigured;
        self.monitor.fails(Part::Chain(self.chain.asset()), error.to_string(), certain);
    }

    async fn open(&self) -> Result<Vec<PayTo>, DbError> {
        let orders = self.db.orders().await?;
        let open = |state: &State| !state.is_paid() && !matches!(state, State::Expired);
        let ours = orders.into_iter().filter(|order| open(&order.state));
        Ok(ours.map(|order| order.pay_to).filter(|p| p.asset() == self.chain.asset()).collect())
    }

    /// Looks up what buyers said they paid.
    async fn judge_claims(&self, interest: &Interest) -> Result<(), StepError> {
        for claim in self.db.pending_claims(self.chain.asset()).await? {
            let found = match self.chain.look_up(&claim.txid, interest).await? {
                LookUp::Found(transfers) => {
                    let to = |t: &shop_core::view::Transfer| t.pay_to == claim.pay_to;
                    let theirs: Vec<_> = transfers.into_iter().filter(to).collect();
                    if theirs.is_empty() { Err(ClaimRefusal::NotOurs) } else { Ok(theirs) }
                }
                LookUp::NotFound => Err(ClaimRefusal::NotFound),
                LookUp::NotOurs => Err(ClaimRefusal::NotOurs),
                LookUp::Failed => Err(ClaimRefusal::Failed),
            };
            let now = SystemClock.now().coarse();
            self.db.judge_claim(claim.order, &claim.txid, found, now).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_after_failures_grow_to_a_limit_and_differ_by_chance() {
        let pause = Duration::from_secs(12);
        let waits = |chance| [1, 2, 9, 10, 99].map(|n| back_off(pause, n, chance).as_secs());
        assert_eq!(waits(0), [12, 24, 108, 120, 120]);
        assert_eq!(waits(255), [9, 18, 81, 90, 90]);
        assert!(SPACING <= pause, "a look by asking comes before the next one by itself");
    }
}
