//! Headers of all nodes, and the choice of the chain with most work.

use super::{
    Bitcoin,
    headers::{Branch, Headers},
    peer::Peer,
    wire::MOST_HEADERS,
};
use crate::{
    transport::{BoxFuture, join_enough},
    watcher::{NodeError, WatchError},
};

/// Number of blocks by which the nodes' best chain may be lower than the one that is kept.
/// One that is lower still is of nodes that sync: it replaces nothing.
const MOST_LOWER: u64 = 288;

/// Number of blocks that the nodes are behind, where their best chain is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Synced {
    /// Height of the newest block of the nodes' best chain.
    pub(super) tip: u64,
}

/// Brings the headers up to date with what the nodes tell.
pub(super) async fn sync(bitcoin: &Bitcoin, headers: &mut Headers) -> Result<Synced, WatchError> {
    if headers.tip() < headers.first() {
        begin(bitcoin, headers).await?;
    }
    let told = branches(bitcoin, headers).await;
    let answered = told.iter().filter(|told| told.is_ok()).count();
    if answered < bitcoin.needed() {
        return Err(too_few(bitcoin, &told, answered));
    }
    let branches: Vec<&Branch> = told.iter().filter_map(|told| told.as_ref().ok()).collect();
    let Some(best) = best(headers, &branches) else {
        return Err(too_few(bitcoin, &told, answered));
    };
    let tip = best.tip();
    if best.fork().saturating_add(MOST_LOWER) >= headers.tip() || tip >= headers.tip() {
        let best = best.clone();
        headers.adopt(best);
    }
    Ok(Synced { tip })
}

/// Fetches the headers since the anchor from the first node that has them.
async fn begin(bitcoin: &Bitcoin, headers: &mut Headers) -> Result<(), WatchError> {
    let mut first = None;
    for peer in bitcoin.in_turn() {
        match branch_of(peer, headers).await {
            Ok(branch) => {
                headers.adopt(branch);
                return Ok(());
            }
            Err(trouble) => {
                first.get_or_insert((peer.number, trouble));
            }
        }
    }
    let nodes = bitcoin.peers.len();
    Err(WatchError::NoMajority { nodes, agreed: 0, needed: bitcoin.needed(), first })
}

async fn branches(bitcoin: &Bitcoin, headers: &Headers) -> Vec<Result<Branch, NodeError>> {
    let needed = bitcoin.needed();
    let ask = |peer| Box::pin(branch_of(peer, headers)) as BoxFuture<'_, _>;
    let asked = bitcoin.peers.iter().map(ask).collect();
    let is_enough = |told: &[Result<Branch, NodeError>]| {
        told.iter().filter(|told| told.is_ok()).count() >= needed
    };
    join_enough(asked, Err(NodeError::Timeout), bitcoin.settings.grace, is_enough).await
}

/// Returns a node's chain where it leaves the one that is kept.
async fn branch_of(peer: &Peer, headers: &Headers) -> Result<Branch, NodeError> {
    let mut part = peer.headers(headers.locator()).await?;
    let mut branch = headers.branch(&part)?;
    while part.len() == MOST_HEADERS {
        let last = part.last().map(bitcoin::block::Header::block_hash);
        part = peer.headers(last.into_iter().collect()).await?;
        headers.extend(&mut branch, &part)?;
    }
    Ok(branch)
}

/// Returns the branch with most work; of several, the one that goes on from what is kept.
fn best<'a>(headers: &Headers, branches: &[&'a Branch]) -> Option<&'a Branch> {
    let lowest = branches.iter().map(|branch| branch.fork()).min()?;
    let work = |branch: &Branch| (headers.work_from(branch, lowest), branch.fork());
    branches.iter().copied().max_by_key(|branch| work(branch))
}

fn too_few(bitcoin: &Bitcoin, told: &[Result<Branch, NodeError>], answered: usize) -> WatchError {
    let failed = |(peer, told): (&Peer, &Result<Branch, NodeError>)| {
        told.as_ref().err().map(|trouble| (peer.number, trouble.clone()))
    };
    let first = bitcoin.peers.iter().zip(told).find_map(failed);
    let nodes = bitcoin.peers.len();
    match first {
        Some((number, trouble)) if nodes == 1 => WatchError::Node { number, trouble },
        first => {
            WatchError::NoMajority { nodes, agreed: answered, needed: bitcoin.needed(), first }
        }
    }
}
