//! Transactions as they are written down before anybody sees them.

use super::hex;
use serde::{Deserialize, Serialize};
use shop_chain::ethereum::{
    Fees,
    escrow::{SignedTransaction, Transaction},
};
use shop_core::escrow::{Account, Hash};
use std::collections::BTreeMap;

/// A transaction that was signed, or written to be signed elsewhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    /// Name of the action: ship, refund, dispute, finalize, release, pull, and so on.
    pub(crate) action: String,
    /// Account that pays the fees.
    pub(crate) from: Account,
    /// Its number among that account's transactions.
    pub(crate) nonce: u64,
    /// Limit of gas.
    pub(crate) gas: u64,
    /// Wei per unit of gas, at most.
    pub(crate) max_fee: u128,
    /// Wei of that for whoever makes the block, at most.
    pub(crate) max_priority_fee: u128,
    /// Hash of the signed transaction; None where it was written to be signed elsewhere.
    pub(crate) hash: Option<Hash>,
    /// The signed transaction, as hexadecimal digits.
    pub(crate) raw: Option<String>,
}

/// Fees that transactions can cost together: of all with one number, the chain takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exposure {
    /// Count of numbers.
    pub(crate) numbers: usize,
    /// Wei, at most.
    pub(crate) most: u128,
}

impl Sent {
    /// Writes down a transaction; `signed` is none where another machine signs it.
    pub(crate) fn new(
        action: &str,
        from: Account,
        transaction: &Transaction,
        signed: Option<&SignedTransaction>,
    ) -> Self {
        Self {
            action: action.to_owned(),
            from,
            nonce: transaction.nonce,
            gas: transaction.gas_limit,
            max_fee: transaction.max_fee_per_gas,
            max_priority_fee: transaction.max_priority_fee_per_gas,
            hash: signed.map(|signed| signed.hash),
            raw: signed.map(|signed| hex::hex(&signed.raw)),
        }
    }

    /// Returns its fees.
    pub(crate) const fn fees(&self) -> Fees {
        Fees { max_fee: self.max_fee, max_priority_fee: self.max_priority_fee }
    }

    /// Returns hash and bytes of what can be given to a node. None where it is not signed here.
    pub(crate) fn signed(&self) -> Option<(Hash, Vec<u8>)> {
        self.hash.zip(self.raw.as_deref().and_then(hex::bytes))
    }
}

impl Exposure {
    /// Returns what these transactions and a new one can cost together.
    pub(crate) fn with<'a>(
        sent: impl IntoIterator<Item = &'a Sent>,
        transaction: &Transaction,
    ) -> Self {
        let mut by_nonce: BTreeMap<u64, u128> = BTreeMap::new();
        for sent in sent {
            let most = by_nonce.entry(sent.nonce).or_default();
            *most = (*most).max(sent.fees().most(sent.gas));
        }
        let most = by_nonce.entry(transaction.nonce).or_default();
        *most = (*most).max(transaction.most_fee());
        Self {
            numbers: by_nonce.len(),
            most: by_nonce.values().fold(0, |sum: u128, most| sum.saturating_add(*most)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_chain::ethereum::escrow::PINNED;

    fn transaction(nonce: u64, max_fee_per_gas: u128) -> Transaction {
        Transaction {
            chain_id: 1,
            nonce,
            to: PINNED.contract,
            value: 0,
            data: Vec::new(),
            gas_limit: 10,
            max_fee_per_gas,
            max_priority_fee_per_gas: 1,
        }
    }

    #[test]
    fn of_one_number_the_dearest_counts_and_of_several_the_sum() {
        let sent = |nonce, fee| Sent::new("ship", Account::ZERO, &transaction(nonce, fee), None);
        let all = [sent(1, 5), sent(1, 7), sent(2, 3)];
        let exposure = Exposure::with(&all, &transaction(1, 6));
        assert_eq!(exposure, Exposure { numbers: 2, most: 100 });
        let exposure = Exposure::with(&all, &transaction(3, u128::MAX));
        assert_eq!(exposure, Exposure { numbers: 3, most: u128::MAX });
    }
}
