//! Reading of one block: whole if a node has all of it, else as far as it is proved.

use super::{
    Settings,
    answer::Parts,
    block::{Block, ToldBlock, Transactions, Unfinished},
    limits,
    quorum::{Quorum, single_receipt},
    receipts::{FailedStatus, Receipts, ReceiptsRead},
    rpc::{Session, is_unknown_method},
};
use crate::{
    transport::{BoxFuture, join_all},
    watcher::NodeError,
};
use serde_json::json;
use shop_core::view::Height;
use std::{
    future::poll_fn,
    pin::Pin,
    sync::atomic::Ordering::Relaxed,
    task::{Context, Poll},
};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

/// A block, and the place of the node that gave it.
pub(super) struct Fetched {
    pub(super) block: Block,
    pub(super) from: usize,
}

/// No node gave the whole block.
pub(super) struct NotFetched {
    /// Error of the first node, and its place.
    pub(super) trouble: (usize, NodeError),
    /// Block as far as one node could prove it.
    pub(super) partial: Option<Partial>,
}

/// A block whose receipts could not be had.
pub(super) struct Partial {
    pub(super) block: Unfinished,
    /// Place of the node that gave it, and the error with its receipts.
    pub(super) from: usize,
    pub(super) trouble: NodeError,
}

/// Number of single receipts that are asked for side by side.
const SINGLES: usize = 8;

/// Reads one block from the first of `nodes`; if that fails or is slow, from the next too.
/// The node that proves it first has given it.
pub(super) async fn fetch(
    quorum: &Quorum<'_>,
    nodes: &[usize],
    height: Height,
) -> Result<Fetched, NotFetched> {
    let mut race = Race::default();
    let mut left = nodes.iter();
    loop {
        if race.running.is_empty() {
            match left.next() {
                Some(place) => race.begin(quorum, *place, height),
                None => return Err(race.lost()),
            }
        }
        match race.next().await {
            Event::Fetched(fetched) => return Ok(fetched),
            Event::Failed => {}
            Event::Slow => {
                if let Some(place) = left.next() {
                    race.begin(quorum, *place, height);
                } else {
                    race.timer = None;
                }
            }
        }
    }
}

type Runner<'a> = (usize, BoxFuture<'a, Result<Block, Short>>);

/// One node's failure.
pub(super) struct Short {
    pub(super) trouble: NodeError,
    pub(super) partial: Option<Unfinished>,
}

#[derive(Default)]
struct Race<'a> {
    running: Vec<Runner<'a>>,
    timer: Option<Pin<Box<Sleep>>>,
    first: Option<(usize, NodeError)>,
    partial: Option<Partial>,
}

enum Event {
    Fetched(Fetched),
    Failed,
    Slow,
}

impl<'a> Race<'a> {
    fn begin(&mut self, quorum: &'a Quorum<'_>, place: usize, height: Height) {
        let Some(session) = quorum.sessions.get(place) else { return };
        let later = Instant::now() + session.settings.race_after;
        self.timer = Some(Box::pin(sleep_until(later)));
        self.running.push((place, Box::pin(from_one(session, height))));
    }

    /// Waits for a runner to end, or for the last one begun to be slow.
    async fn next(&mut self) -> Event {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        for at in 0..self.running.len() {
            let Some((place, future)) = self.running.get_mut(at) else { break };
            let Poll::Ready(result) = future.as_mut().poll(context) else { continue };
            let from = *place;
            drop(self.running.remove(at));
            return Poll::Ready(match result {
                Ok(block) => Event::Fetched(Fetched { block, from }),
                Err(short) => {
                    let Short { trouble, partial } = short;
                    if self.partial.is_none() {
                        let trouble = trouble.clone();
                        self.partial = partial.map(|block| Partial { block, from, trouble });
                    }
                    self.first.get_or_insert((from, trouble));
                    Event::Failed
                }
            });
        }
        if let Some(timer) = &mut self.timer
            && timer.as_mut().poll(context).is_ready()
        {
            self.timer = None;
            return Poll::Ready(Event::Slow);
        }
        Poll::Pending
    }

    fn lost(self) -> NotFetched {
        let trouble = self.first.unwrap_or((0, NodeError::Missing));
        NotFetched { trouble, partial: self.partial }
    }
}

/// Reads a block from one node, for at most [`Settings::block_time`].
pub(super) async fn from_one(session: &Session<'_>, height: Height) -> Result<Block, Short> {
    let mut partial = None;
    let read = read_block(session, height, &mut partial);
    let result = timeout(session.settings.block_time, read).await;
    let trouble = match result {
        Ok(Ok(block)) => return Ok(block),
        Ok(Err(trouble)) => trouble,
        Err(_) => NodeError::Timeout,
    };
    if trouble == NodeError::Timeout {
        session.peer.narrow();
    }
    Err(Short { trouble, partial })
}

async fn read_block(
    session: &Session<'_>,
    height: Height,
    partial: &mut Option<Unfinished>,
) -> Result<Block, NodeError> {
    let told = patiently(session.settings, || read_transactions(session, height)).await?;
    let (block, is_proved) = told.unfinished()?;
    if block.at().height != height {
        return Err(NodeError::InvalidProof("number"));
    }
    if is_proved {
        *partial = Some(block.clone());
    }
    if block.is_empty() {
        return told.prove(Receipts::default().finish());
    }
    let failed = session.peer.failed_status();
    let receipts = patiently(session.settings, || read_receipts(session, &block, failed)).await?;
    let has_failure = receipts.has_failure();
    let proved = told.prove(receipts);
    if !has_failure || !matches!(proved, Err(NodeError::InvalidProof("receipts"))) {
        return proved;
    }
    let failed = failed.other();
    let receipts = patiently(session.settings, || read_receipts(session, &block, failed)).await?;
    let proved = told.prove(receipts)?;
    session.peer.note_failed_status(failed);
    Ok(proved)
}

/// Tries again, a little later, if a node does not have what it should have.
/// Behind one address may be several, and some of them lag.
async fn patiently<T, F: Future<Output = Result<T, NodeError>>>(
    settings: &Settings,
    mut ask: impl FnMut() -> F,
) -> Result<T, NodeError> {
    for pause in 1..=2 {
        match ask().await {
            Err(NodeError::Missing) => tokio::time::sleep(settings.retry_pause * pause).await,
            result => return result,
        }
    }
    ask().await
}

async fn read_transactions(session: &Session<'_>, height: Height) -> Result<ToldBlock, NodeError> {
    let mut transactions = Transactions::default();
    let params = json!([format!("{:#x}", height.0), true]);
    let header =
        session.read("eth_getBlockByNumber", params, limits::block(), &mut transactions).await?;
    Ok(ToldBlock::new(header.ok_or(NodeError::Missing)?, transactions))
}

/// Reads all receipts: by number, because some clients do not know their own hashes; by hash, where
/// a number does not help; one by one, where a node only has that.
async fn read_receipts(
    session: &Session<'_>,
    block: &Unfinished,
    failed: FailedStatus,
) -> Result<ReceiptsRead, NodeError> {
    if !session.peer.one_by_one.load(Relaxed) {
        let number = format!("{:#x}", block.at().height.0);
        let mut told = all_receipts(session, number, block, failed).await;
        if matches!(told, Err(NodeError::Refused(-32_602) | NodeError::Missing)) {
            let hash = alloy_primitives::B256::from(block.at().hash.0);
            told = all_receipts(session, hash.to_string(), block, failed).await;
        }
        match told {
            Err(trouble) if is_unknown_method(&trouble) => {}
            told => return told,
        }
    }
    let receipts = receipts_one_by_one(session, block, failed).await?;
    session.peer.one_by_one.store(true, Relaxed);
    Ok(receipts)
}

async fn all_receipts(
    session: &Session<'_>,
    of: String,
    block: &Unfinished,
    failed: FailedStatus,
) -> Result<ReceiptsRead, NodeError> {
    let mut receipts = Receipts::new(failed);
    let most = limits::receipts(block.gas_limit().min(limits::UNPROVED_GAS));
    let method = "eth_getBlockReceipts";
    let told: Option<Vec<()>> = session.read(method, json!([of]), most, &mut receipts).await?;
    told.ok_or(NodeError::Missing)?;
    Ok(receipts.finish())
}

async fn receipts_one_by_one(
    session: &Session<'_>,
    block: &Unfinished,
    failed: FailedStatus,
) -> Result<ReceiptsRead, NodeError> {
    let mut receipts = Receipts::new(failed);
    receipts.begin();
    for ids in block.ids().chunks(SINGLES) {
        let ask = |id: &alloy_primitives::B256| {
            let id = *id;
            Box::pin(async move { single_receipt(session, id).await }) as BoxFuture<'_, _>
        };
        for told in join_all(ids.iter().map(ask).collect()).await {
            let (receipt, logs) = told?;
            receipts.push(receipt, logs)?;
        }
    }
    Ok(receipts.finish())
}
