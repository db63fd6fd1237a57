//! One node: its stream, its greeting, and questions with their answers.

use super::{
    Settings,
    network::Network,
    wire::{self, Message, Question},
};
use crate::{
    transport::{Dial, Node, Stream},
    watcher::NodeError,
};
use bitcoin::{
    Block, BlockHash,
    block::Header,
    hashes::{Hash, sha256d},
    p2p::{Magic, ServiceFlags},
};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{sync::Mutex, time::timeout};

/// Services that a node must have: the filters of its blocks.
/// (One that has pruned old blocks still has those that a shop asks for.)
const SERVED: ServiceFlags = ServiceFlags::COMPACT_FILTERS;

/// A node, which may be connected.
pub(super) struct Peer {
    /// Its number, counted from 1 in the order of the settings.
    pub(super) number: usize,
    dial: Arc<dyn Dial>,
    network: Network,
    settings: Settings,
    connection: Mutex<Option<Connection>>,
    /// The lie that it was caught in. It is not asked again.
    lie: OnceLock<&'static str>,
}

struct Connection {
    stream: Box<dyn Stream>,
    magic: Magic,
    /// Number of the last question.
    asked: u64,
    /// Time to wait for an answer once the node has said that it has none.
    grace: Duration,
}

impl Peer {
    pub(super) fn new(number: usize, node: Node, settings: &Settings) -> Self {
        Self {
            number,
            dial: node.dial,
            network: settings.network,
            settings: *settings,
            connection: Mutex::new(None),
            lie: OnceLock::new(),
        }
    }

    /// Returns the lie that it was caught in.
    pub(super) fn lie(&self) -> Option<NodeError> {
        self.lie.get().map(|part| NodeError::InvalidProof(part))
    }

    /// Notes that the node was caught in a lie. It is believed nothing until the next start.
    pub(super) fn note_lie(&self, part: &'static str) {
        // The first lie stays.
        let _ = self.lie.set(part);
    }

    /// Asks for the headers that follow what is located. There may be none.
    pub(super) async fn headers(&self, located: Vec<BlockHash>) -> Result<Vec<Header>, NodeError> {
        self.ask(Question::Headers(located), |message| match message {
            Message::Headers(headers) => Some(headers),
            _ => None,
        })
        .await
    }

    /// Asks for the hashes of the filters of these blocks.
    pub(super) async fn filter_hashes(
        &self,
        from: u64,
        blocks: &[BlockHash],
    ) -> Result<Vec<[u8; 32]>, NodeError> {
        let (from, last) = stretch(from, blocks)?;
        let told = self
            .ask(Question::FilterHashes { from, stop: last }, |message| match message {
                Message::FilterHashes { stop, hashes } if stop == last => Some(hashes),
                _ => None,
            })
            .await?;
        if told.len() == blocks.len() { Ok(told) } else { Err(NodeError::Malformed) }
    }

    /// Asks for the filters of some blocks. They come with their hashes, and are not checked.
    pub(super) async fn filters(
        &self,
        from: u64,
        blocks: &[BlockHash],
    ) -> Result<Vec<(Vec<u8>, [u8; 32])>, NodeError> {
        let (from, stop) = stretch(from, blocks)?;
        let mut told = Vec::new();
        self.ask(Question::Filters { from, stop }, |message| match message {
            Message::Filter { block, filter } if blocks.get(told.len()) == Some(&block) => {
                let hash = sha256d::Hash::hash(&filter).to_byte_array();
                told.push((filter, hash));
                (told.len() == blocks.len()).then(|| std::mem::take(&mut told))
            }
            _ => None,
        })
        .await
    }

    /// Asks for a block. It has this hash, and nothing else of it is checked.
    pub(super) async fn block(&self, hash: BlockHash) -> Result<Block, NodeError> {
        self.ask(Question::Block(hash), |message| match message {
            Message::Block(block) if block.block_hash() == hash => Some(*block),
            _ => None,
        })
        .await
    }

    /// Asks, and returns the first answer that `take` takes.
    /// A stream that was left open may have ended meanwhile: then a new one is tried.
    async fn ask<T>(
        &self,
        question: Question,
        mut take: impl FnMut(Message) -> Option<T>,
    ) -> Result<T, NodeError> {
        if let Some(lie) = self.lie() {
            return Err(lie);
        }
        let mut slot = self.connection.lock().await;
        // Taken out, so that it is closed if this call fails or is dropped.
        if let Some(mut open) = slot.take() {
            match self.answer(&mut open, &question, &mut take).await {
                Err(NodeError::Disconnected) => {}
                result => {
                    return Self::keep(&mut slot, open, result);
                }
            }
        }
        let mut new = self.connect().await?;
        let result = self.answer(&mut new, &question, &mut take).await;
        Self::keep(&mut slot, new, result)
    }

    async fn answer<T>(
        &self,
        connection: &mut Connection,
        question: &Question,
        take: &mut impl FnMut(Message) -> Option<T>,
    ) -> Result<T, NodeError> {
        let answer = connection.ask(question, take);
        timeout(self.settings.answer_time, answer).await.unwrap_or(Err(NodeError::Timeout))
    }

    /// Keeps the stream of an answer open for the next question.
    fn keep<T>(
        slot: &mut Option<Connection>,
        connection: Connection,
        result: Result<T, NodeError>,
    ) -> Result<T, NodeError> {
        if result.is_ok() {
            *slot = Some(connection);
        }
        result
    }

    async fn connect(&self) -> Result<Connection, NodeError> {
        let dialled = timeout(self.settings.dial_time, self.dial.dial()).await;
        let stream = dialled.map_err(|_| NodeError::Timeout)?;
        let stream = stream.map_err(|_| NodeError::Unreachable)?;
        let magic = self.network.magic();
        let grace = self.settings.grace;
        let mut connection = Connection { stream, magic, asked: 0, grace };
        let greeted = timeout(self.settings.answer_time, connection.greet()).await;
        greeted.unwrap_or(Err(NodeError::Timeout))?;
        Ok(connection)
    }
}

impl Connection {
    /// Exchanges greetings.
    async fn greet(&mut self) -> Result<(), NodeError> {
        wire::send(&mut *self.stream, &wire::greeting(self.magic)).await?;
        let mut is_served = false;
        loop {
            match self.next().await? {
                Message::Version { services } if services.has(SERVED) => {
                    is_served = true;
                    wire::send(&mut *self.stream, &wire::verack(self.magic)).await?;
                }
                Message::Version { .. } => return Err(NodeError::NoFilters),
                Message::Verack if is_served => return Ok(()),
                Message::Verack => return Err(NodeError::Malformed),
                _ => {}
            }
        }
    }

    /// Asks, and pings after it: a node answers in order, so that a pong without an answer says
    /// that it has none.
    async fn ask<T>(
        &mut self,
        question: &Question,
        take: &mut impl FnMut(Message) -> Option<T>,
    ) -> Result<T, NodeError> {
        self.asked = self.asked.wrapping_add(1);
        let mut bytes = question.encode(self.magic);
        bytes.extend(wire::ping(self.magic, self.asked));
        wire::send(&mut *self.stream, &bytes).await?;
        let mut is_over = false;
        loop {
            let next = match is_over {
                false => self.next().await?,
                // Some programs answer pings first.
                true => {
                    timeout(self.grace, self.next()).await.unwrap_or(Err(NodeError::Missing))?
                }
            };
            match next {
                Message::Pong(asked) => is_over |= asked == self.asked,
                other => {
                    if let Some(answer) = take(other) {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    /// Reads the next message, and answers pings.
    async fn next(&mut self) -> Result<Message, NodeError> {
        loop {
            match wire::read(&mut *self.stream, self.magic).await? {
                Message::Ping(nonce) => {
                    wire::send(&mut *self.stream, &wire::pong(self.magic, nonce)).await?;
                }
                other => return Ok(other),
            }
        }
    }
}

/// Returns the ends of a stretch of blocks in the form of the protocol.
fn stretch(from: u64, blocks: &[BlockHash]) -> Result<(u32, BlockHash), NodeError> {
    let last = blocks.last().ok_or(NodeError::Missing)?;
    Ok((u32::try_from(from).map_err(|_| NodeError::TooNew("a height"))?, *last))
}
