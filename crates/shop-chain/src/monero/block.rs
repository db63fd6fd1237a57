//! One block, proved from its hash, and what it pays to the account.

use super::{
    account::{Account, Received},
    hex,
    node::ToldTransaction,
};
use crate::watcher::NodeError;
use monero_wallet::{
    block::{Block as RawBlock, BlockHeader},
    interface::ScannableBlock,
    transaction::{NotPruned, Pruned, Transaction},
};
use shop_core::{
    money::Amount,
    pay_to::PayTo,
    time::UnixTime,
    view::{BlockAt, BlockHash, Height, Transfer, TransferId},
};
use std::collections::HashSet;

/// The newest version of blocks that this program reads.
const NEWEST: u8 = 16;
/// First byte of a transaction from before confidential amounts.
const VERSION_1: u8 = 1;

/// Header and transaction hashes of a block: they follow from its hash.
pub(super) struct Proved {
    pub(super) at: BlockAt,
    pub(super) parent: BlockHash,
    block: RawBlock,
}

/// A block that was read whole, and what it pays to the account.
pub(super) struct Block {
    pub(super) at: BlockAt,
    hashes: Vec<[u8; 32]>,
    received: Vec<Received>,
}

impl Proved {
    /// Reads a block from its bytes.
    /// Header and hashes of transactions have to be those of the hash that was told.
    pub(super) fn read(height: Height, hash: BlockHash, bytes: &[u8]) -> Result<Self, NodeError> {
        let version = BlockHeader::read(&mut &*bytes).map_err(|_| NodeError::Malformed)?;
        if version.hardfork_version > NEWEST {
            return Err(NodeError::TooNew("a block of a new version"));
        }
        let mut rest = bytes;
        let block = RawBlock::read(&mut rest).map_err(|_| NodeError::Malformed)?;
        if !rest.is_empty() {
            return Err(NodeError::Malformed);
        }
        if block.hash() != hash.0 {
            return Err(NodeError::InvalidProof("hash"));
        }
        if u64::try_from(block.number()).ok() != Some(height.0) {
            return Err(NodeError::InvalidProof("height"));
        }
        let time = UnixTime(block.header.timestamp).coarse();
        let parent = BlockHash(block.header.previous);
        Ok(Self { at: BlockAt { height, hash, time }, parent, block })
    }

    /// Returns the hashes of its transactions, without the miner's.
    pub(super) fn hashes(&self) -> &[[u8; 32]] {
        &self.block.transactions
    }

    /// Returns the block with its transactions, in their order, and what they pay.
    pub(super) fn scan(
        self,
        transactions: Vec<Transaction<Pruned>>,
        account: &Account,
    ) -> Result<Block, NodeError> {
        let Self { at, block, .. } = self;
        let hashes = block.transactions.clone();
        Ok(Block { at, hashes, received: scan(block, transactions, account)? })
    }
}

/// Reads a transaction, which has to have this hash.
///
/// Returns None for one from before confidential amounts: its hash needs the signatures, which are
/// not here.
pub(super) fn pruned(
    told: &ToldTransaction,
    hash: [u8; 32],
) -> Result<Option<Transaction<Pruned>>, NodeError> {
    let bytes = hex::bytes(&told.pruned_as_hex).ok_or(NodeError::Malformed)?;
    if bytes.first() == Some(&VERSION_1) {
        return Ok(None);
    }
    let mut rest = bytes.as_slice();
    let read = Transaction::<Pruned>::read(&mut rest).map_err(|_| NodeError::Malformed)?;
    let prunable = hex::hash(&told.prunable_hash).ok_or(NodeError::Malformed)?;
    if !rest.is_empty() {
        return Err(NodeError::Malformed);
    }
    if read.hash_with_prunable_hash(prunable) == Some(hash) {
        Ok(Some(read))
    } else {
        Err(NodeError::InvalidProof("transactions"))
    }
}

/// Reads a whole transaction, and its hash.
pub(super) fn whole(digits: &str) -> Result<([u8; 32], Transaction<Pruned>), NodeError> {
    let bytes = hex::bytes(digits).ok_or(NodeError::Malformed)?;
    let mut rest = bytes.as_slice();
    let read = Transaction::<NotPruned>::read(&mut rest).map_err(|_| NodeError::Malformed)?;
    if !rest.is_empty() {
        return Err(NodeError::Malformed);
    }
    Ok((read.hash(), read.into()))
}

fn scan(
    block: RawBlock,
    transactions: Vec<Transaction<Pruned>>,
    account: &Account,
) -> Result<Vec<Received>, NodeError> {
    let output_index_for_first_ringct_output = Some(0);
    let block = ScannableBlock { block, transactions, output_index_for_first_ringct_output };
    account.scan(block).map_err(|()| NodeError::TooNew("a transaction of a new form"))
}

/// Returns what a transaction that waits pays, as if a block were made of it.
pub(super) fn scan_waiting(
    hash: [u8; 32],
    transaction: Transaction<Pruned>,
    account: &Account,
) -> Result<Vec<Received>, NodeError> {
    let header = BlockHeader {
        hardfork_version: NEWEST,
        hardfork_signal: NEWEST,
        timestamp: 0,
        previous: [0; 32],
        nonce: 0,
    };
    let block = RawBlock::new(header, no_reward(), vec![hash]).ok_or(NodeError::Malformed)?;
    scan(block, vec![transaction], account)
}

/// Returns the transaction of a miner who gets nothing.
fn no_reward() -> Transaction<NotPruned> {
    use monero_wallet::transaction::{Input, Timelock, TransactionPrefix};
    let prefix = TransactionPrefix {
        additional_timelock: Timelock::None,
        inputs: vec![Input::Gen(0)],
        outputs: Vec::new(),
        extra: Vec::new(),
    };
    Transaction::V2 { prefix, proofs: None }
}

impl Block {
    /// Returns the transfers to these pay-tos.
    pub(super) fn transfers(&self, watched: &HashSet<PayTo>) -> Vec<Transfer> {
        told(self.received.iter(), watched, Some(self.at))
    }

    /// Returns true if the transaction stands in the block, and is not the miner's.
    pub(super) fn holds(&self, txid: [u8; 32]) -> bool {
        self.hashes.contains(&txid)
    }

    /// Returns the transfers of one transaction.
    pub(super) fn transfers_of(&self, txid: [u8; 32], watched: &HashSet<PayTo>) -> Vec<Transfer> {
        let of_it = self.received.iter().filter(|received| received.txid == txid);
        told(of_it, watched, Some(self.at))
    }
}

/// Returns transfers, the first of each one-time key.
/// Money that is locked by its sender is none: it may never be spent.
pub(super) fn told<'a>(
    received: impl Iterator<Item = &'a Received>,
    watched: &HashSet<PayTo>,
    block: Option<BlockAt>,
) -> Vec<Transfer> {
    let ours = received.filter(|one| !one.is_locked && watched.contains(&one.pay_to));
    let transfer = |one: &Received| Transfer {
        id: TransferId(hex::text(&one.key)),
        pay_to: one.pay_to.clone(),
        amount: Amount::new(one.pay_to.asset(), u128::from(one.units)),
        block,
    };
    first_of_each_key(ours.map(transfer))
}

/// Returns the first transfer of each id: of two outputs with one key, one can be spent.
pub(super) fn first_of_each_key(transfers: impl Iterator<Item = Transfer>) -> Vec<Transfer> {
    let mut seen: HashSet<TransferId> = HashSet::new();
    transfers.filter(|transfer| seen.insert(transfer.id.clone())).collect()
}
