//! Block that is proved from its hash, and the money in it.

use super::{
    answer::Parts,
    escrow::decode_event,
    header::ToldHeader,
    matcher::Matcher,
    receipts::{EscrowLog, Move, Outcome, ReceiptsRead, SYSTEM},
    root::OrderedRoot,
};
use crate::watcher::{LookUp, NodeError, WatchList};
use alloy_consensus::{EthereumTxEnvelope, Header, Transaction as _, TxEip4844};
use alloy_eips::Encodable2718;
use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U64, U256, keccak256};
use serde_json::Value;
use shop_core::{
    escrow::{Account, Hash},
    money::Amount,
    pay_to::PayTo,
    time::UnixTime,
    view::{BlockAt, BlockHash, BlockLogs, EscrowKey, EscrowSeen, Height, Transfer, TransferId},
};
use std::collections::{HashMap, HashSet};

/// Transaction as in blocks: blob transactions without their blobs.
type Tx = EthereumTxEnvelope<TxEip4844>;
/// Newest type of transaction this program can encode: EIP-7702's.
const NEWEST_TYPE: u64 = 4;

/// The transactions of a block, hashed as they come.
#[derive(Default)]
pub(super) struct Transactions {
    root: OrderedRoot,
    entries: Vec<Entry>,
}

/// Part of a transaction that is kept.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Computed id: the id in the node's answer is its own word.
    pub(super) id: B256,
    /// Receiver and value; none where the transaction makes a contract.
    pays: Option<(Address, U256)>,
}

/// A block whose header and transactions follow from its hash; its receipts are to come.
#[derive(Clone)]
pub(super) struct Unfinished {
    at: BlockAt,
    seconds: UnixTime,
    parent: BlockHash,
    entries: Vec<Entry>,
    receipts_root: B256,
    gas_limit: u64,
}

/// A block as a node told it, with its transactions.
pub(super) struct ToldBlock {
    header: ToldHeader,
    transactions_root: B256,
    entries: Vec<Entry>,
}

/// A block whose every part follows from its hash; its receipts as far as they could be had.
pub(super) struct Block {
    pub(super) at: BlockAt,
    seconds: UnixTime,
    pub(super) parent: BlockHash,
    entries: Vec<Entry>,
    outcomes: Outcomes,
}

enum Outcomes {
    /// Outcomes of all transactions.
    Proved(Vec<Outcome>),
    /// Outcomes by the id of the transaction, of some, as a majority of nodes told them.
    Told(HashMap<B256, Outcome>),
}

impl Parts for Transactions {
    fn begin(&mut self) {
        *self = Self::default();
    }

    fn item(&mut self, json: &[u8]) -> Result<(), NodeError> {
        // An id instead of a transaction, where only ids were asked for.
        if json.first() == Some(&b'"') {
            return Ok(());
        }
        let tx = match serde_json::from_slice::<Tx>(json) {
            Ok(tx) => tx,
            Err(_) => mended(json)?,
        };
        let encoded = tx.encoded_2718();
        self.entries
            .push(Entry { id: keccak256(&encoded), pays: tx.to().map(|to| (to, tx.value())) });
        self.root.push(encoded);
        Ok(())
    }

    fn log(&mut self, _: &[u8]) -> Result<(), NodeError> {
        Ok(())
    }
}

/// Reads a transaction in the forms of some other clients.
fn mended(json: &[u8]) -> Result<Tx, NodeError> {
    let mut value: Value = serde_json::from_slice(json).map_err(|_| NodeError::Malformed)?;
    let fields = value.as_object_mut().ok_or(NodeError::Malformed)?;
    if fields.get("to").and_then(Value::as_str) == Some("0x") {
        fields.insert("to".into(), Value::Null);
    }
    let kind = fields.get("type").and_then(|kind| serde_json::from_value::<U64>(kind.clone()).ok());
    serde_json::from_value(value).map_err(|_| {
        if kind.is_some_and(|kind| kind.to::<u64>() > NEWEST_TYPE) {
            NodeError::TooNew("a new type of transaction")
        } else {
            NodeError::Malformed
        }
    })
}

impl ToldBlock {
    pub(super) fn new(header: ToldHeader, transactions: Transactions) -> Self {
        let Transactions { root, entries } = transactions;
        Self { header, transactions_root: root.finish(), entries }
    }

    /// Returns the block as far as it is told.
    /// It is proved, unless its hash follows only with the bloom of its receipts.
    ///
    /// # Errors
    /// [`NodeError::InvalidProof`] and [`NodeError::TooNew`], as [`ToldHeader::prove`].
    pub(super) fn unfinished(&self) -> Result<(Unfinished, bool), NodeError> {
        if self.header.lacks_bloom() {
            Ok((self.under(&self.header.read(None)?)?, false))
        } else {
            Ok((self.under(&self.header.prove(None)?)?, true))
        }
    }

    fn under(&self, header: &Header) -> Result<Unfinished, NodeError> {
        let root = header.transactions_root;
        // Hardhat's first block has the hash of nothing as its root, which is the root of no list.
        let says_none = self.entries.is_empty() && root == KECCAK256_EMPTY;
        if self.transactions_root != root && !says_none {
            return Err(NodeError::InvalidProof("transactions"));
        }
        Ok(Unfinished {
            at: BlockAt {
                height: Height(header.number),
                hash: BlockHash(header.hash_slow().0),
                time: UnixTime(header.timestamp).coarse(),
            },
            seconds: UnixTime(header.timestamp),
            parent: BlockHash(header.parent_hash.0),
            entries: self.entries.clone(),
            receipts_root: header.receipts_root,
            gas_limit: header.gas_limit,
        })
    }

    /// Holds the receipts against the header.
    ///
    /// # Errors
    /// [`NodeError::InvalidProof`].
    pub(super) fn prove(&self, receipts: ReceiptsRead) -> Result<Block, NodeError> {
        let header = self.header.prove(Some(receipts.bloom))?;
        let block = self.under(&header)?;
        // Both roots are under the hash, so only a block no node could have made has two lengths.
        if receipts.root != block.receipts_root || receipts.outcomes.len() != block.entries.len() {
            return Err(NodeError::InvalidProof("receipts"));
        }
        let Unfinished { at, seconds, parent, entries, .. } = block;
        let outcomes = Outcomes::Proved(receipts.outcomes);
        Ok(Block { at, seconds, parent, entries, outcomes })
    }
}

impl Unfinished {
    pub(super) const fn at(&self) -> BlockAt {
        self.at
    }

    pub(super) const fn parent(&self) -> BlockHash {
        self.parent
    }

    pub(super) const fn gas_limit(&self) -> u64 {
        self.gas_limit
    }

    /// Returns true if it says that it has no receipts, so that none need be asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.receipts_root == alloy_trie::EMPTY_ROOT_HASH
    }

    /// Returns the ids of all transactions, in order.
    pub(super) fn ids(&self) -> Vec<B256> {
        self.entries.iter().map(|entry| entry.id).collect()
    }

    /// Returns the ids of transactions that send Ether straight to the shop, if they succeeded.
    pub(super) fn paying(&self, ours: &Matcher<'_>) -> Vec<B256> {
        let pays = |entry: &&Entry| entry.pays.is_some_and(|(to, value)| is_ours(to, value, ours));
        self.entries.iter().filter(pays).map(|entry| entry.id).collect()
    }

    /// Returns true if the transaction stands in it.
    pub(super) fn holds(&self, txid: B256) -> bool {
        self.entries.iter().any(|entry| entry.id == txid)
    }

    /// Returns the block with those outcomes that a majority told alike, unproved.
    pub(super) fn with_told(self, told: HashMap<B256, Outcome>) -> Block {
        let Self { at, seconds, parent, entries, .. } = self;
        Block { at, seconds, parent, entries, outcomes: Outcomes::Told(told) }
    }
}

impl Block {
    /// Returns true if it has no transactions.
    pub(super) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns true if every receipt was read.
    pub(super) const fn has_logs(&self) -> bool {
        matches!(self.outcomes, Outcomes::Proved(_))
    }

    /// Returns every transfer to a pay-to of the shop that is known.
    pub(super) fn transfers(&self, ours: &Matcher<'_>) -> Vec<Transfer> {
        let paid = |(place, entry)| Some(self.paid_by(entry, self.outcome(place, entry)?, ours));
        self.entries.iter().enumerate().filter_map(paid).flat_map(Vec::into_iter).collect()
    }

    /// Returns all that is known of its logs.
    pub(super) fn logs(&self, watch_list: &WatchList) -> BlockLogs {
        let transfers = self.transfers(&Matcher::of(watch_list));
        BlockLogs { transfers, escrow: self.escrow(&watch_list.escrows) }
    }

    /// Returns the events of the escrow contract about these orders. Only proved receipts have
    /// any.
    pub(super) fn escrow(&self, ours: &HashSet<EscrowKey>) -> Vec<EscrowSeen> {
        let Outcomes::Proved(outcomes) = &self.outcomes else { return Vec::new() };
        let mut seen = Vec::new();
        let mut before = 0usize;
        for outcome in outcomes {
            let own = outcome.escrow.iter();
            seen.extend(own.filter_map(|log| self.escrow_event(log, before, ours)));
            before = before.saturating_add(outcome.logs);
        }
        seen
    }

    /// Reads one event; `before` logs of the block stand before those of its receipt.
    fn escrow_event(
        &self,
        log: &EscrowLog,
        before: usize,
        ours: &HashSet<EscrowKey>,
    ) -> Option<EscrowSeen> {
        let contract = Account(log.contract.into_array());
        let id = Hash(*log.topics.get(1)?);
        let key = EscrowKey { contract, id };
        if !ours.contains(&key) {
            return None;
        }
        let (_, event) = decode_event(&log.topics, &log.data, self.seconds).ok().flatten()?;
        let place = u32::try_from(before.saturating_add(log.place)).ok()?;
        Some(EscrowSeen { key, block: self.at, place, event })
    }

    /// Returns what this block says of one transaction.
    /// There is nothing if the block does not hold it, or nobody told what became of it.
    pub(super) fn look_up(&self, txid: B256, ours: &Matcher<'_>) -> Option<LookUp> {
        let place = self.entries.iter().position(|entry| entry.id == txid)?;
        let entry = self.entries.get(place)?;
        let outcome = self.outcome(place, entry)?;
        if !outcome.succeeded {
            return Some(LookUp::Failed);
        }
        let found = self.paid_by(entry, outcome, ours);
        Some(if found.is_empty() { LookUp::NotOurs } else { LookUp::Found(found) })
    }

    fn outcome(&self, place: usize, entry: &Entry) -> Option<&Outcome> {
        match &self.outcomes {
            Outcomes::Proved(outcomes) => outcomes.get(place),
            Outcomes::Told(told) => told.get(&entry.id),
        }
    }

    /// Returns the transfers of a transaction to pay-tos of the shop.
    /// They are its own value, named by its id, and each further movement of Ether or a token that
    /// was logged, named by id and place among the receipt's logs. The first log of Ether that
    /// repeats the transaction's own value is that value, and not counted again.
    fn paid_by(&self, entry: &Entry, outcome: &Outcome, ours: &Matcher<'_>) -> Vec<Transfer> {
        if !outcome.succeeded {
            return Vec::new();
        }
        let mut own = entry.pays;
        let mut found = Vec::new();
        if let Some((to, value)) = own {
            let id = format!("{:?}", entry.id);
            found.extend(self.transfer(&id, None, to, value, ours));
        }
        for moved in &outcome.moves {
            let Move { place, contract, to, value } = *moved;
            let token = (contract != SYSTEM).then_some(contract);
            if token.is_none() && own == Some((to, value)) {
                own = None;
            } else {
                let id = format!("{:?}:{place}", entry.id);
                found.extend(self.transfer(&id, token, to, value, ours));
            }
        }
        found
    }

    /// Returns a movement of Ether, or of a token by its contract, as a transfer of each asset
    /// that the shop wants to hear of there. There are two only where two spell one contract.
    fn transfer(
        &self,
        id: &str,
        token: Option<Address>,
        to: Address,
        value: U256,
        ours: &Matcher<'_>,
    ) -> Vec<Transfer> {
        let Some(units) = units(value) else { return Vec::new() };
        let made = |pay_to: PayTo| Transfer {
            id: TransferId(id.to_owned()),
            amount: Amount::new(pay_to.asset(), units),
            pay_to,
            block: Some(self.at),
        };
        ours.pay_tos(token, to).into_iter().map(made).collect()
    }
}

/// Converts a value in wei; there is none for zero.
/// More than this type holds does not exist; a private chain's toy money is no payment.
fn units(value: U256) -> Option<u128> {
    u128::try_from(value).ok().filter(|units| *units > 0)
}

fn is_ours(to: Address, value: U256, ours: &Matcher<'_>) -> bool {
    units(value).is_some() && !ours.pay_tos(None, to).is_empty()
}

#[cfg(test)]
mod tests;
