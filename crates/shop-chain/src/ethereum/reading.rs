//! Following the chain from what was read, and looking up one transaction.

use super::{
    Settings,
    quorum::{Places, Quorum, ReadError},
};
use crate::watch::{Interest, LookUp, WatchError};
use alloy_primitives::B256;
use shop_core::view::{Advance, BlockAt, Height, Transfer};

pub(super) async fn advance(
    quorum: &mut Quorum<'_>,
    settings: &Settings,
    known: &[BlockAt],
    interest: &Interest,
) -> Result<Advance, WatchError> {
    let tip = quorum.tip().await?;
    let mut place = match known.last() {
        None => Place { standing: None, dropped_from: None, from: tip },
        // The common way: that it still stands shows when the next block names its parent.
        Some(last) if tip > last.height => Place::on(*last, None),
        Some(last) if is_only_behind(quorum, known, *last, tip, settings.lag).await? => {
            Place::on(*last, None)
        }
        Some(_) => find_place(quorum, known, tip).await?,
    };
    loop {
        if place.from > tip {
            return Ok(place.with(Vec::new(), Vec::new(), 0));
        }
        let last = place.from.0.saturating_add(settings.most_blocks.saturating_sub(1));
        let to = Height(tip.0.min(last));
        match quorum.read(place.from, to, place.standing.map(|block| block.hash)).await {
            Ok(blocks) => {
                let mined = blocks.iter().flat_map(|b| b.transfers(&interest.ours)).collect();
                let blocks = blocks.into_iter().map(|block| block.at).collect();
                return Ok(place.with(blocks, mined, tip.0.saturating_sub(to.0)));
            }
            Err(ReadError::Watch(error)) => return Err(error),
            Err(ReadError::Elsewhere) => {
                let found = find_place(quorum, known, tip).await?;
                if found.from == place.from {
                    // It stands after all: it moves back and forth under our eyes.
                    return Err(WatchError::Moved);
                }
                place = found;
            }
        }
    }
}

/// Where reading goes on.
struct Place {
    /// The newest known block that still stands.
    standing: Option<BlockAt>,
    dropped_from: Option<Height>,
    from: Height,
}

impl Place {
    const fn on(standing: BlockAt, dropped_from: Option<Height>) -> Self {
        let from = Height(standing.height.0.saturating_add(1));
        Self { standing: Some(standing), dropped_from, from }
    }

    const fn with(&self, blocks: Vec<BlockAt>, mined: Vec<Transfer>, behind: u64) -> Advance {
        // No `unmined`: see the crate's `ethereum` module.
        Advance {
            dropped_from: self.dropped_from,
            blocks,
            mined,
            behind,
            unmined: Vec::new(),
            nodes_behind: 0,
            logs_unread: Vec::new(),
            contested_from: None,
        }
    }
}

/// Whether the nodes stand on our branch, at its end or so little before it that they may only lag.
async fn is_only_behind(
    quorum: &mut Quorum<'_>,
    known: &[BlockAt],
    last: BlockAt,
    tip: Height,
    lag: u64,
) -> Result<bool, WatchError> {
    if last.height.0.saturating_sub(tip.0) > lag {
        return Ok(false);
    }
    match known.iter().find(|block| block.height == tip) {
        Some(block) => Ok(quorum.hash_at(tip).await?.hash() == block.hash),
        None => Ok(false),
    }
}

/// Bisects for the newest known block that still stands: blocks under one that stands stand too.
async fn find_place(
    quorum: &mut Quorum<'_>,
    known: &[BlockAt],
    tip: Height,
) -> Result<Place, WatchError> {
    let mut left: Vec<_> = known.iter().filter(|block| block.height <= tip).copied().collect();
    let mut standing = None;
    while !left.is_empty() {
        let mut newer = left.split_off(left.len() / 2);
        let Some(middle) = newer.first().copied() else { break };
        if quorum.hash_at(middle.height).await?.hash() == middle.hash {
            standing = Some(middle);
            left = newer.split_off(1);
        }
    }
    Ok(match (standing, known.first()) {
        (Some(standing), _) => {
            let is_last = known.last() == Some(&standing);
            let above = Height(standing.height.0.saturating_add(1));
            Place::on(standing, (!is_last).then_some(above))
        }
        // Deeper than the ring: all of it is void, and is read anew. Where the chain is shorter even
        // than that, from its tip, so that the next call does not start over and skip blocks.
        (None, Some(first)) => {
            let from = first.height.min(tip);
            Place { standing: None, dropped_from: Some(from), from }
        }
        (None, None) => Place { standing: None, dropped_from: None, from: tip },
    })
}

/// What the chain holds under a transaction id. A node's word only says where to look: what is
/// found there is proved like any other block.
pub(super) async fn look_up(
    quorum: &mut Quorum<'_>,
    txid: B256,
    interest: &Interest,
) -> Result<LookUp, WatchError> {
    let Places::At(heights) = quorum.places_of(txid).await? else { return Ok(LookUp::NotFound) };
    let mut failed = WatchError::Moved;
    // As many as there are nodes, at most.
    for height in heights {
        match quorum.read(height, height, None).await {
            Ok(blocks) => {
                if let Some(found) = blocks.iter().find_map(|b| b.look_up(txid, &interest.ours)) {
                    return Ok(found);
                }
            }
            Err(ReadError::Watch(error)) => failed = error,
            Err(ReadError::Elsewhere) => {}
        }
    }
    // Where it was said to be, it is not.
    Err(failed)
}

/// Every transfer in a block that was read before, without all of its receipts.
pub(super) async fn read_logs(
    quorum: &mut Quorum<'_>,
    block: BlockAt,
    interest: &Interest,
) -> Result<Vec<Transfer>, WatchError> {
    match quorum.read(block.height, block.height, None).await {
        Ok(blocks) => {
            let block = blocks.iter().find(|found| found.at == block).ok_or(WatchError::Moved)?;
            Ok(block.transfers(&interest.ours))
        }
        Err(ReadError::Watch(error)) => Err(error),
        Err(ReadError::Elsewhere) => Err(WatchError::Moved),
    }
}
