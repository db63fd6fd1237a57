//! Lookup of one transaction or block, outside of the order in which the chain is read.

use super::{Monero, fetch::fetch, quorum::Quorum};
use crate::{
    heads::Heads,
    transport::{BoxFuture, join_all},
    watcher::{LookUp, NodeError, WatchError, WatchList},
};
use shop_core::view::{BlockAt, BlockLogs, Height};

/// Returns what the chain holds under a transaction id.
///
/// A node's word only says where to look: the block found there is proved like any other. If
/// nothing is found at any place, a majority that does not know the transaction decides.
pub(super) async fn look_up(
    monero: &Monero,
    txid: [u8; 32],
    watch_list: &WatchList,
) -> Result<LookUp, WatchError> {
    let quorum = Quorum::new(monero);
    let ask = |session| Box::pin(place_of(session, txid)) as BoxFuture<'_, _>;
    let told = join_all(quorum.sessions.iter().map(ask).collect()).await;
    let unknown = told.iter().filter(|place| matches!(place, Ok(None))).count();
    let mut places: Vec<Height> = told.iter().flatten().flatten().copied().collect();
    places.sort_unstable();
    places.dedup();
    let mut failed = None;
    for height in places {
        match look_into(monero, &quorum, txid, height, watch_list).await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
    }
    if unknown.saturating_mul(2) > quorum.sessions.len() {
        return Ok(LookUp::NotFound);
    }
    Err(failed.unwrap_or_else(|| quorum.no_majority(unknown, &told)))
}

async fn place_of(
    session: &super::node::Session<'_>,
    txid: [u8; 32],
) -> Result<Option<Height>, NodeError> {
    let told = session.transactions(&[txid], true).await?;
    let mined = told.first().filter(|told| !told.in_pool);
    Ok(mined.and_then(|told| told.block_height).map(Height))
}

/// Returns what one block says of the transaction; none if it does not hold it.
async fn look_into(
    monero: &Monero,
    quorum: &Quorum<'_>,
    txid: [u8; 32],
    height: Height,
    watch_list: &WatchList,
) -> Result<Option<LookUp>, WatchError> {
    let Some(head) = quorum.head_at(height).await? else { return Ok(None) };
    let block = fetch(monero, quorum, head).await?;
    if !block.holds(txid) {
        return Ok(None);
    }
    let transfers = block.transfers_of(txid, &watch_list.watched);
    Ok(Some(if transfers.is_empty() { LookUp::NotOurs } else { LookUp::Found(transfers) }))
}

/// Returns what a block pays that was read before.
pub(super) async fn read_logs(
    monero: &Monero,
    at: BlockAt,
    watch_list: &WatchList,
) -> Result<BlockLogs, WatchError> {
    let quorum = Quorum::new(monero);
    let head = quorum.head_at(at.height).await?;
    let head = head.filter(|head| head.hash == at.hash).ok_or(WatchError::Moved)?;
    let block = fetch(monero, &quorum, head).await?;
    Ok(block.transfers(&watch_list.watched).into())
}
