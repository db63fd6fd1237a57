//! Answers that enough nodes give.

use super::{
    Ethereum,
    answer::Parts,
    receipts::{Logs, Outcome, ToldReceipt, alone},
    rpc::Session,
};
use crate::{
    heads::{Head, Heads, most_told, most_told_by},
    transport::{BoxFuture, join_all, join_enough},
    watcher::{NodeError, WatchError},
};
use alloy_primitives::{B256, U64};
use serde::Deserialize;
use serde_json::json;
use shop_core::{
    time::UnixTime,
    view::{BlockHash, Height},
};
use std::time::Duration;

/// The nodes, for the time of one call.
pub(super) struct Quorum<'a> {
    pub(super) sessions: Vec<Session<'a>>,
}

/// Answers of the nodes, in the order of the settings.
pub(super) type NodeAnswers<T> = Vec<Result<T, NodeError>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldHead {
    number: U64,
    hash: B256,
    parent_hash: B256,
    timestamp: U64,
}

impl<'a> Quorum<'a> {
    pub(super) fn of(ethereum: &'a Ethereum) -> Self {
        let Ethereum { peers, settings, .. } = ethereum;
        Self { sessions: peers.iter().map(|peer| Session::new(peer, settings)).collect() }
    }

    /// Returns the number of nodes that make a strict majority.
    pub(super) const fn needed(&self) -> usize {
        self.sessions.len() / 2 + 1
    }

    /// Returns the greatest height that a strict majority has reached.
    pub(super) async fn tip(&self) -> Result<Height, WatchError> {
        let asked = self.sessions.iter().map(|session| boxed(tip_of(session))).collect();
        let is_enough =
            |told: &[Result<U64, NodeError>]| told.iter().flatten().count() >= self.needed();
        let told = join_enough(asked, Err(NodeError::Timeout), self.grace(), is_enough).await;
        let mut heights: Vec<u64> = told.iter().flatten().map(|height| height.to()).collect();
        heights.sort_unstable_by(|a, b| b.cmp(a));
        let tip = heights.get(self.needed().saturating_sub(1));
        tip.copied().map(Height).ok_or_else(|| self.no_majority(heights.len(), &told))
    }

    /// Returns the time a node may take once enough others have answered.
    /// A dead one must not hold up all.
    pub(super) fn grace(&self) -> Duration {
        self.sessions.first().map_or(Duration::ZERO, |session| session.settings.race_after)
    }

    /// Returns the head at `height` as each node tells it.
    /// The node at `except` is not asked: it gives the block itself.
    pub(super) async fn heads(&self, height: Height, except: Option<usize>) -> NodeAnswers<Head> {
        let ask = |(place, session)| boxed(head_or_nothing(session, height, Some(place) == except));
        let asked = self.sessions.iter().enumerate().map(ask).collect();
        let enough = self.needed().saturating_sub(usize::from(except.is_some()));
        let is_enough = |told: &[Result<Head, NodeError>]| {
            most_told(told).map_or(0, |(_, by)| by.len()) >= enough
        };
        join_enough(asked, Err(NodeError::Timeout), self.grace(), is_enough).await
    }

    /// Returns the outcome of a transaction, if a majority tells the same receipt in this block.
    pub(super) async fn outcome_of(&self, txid: B256, block: BlockHash) -> Option<Outcome> {
        let ask = |session| boxed(receipt_of(session, txid, block));
        let told = join_all(self.sessions.iter().map(ask).collect()).await;
        let (told, by) = most_told_by(&told, |(hash, _)| *hash)?;
        (by.len() >= self.needed()).then(|| told.1.clone())
    }

    pub(super) fn no_majority<T>(
        &self,
        agreed: usize,
        told: &[Result<T, NodeError>],
    ) -> WatchError {
        let mut failed = (1..).zip(told).filter_map(|(number, told)| {
            let trouble = told.as_ref().err().filter(|trouble| **trouble != UNASKED)?;
            Some((number, trouble.clone()))
        });
        let first = failed.next();
        match (self.sessions.len(), first) {
            (1, Some((number, trouble))) => WatchError::Node { number, trouble },
            (nodes, first) => {
                WatchError::NoMajority { nodes, agreed, needed: self.needed(), first }
            }
        }
    }
}

impl Heads for Quorum<'_> {
    async fn head_at(&self, height: Height) -> Result<Option<Head>, WatchError> {
        let told = self.heads(height, None).await;
        let best = most_told(&told);
        if let Some((head, by)) = &best
            && by.len() >= self.needed()
        {
            return Ok(Some(*head));
        }
        let agreed = best.map_or(0, |(_, by)| by.len());
        let lacking = told.iter().filter(|t| matches!(t, Err(NodeError::Missing))).count();
        if lacking > 0 && agreed.saturating_add(lacking) >= self.needed() {
            return Ok(None);
        }
        Err(self.no_majority(agreed, &told))
    }

    async fn head_of_past(&self, height: Height) -> Result<Head, WatchError> {
        let head = self.head_at(height).await?;
        let missing = || self.no_majority::<()>(0, &[Err(NodeError::Missing)]);
        head.ok_or_else(missing)
    }
}

/// Placeholder for the answer of a node that was not asked.
pub(super) const UNASKED: NodeError = NodeError::Status(0);

fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(future)
}

/// Returns the height of a node's newest block.
pub(super) async fn tip_of(session: &Session<'_>) -> Result<U64, NodeError> {
    session.ask_some("eth_blockNumber", json!([])).await
}

async fn head_or_nothing(
    session: &Session<'_>,
    height: Height,
    is_excepted: bool,
) -> Result<Head, NodeError> {
    if is_excepted { Err(UNASKED) } else { head_of(session, height).await }
}

/// Returns the head at `height` as one node tells it.
pub(super) async fn head_of(session: &Session<'_>, height: Height) -> Result<Head, NodeError> {
    let params = json!([format!("{:#x}", height.0), false]);
    let told: ToldHead = session.ask_some("eth_getBlockByNumber", params).await?;
    if told.number.to::<u64>() != height.0 {
        return Err(NodeError::InvalidProof("number"));
    }
    Ok(Head {
        height,
        hash: BlockHash(told.hash.0),
        parent: BlockHash(told.parent_hash.0),
        time: UnixTime(told.timestamp.to()).coarse(),
    })
}

/// Returns a transaction's receipt and its hash, if the node puts it into this block.
async fn receipt_of(
    session: &Session<'_>,
    txid: B256,
    block: BlockHash,
) -> Result<(B256, Outcome), NodeError> {
    let (receipt, logs) = single_receipt(session, txid).await?;
    if receipt.block_hash.is_some_and(|hash| hash.0 != block.0) {
        return Err(NodeError::Missing);
    }
    alone(receipt, logs)
}

/// Asks for one transaction's receipt.
pub(super) async fn single_receipt(
    session: &Session<'_>,
    txid: B256,
) -> Result<(ToldReceipt, Logs), NodeError> {
    let mut logs = Logs::default();
    logs.begin();
    let most = super::limits::receipts(super::limits::UNPROVED_GAS);
    let method = "eth_getTransactionReceipt";
    let told: Option<ToldReceipt> = session.read(method, json!([txid]), most, &mut logs).await?;
    Ok((told.ok_or(NodeError::Missing)?, logs))
}
