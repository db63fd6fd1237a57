//! The one contract that this program knows.

use super::abi;
use alloy_primitives::{b256, hex, keccak256};
use shop_core::escrow::{Account, Hash};

/// Address, code and deployment of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// Address of the contract, the same on every chain.
    pub contract: Account,
    /// Keccak-256 of the code that stands there.
    pub code_hash: Hash,
    /// Keccak-256 of the code that deploys it.
    pub init_code_hash: Hash,
    /// Contract that deploys it, with salt zero.
    pub deployer: Account,
}

/// The contract of `contracts/pinned/escrow.json`.
pub const PINNED: Pinned = Pinned {
    contract: Account(hex!("F62bd2F45d466eec5C8F238B16415F3b556eCED1")),
    code_hash: Hash(b256!("ebec3435f22354b2578ca9d9f482d4392e43956d9c619755887d956e6d8370c9").0),
    init_code_hash: Hash(
        b256!("af778cadea4f07d238294a57b760496a2ba63b4779bbde7cb389a135e17ef4ae").0,
    ),
    deployer: Account(hex!("4e59b44847b379578588920cA78FbF26c0B4956C")),
};

/// The code that deploys the contract, in hexadecimal digits.
const INIT_CODE: &str = include_str!("../../../../../contracts/pinned/escrow.hex");

impl Pinned {
    /// Returns true if this is the code of the contract, as a node tells it.
    #[must_use]
    pub fn is_code(&self, code: &[u8]) -> bool {
        abi::hash(keccak256(code)) == self.code_hash
    }

    /// Returns the data of the transaction to [`Pinned::deployer`] that deploys the contract.
    /// About 5 million gas are enough for it.
    #[must_use]
    pub fn deploy_data(&self) -> Vec<u8> {
        let mut data = vec![0; 32];
        data.extend(hex::decode(INIT_CODE.trim()).unwrap_or_default());
        data
    }
}
