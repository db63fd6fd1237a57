//! What enough nodes say, and what one of them can prove.

use super::{
    Ethereum,
    block::{Block, ToldBlock, ToldReceipts},
    rpc::Session,
};
use crate::{
    transport::{BoxFuture, join_all},
    watch::{Trouble, WatchError},
};
use alloy_primitives::{B256, U64};
use serde::Deserialize;
use serde_json::json;
use shop_core::view::{BlockHash, Height};

/// The nodes, for the time of one call.
pub(super) struct Quorum<'a> {
    sessions: Vec<Session<'a>>,
}

/// A hash that a strict majority of the configured nodes told, and which of them did.
pub(super) struct Agreed {
    hash: BlockHash,
    by: Vec<usize>,
}

/// Why blocks could not be read.
pub(super) enum ReadError {
    /// The oldest of them does not stand on what was read before.
    Elsewhere,
    Watch(WatchError),
}

/// Only the hash, of a block without its transactions' bodies.
#[derive(Deserialize)]
struct ToldHash {
    hash: B256,
}

/// Only the place, of a receipt.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldPlace {
    block_number: Option<U64>,
}

/// What the nodes say of a transaction.
pub(super) enum Places {
    /// In these blocks: each is only one node's word.
    At(Vec<Height>),
    /// Enough nodes do not know it.
    Nowhere,
}

impl<'a> Quorum<'a> {
    pub(super) fn of(ethereum: &'a Ethereum) -> Self {
        let Ethereum { nodes, settings } = ethereum;
        Self { sessions: nodes.iter().map(|node| Session::new(node, settings)).collect() }
    }

    /// The greatest height that a strict majority has reached.
    pub(super) async fn tip(&mut self) -> Result<Height, WatchError> {
        let told = self
            .ask_all(|session| Box::pin(session.ask_some::<U64>("eth_blockNumber", json!([]))))
            .await;
        let mut heights: Vec<u64> = told.iter().flatten().map(|height| height.to()).collect();
        heights.sort_unstable_by(|a, b| b.cmp(a));
        let tip = heights.get(self.needed().saturating_sub(1));
        tip.copied().map(Height).ok_or_else(|| self.no_majority(heights.len(), &told))
    }

    /// The hash at `height`, by a strict majority.
    pub(super) async fn hash_at(&mut self, height: Height) -> Result<Agreed, WatchError> {
        let number = format!("{:#x}", height.0);
        let told = self
            .ask_all(|session| {
                let params = json!([number, false]);
                Box::pin(session.ask_some::<ToldHash>("eth_getBlockByNumber", params))
            })
            .await;
        let hashes: Vec<_> = told.iter().map(|told| told.as_ref().ok().map(|t| t.hash)).collect();
        let mut best: Vec<usize> = Vec::new();
        for hash in hashes.iter().flatten() {
            let by: Vec<_> = (0..).zip(&hashes).filter(|(_, h)| *h == &Some(*hash)).collect();
            if by.len() > best.len() {
                best = by.into_iter().map(|(place, _)| place).collect();
            }
        }
        let hash = best.first().and_then(|place| hashes.get(*place).copied().flatten());
        match hash {
            Some(hash) if best.len() >= self.needed() => {
                Ok(Agreed { hash: BlockHash(hash.0), by: best })
            }
            _ => Err(self.no_majority(best.len(), &told)),
        }
    }

    /// The blocks from `from` to `to`, proved from the agreed hash at `to` down: each names its
    /// parent, so a majority for the newest is a majority for all. The oldest must stand on
    /// `parent`, if that is known.
    ///
    /// One node is read from; the next one is tried if what it sends proves nothing.
    pub(super) async fn read(
        &mut self,
        from: Height,
        to: Height,
        parent: Option<BlockHash>,
    ) -> Result<Vec<Block>, ReadError> {
        let agreed = self.hash_at(to).await.map_err(ReadError::Watch)?;
        let mut elsewhere = false;
        let mut first = None;
        // Another node each time, so that none gets all the work or can hold up all the reading.
        let start = usize::try_from(from.0).unwrap_or(0) % agreed.by.len().max(1);
        for place in agreed.by.iter().cycle().skip(start).take(agreed.by.len()) {
            let Some(session) = self.sessions.get_mut(*place) else { continue };
            match read_from(session, from, to, parent, agreed.hash).await {
                Ok(blocks) => return Ok(blocks),
                Err(OneError::Elsewhere) => elsewhere = true,
                Err(OneError::Trouble(trouble)) => {
                    let number = place.saturating_add(1);
                    first.get_or_insert(WatchError::Node { number, trouble });
                }
            }
        }
        if elsewhere {
            return Err(ReadError::Elsewhere);
        }
        Err(ReadError::Watch(first.unwrap_or(WatchError::Moved)))
    }

    /// Where the nodes say a transaction is.
    pub(super) async fn places_of(&mut self, txid: B256) -> Result<Places, WatchError> {
        let told = self
            .ask_all(|session| {
                let params = json!([txid]);
                Box::pin(session.ask::<ToldPlace>("eth_getTransactionReceipt", params))
            })
            .await;
        let answers: Vec<_> = told
            .iter()
            .flatten()
            .map(|told| told.as_ref().and_then(|place| place.block_number))
            .collect();
        let mut at: Vec<_> = answers.iter().flatten().map(|number| Height(number.to())).collect();
        at.sort_unstable();
        at.dedup();
        let unknown = answers.iter().filter(|place| place.is_none()).count();
        if !at.is_empty() {
            Ok(Places::At(at))
        } else if unknown >= self.needed() {
            Ok(Places::Nowhere)
        } else {
            Err(self.no_majority(unknown, &told))
        }
    }

    const fn needed(&self) -> usize {
        self.sessions.len() / 2 + 1
    }

    fn no_majority<T>(&self, agreed: usize, told: &[Result<T, Trouble>]) -> WatchError {
        let mut failed = (1..).zip(told).filter_map(|(number, told)| {
            told.as_ref().err().map(|trouble| (number, trouble.clone()))
        });
        let first = failed.next();
        match (self.sessions.len(), first) {
            (1, Some((number, trouble))) => WatchError::Node { number, trouble },
            (nodes, first) => {
                WatchError::NoMajority { nodes, agreed, needed: self.needed(), first }
            }
        }
    }

    /// Asks every node at the same time.
    async fn ask_all<'s, T: Send>(
        &'s mut self,
        ask: impl Fn(&'s mut Session<'a>) -> BoxFuture<'s, Result<T, Trouble>>,
    ) -> Vec<Result<T, Trouble>> {
        join_all(self.sessions.iter_mut().map(ask).collect()).await
    }
}

impl Agreed {
    pub(super) const fn hash(&self) -> BlockHash {
        self.hash
    }
}

enum OneError {
    Elsewhere,
    Trouble(Trouble),
}

impl From<Trouble> for OneError {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

async fn read_from(
    session: &mut Session<'_>,
    from: Height,
    to: Height,
    mut parent: Option<BlockHash>,
    agreed: BlockHash,
) -> Result<Vec<Block>, OneError> {
    let mut blocks = Vec::new();
    for height in from.0..=to.0 {
        let block = read_block(session, Height(height)).await?;
        if parent.is_some_and(|parent| parent != block.parent) {
            // In the middle, the node's own branch changed under our hands.
            return Err(if height == from.0 {
                OneError::Elsewhere
            } else {
                OneError::Trouble(Trouble::Lied("parent"))
            });
        }
        parent = Some(block.at.hash);
        blocks.push(block);
    }
    if parent == Some(agreed) { Ok(blocks) } else { Err(Trouble::Lied("hash").into()) }
}

pub(super) async fn read_block(
    session: &mut Session<'_>,
    height: Height,
) -> Result<Block, Trouble> {
    let params = json!([format!("{:#x}", height.0), true]);
    let told: ToldBlock = session.ask_some("eth_getBlockByNumber", params).await?;
    let hash = told.hash()?;
    let receipts: ToldReceipts = session.ask_some("eth_getBlockReceipts", json!([hash])).await?;
    let block = told.prove(receipts)?;
    if block.at.height == height { Ok(block) } else { Err(Trouble::Lied("number")) }
}
