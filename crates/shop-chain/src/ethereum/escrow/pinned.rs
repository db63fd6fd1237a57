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
    contract: Account(hex!("A31509bF019A16D5b6a1c30F6C6E8bFb38769A5b")),
    code_hash: Hash(b256!("ff48fb3f4e08b2800db42dfb491b88d26afe5c5ed2bae936a6553c54234f2bb9").0),
    init_code_hash: Hash(
        b256!("a018a07e8acaa55f7e67951eb6fb9e6f7caa198ea5fdc038ed8d1a23aa4a79d9").0,
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
