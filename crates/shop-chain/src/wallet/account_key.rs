//! Public key of a wallet's account.

use crate::chain::Chain;
use crate::ethereum::escrow::Mnemonic;
use crate::wallet_path::WalletPath;
use bip32::{ChildNumber, ExtendedKey, Prefix, XPrv, XPub};
use shop_core::{closed_debug, pay_to::PayTo};

/// First index that is no receive address: indices from here on need a secret key (BIP-32).
const END: u32 = 1 << 31;
/// Depth of an account in the tree: `m/purpose'/coin'/account'`.
const ACCOUNT_DEPTH: u8 = 3;

/// Public key of a wallet's account, from which its receive addresses follow.
///
/// It cannot spend. Whoever has it sees all payments to the account, so it stays off the server.
pub struct AccountKey {
    rules: &'static dyn Chain,
    path: WalletPath,
    /// The key of `account/0`, the receive addresses.
    receive: XPub,
}

closed_debug!(AccountKey);

/// Error for words or text that make no account key. Nothing of them is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountKeyError {
    /// The text has another form, or a wrong checksum.
    #[error(
        "this is no public key of an account: it begins with xpub, and its checksum must be right"
    )]
    NotAKey,
    /// The text is the secret half.
    #[error(
        "this is the SECRET key of an account: whoever reads it can spend. Take the public one, \
         which begins with xpub"
    )]
    Secret,
    /// The first letters belong to another kind of account, or to a test network.
    #[error("this key is of another kind of account ({0}): choose that kind, or another key")]
    OtherKind(&'static str),
    /// The key is above or below an account in the wallet's tree.
    #[error(
        "this key is at depth {0} of the wallet's tree, and an account is at depth 3: export the \
         key of the account"
    )]
    Depth(u8),
    /// The number is too large, or there is no key for it, which happens to one of 2^127.
    #[error("there is no address with this number")]
    Index,
    /// The chain's wallets are made in another way.
    #[error("addresses of this chain are not derived from such keys")]
    NotDerived,
}

impl AccountKey {
    /// Derives the key of an account from words, and from the passphrase that some wallets add.
    ///
    /// # Errors
    /// [`AccountKeyError::Index`] for an account of 2^31 or more.
    pub fn from_words(
        rules: &'static dyn Chain,
        path: WalletPath,
        words: &Mnemonic,
        passphrase: &str,
        account: u32,
    ) -> Result<Self, AccountKeyError> {
        let seed = words.seed(passphrase);
        let root = XPrv::new(seed.as_slice()).map_err(|_| AccountKeyError::Index)?;
        let account =
            [path.purpose, path.coin, account].into_iter().try_fold(root, |key, number| {
                let child = ChildNumber::new(number, true).map_err(|_| AccountKeyError::Index)?;
                key.derive_child(child).map_err(|_| AccountKeyError::Index)
            })?;
        Self::new(rules, path, &account.public_key())
    }

    /// Reads the public key of an account, as wallets export it (`xpub`, `ypub`, `zpub`).
    ///
    /// # Errors
    /// [`AccountKeyError`].
    pub fn parse(
        rules: &'static dyn Chain,
        path: WalletPath,
        text: &str,
    ) -> Result<Self, AccountKeyError> {
        let text = text.trim();
        let is_secret =
            ["xprv", "yprv", "zprv", "tprv"].iter().any(|secret| text.starts_with(secret));
        if is_secret {
            return Err(AccountKeyError::Secret);
        }
        let key: ExtendedKey = text.parse().map_err(|_| AccountKeyError::NotAKey)?;
        let prefix = [Prefix::XPUB, Prefix::YPUB, Prefix::ZPUB, Prefix::TPUB]
            .into_iter()
            .zip(["xpub", "ypub", "zpub", "tpub"])
            .find(|(prefix, _)| *prefix == key.prefix);
        let (_, letters) = prefix.ok_or(AccountKeyError::NotAKey)?;
        if !path.prefixes.contains(&letters) {
            return Err(AccountKeyError::OtherKind(letters));
        }
        let account = XPub::try_from(key).map_err(|_| AccountKeyError::NotAKey)?;
        if account.attrs().depth != ACCOUNT_DEPTH {
            return Err(AccountKeyError::Depth(account.attrs().depth));
        }
        Self::new(rules, path, &account)
    }

    fn new(
        rules: &'static dyn Chain,
        path: WalletPath,
        account: &XPub,
    ) -> Result<Self, AccountKeyError> {
        let receive = account.derive_child(ChildNumber(0)).map_err(|_| AccountKeyError::Index)?;
        Ok(Self { rules, path, receive })
    }

    /// Returns the fingerprint of the key, eight hexadecimal digits (BIP-32).
    /// It tells accounts apart, and nothing of their addresses.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hex = |byte: &u8| format!("{byte:02x}");
        self.receive.fingerprint().iter().map(hex).collect()
    }

    /// Returns the receive address number `index`.
    ///
    /// # Errors
    /// [`AccountKeyError::Index`], [`AccountKeyError::NotDerived`].
    pub fn address(&self, index: u32) -> Result<PayTo, AccountKeyError> {
        if index >= END {
            return Err(AccountKeyError::Index);
        }
        let key = self.receive.derive_child(ChildNumber(index));
        let key = key.map_err(|_| AccountKeyError::Index)?.to_bytes();
        self.rules.address_of_key(self.path, &key).ok_or(AccountKeyError::NotDerived)
    }
}
