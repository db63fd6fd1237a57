//! Filters and blocks from the nodes, and who was wrong where they do not agree.

use super::{Bitcoin, block, filter, peer::Peer};
use crate::{
    transport::{BoxFuture, join_enough},
    watcher::{NodeError, WatchError},
};
use bitcoin::{Block, BlockHash};
use std::sync::{Arc, PoisonError};

/// Filter of a block, if the nodes agree on it.
pub(super) enum Filter {
    /// The nodes tell the same.
    Agreed(Arc<[u8]>),
    /// They do not: the whole block says what it pays.
    Disputed,
}

/// Hashes of filters that one node told.
type Told = Result<Vec<[u8; 32]>, NodeError>;

/// Returns the filters of some blocks of the chain, which begin at this height.
pub(super) async fn filters(
    bitcoin: &Bitcoin,
    from: u64,
    blocks: &[BlockHash],
) -> Result<Vec<Filter>, WatchError> {
    let recent: Vec<_> = blocks.iter().map(|block| recall(bitcoin, *block)).collect();
    if recent.iter().all(Option::is_some) {
        return Ok(recent.into_iter().flatten().map(Filter::Agreed).collect());
    }
    let told = hashes(bitcoin, from, blocks).await?;
    let agreed = agreed(&told, blocks.len());
    if agreed.iter().all(Option::is_none) {
        return Ok(blocks.iter().map(|_| Filter::Disputed).collect());
    }
    let mut first = None;
    for peer in bitcoin.in_turn() {
        match filters_of(peer, from, blocks, &agreed).await {
            Ok(filters) => {
                remember(bitcoin, blocks, &filters);
                return Ok(filters);
            }
            Err(trouble) => {
                if let NodeError::InvalidProof(part) = trouble {
                    peer.note_lie(part);
                }
                first = first.or(Some((peer.number, trouble)));
            }
        }
    }
    Err(failure(bitcoin, first))
}

/// Returns a block, whose transactions are proved.
pub(super) async fn block(bitcoin: &Bitcoin, hash: BlockHash) -> Result<Block, WatchError> {
    let mut first = None;
    for peer in bitcoin.in_turn() {
        let told = match peer.block(hash).await {
            Ok(told) => block::check(&told).map(|()| told),
            Err(trouble) => Err(trouble),
        };
        match told {
            Ok(told) => return Ok(told),
            Err(trouble) => {
                if let NodeError::InvalidProof(part) = trouble {
                    peer.note_lie(part);
                }
                first = first.or(Some((peer.number, trouble)));
            }
        }
    }
    Err(failure(bitcoin, first))
}

/// Finds the nodes that told a false filter of a block, and asks them no more.
/// A filter that holds all scripts of the block hides nothing, whatever else it holds.
pub(super) async fn judge(bitcoin: &Bitcoin, height: u64, block: &Block) {
    let hash = [block.block_hash()];
    for peer in bitcoin.peers.iter().filter(|peer| peer.lie().is_none()) {
        let Ok(told) = peer.filter_hashes(height, &hash).await else { continue };
        let Ok(given) = peer.filters(height, &hash).await else { continue };
        let is_true = |(given, told): (&(Vec<u8>, [u8; 32]), &[u8; 32])| {
            given.1 == *told && filter::is_of(&given.0, block)
        };
        if !given.iter().zip(&told).all(is_true) {
            peer.note_lie("filter");
        }
    }
}

/// Asks the nodes for the hashes of filters. Enough of them tell some.
async fn hashes(
    bitcoin: &Bitcoin,
    from: u64,
    blocks: &[BlockHash],
) -> Result<Vec<Vec<[u8; 32]>>, WatchError> {
    let needed = bitcoin.needed();
    let mut asked: Vec<BoxFuture<'_, Told>> = Vec::new();
    for peer in &bitcoin.peers {
        asked.push(Box::pin(peer.filter_hashes(from, blocks)));
    }
    let is_enough = |told: &[Told]| told.iter().filter(|told| told.is_ok()).count() >= needed;
    let grace = bitcoin.settings.grace;
    let told = join_enough(asked, Err(NodeError::Timeout), grace, is_enough).await;
    let failed = bitcoin.peers.iter().zip(&told);
    let mut failed = failed.filter_map(|(peer, told)| Some((peer.number, told.clone().err()?)));
    let first = failed.next();
    let answers: Vec<_> = told.into_iter().filter_map(Result::ok).collect();
    if answers.len() >= needed {
        return Ok(answers);
    }
    let nodes = bitcoin.peers.len();
    Err(match first {
        Some((number, trouble)) if nodes == 1 => WatchError::Node { number, trouble },
        first => WatchError::NoMajority { nodes, agreed: answers.len(), needed, first },
    })
}

/// Returns the hash of each filter that all nodes tell; none where they differ.
fn agreed(told: &[Vec<[u8; 32]>], count: usize) -> Vec<Option<[u8; 32]>> {
    let hash = |place: usize| {
        let mut all = told.iter().map(|told| told.get(place));
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(*first)
    };
    (0..count).map(hash).collect()
}

/// Returns the filters that one node gives. Each that is agreed on has the hash of that.
async fn filters_of(
    peer: &Peer,
    from: u64,
    blocks: &[BlockHash],
    agreed: &[Option<[u8; 32]>],
) -> Result<Vec<Filter>, NodeError> {
    let given = peer.filters(from, blocks).await?;
    let mut filters = Vec::with_capacity(given.len());
    for ((given, hash), agreed) in given.into_iter().zip(agreed) {
        filters.push(match agreed {
            None => Filter::Disputed,
            Some(agreed) if *agreed == hash => Filter::Agreed(given.into()),
            Some(_) => return Err(NodeError::InvalidProof("filter")),
        });
    }
    Ok(filters)
}

fn recall(bitcoin: &Bitcoin, block: BlockHash) -> Option<Arc<[u8]>> {
    bitcoin.recent.lock().unwrap_or_else(PoisonError::into_inner).find(block)
}

fn remember(bitcoin: &Bitcoin, blocks: &[BlockHash], filters: &[Filter]) {
    let mut recent = bitcoin.recent.lock().unwrap_or_else(PoisonError::into_inner);
    for (block, filter) in blocks.iter().zip(filters) {
        if let Filter::Agreed(filter) = filter {
            recent.add(*block, Arc::clone(filter));
        }
    }
}

fn failure(bitcoin: &Bitcoin, first: Option<(usize, NodeError)>) -> WatchError {
    match first {
        Some((number, trouble)) => WatchError::Node { number, trouble },
        None => WatchError::NoMajority {
            nodes: bitcoin.peers.len(),
            agreed: 0,
            needed: bitcoin.needed(),
            first,
        },
    }
}
