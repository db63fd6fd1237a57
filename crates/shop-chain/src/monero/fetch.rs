//! Reading of blocks from one node, and from the next where that fails.

use super::{
    Monero,
    account::Account,
    block::{Block, Proved, pruned, whole},
    limits,
    node::Session,
    quorum::Quorum,
};
use crate::{
    heads::Head,
    transport::{BoxFuture, join_prefix},
    watcher::{NodeError, WatchError},
};
use monero_wallet::transaction::{Pruned, Transaction};
use tokio::time::{Instant, timeout};

/// Reads the blocks of these heads, or as many of the first of them as there is time for.
/// An error only if the first could not be read.
pub(super) async fn fetch_all(
    monero: &Monero,
    quorum: &Quorum<'_>,
    heads: &[Head],
) -> Result<Vec<Block>, WatchError> {
    let one = |head: &Head| {
        let head = *head;
        Box::pin(fetch(monero, quorum, head)) as BoxFuture<'_, Result<Block, WatchError>>
    };
    let until = Instant::now() + monero.settings.step_time;
    let is_over = || Instant::now() > until;
    let futures = heads.iter().map(one).collect();
    let (blocks, failed) = join_prefix(futures, monero.settings.connections, is_over).await;
    match failed {
        Some(error) if blocks.is_empty() => Err(error),
        _ => Ok(blocks),
    }
}

/// Reads one block from the first node that proves it.
/// Another node begins each time, so that none gets all the work or can hold up all the reading.
/// One that failed in this call comes last.
pub(super) async fn fetch(
    monero: &Monero,
    quorum: &Quorum<'_>,
    head: Head,
) -> Result<Block, WatchError> {
    let nodes = quorum.sessions.len();
    let start = usize::try_from(head.height.0).unwrap_or(0) % nodes.max(1);
    let has_failed = |place: &usize| quorum.sessions.get(*place).is_some_and(Session::has_failed);
    let mut order: Vec<usize> = (0..nodes).cycle().skip(start).take(nodes).collect();
    order.sort_by_key(has_failed);
    let mut first = None;
    for place in order {
        let Some(session) = quorum.sessions.get(place) else { continue };
        let reading = from_one(session, head, &monero.account);
        let read = timeout(monero.settings.block_time, reading).await;
        match read.unwrap_or(Err(NodeError::Timeout)) {
            Ok(block) => return Ok(block),
            Err(trouble) => {
                session.note_failure();
                let number = place.saturating_add(1);
                first.get_or_insert(WatchError::Node { number, trouble });
            }
        }
    }
    Err(first.unwrap_or(WatchError::NoNodes))
}

/// Reads one block from one node: all of it has to follow from its hash.
pub(super) async fn from_one(
    session: &Session<'_>,
    head: Head,
    account: &Account,
) -> Result<Block, NodeError> {
    let bytes = session.block(head.height).await?;
    let proved = Proved::read(head.height, head.hash, &bytes)?;
    if proved.parent != head.parent || proved.at.time != head.time {
        return Err(NodeError::InvalidProof("head"));
    }
    let mut transactions = Vec::new();
    for hashes in proved.hashes().chunks(limits::TRANSACTIONS) {
        transactions.extend(transactions_of(session, hashes).await?);
    }
    proved.scan(transactions, account)
}

/// Reads transactions of a block, in their order.
async fn transactions_of(
    session: &Session<'_>,
    hashes: &[[u8; 32]],
) -> Result<Vec<Transaction<Pruned>>, NodeError> {
    let told = session.transactions(hashes, true).await?;
    if told.len() != hashes.len() {
        return Err(NodeError::Missing);
    }
    let mut all = Vec::new();
    for (told, hash) in told.iter().zip(hashes) {
        all.push(match pruned(told, *hash)? {
            Some(transaction) => transaction,
            None => old_transaction(session, *hash).await?,
        });
    }
    Ok(all)
}

/// Reads a transaction from before confidential amounts, whole: its hash is over all of it.
async fn old_transaction(
    session: &Session<'_>,
    hash: [u8; 32],
) -> Result<Transaction<Pruned>, NodeError> {
    let told = session.transactions(&[hash], false).await?;
    let told = told.first().ok_or(NodeError::Missing)?;
    let (hashed, transaction) = whole(&told.as_hex)?;
    if hashed == hash { Ok(transaction) } else { Err(NodeError::InvalidProof("transactions")) }
}
