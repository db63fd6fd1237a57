//! Messages of nodes, as bytes.
//!
//! They are foreign bytes: a message longer than its kind can be is refused before it is read, and
//! one whose checksum is wrong before it is parsed. Kinds that are not asked for are skipped.

use crate::{transport::Stream, watcher::NodeError};
use bitcoin::{
    Block, BlockHash,
    block::Header,
    consensus::{Decodable, deserialize, serialize},
    hashes::{Hash, sha256d},
    p2p::{
        Address, Magic, ServiceFlags,
        message_filter::{CFHeaders, CFilter, GetCFHeaders, GetCFilters},
        message_network::VersionMessage,
    },
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Version of the protocol that is spoken.
const PROTOCOL: u32 = 70_016;
/// Number that means compact filters of the basic kind (BIP 158).
const BASIC: u8 = 0;
/// Number that means a block with its witnesses, in a request.
const WITNESS_BLOCK: u32 = 0x4000_0002;
/// Most headers in one message.
pub(super) const MOST_HEADERS: usize = 2_000;
/// Bytes of a header, and of one in a message: a number follows that is always 0.
const HEADER: usize = 80;

/// Most bytes of a message that is skipped: the largest that nodes send.
const LARGEST: usize = 4_000_000;
/// Most bytes of a block: four million weight units.
const LARGEST_BLOCK: usize = 4_000_000;
/// Most bytes of a filter. A block full of outputs has one of about 300 kB.
const LARGEST_FILTER: usize = 1 << 20;
/// Most bytes of 2,000 filter hashes and their frame.
const LARGEST_FILTER_HASHES: usize = 65 * 1_024;
/// Most bytes of 2,000 headers and their number.
const LARGEST_HEADERS: usize = MOST_HEADERS * (HEADER + 1) + 3;
/// Most bytes of a greeting: its user agent has 256 at most.
const LARGEST_GREETING: usize = 1_024;

/// Message of a node, as far as the shop listens to it.
#[derive(Debug)]
pub(super) enum Message {
    /// Greeting with what the node serves.
    Version { services: ServiceFlags },
    /// Answer to a greeting.
    Verack,
    /// Question whether somebody is there.
    Ping(u64),
    /// Answer to that.
    Pong(u64),
    /// Headers, oldest first.
    Headers(Vec<Header>),
    /// Hashes of filters, oldest first.
    FilterHashes { stop: BlockHash, hashes: Vec<[u8; 32]> },
    /// Filter of a block.
    Filter { block: BlockHash, filter: Vec<u8> },
    /// A whole block.
    Block(Box<Block>),
    /// Message that nobody asked for.
    Other,
}

/// Question to a node.
#[derive(Clone, Debug)]
pub(super) enum Question {
    /// Headers that follow the first block of these that the node's chain has.
    Headers(Vec<BlockHash>),
    /// Hashes of the filters from a height up to a block.
    FilterHashes { from: u32, stop: BlockHash },
    /// Filters from a height up to a block.
    Filters { from: u32, stop: BlockHash },
    /// A whole block.
    Block(BlockHash),
}

impl Question {
    /// Returns the message.
    pub(super) fn encode(&self, magic: Magic) -> Vec<u8> {
        let basic = BASIC;
        match self {
            Self::Headers(located) => {
                let mut payload = serialize(&PROTOCOL);
                payload.extend(serialize(located));
                payload.extend(serialize(&BlockHash::all_zeros()));
                message(magic, "getheaders", &payload)
            }
            Self::FilterHashes { from, stop } => {
                let wanted =
                    GetCFHeaders { filter_type: basic, start_height: *from, stop_hash: *stop };
                message(magic, "getcfheaders", &serialize(&wanted))
            }
            Self::Filters { from, stop } => {
                let wanted =
                    GetCFilters { filter_type: basic, start_height: *from, stop_hash: *stop };
                message(magic, "getcfilters", &serialize(&wanted))
            }
            Self::Block(hash) => {
                let mut payload = vec![1];
                payload.extend(serialize(&WITNESS_BLOCK));
                payload.extend(serialize(hash));
                message(magic, "getdata", &payload)
            }
        }
    }
}

/// Returns the greeting, which says nothing of the shop: no clock, no height, no name.
pub(super) fn greeting(magic: Magic) -> Vec<u8> {
    let nobody = || Address { services: ServiceFlags::NONE, address: [0; 8], port: 0 };
    let greeting = VersionMessage {
        version: PROTOCOL,
        services: ServiceFlags::NONE,
        timestamp: 0,
        receiver: nobody(),
        sender: nobody(),
        nonce: 0,
        user_agent: String::new(),
        start_height: 0,
        relay: false,
    };
    message(magic, "version", &serialize(&greeting))
}

pub(super) fn verack(magic: Magic) -> Vec<u8> {
    message(magic, "verack", &[])
}

pub(super) fn ping(magic: Magic, nonce: u64) -> Vec<u8> {
    message(magic, "ping", &serialize(&nonce))
}

pub(super) fn pong(magic: Magic, nonce: u64) -> Vec<u8> {
    message(magic, "pong", &serialize(&nonce))
}

/// Sends bytes.
pub(super) async fn send(stream: &mut dyn Stream, bytes: &[u8]) -> Result<(), NodeError> {
    let sent = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    sent.await.map_err(|_| NodeError::Disconnected)
}

/// Reads the next message.
pub(super) async fn read(stream: &mut dyn Stream, magic: Magic) -> Result<Message, NodeError> {
    let mut frame = [0; 24];
    stream.read_exact(&mut frame).await.map_err(|_| NodeError::Disconnected)?;
    let Frame { command, length, checksum } = Frame::parse(&frame, magic)?;
    let Some(most) = most_bytes(&command) else {
        skip(stream, length).await?;
        return Ok(Message::Other);
    };
    if length > most {
        return Err(NodeError::TooLarge);
    }
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await.map_err(|_| NodeError::Disconnected)?;
    if checksum_of(&payload) != checksum {
        return Err(NodeError::Malformed);
    }
    parse(&command, &payload).ok_or(NodeError::Malformed)
}

/// Head of a message.
struct Frame {
    command: String,
    length: usize,
    checksum: [u8; 4],
}

impl Frame {
    /// Reads magic number, command, length and checksum: 4, 12, 4 and 4 bytes.
    fn parse(bytes: &[u8; 24], magic: Magic) -> Result<Self, NodeError> {
        let (start, rest) = bytes.split_at(4);
        if start != magic.to_bytes() {
            return Err(NodeError::Malformed);
        }
        let (command, rest) = rest.split_at(12);
        let (length, checksum) = rest.split_at(4);
        let end = command.iter().position(|byte| *byte == 0).unwrap_or(command.len());
        let (name, padding) = command.split_at(end);
        let is_name = name.iter().all(u8::is_ascii_graphic) && padding.iter().all(|b| *b == 0);
        let number = |bytes: &[u8]| <[u8; 4]>::try_from(bytes).map_err(|_| NodeError::Malformed);
        if !is_name {
            return Err(NodeError::Malformed);
        }
        let length = usize::try_from(u32::from_le_bytes(number(length)?));
        Ok(Self {
            command: String::from_utf8_lossy(name).into_owned(),
            length: length.map_err(|_| NodeError::TooLarge)?,
            checksum: number(checksum)?,
        })
    }
}

/// Returns the most bytes of a kind of message; none for one that is skipped.
fn most_bytes(command: &str) -> Option<usize> {
    Some(match command {
        "version" => LARGEST_GREETING,
        "verack" => 0,
        "ping" | "pong" => 8,
        "headers" => LARGEST_HEADERS,
        "cfheaders" => LARGEST_FILTER_HASHES,
        "cfilter" => LARGEST_FILTER,
        "block" => LARGEST_BLOCK,
        _ => return None,
    })
}

async fn skip(stream: &mut dyn Stream, length: usize) -> Result<(), NodeError> {
    if length > LARGEST {
        return Err(NodeError::TooLarge);
    }
    let mut left = length as u64;
    let mut part = [0; 4_096];
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(part.len()).min(part.len());
        let room = part.get_mut(..most).unwrap_or_default();
        match stream.read(room).await {
            Ok(0) | Err(_) => return Err(NodeError::Disconnected),
            Ok(read) => left = left.saturating_sub(read as u64),
        }
    }
    Ok(())
}

/// Reads a message whose checksum is right. Returns none if it is not of its form.
fn parse(command: &str, payload: &[u8]) -> Option<Message> {
    Some(match command {
        "version" => {
            // The rest is the node's own, and differs between programs.
            let (_, rest) = payload.split_at_checked(4)?;
            let services = u64::from_le_bytes(rest.get(..8)?.try_into().ok()?);
            Message::Version { services: ServiceFlags::from(services) }
        }
        "verack" => Message::Verack,
        "ping" => Message::Ping(deserialize(payload).ok()?),
        "pong" => Message::Pong(deserialize(payload).ok()?),
        "headers" => Message::Headers(headers(payload)?),
        "cfheaders" => {
            let told: CFHeaders = deserialize(payload).ok()?;
            let is_fit = told.filter_type == BASIC && told.filter_hashes.len() <= MOST_HEADERS;
            let hashes = told.filter_hashes.iter().map(|hash| hash.to_byte_array()).collect();
            is_fit.then_some(Message::FilterHashes { stop: told.stop_hash, hashes })?
        }
        "cfilter" => {
            let told: CFilter = deserialize(payload).ok()?;
            let filter = Message::Filter { block: told.block_hash, filter: told.filter };
            (told.filter_type == BASIC).then_some(filter)?
        }
        "block" => Message::Block(Box::new(deserialize(payload).ok()?)),
        _ => return None,
    })
}

/// Reads headers: their number, and each with a number of transactions, which is 0.
fn headers(payload: &[u8]) -> Option<Vec<Header>> {
    let mut rest = payload;
    let count = bitcoin::VarInt::consensus_decode(&mut rest).ok()?;
    let count = usize::try_from(count.0).ok().filter(|count| *count <= MOST_HEADERS)?;
    if rest.len() != count.checked_mul(HEADER + 1)? {
        return None;
    }
    let one = |bytes: &[u8]| match bytes.split_at_checked(HEADER)? {
        (header, [0]) => deserialize(header).ok(),
        _ => None,
    };
    rest.chunks(HEADER + 1).map(one).collect()
}

/// Returns a message in its frame.
fn message(magic: Magic, command: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_bytes().to_vec();
    let mut name = command.as_bytes().to_vec();
    name.resize(12, 0);
    bytes.extend(name);
    // Ours are short.
    bytes.extend(u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(checksum_of(payload));
    bytes.extend(payload);
    bytes
}

/// Returns the first bytes of the payload's double hash.
fn checksum_of(payload: &[u8]) -> [u8; 4] {
    let [first, second, third, fourth, ..] = sha256d::Hash::hash(payload).to_byte_array();
    [first, second, third, fourth]
}

#[cfg(test)]
mod tests;
