//! Reading of the chain from the blocks that were read on.

use super::{
    Ethereum,
    block::{Block, Unfinished},
    matcher::Matcher,
    quorum::Quorum,
    step::{ReadError, read},
};
use crate::{
    heads::{
        Heads as _, first,
        fork::{Branch, branch_at},
    },
    watcher::{WatchError, WatchList},
};
use shop_core::view::{BlockAt, BlockHash, ChainUpdate, Height};
use std::collections::HashMap;

pub(super) async fn advance(
    ethereum: &Ethereum,
    known: &[BlockAt],
    watch_list: &WatchList,
) -> Result<ChainUpdate, WatchError> {
    let quorum = Quorum::of(ethereum);
    let tip = quorum.tip().await?;
    let ours = Matcher::of(watch_list);
    let reading = Reading { ethereum, quorum: &quorum, watch_list, ours, tip };
    let Some(last) = known.last() else {
        let Some(begin) = first::begin(&quorum, tip, watch_list).await? else {
            return Ok(ChainUpdate::default());
        };
        return reading.from(Place { from: begin, parent: None, dropped_from: None }).await;
    };
    if tip < last.height {
        return behind(&quorum, known, *last, tip).await;
    }
    if tip == last.height {
        match quorum.head_at(tip).await? {
            // Not all replicas have it yet.
            None => return Ok(nothing_known()),
            Some(head) if head.hash == last.hash => return Ok(ChainUpdate::default()),
            Some(_) => return reading.other_branch(known, *last).await,
        }
    }
    match reading.try_from(Place::above(*last)).await {
        Ok(advance) => Ok(advance),
        Err(ReadError::Elsewhere) => reading.other_branch(known, *last).await,
        // The block at the tip is not there yet: the tip is the one before it.
        Err(ReadError::NotYet) => standing(&quorum, known, last.height).await,
        Err(error) => Err(stuck(error)),
    }
}

/// Reports that the nodes are behind what was read.
/// Nothing new is seen, and nothing is taken back. If they tell another branch, that is said.
async fn behind(
    quorum: &Quorum<'_>,
    known: &[BlockAt],
    last: BlockAt,
    tip: Height,
) -> Result<ChainUpdate, WatchError> {
    let nodes_behind = last.height.0.saturating_sub(tip.0);
    Ok(ChainUpdate { nodes_behind, ..standing(quorum, known, tip).await? })
}

/// Compares the blocks that were read with the nodes, where nothing new is read.
async fn standing(
    quorum: &Quorum<'_>,
    known: &[BlockAt],
    height: Height,
) -> Result<ChainUpdate, WatchError> {
    Ok(match branch_at(quorum, known, height).await? {
        Branch::Known => ChainUpdate::default(),
        Branch::Unseen => nothing_known(),
        Branch::Other { from, .. } => contested(from),
    })
}

/// Reports that the nodes tell another branch from this height up, and that it is not read.
fn contested(from: Height) -> ChainUpdate {
    ChainUpdate { contested_from: Some(from), ..ChainUpdate::default() }
}

/// Returns an advance of nothing: the nodes did not say if they hold what was read before.
fn nothing_known() -> ChainUpdate {
    ChainUpdate { branch_unknown: true, ..ChainUpdate::default() }
}

/// Returns the reason why nothing was read.
fn stuck(error: ReadError) -> WatchError {
    match error {
        ReadError::Elsewhere | ReadError::NotYet => WatchError::Moved,
        ReadError::Receipts(_, error) | ReadError::Watch(error) => error,
    }
}

/// Place where reading goes on.
struct Place {
    from: Height,
    /// Hash of the block below, if it is known.
    parent: Option<BlockHash>,
    dropped_from: Option<Height>,
}

impl Place {
    const fn above(block: BlockAt) -> Self {
        let from = Height(block.height.0.saturating_add(1));
        Self { from, parent: Some(block.hash), dropped_from: None }
    }
}

struct Reading<'a> {
    ethereum: &'a Ethereum,
    quorum: &'a Quorum<'a>,
    watch_list: &'a WatchList,
    ours: Matcher<'a>,
    tip: Height,
}

impl Reading<'_> {
    /// Reads from a place that was found just now.
    async fn from(&self, place: Place) -> Result<ChainUpdate, WatchError> {
        let dropped_from = place.dropped_from;
        match self.try_from(place).await {
            Ok(advance) => Ok(advance),
            // Its first block is not there yet.
            Err(ReadError::NotYet) => Ok(dropped_from.map_or_else(nothing_known, contested)),
            Err(error) => Err(stuck(error)),
        }
    }

    /// Reads the branch of nodes that contradict what was read.
    /// The nodes are at least as high as that. It is taken back from where they leave it, if they
    /// prove their branch up to the height that was read.
    async fn other_branch(
        &self,
        known: &[BlockAt],
        last: BlockAt,
    ) -> Result<ChainUpdate, WatchError> {
        match branch_at(self.quorum, known, last.height).await? {
            // It stands after all: it moves back and forth under our eyes.
            Branch::Known | Branch::Unseen => Err(WatchError::Moved),
            Branch::Other { from, parent } => {
                self.from(Place { from, parent, dropped_from: Some(from) }).await
            }
        }
    }

    /// Reads a stretch; if nothing of it could be read, its first block alone.
    /// If that was in vain before, it reads that block without its logs.
    async fn try_from(&self, place: Place) -> Result<ChainUpdate, ReadError> {
        let step = self.ethereum.step();
        let last = place.from.0.saturating_add(step.saturating_sub(1));
        let to = Height(self.tip.0.min(last));
        let mut result = read(self.quorum, place.from, to, place.parent).await;
        if to > place.from && matches!(result, Err(ReadError::Receipts(..) | ReadError::Watch(_))) {
            result = read(self.quorum, place.from, place.from, place.parent).await;
        }
        let wanted = to.0.saturating_sub(place.from.0).saturating_add(1);
        match result {
            Ok(blocks) => {
                self.ethereum.note_read(place.from, wanted, blocks.len());
                Ok(self.with(&place, blocks))
            }
            Err(ReadError::Receipts(partial, error)) => {
                if self.ethereum.note_failure(place.from) {
                    let block = self.without_logs(*partial).await;
                    return Ok(self.with(&place, vec![block]));
                }
                Err(ReadError::Watch(error))
            }
            Err(error) => Err(error),
        }
    }

    /// Completes a block without its receipts.
    /// The outcome of each transaction that pays the shop is asked for one by one, and counts where
    /// a majority tells the same.
    async fn without_logs(&self, partial: Unfinished) -> Block {
        let mut told = HashMap::new();
        for txid in partial.paying(&self.ours) {
            if let Some(outcome) = self.quorum.outcome_of(txid, partial.at().hash).await {
                told.insert(txid, outcome);
            }
        }
        partial.with_told(told)
    }

    fn with(&self, place: &Place, blocks: Vec<Block>) -> ChainUpdate {
        let mined = blocks.iter().flat_map(|b| b.transfers(&self.ours)).collect();
        let escrow = blocks.iter().flat_map(|b| b.escrow(&self.watch_list.escrows)).collect();
        let unread = blocks.iter().filter(|block| !block.has_logs());
        let logs_unread = unread.map(|block| block.at.height).collect();
        let newest = blocks.last().map_or(self.tip, |block| block.at.height);
        // No `unmined`: see the crate's `ethereum` module.
        ChainUpdate {
            reorg_from: place.dropped_from,
            blocks: blocks.into_iter().map(|block| block.at).collect(),
            mined,
            escrow,
            blocks_behind: self.tip.0.saturating_sub(newest.0),
            logs_unread,
            ..ChainUpdate::default()
        }
    }
}
