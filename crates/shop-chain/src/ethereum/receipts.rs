//! Receipts of a block, hashed as they come: one at a time, and each log by itself.

use super::{answer::Parts, escrow::TOPICS, root::OrderedRoot};
use crate::watcher::NodeError;
use alloy_primitives::{Address, B256, Bloom, Bytes, U64, U256, address, b256, keccak256};
use alloy_rlp::{Encodable, Header as RlpHeader};
use serde::Deserialize;

/// Address from which EIP-7708 logs every movement of Ether; no contract can be put there.
pub(super) const SYSTEM: Address = address!("0xfffffffffffffffffffffffffffffffffffffffe");
/// `keccak256("Transfer(address,address,uint256)")`.
pub(super) const TRANSFER: B256 =
    b256!("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
/// The newest type of receipt whose encoding is known: EIP-7702's.
const NEWEST_TYPE: u64 = 4;

/// Outcome of one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) succeeded: bool,
    /// Movements of money it logged: of Ether, and of tokens whoever made them.
    pub(super) moves: Vec<Move>,
    /// Logs that have the name of an event of the escrow contract, whoever made them.
    pub(super) escrow: Vec<EscrowLog>,
    /// Number of all logs.
    pub(super) logs: usize,
}

/// Forms in which nodes write that a transaction failed. The root decides which it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FailedStatus {
    /// As the empty string, which is RLP's zero.
    #[default]
    Empty,
    /// As one byte, as ganache does.
    Byte,
}

impl FailedStatus {
    /// Returns the other form.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Empty => Self::Byte,
            Self::Byte => Self::Empty,
        }
    }
}

/// A movement of money as ERC-20 logs it; one of Ether by [`SYSTEM`], as EIP-7708 logs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    /// The log's place among the logs of its receipt.
    pub(super) place: usize,
    /// Contract that logged it: it alone says so.
    pub(super) contract: Address,
    pub(super) to: Address,
    pub(super) value: U256,
}

/// A log that may be an event of the escrow contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EscrowLog {
    /// The log's place among the logs of its receipt.
    pub(super) place: usize,
    pub(super) contract: Address,
    pub(super) topics: Vec<[u8; 32]>,
    pub(super) data: Bytes,
}

/// Most bytes of data that an event of the escrow contract has: five words.
const ESCROW_DATA: usize = 5 * 32;

#[derive(Deserialize)]
struct ToldLog {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
}

/// A receipt without its logs. What a node adds to the parts under the root is ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldReceipt {
    #[serde(rename = "type")]
    kind: Option<U64>,
    status: Option<U64>,
    /// Root in place of the status, before 2017.
    root: Option<B256>,
    cumulative_gas_used: U64,
    logs_bloom: Option<Bloom>,
    pub(super) block_hash: Option<B256>,
}

/// The logs of one receipt, encoded as they come.
#[derive(Default)]
pub(super) struct Logs {
    encoded: Vec<u8>,
    bloom: Bloom,
    count: usize,
    moves: Vec<Move>,
    escrow: Vec<EscrowLog>,
}

impl Parts for Logs {
    fn begin(&mut self) {
        *self = Self::default();
    }

    fn item(&mut self, _: &[u8]) -> Result<(), NodeError> {
        Ok(())
    }

    fn log(&mut self, json: &[u8]) -> Result<(), NodeError> {
        let log: ToldLog = serde_json::from_slice(json).map_err(|_| NodeError::Malformed)?;
        let topics = alloy_rlp::list_length::<B256, B256>(&log.topics);
        let length = log.address.length() + topics + log.data.length();
        RlpHeader { list: true, payload_length: length }.encode(&mut self.encoded);
        log.address.encode(&mut self.encoded);
        alloy_rlp::encode_list::<B256, B256>(&log.topics, &mut self.encoded);
        log.data.encode(&mut self.encoded);
        self.bloom.accrue_raw_log(log.address, &log.topics);
        self.moves.extend(log.movement(self.count));
        self.escrow.extend(log.escrow(self.count));
        self.count = self.count.saturating_add(1);
        Ok(())
    }
}

impl ToldLog {
    /// Returns the receiver and the value, if this is the log of a movement of money: `Transfer`
    /// with two addresses as topics and one number as data. What goes back to its sender moves
    /// nothing.
    fn movement(&self, place: usize) -> Option<Move> {
        let [topic, from, to] = self.topics.as_slice() else { return None };
        let value: &[u8; 32] = self.data.as_ref().try_into().ok()?;
        let receiver = Address::from_word(*to);
        let is_movement = *topic == TRANSFER && from != to && receiver.into_word() == *to;
        let value = U256::from_be_bytes(*value);
        is_movement.then_some(Move { place, contract: self.address, to: receiver, value })
    }

    /// Returns the log, if it has the name of an event of the escrow contract.
    fn escrow(&self, place: usize) -> Option<EscrowLog> {
        let [name, _id] = self.topics.as_slice() else { return None };
        let is_named = TOPICS.iter().any(|topic| topic.0 == name.0);
        (is_named && self.data.len() <= ESCROW_DATA).then(|| EscrowLog {
            place,
            contract: self.address,
            topics: self.topics.iter().map(|topic| topic.0).collect(),
            data: self.data.clone(),
        })
    }
}

impl ToldReceipt {
    /// Returns the receipt as EIP-2718 encodes it, its bloom and its outcome.
    pub(super) fn with(
        self,
        logs: Logs,
        failed: FailedStatus,
    ) -> Result<(Vec<u8>, Bloom, Outcome), NodeError> {
        let kind = self.kind.map_or(0, |kind| kind.to::<u64>());
        if kind > NEWEST_TYPE {
            return Err(NodeError::TooNew("a new type of transaction"));
        }
        let bloom = self.logs_bloom.unwrap_or(logs.bloom);
        let gas = self.cumulative_gas_used.to::<u64>();
        let mut state = Vec::new();
        match (self.status, self.root) {
            (Some(U64::ZERO), _) if failed == FailedStatus::Byte => state.push(0),
            (Some(status), _) => (!status.is_zero()).encode(&mut state),
            (None, Some(root)) => root.encode(&mut state),
            (None, None) => return Err(NodeError::Malformed),
        }
        let list = RlpHeader { list: true, payload_length: logs.encoded.len() };
        let payload = state.len() + gas.length() + bloom.length() + list.length_with_payload();
        let mut encoded = Vec::with_capacity(payload.saturating_add(8));
        if kind > 0 {
            encoded.push(u8::try_from(kind).map_err(|_| NodeError::Malformed)?);
        }
        RlpHeader { list: true, payload_length: payload }.encode(&mut encoded);
        encoded.extend_from_slice(&state);
        gas.encode(&mut encoded);
        bloom.encode(&mut encoded);
        list.encode(&mut encoded);
        encoded.extend_from_slice(&logs.encoded);
        // A state root, in receipts older than 2017, says nothing of success.
        let succeeded = self.status.is_some_and(|status| !status.is_zero());
        let Logs { moves, escrow, count, .. } = logs;
        Ok((encoded, bloom, Outcome { succeeded, moves, escrow, logs: count }))
    }
}

/// All receipts of a block.
#[derive(Default)]
pub(super) struct Receipts {
    failed: FailedStatus,
    logs: Logs,
    root: OrderedRoot,
    bloom: Bloom,
    outcomes: Vec<Outcome>,
}

/// Result of reading the receipts of a block.
pub(super) struct ReceiptsRead {
    pub(super) root: B256,
    pub(super) bloom: Bloom,
    pub(super) outcomes: Vec<Outcome>,
}

impl ReceiptsRead {
    /// Returns true if a transaction failed.
    pub(super) fn has_failure(&self) -> bool {
        self.outcomes.iter().any(|outcome| !outcome.succeeded)
    }
}

impl Receipts {
    /// Receipts of a node that writes failures like this.
    pub(super) fn new(failed: FailedStatus) -> Self {
        Self { failed, ..Self::default() }
    }

    /// Adds the next receipt.
    pub(super) fn push(&mut self, receipt: ToldReceipt, logs: Logs) -> Result<(), NodeError> {
        let (encoded, bloom, outcome) = receipt.with(logs, self.failed)?;
        self.bloom.accrue_bloom(&bloom);
        self.root.push(encoded);
        self.outcomes.push(outcome);
        Ok(())
    }

    pub(super) fn finish(self) -> ReceiptsRead {
        let Self { root, bloom, outcomes, .. } = self;
        ReceiptsRead { root: root.finish(), bloom, outcomes }
    }
}

impl Parts for Receipts {
    fn begin(&mut self) {
        *self = Self::new(self.failed);
    }

    fn item(&mut self, json: &[u8]) -> Result<(), NodeError> {
        let receipt = serde_json::from_slice(json).map_err(|_| NodeError::Malformed)?;
        let logs = std::mem::take(&mut self.logs);
        self.push(receipt, logs)
    }

    fn log(&mut self, json: &[u8]) -> Result<(), NodeError> {
        self.logs.log(json)
    }
}

/// Returns the hash and the outcome of one receipt that stands alone.
/// The hash is for comparing what nodes tell.
pub(super) fn alone(receipt: ToldReceipt, logs: Logs) -> Result<(B256, Outcome), NodeError> {
    let (encoded, _, outcome) = receipt.with(logs, FailedStatus::Empty)?;
    Ok((keccak256(encoded), outcome))
}

#[cfg(test)]
mod tests;
