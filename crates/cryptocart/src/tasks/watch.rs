//! The watch task: chain, then view, then judgement, then commit.

use super::{
    Readiness, WakeSignal,
    health::Monitor,
    watch_list::{self, WatchSettings},
};
use crate::{
    config::chains::section_of,
    health::{Part, Progress},
    system::System,
    terminal,
};
use shop_chain::{ChainWatcher, WatchError, WatchList};
use shop_core::{
    entropy,
    kind::{HasKind, Kind},
    view::{BlockAt, ChainUpdate},
};
use shop_db::{Db, DbError, FollowError};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// The watch task of one chain.
pub(crate) struct WatchTask {
    pub(crate) chain: Arc<dyn ChainWatcher>,
    pub(crate) settings: WatchSettings,
    pub(crate) db: Db,
    /// Hears whether the chain can be read.
    pub(crate) monitor: Arc<Monitor>,
    /// Age in hours of the newest block at which the nodes are stuck; none on a private network.
    pub(crate) stuck_after_hours: Option<u64>,
    /// Rung by a buyer's "check now".
    pub(crate) wake_signal: Arc<WakeSignal>,
    /// Rung when money came to an address that belongs to no order.
    pub(crate) unmatched: Arc<WakeSignal>,
    /// Wait at the tip.
    pub(crate) pause: Duration,
    /// Told when the chain was read: before that nothing is offered.
    pub(crate) readiness: Readiness,
    pub(crate) system: System,
}

#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error("the chain: {0}")]
    Chain(#[from] WatchError),
    #[error("this chain is not read: {}", crate::chains::refused(*.0).to_string().replace('\n', ";"))]
    Follow(#[from] FollowError),
    #[error(
        "this chain is not read: it has none of the blocks that were read before; set {0}.nodes \
         and chain_id in shop.toml to the chain that stored orders are paid on"
    )]
    Stranger(&'static str),
    #[error("the database: {0}")]
    Db(#[from] DbError),
}

impl HasKind for StepError {
    fn kind(&self) -> Kind {
        match self {
            Self::Chain(error) => error.kind(),
            Self::Follow(error) => error.kind(),
            Self::Stranger(_) => Kind::Misconfigured,
            Self::Db(error) => error.kind(),
        }
    }
}

/// Longest wait after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);
/// Least time between two looks, however often buyers ask to look now.
/// Each look is many questions to a node, and buyers ask for nothing more than a click.
const SPACING: Duration = Duration::from_secs(10);

/// Hours by which a block's time, the clock here and the length of a step may differ.
/// Bitcoin takes blocks whose time is two hours off.
const CLOCKS_DIFFER_HOURS: u64 = 3;

/// Returns the wait after so many failures in a row.
/// It is longer each time, and a little less by chance, so that shops which lost the same node do
/// not all come back to it at once. Nobody's asking to look now cuts this short.
fn back_off(pause: Duration, failures: u32, chance: u8) -> Duration {
    let whole = (pause * failures.min(16)).min(LONGEST_PAUSE);
    whole - whole / 4 * u32::from(chance) / u32::from(u8::MAX)
}

impl WatchTask {
    /// Follows the chain until told to stop.
    /// Failures are waited out, longer each time; what was read is on disk, so nothing is lost.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut failures = 0u32;
        let mut followed = false;
        loop {
            let (least, longest) = tokio::select! {
                () = stop.cancelled() => return,
                step = self.step(&mut followed) => match step {
                    Ok(behind) => {
                        failures = 0;
                        if behind { (Duration::ZERO, Duration::ZERO) } else { (SPACING, self.pause) }
                    }
                    Err(error) => {
                        failures += 1;
                        self.report(&error);
                        let [chance] = entropy::bytes(&*self.system.entropy);
                        let pause = back_off(self.pause, failures, chance);
                        (pause, pause)
                    }
                },
            };
            if !longest.is_zero() {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.wake_signal.wait(least, longest) => {}
                }
            }
        }
    }

    /// Reads on once; true if there is more to read.
    /// `followed` is set once the nodes have told which chain they follow, and it is the one that the
    /// shop's orders are paid on.
    async fn step(&self, followed: &mut bool) -> Result<bool, StepError> {
        let chain = self.chain.chain();
        if !*followed {
            self.follow().await?;
            *followed = true;
        }
        let known = self.db.chain(chain).await?;
        let advance = self.read_on(&known).await?;
        if leaves_all_behind(&known, &advance) {
            // Perhaps a node was exchanged for one of another chain.
            *followed = false;
            self.follow().await?;
            *followed = true;
            if self.db.chain(chain).await? != known {
                // It is another one, and is read from where its own orders need it.
                return Ok(true);
            }
        }
        let behind = advance.blocks_behind > 0;
        let newest = advance.blocks.last().or(known.last()).map(|block| (block.height, block.time));
        let progress = Progress { newest, behind: advance.blocks_behind };
        let now = self.system.hour();
        let judged = self.db.apply_update(chain, advance, now).await?;
        if judged.refused {
            tracing::warn!(
                "the nodes report a branch of the chain that is shorter than what was read: it is \
                 ignored"
            );
        } else {
            self.readiness.set();
        }
        if judged.unmatched > 0 {
            self.unmatched.wake();
            tracing::warn!(
                "an address of the pool received money that belongs to no order: it came too \
                 late, or its last digits were wrong. cryptocart check shows the address"
            );
        }
        self.monitor.chain_read(chain, progress, self.stuck_after_hours);
        self.report_unread(self.db.logs_unread(chain).await?.len());
        Ok(behind)
    }

    /// Says that the chain cannot be read. It names no order.
    fn report(&self, error: &StepError) {
        let too_old = matches!(error, StepError::Chain(error) if error.is_too_old());
        let certain = too_old || error.kind() == Kind::Misconfigured;
        self.monitor.fails(Part::Chain(self.chain.chain()), error.to_string(), certain);
    }

    /// Says that so many blocks were read without their receipts.
    fn report_unread(&self, blocks: usize) {
        let part = Part::Receipts(self.chain.chain());
        match blocks {
            0 => self.monitor.works(part),
            count => self.monitor.fails(part, unread(count), true),
        }
    }

    /// Reads on, for every address that was given before the blocks were mined.
    ///
    /// A step lasts half a minute at most. An order that is placed in that time may be paid in a block
    /// of that step, which is then read once more.
    async fn read_on(&self, known: &[BlockAt]) -> Result<ChainUpdate, StepError> {
        let mut watch_list = self.watch_list().await?;
        loop {
            let advance = self.chain.next_update(known, &watch_list).await?;
            if !advance.blocks.last().is_some_and(|block| self.is_recent(block)) {
                return Ok(advance);
            }
            let grown = self.watch_list().await?;
            if is_covered(&grown, &watch_list) {
                return Ok(advance);
            }
            watch_list = grown;
        }
    }

    /// Returns true if a block may have been mined after this step began.
    fn is_recent(&self, block: &BlockAt) -> bool {
        block.time.plus_hours(CLOCKS_DIFFER_HOURS) >= self.system.hour()
    }

    async fn watch_list(&self) -> Result<WatchList, DbError> {
        let now = self.system.hour();
        watch_list::watch_list(&self.db, self.chain.chain(), &self.settings, now).await
    }

    async fn follow(&self) -> Result<(), StepError> {
        let told = self.chain.identity().await?;
        let followed = match self.is_stranger().await? {
            true => Err(StepError::Stranger(self.section())),
            false => self.db.follow(self.chain.chain(), told).await.map_err(StepError::from),
        };
        let refused = |error: &StepError| error.kind() == Kind::Misconfigured;
        if followed.as_ref().is_err_and(refused) {
            self.readiness.unset();
        }
        followed
    }

    /// Returns the section of `shop.toml` about this chain.
    fn section(&self) -> &'static str {
        let chain = self.chain.chain();
        section_of(chain).unwrap_or(chain.as_str())
    }

    /// Returns true if an earlier build's blocks are not on the chain that the nodes follow.
    /// That build did not ask for the chain's identity.
    async fn is_stranger(&self) -> Result<bool, StepError> {
        let chain = self.chain.chain();
        let mut known = self.db.chains().await?.into_iter();
        let unnamed = known.find(|known| {
            known.chain == chain && known.followed && known.identity.is_none() && known.orders > 0
        });
        let known = self.db.chain(chain).await?;
        if unnamed.is_none() || known.is_empty() {
            return Ok(false);
        }
        let watch_list = self.watch_list().await?;
        let advance = self.chain.next_update(&known, &watch_list).await?;
        Ok(leaves_all_behind(&known, &advance))
    }
}

/// Returns in words that the receipts of so many blocks are missing, and what follows.
pub(crate) fn unread(blocks: usize) -> String {
    let blocks = terminal::many(blocks, "block", "blocks");
    format!(
        "no node provides the receipts of {blocks}: payments by contracts in them are not \
         known yet"
    )
}

/// Returns true if a list has nothing to watch for that another one lacks.
fn is_covered(list: &WatchList, by: &WatchList) -> bool {
    list.watched.is_subset(&by.watched) && list.escrows.is_subset(&by.escrows)
}

/// Returns true if nothing that was read is on the chain any more.
fn leaves_all_behind(known: &[BlockAt], advance: &ChainUpdate) -> bool {
    let first = known.first().map(|block| block.height);
    first.zip(advance.reorg_from).is_some_and(|(first, dropped)| dropped <= first)
}

#[cfg(test)]
mod tests;
