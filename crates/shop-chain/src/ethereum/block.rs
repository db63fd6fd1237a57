//! One block, proved from its hash, and the money in it.

use crate::watch::{LookUp, Trouble};
use alloy_consensus::{
    Eip658Value, EthereumTxEnvelope, Header, Receipt, ReceiptEnvelope, Transaction, TxEip4844,
    proofs::{calculate_receipt_root, calculate_transaction_root},
};
use alloy_eips::Encodable2718;
use alloy_primitives::{Address, B256, Log, U256, address, b256, keccak256};
use serde::Deserialize;
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
    time::UnixTime,
    view::{BlockAt, BlockHash, Height, Transfer, TransferId},
};
use std::collections::HashSet;

/// From whom EIP-7708 logs every movement of Ether; nobody can put a contract there.
const SYSTEM: Address = address!("0xfffffffffffffffffffffffffffffffffffffffe");
/// `keccak256("Transfer(address,address,uint256)")`.
const TRANSFER: B256 = b256!("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

/// As in blocks: blob transactions without their blobs.
type Tx = EthereumTxEnvelope<TxEip4844>;

/// The answer to `eth_getBlockByNumber`, as far as it is needed: nothing of it is believed yet.
#[derive(Deserialize)]
pub(super) struct ToldBlock {
    hash: B256,
    #[serde(flatten)]
    header: Header,
    transactions: Vec<Tx>,
}

/// The answer to `eth_getBlockReceipts`. What the node adds to the parts under the root is ignored.
pub(super) type ToldReceipts = Vec<ReceiptEnvelope<Log>>;

/// A block whose every part follows from its hash.
pub(super) struct Block {
    pub(super) at: BlockAt,
    pub(super) parent: BlockHash,
    entries: Vec<(Tx, ReceiptEnvelope<Log>)>,
}

impl ToldBlock {
    /// The hash, computed from the header.
    ///
    /// # Errors
    /// [`Trouble::Lied`] if the node says another.
    pub(super) fn hash(&self) -> Result<B256, Trouble> {
        let hash = self.header.hash_slow();
        if hash == self.hash { Ok(hash) } else { Err(Trouble::Lied("hash")) }
    }

    /// Holds every part against the header.
    ///
    /// # Errors
    /// [`Trouble::Lied`].
    pub(super) fn prove(self, receipts: ToldReceipts) -> Result<Block, Trouble> {
        let hash = self.hash()?;
        let Self { header, transactions, .. } = self;
        if calculate_transaction_root(&transactions) != header.transactions_root {
            return Err(Trouble::Lied("transactions"));
        }
        if calculate_receipt_root(&receipts) != header.receipts_root {
            return Err(Trouble::Lied("receipts"));
        }
        // Both roots are under the hash, so only a block no node could have made comes here.
        if transactions.len() != receipts.len() {
            return Err(Trouble::Lied("receipts"));
        }
        Ok(Block {
            at: BlockAt {
                height: Height(header.number),
                hash: BlockHash(hash.0),
                time: UnixTime(header.timestamp).coarse(),
            },
            parent: BlockHash(header.parent_hash.0),
            entries: transactions.into_iter().zip(receipts).collect(),
        })
    }
}

impl Block {
    /// Every transfer to a pay-to of the shop.
    pub(super) fn transfers(&self, ours: &HashSet<PayTo>) -> Vec<Transfer> {
        self.entries.iter().flat_map(|(tx, receipt)| self.paid_by(tx, receipt, ours)).collect()
    }

    /// What this block says of one transaction; none if it does not hold it.
    pub(super) fn look_up(&self, txid: B256, ours: &HashSet<PayTo>) -> Option<LookUp> {
        let (tx, receipt) = self.entries.iter().find(|(tx, _)| id_of(tx) == txid)?;
        if !succeeded(receipt) {
            return Some(LookUp::Failed);
        }
        let found = self.paid_by(tx, receipt, ours);
        Some(if found.is_empty() { LookUp::NotOurs } else { LookUp::Found(found) })
    }

    /// The transaction's own value, named by its id, and each further movement of Ether that
    /// EIP-7708 logged, named by id and place among the receipt's logs. The first log that repeats
    /// the transaction's own value is that value, and not counted again.
    fn paid_by(
        &self,
        tx: &Tx,
        receipt: &ReceiptEnvelope<Log>,
        ours: &HashSet<PayTo>,
    ) -> Vec<Transfer> {
        if !succeeded(receipt) {
            return Vec::new();
        }
        let mut own = tx.to().map(|to| (to, tx.value()));
        let mut found = Vec::new();
        found.extend(own.and_then(|(to, value)| self.transfer(tx, None, to, value, ours)));
        for (place, log) in receipt.logs().iter().enumerate() {
            let Some(moved) = moved_by(log) else { continue };
            if own == Some(moved) {
                own = None;
            } else {
                found.extend(self.transfer(tx, Some(place), moved.0, moved.1, ours));
            }
        }
        found
    }

    fn transfer(
        &self,
        tx: &Tx,
        place: Option<usize>,
        to: Address,
        value: U256,
        ours: &HashSet<PayTo>,
    ) -> Option<Transfer> {
        // More than this type holds does not exist; a private chain's toy money is no payment.
        let units = u128::try_from(value).ok().filter(|units| *units > 0)?;
        let pay_to = PayTo::new(AssetId::Eth, &to.to_checksum(None)).ok()?;
        let pay_to = ours.get(&pay_to)?.clone();
        let txid = id_of(tx);
        let id = match place {
            None => format!("{txid:?}"),
            Some(place) => format!("{txid:?}:{place}"),
        };
        let amount = Amount::new(AssetId::Eth, units);
        Some(Transfer { id: TransferId(id), pay_to, amount, block: Some(self.at) })
    }
}

/// Computed from the transaction: the id in the node's answer is its own word.
fn id_of(tx: &Tx) -> B256 {
    keccak256(tx.encoded_2718())
}

fn succeeded(receipt: &ReceiptEnvelope<Log>) -> bool {
    let Some(Receipt { status, .. }) = receipt.as_receipt() else { return false };
    // Receipts older than 2017 hold a state root instead, which says nothing.
    matches!(status, Eip658Value::Eip658(true))
}

/// The receiver and the value, if this is EIP-7708's log of a movement of Ether.
fn moved_by(log: &Log) -> Option<(Address, U256)> {
    let [topic, _from, to] = log.topics() else { return None };
    let value: &[u8; 32] = log.data.data.as_ref().try_into().ok()?;
    let is_movement = log.address == SYSTEM && *topic == TRANSFER;
    is_movement.then(|| (Address::from_word(*to), U256::from_be_bytes(*value)))
}

#[cfg(test)]
mod tests;
