//! Lookup of one transaction or block, outside of the order in which the chain is read.

use super::{
    block::{Block, Unfinished},
    matcher::Matcher,
    quorum::Quorum,
    rpc::Session,
    step::{ReadError, read},
};
use crate::{
    transport::{BoxFuture, join_all},
    watcher::{LookUp, NodeError, WatchError, WatchList},
};
use alloy_primitives::{B256, U64};
use serde::Deserialize;
use serde_json::json;
use shop_core::view::{BlockAt, BlockLogs, Height};
use std::collections::HashMap;

/// Place in a receipt, and nothing else of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldPlace {
    block_number: Option<U64>,
}

/// Returns what the chain holds under a transaction id.
///
/// A node's word only says where to look: the block found there is proved like any other. The place
/// most nodes tell comes first. If nothing is found at any place, a majority that does not know the
/// transaction decides.
pub(super) async fn look_up(
    quorum: &Quorum<'_>,
    txid: B256,
    watch_list: &WatchList,
) -> Result<LookUp, WatchError> {
    let told = places_of(quorum, txid).await;
    let unknown = told.iter().filter(|place| matches!(place, Ok(None))).count();
    let mut failed = None;
    for height in by_votes(&told) {
        match look_into(quorum, txid, height, watch_list).await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
    }
    if unknown >= quorum.needed() {
        return Ok(LookUp::NotFound);
    }
    Err(failed.unwrap_or_else(|| quorum.no_majority(unknown, &told)))
}

async fn places_of(quorum: &Quorum<'_>, txid: B256) -> Vec<Result<Option<Height>, NodeError>> {
    let ask = |session| Box::pin(place_of(session, txid)) as BoxFuture<'_, _>;
    join_all(quorum.sessions.iter().map(ask).collect()).await
}

async fn place_of(session: &Session<'_>, txid: B256) -> Result<Option<Height>, NodeError> {
    let most = super::limits::receipts(super::limits::UNPROVED_GAS);
    let params = json!([txid]);
    let told: Option<ToldPlace> = session
        .read("eth_getTransactionReceipt", params, most, &mut super::answer::NoParts)
        .await?;
    Ok(told.and_then(|place| place.block_number).map(|number| Height(number.to())))
}

/// Returns the places told, those that most nodes tell first.
fn by_votes(told: &[Result<Option<Height>, NodeError>]) -> Vec<Height> {
    let mut votes: HashMap<Height, usize> = HashMap::new();
    for height in told.iter().flatten().flatten() {
        let count = votes.entry(*height).or_default();
        *count = count.saturating_add(1);
    }
    let mut places: Vec<_> = votes.into_iter().collect();
    places.sort_unstable_by_key(|(height, count)| (usize::MAX.saturating_sub(*count), *height));
    places.into_iter().map(|(height, _)| height).collect()
}

/// Returns what one block says of the transaction; none if it does not hold it.
async fn look_into(
    quorum: &Quorum<'_>,
    txid: B256,
    height: Height,
    watch_list: &WatchList,
) -> Result<Option<LookUp>, WatchError> {
    let ours = Matcher::of(watch_list);
    match read(quorum, height, height, None).await {
        Ok(blocks) => Ok(blocks.iter().find_map(|block| block.look_up(txid, &ours))),
        Err(ReadError::Receipts(partial, error)) if partial.holds(txid) => {
            let block = with_one(quorum, *partial, txid).await;
            block.look_up(txid, &ours).map(Some).ok_or(error)
        }
        // It stands in no order: the transactions are proved, and it is not among them.
        Err(ReadError::Receipts(..) | ReadError::NotYet) => Ok(None),
        Err(ReadError::Watch(error)) => Err(error),
        Err(ReadError::Elsewhere) => Err(WatchError::Moved),
    }
}

/// Returns the block with what a majority tells of this one transaction.
async fn with_one(quorum: &Quorum<'_>, partial: Unfinished, txid: B256) -> Block {
    let outcome = quorum.outcome_of(txid, partial.at().hash).await;
    partial.with_told(outcome.map(|outcome| (txid, outcome)).into_iter().collect())
}

/// Returns all that the logs say of a block that was read before without all of its receipts.
pub(super) async fn read_logs(
    quorum: &Quorum<'_>,
    block: BlockAt,
    watch_list: &WatchList,
) -> Result<BlockLogs, WatchError> {
    match read(quorum, block.height, block.height, None).await {
        Ok(blocks) => {
            let block = blocks.iter().find(|found| found.at == block).ok_or(WatchError::Moved)?;
            Ok(block.logs(watch_list))
        }
        Err(ReadError::Receipts(_, error) | ReadError::Watch(error)) => Err(error),
        Err(ReadError::Elsewhere | ReadError::NotYet) => Err(WatchError::Moved),
    }
}
