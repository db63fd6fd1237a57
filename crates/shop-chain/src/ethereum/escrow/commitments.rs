//! Hashes that tie an order to its terms, its vault, its goods and its parcel.

use super::abi;
use alloy_primitives::{Address, B256, keccak256};
use alloy_sol_types::{SolType, SolValue, sol_data};
use k256::sha2::{Digest, Sha256};
use shop_core::escrow::{Account, AttestorSet, Goods, Hash, Terms, Tracking};

/// Code that makes a copy of a contract (EIP-1167), before and after its address.
const COPIER: ([u8; 20], [u8; 15]) = (
    [
        0x3d, 0x60, 0x2d, 0x80, 0x60, 0x0a, 0x3d, 0x39, 0x81, 0xf3, 0x36, 0x3d, 0x3d, 0x37, 0x3d,
        0x3d, 0x3d, 0x36, 0x3d, 0x73,
    ],
    [0x5a, 0xf4, 0x3d, 0x82, 0x80, 0x3e, 0x90, 0x3d, 0x91, 0x60, 0x2b, 0x57, 0xfd, 0x5b, 0xf3],
);

/// Returns the name of an order in the contract: the Keccak-256 hash of its terms.
#[must_use]
pub fn id_of(terms: &Terms) -> Hash {
    abi::hash(keccak256(abi::terms(terms).abi_encode()))
}

/// Returns the address that the buyer of an order pays to.
///
/// It follows from the contract's address and the order's id, and is the same before and after there
/// is code at it. The contract must have made its vault code first, as the known one does.
#[must_use]
pub fn vault_of(contract: Account, id: Hash) -> Account {
    let contract = abi::address(contract);
    abi::account(contract.create2(abi::word(id), copier_hash(contract)))
}

/// Returns the hash of the code that makes a vault of this contract.
pub(super) fn copier_hash(contract: Address) -> B256 {
    // The first contract that a contract makes has nonce 1 (EIP-161).
    let vault_code = contract.create(1);
    keccak256([COPIER.0.as_slice(), vault_code.as_slice(), COPIER.1.as_slice()].concat())
}

/// Returns the hash of attestors and threshold that terms have.
#[must_use]
pub fn attestors_hash(attestors: &AttestorSet) -> Hash {
    type Params = (sol_data::Uint<8>, sol_data::Array<sol_data::Address>);
    let accounts: Vec<Address> = attestors.accounts().iter().copied().map(abi::address).collect();
    abi::hash(keccak256(Params::abi_encode_params(&(attestors.threshold(), accounts))))
}

/// Returns the commitment to a destination: a part of the commitment to the order.
///
/// Country and postal code are capitals without blanks, as [`Goods`] has them.
#[must_use]
pub fn destination_hash(postal_salt: Hash, country: &str, postal_code: &str) -> Hash {
    let params = (abi::word(postal_salt), country.to_owned(), postal_code.to_owned());
    abi::hash(keccak256(params.abi_encode_params()))
}

/// Returns the commitment to the goods and their destination that terms have.
#[must_use]
pub fn order_commitment(goods: &Goods) -> Hash {
    let destination = destination_hash(goods.postal_salt(), goods.country(), goods.postal_code());
    order_of(goods.salt(), destination, goods.text())
}

pub(super) fn order_of(salt: Hash, destination: Hash, text: &str) -> Hash {
    let goods = Hash(<[u8; 32]>::from(Sha256::digest(text.as_bytes())));
    order_commitment_of(salt, destination, goods)
}

/// Returns the commitment to goods by their hash alone: SHA-256 of their text.
/// `destination` is a [`destination_hash`]. Attestors check an order in this way.
#[must_use]
pub fn order_commitment_of(salt: Hash, destination: Hash, goods: Hash) -> Hash {
    let params = (abi::word(salt), abi::word(destination), abi::word(goods));
    abi::hash(keccak256(params.abi_encode_params()))
}

/// Returns the commitment to a carrier's answer, by the SHA-256 of its bytes.
/// `blind` is random: answers are easy to guess.
#[must_use]
pub fn evidence_commitment(blind: Hash, answer: [u8; 32]) -> Hash {
    let params = (abi::word(blind), B256::from(answer));
    abi::hash(keccak256(params.abi_encode_params()))
}

/// Returns the commitment to a parcel.
///
/// `carrier` is the carrier's short name, `number` the number in its one spelling, and `salt` random:
/// without it anybody could try all numbers.
#[must_use]
pub fn tracking_commitment(carrier: &str, number: &str, salt: Hash) -> Tracking {
    let params = (carrier.to_owned(), number.to_owned(), abi::word(salt));
    let whole = keccak256(params.abi_encode_params());
    let mut first = [0; 21];
    first.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    Tracking(first)
}

/// Returns the hash of a release secret that terms have: SHA-256 of its bytes.
#[must_use]
pub fn release_hash(secret: &[u8]) -> Hash {
    Hash(Sha256::digest(secret).into())
}
