//! Whole blocks: their proof from their hash, and what they pay to the shop.

use super::scripts::Scripts;
use crate::watcher::NodeError;
use bitcoin::{Block, Transaction, Txid};
use shop_core::{
    money::{Amount, AssetId},
    view::{BlockAt, Transfer, TransferId},
};
use std::collections::HashSet;

/// Bytes of a transaction that could be two hashes of the tree instead.
const TWO_HASHES: usize = 64;

/// Checks that a block's transactions are those that its header names.
///
/// A tree of hashes has two weak spots, and both are refused: transactions that come twice at its
/// end, and a transaction of 64 bytes, which may be two hashes in disguise.
///
/// # Errors
/// [`NodeError::InvalidProof`].
pub(super) fn check(block: &Block) -> Result<(), NodeError> {
    let mut seen = HashSet::new();
    let is_twice = |transaction: &Transaction| !seen.insert(transaction.compute_txid());
    let has_twice = block.txdata.iter().any(is_twice);
    let has_disguised = block.txdata.iter().any(|it| it.base_size() == TWO_HASHES);
    if block.check_merkle_root() && !has_twice && !has_disguised {
        return Ok(());
    }
    Err(NodeError::InvalidProof("transactions"))
}

/// Returns what a block pays to these scripts. It is [`check`]ed.
pub(super) fn transfers(block: &Block, at: BlockAt, scripts: &Scripts) -> Vec<Transfer> {
    let of = |transaction| paid_by(transaction, at, scripts);
    block.txdata.iter().flat_map(of).collect()
}

/// Returns what one transaction of a block pays to these scripts; none if it is not there.
pub(super) fn transfers_of(
    block: &Block,
    txid: Txid,
    at: BlockAt,
    scripts: &Scripts,
) -> Option<Vec<Transfer>> {
    let transaction = block.txdata.iter().find(|it| it.compute_txid() == txid)?;
    Some(paid_by(transaction, at, scripts))
}

/// Returns each output of a transaction that pays one of these scripts.
/// Its id is the output's own: transaction and place.
fn paid_by(transaction: &Transaction, at: BlockAt, scripts: &Scripts) -> Vec<Transfer> {
    let outputs = transaction.output.iter().enumerate();
    let ours = outputs
        .filter_map(|(place, output)| Some((place, output, scripts.find(&output.script_pubkey)?)));
    let mut txid = None;
    ours.map(|(place, output, pay_to)| {
        let txid = *txid.get_or_insert_with(|| transaction.compute_txid());
        let amount = Amount::new(AssetId::BTC, u128::from(output.value.to_sat()));
        let id = TransferId(format!("{txid}:{place}"));
        Transfer { id, pay_to: pay_to.clone(), amount, block: Some(at) }
    })
    .collect()
}
