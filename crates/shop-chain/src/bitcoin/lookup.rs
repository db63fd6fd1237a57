//! Blocks that were read, looked at again; and what each node can do.

use super::{Bitcoin, block, fetch, filter, headers::Headers, peer::Peer, reading, sync::sync};
use crate::{
    transport::{BoxFuture, join_all},
    watcher::{Held, LookUp, NodeComparison, NodeError, NodeReport, WatchError, WatchList},
};
use bitcoin::{BlockHash, Txid, hashes::Hash as _};
use shop_core::view::{BlockAt, BlockLogs, Height};
use tokio::time::Instant;

/// Looks for a transaction that pays the shop, in the newest blocks.
pub(super) async fn look_up(
    bitcoin: &Bitcoin,
    txid: &str,
    watch_list: &WatchList,
) -> Result<LookUp, WatchError> {
    let Ok(txid) = txid.parse::<Txid>() else { return Ok(LookUp::NotFound) };
    let newest = {
        let mut headers = bitcoin.headers.lock().await;
        sync(bitcoin, &mut headers).await?;
        let from = headers.tip().saturating_sub(bitcoin.settings.looked_back);
        blocks(&headers, from.max(headers.first()))
    };
    let scripts = bitcoin.scripts.of_watched(&watch_list.watched);
    let most = usize::try_from(bitcoin.settings.most_blocks).unwrap_or(usize::MAX).max(1);
    for stretch in newest.rchunks(most) {
        for (at, hash) in reading::matching(bitcoin, stretch, &scripts).await? {
            let block = fetch::block(bitcoin, hash).await?;
            match block::transfers_of(&block, txid, at, &scripts) {
                None => {}
                Some(found) if found.is_empty() => return Ok(LookUp::NotOurs),
                Some(found) => return Ok(LookUp::Found(found)),
            }
        }
    }
    Ok(LookUp::NotFound)
}

/// Reads a block again, whole.
pub(super) async fn read_again(
    bitcoin: &Bitcoin,
    at: BlockAt,
    watch_list: &WatchList,
) -> Result<BlockLogs, WatchError> {
    let hash = {
        let mut headers = bitcoin.headers.lock().await;
        sync(bitcoin, &mut headers).await?;
        let is_here = headers.block_at(at.height.0).is_some_and(|here| here.hash == at.hash);
        let hash = headers.hash_at(at.height.0).filter(|_| is_here);
        hash.ok_or(WatchError::Moved)?
    };
    let block = fetch::block(bitcoin, hash).await?;
    let scripts = bitcoin.scripts.of_watched(&watch_list.watched);
    Ok(block::transfers(&block, at, &scripts).into())
}

fn blocks(headers: &Headers, from: u64) -> Vec<(BlockAt, BlockHash)> {
    let block = |height| Some((headers.block_at(height)?, headers.hash_at(height)?));
    (from..=headers.tip()).filter_map(block).collect()
}

/// Asks every node for its newest header and that block's filter.
pub(super) async fn probe(bitcoin: &Bitcoin) -> Vec<NodeReport> {
    let newest = {
        let mut headers = bitcoin.headers.lock().await;
        // Each node's fault is told below.
        let _ = sync(bitcoin, &mut headers).await;
        headers.hash_at(headers.tip()).map(|hash| (headers.tip(), hash))
    };
    let Some(newest) = newest else { return Vec::new() };
    let mut asked: Vec<BoxFuture<'_, NodeReport>> = Vec::new();
    for peer in &bitcoin.peers {
        asked.push(Box::pin(report(bitcoin, peer, newest)));
    }
    join_all(asked).await
}

async fn report(bitcoin: &Bitcoin, peer: &Peer, newest: (u64, BlockHash)) -> NodeReport {
    let begun = Instant::now();
    let (tip, hash) = newest;
    let located = vec![hash];
    let reached = peer.headers(located).await;
    let is_reached = reached.is_ok();
    let proved = match reached {
        Ok(_) => prove(peer, tip, hash).await,
        Err(trouble) => Err(trouble),
    };
    NodeReport {
        number: peer.number,
        chain_id: is_reached.then_some(bitcoin.settings.network.number()),
        tip: proved.is_ok().then_some(Height(tip)),
        blocks_behind: proved.is_ok().then_some(0),
        block_proved: proved.is_ok(),
        receipts: None,
        took: begun.elapsed(),
        trouble: proved.err(),
    }
}

/// Checks that a node has the newest block's filter.
async fn prove(peer: &Peer, tip: u64, hash: BlockHash) -> Result<(), NodeError> {
    let told = peer.filter_hashes(tip, &[hash]).await?;
    let given = peer.filters(tip, &[hash]).await?;
    let is_same = given.iter().zip(&told).all(|((_, hash), told)| hash == told);
    let is_read = given
        .iter()
        .all(|(given, _)| filter::may_pay(given, hash, std::iter::empty::<&[u8]>()).is_ok());
    if is_same && is_read { Ok(()) } else { Err(NodeError::InvalidProof("filter")) }
}

/// Asks every node for the headers that follow this block.
/// One that does not have the block tells others, from wherever its chain leaves that of the block.
pub(super) async fn compare(bitcoin: &Bitcoin, block: BlockAt) -> Vec<NodeComparison> {
    let mut asked: Vec<BoxFuture<'_, NodeComparison>> = Vec::new();
    for peer in &bitcoin.peers {
        asked.push(Box::pin(compare_one(peer, block)));
    }
    join_all(asked).await
}

async fn compare_one(peer: &Peer, block: BlockAt) -> NodeComparison {
    let hash = BlockHash::from_byte_array(block.hash.0);
    let number = peer.number;
    let following = match peer.headers(vec![hash]).await {
        Ok(following) => following,
        Err(trouble) => return NodeComparison { number, tip: None, held: Err(trouble) },
    };
    if following.first().is_some_and(|first| first.prev_blockhash != hash) {
        return NodeComparison { number, tip: None, held: Err(NodeError::Missing) };
    }
    let count = u64::try_from(following.len()).unwrap_or(u64::MAX);
    let tip = Some(Height(block.height.0.saturating_add(count)));
    NodeComparison { number, tip, held: Ok(Held::Same) }
}
