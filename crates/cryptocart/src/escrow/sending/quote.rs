//! Gas and fees of a call, as the nodes see them now.

use super::Ledger;
use shop_chain::{
    WatchError,
    ethereum::{
        Fees, Moment,
        escrow::{PINNED, Transaction},
    },
};
use shop_core::escrow::{Account, Terms};
use std::collections::BTreeSet;

/// Most gas that any call of the contract is given. A payment has a limit of its own in it.
const MOST_GAS: u64 = 1_500_000;
/// Least gas that a call is given, whatever a node estimates.
const LEAST_GAS: u64 = 80_000;

/// Gas that a payee with code can use beyond an estimate: the contract gives it 100,000.
const PAYEE_GAS: u64 = 105_000;

/// Returns the gas that the payees of an ending can use beyond an estimate.
///
/// A payee with code can do little while the call is estimated, and much in the block. Without room
/// for that the call fails, its fee is lost, and the order does not end.
pub(crate) async fn room_for_payees(
    ledger: &dyn Ledger,
    terms: &Terms,
    now: &Moment,
) -> Result<u64, WatchError> {
    let mut room = 0_u64;
    for payee in BTreeSet::from([terms.seller, terms.refund_to]) {
        if ledger.has_code(payee, now.height).await? {
            room = room.saturating_add(PAYEE_GAS);
        }
    }
    Ok(room)
}

/// Gas and fees of one call of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    /// Gas that the nodes estimate.
    pub(crate) gas: u64,
    /// Gas that the call is given: a quarter more.
    pub(crate) gas_limit: u64,
    /// Fee per unit of gas that is burnt in the newest block, in wei.
    pub(crate) base_fee: u128,
    /// Fees that are offered, in wei per unit of gas.
    pub(crate) fees: Fees,
}

impl Quote {
    /// Asks the nodes for the price of a call.
    ///
    /// # Errors
    /// No node estimates it: the contract refuses, for example.
    pub(crate) async fn ask(
        ledger: &dyn Ledger,
        from: Account,
        data: &[u8],
        now: &Moment,
    ) -> Result<Self, WatchError> {
        let gas = ledger.estimate(from, data).await?;
        let fees = ledger.fees(*now).await;
        Ok(Self::new(gas, now.base_fee, fees))
    }

    pub(crate) fn new(gas: u64, base_fee: u128, fees: Fees) -> Self {
        let gas_limit = (gas / 4).saturating_add(gas).clamp(LEAST_GAS, MOST_GAS);
        Self { gas, gas_limit, base_fee, fees }
    }

    /// Returns the same with fees that nodes take in place of a transaction with the fees `old`.
    pub(crate) fn in_place_of(self, old: &Fees) -> Self {
        Self { fees: self.fees.replacing(old), ..self }
    }

    /// Returns the same with more gas than the nodes estimate.
    pub(crate) fn with_room(self, gas: u64) -> Self {
        let gas_limit = self.gas_limit.saturating_add(gas).min(MOST_GAS);
        Self { gas_limit, ..self }
    }

    /// Returns what a unit of gas costs in a block like the newest, in wei.
    pub(crate) const fn usual_price(&self) -> u128 {
        self.base_fee.saturating_add(self.fees.max_priority_fee)
    }

    /// Returns the fee that is to be expected, in wei.
    pub(crate) const fn usual_fee(&self) -> u128 {
        self.usual_price().saturating_mul(self.gas as u128)
    }

    /// Returns the transaction with this data and number.
    pub(crate) fn transaction(&self, chain_id: u64, nonce: u64, data: Vec<u8>) -> Transaction {
        Transaction {
            chain_id,
            nonce,
            to: PINNED.contract,
            value: 0,
            data,
            gas_limit: self.gas_limit,
            max_fee_per_gas: self.fees.max_fee,
            max_priority_fee_per_gas: self.fees.max_priority_fee,
        }
    }
}
