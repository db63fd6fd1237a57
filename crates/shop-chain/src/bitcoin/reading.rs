//! Reading of the chain from the blocks that were read on.

use super::{
    Bitcoin, block,
    fetch::{self, Filter},
    filter,
    headers::Headers,
    scripts::Scripts,
    sync::{Synced, sync},
};
use crate::{
    heads::fork::BELOW,
    watcher::{WatchError, WatchList},
};
use bitcoin::BlockHash;
use shop_core::{
    time::CoarseTime,
    view::{BlockAt, ChainUpdate, Height, Transfer},
};

/// Greatest age in hours of a chain's newest block to begin with the chain.
const OLDEST_TIP: u64 = 24;

/// Stretch of the chain that one call reads.
struct Stretch {
    reorg_from: Option<Height>,
    blocks: Vec<(BlockAt, BlockHash)>,
    blocks_behind: u64,
}

pub(super) async fn advance(
    bitcoin: &Bitcoin,
    known: &[BlockAt],
    watch_list: &WatchList,
) -> Result<ChainUpdate, WatchError> {
    let stretch = {
        let mut headers = bitcoin.headers.lock().await;
        let Synced { tip } = sync(bitcoin, &mut headers).await?;
        if let Some(last) = known.last().filter(|last| tip < last.height.0) {
            return Ok(behind(&headers, known, *last, tip));
        }
        // Nodes that sync have not the blocks that are kept.
        if tip < headers.tip() {
            return Ok(ChainUpdate { branch_unknown: true, ..ChainUpdate::default() });
        }
        stretch(&headers, known, watch_list, bitcoin.settings.most_blocks)?
    };
    let scripts = bitcoin.scripts.of_watched(&watch_list.watched);
    let mined = transfers(bitcoin, &stretch.blocks, &scripts).await?;
    Ok(ChainUpdate {
        reorg_from: stretch.reorg_from,
        blocks: stretch.blocks.into_iter().map(|(at, _)| at).collect(),
        mined,
        blocks_behind: stretch.blocks_behind,
        ..ChainUpdate::default()
    })
}

/// Returns what some blocks of the chain pay to these scripts. They have no gaps.
pub(super) async fn transfers(
    bitcoin: &Bitcoin,
    blocks: &[(BlockAt, BlockHash)],
    scripts: &Scripts,
) -> Result<Vec<Transfer>, WatchError> {
    let mut found = Vec::new();
    for (at, hash) in matching(bitcoin, blocks, scripts).await? {
        let block = fetch::block(bitcoin, hash).await?;
        found.extend(block::transfers(&block, at, scripts));
    }
    Ok(found)
}

/// Returns the blocks that may pay these scripts, by their filters.
/// A block on whose filter the nodes do not agree is one of them.
pub(super) async fn matching(
    bitcoin: &Bitcoin,
    blocks: &[(BlockAt, BlockHash)],
    scripts: &Scripts,
) -> Result<Vec<(BlockAt, BlockHash)>, WatchError> {
    let Some((first, _)) = blocks.first() else { return Ok(Vec::new()) };
    let hashes: Vec<BlockHash> = blocks.iter().map(|(_, hash)| *hash).collect();
    let filters = fetch::filters(bitcoin, first.height.0, &hashes).await?;
    let mut matching = Vec::new();
    for ((at, hash), told) in blocks.iter().zip(&filters) {
        let may_pay = match told {
            Filter::Disputed => {
                let block = fetch::block(bitcoin, *hash).await?;
                fetch::judge(bitcoin, at.height.0, &block).await;
                true
            }
            // One that two nodes tell and that cannot be read hides nothing.
            Filter::Agreed(told) => filter::may_pay(told, *hash, scripts.bytes()).unwrap_or(true),
        };
        if may_pay && !scripts.is_empty() {
            matching.push((*at, *hash));
        }
    }
    Ok(matching)
}

/// Reports that the nodes' best chain is lower than what was read: nothing is taken back.
fn behind(headers: &Headers, known: &[BlockAt], last: BlockAt, tip: u64) -> ChainUpdate {
    let is_other = |block: &&BlockAt| {
        let at = headers.block_at(block.height.0);
        block.height.0 <= tip && at.is_some_and(|at| at.hash != block.hash)
    };
    let contested_from = known.iter().find(is_other).map(|block| block.height);
    let is_below_all = known.first().is_none_or(|first| tip < first.height.0);
    ChainUpdate {
        nodes_behind: last.height.0.saturating_sub(tip),
        contested_from,
        branch_unknown: is_below_all,
        ..ChainUpdate::default()
    }
}

/// Chooses the blocks to read next.
fn stretch(
    headers: &Headers,
    known: &[BlockAt],
    watch_list: &WatchList,
    most: u64,
) -> Result<Stretch, WatchError> {
    let tip = headers.tip();
    let is_here =
        |block: &&BlockAt| headers.block_at(block.height.0).is_some_and(|at| at.hash == block.hash);
    let standing = known.iter().rfind(is_here);
    let (from, reorg_from) = match (standing, known.first(), known.last()) {
        (Some(standing), _, Some(last)) => {
            let next = standing.height.0.saturating_add(1);
            (next, (standing != last).then_some(next))
        }
        (None, Some(first), _) => {
            let below = first.height.0.saturating_sub(BELOW).max(headers.first());
            (below, Some(below))
        }
        _ => (begin(headers, watch_list)?, None),
    };
    let to = tip.min(from.saturating_add(most.max(1)).saturating_sub(1));
    let block = |height| Some((headers.block_at(height)?, headers.hash_at(height)?));
    Ok(Stretch {
        reorg_from: reorg_from.map(Height),
        blocks: (from..=to).filter_map(block).collect(),
        blocks_behind: tip.saturating_sub(to),
    })
}

/// Returns the height to begin at: the first block of the hour asked for, or the tip.
fn begin(headers: &Headers, watch_list: &WatchList) -> Result<u64, WatchError> {
    let tip = headers.tip();
    let newest = headers.block_at(tip).map_or(CoarseTime::from_hours(0), |block| block.time);
    if let Some(now) = watch_list.now {
        let hours = now.hours().saturating_sub(newest.hours());
        if hours > OLDEST_TIP {
            return Err(WatchError::NodesSyncing { hours });
        }
    }
    Ok(watch_list.since.and_then(|since| headers.first_since(since)).unwrap_or(tip))
}
