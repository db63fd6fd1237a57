//! Transactions (EIP-1559), signed here and sent by somebody else.

use super::{Key, abi};
use alloy_consensus::{SignableTransaction, TxEip1559};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Bytes, Signature, TxKind, U256, keccak256};
use shop_core::escrow::{Account, Hash};

/// A transaction. Fees are in wei a unit of gas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Number of the chain (EIP-155).
    pub chain_id: u64,
    /// Number of transactions that the sender has sent before.
    pub nonce: u64,
    /// Contract or address it goes to.
    pub to: Account,
    /// Wei that go with it.
    pub value: u128,
    /// Call, such as [`super::Call::encode`] makes it.
    pub data: Vec<u8>,
    /// Most gas it may use.
    pub gas_limit: u64,
    /// Highest fee, base fee included.
    pub max_fee_per_gas: u128,
    /// Part of the fee for whoever makes the block.
    pub max_priority_fee_per_gas: u128,
}

/// A transaction that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransaction {
    /// The bytes for `eth_sendRawTransaction`.
    pub raw: Vec<u8>,
    /// Its id.
    pub hash: Hash,
}

impl Transaction {
    /// Returns the highest fee that it can cost, in wei. Its value is not in it.
    #[must_use]
    pub const fn most_fee(&self) -> u128 {
        self.max_fee_per_gas.saturating_mul(self.gas_limit as u128)
    }

    /// Signs it.
    #[must_use]
    pub fn sign(&self, key: &Key) -> SignedTransaction {
        let unsigned = TxEip1559 {
            chain_id: self.chain_id,
            nonce: self.nonce,
            gas_limit: self.gas_limit,
            max_fee_per_gas: self.max_fee_per_gas,
            max_priority_fee_per_gas: self.max_priority_fee_per_gas.min(self.max_fee_per_gas),
            to: TxKind::Call(abi::address(self.to)),
            value: U256::from(self.value),
            access_list: alloy_eips::eip2930::AccessList::default(),
            input: Bytes::from(self.data.clone()),
        };
        let signed = key.sign(abi::hash(unsigned.signature_hash()));
        let signature =
            Signature::from_raw_array(&signed.0).expect("a signature of ours has v 27 or 28");
        let raw = unsigned.into_signed(signature).encoded_2718();
        let hash = abi::hash(keccak256(&raw));
        SignedTransaction { raw, hash }
    }
}
