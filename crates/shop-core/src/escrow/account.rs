//! Addresses of keys and contracts.

use super::hex::hex_text;

/// Address of a key or a contract on a chain of Ethereum's kind.
///
/// Its text is `0x` and 40 digits in lower case, and any case is read. The spelling with a checksum
/// (EIP-55) is shop-chain's, which also checks it: texts that a person types go through there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(pub [u8; 20]);

hex_text!(Account);

impl Account {
    /// The address that nobody has a key of.
    pub const ZERO: Self = Self([0; 20]);

    /// Returns true for the address that nobody has a key of.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// Returns the address, or None if it is zero: a key that does not exist.
    #[must_use]
    pub fn non_zero(self) -> Option<Self> {
        (!self.is_zero()).then_some(self)
    }
}
