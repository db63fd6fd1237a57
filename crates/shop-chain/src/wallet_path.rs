//! Places in a wallet's tree of keys where a chain's addresses are.

/// Kind of a wallet's account, and the form of its addresses.
///
/// Its path is `purpose'/coin'/account'` (BIP-44).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletPath {
    /// Name by which it is chosen.
    pub name: &'static str,
    /// First number of the path: 44, 49, 84 or 86, after the BIP that defines it.
    pub purpose: u32,
    /// Second number: the coin (SLIP-44).
    pub coin: u32,
    /// First letters of an account's public key, as wallets of this kind write it.
    pub prefixes: &'static [&'static str],
    /// Numbers of steps from the root to an account's public key: 3 by BIP-44, and fewer in
    /// wallets with a tree of their own.
    pub depths: &'static [u8],
}

impl WalletPath {
    /// Returns the path of a receive address, as wallets write it.
    #[must_use]
    pub fn of_address(&self, account: u32, index: u32) -> String {
        format!("m/{}'/{}'/{account}'/0/{index}", self.purpose, self.coin)
    }

    /// Returns the origin of an account as descriptors have it, below a root's fingerprint.
    pub(crate) fn origin(&self, root: &str, account: u32) -> String {
        format!("{root}/{}h/{}h/{account}h", self.purpose, self.coin)
    }
}
