//! Reading of the chain from the blocks that were read on.

use super::{
    Monero,
    block::first_of_each_key,
    fetch::fetch_all,
    limits, pool,
    quorum::{Agreed, Quorum},
};
use crate::{
    heads::{
        first,
        fork::{Branch, branch_at},
    },
    watcher::{WatchError, WatchList},
};
use shop_core::view::{BlockAt, BlockHash, ChainUpdate, Height};

pub(super) async fn advance(
    monero: &Monero,
    known: &[BlockAt],
    watch_list: &WatchList,
) -> Result<ChainUpdate, WatchError> {
    let quorum = Quorum::new(monero);
    let tip = quorum.tip().await?;
    let reading = Reading { monero, quorum: &quorum, watch_list, tip };
    let mut update = reading.read_on(known).await?;
    if monero.settings.reads_pool {
        update.unmined = pool::unmined(monero, &quorum, watch_list, &update.mined).await;
    }
    Ok(update)
}

/// Place where reading goes on.
struct Place {
    from: Height,
    /// Hash of the block below, if it is known.
    parent: Option<BlockHash>,
    reorg_from: Option<Height>,
}

struct Reading<'a> {
    monero: &'a Monero,
    quorum: &'a Quorum<'a>,
    watch_list: &'a WatchList,
    tip: Height,
}

impl Reading<'_> {
    async fn read_on(&self, known: &[BlockAt]) -> Result<ChainUpdate, WatchError> {
        let Some(last) = known.last() else {
            let Some(begin) = first::begin(self.quorum, self.tip, self.watch_list).await? else {
                return Ok(ChainUpdate::default());
            };
            return self.read(Place { from: begin, parent: None, reorg_from: None }).await;
        };
        if self.tip < last.height {
            let nodes_behind = last.height.0.saturating_sub(self.tip.0);
            return Ok(match branch_at(self.quorum, known, self.tip).await? {
                Branch::Known => ChainUpdate { nodes_behind, ..ChainUpdate::default() },
                Branch::Unseen => {
                    ChainUpdate { nodes_behind, branch_unknown: true, ..ChainUpdate::default() }
                }
                Branch::Other { from, .. } => ChainUpdate {
                    nodes_behind,
                    contested_from: Some(from),
                    ..ChainUpdate::default()
                },
            });
        }
        match branch_at(self.quorum, known, last.height).await? {
            Branch::Known if self.tip == last.height => Ok(ChainUpdate::default()),
            Branch::Known => {
                let from = Height(last.height.0.saturating_add(1));
                self.read(Place { from, parent: Some(last.hash), reorg_from: None }).await
            }
            Branch::Unseen => Ok(nothing_known()),
            Branch::Other { from, parent } => {
                self.read(Place { from, parent, reorg_from: Some(from) }).await
            }
        }
    }

    /// Reads a step of blocks, whose hashes a strict majority tells.
    async fn read(&self, place: Place) -> Result<ChainUpdate, WatchError> {
        let step = self.monero.step().min(limits::HEADS);
        let last = place.from.0.saturating_add(step.saturating_sub(1));
        let to = Height(self.tip.0.min(last));
        let Agreed { heads, error } = self.quorum.heads(place.from, to).await;
        let Some(lowest) = heads.first() else {
            // Its first block is not there yet.
            return match (error, place.reorg_from) {
                (Some(error), _) => Err(error),
                (None, None) => Ok(nothing_known()),
                (None, Some(from)) => Ok(contested(from)),
            };
        };
        if place.parent.is_some_and(|parent| parent != lowest.parent) {
            return Err(WatchError::Moved);
        }
        let blocks = fetch_all(self.monero, self.quorum, &heads).await?;
        self.monero.note_read(heads.len(), blocks.len());
        let newest = blocks.last().map_or(self.tip, |block| block.at.height);
        let watched = &self.watch_list.watched;
        let mined = blocks.iter().flat_map(|block| block.transfers(watched));
        Ok(ChainUpdate {
            reorg_from: place.reorg_from,
            mined: first_of_each_key(mined),
            blocks: blocks.iter().map(|block| block.at).collect(),
            blocks_behind: self.tip.0.saturating_sub(newest.0),
            ..ChainUpdate::default()
        })
    }
}

/// Reports that the nodes tell another branch from this height up, and that it is not read.
fn contested(from: Height) -> ChainUpdate {
    ChainUpdate { contested_from: Some(from), ..ChainUpdate::default() }
}

/// Reports nothing: the nodes did not say if they hold what was read before.
fn nothing_known() -> ChainUpdate {
    ChainUpdate { branch_unknown: true, ..ChainUpdate::default() }
}
