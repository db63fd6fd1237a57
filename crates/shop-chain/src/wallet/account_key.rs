//! Public key of a wallet's account.

use crate::{
    chain::Chain,
    ethereum::escrow::Mnemonic,
    extended_key::{ExtendedKey, ExtendedKeyError},
    wallet_path::WalletPath,
};
use bip32::{ChildNumber, Prefix, XPrv};
use shop_core::{closed_debug, pay_to::PayTo};

/// Public key of a wallet's account, from which its receive addresses follow.
///
/// It cannot spend. Whoever has it sees all payments to the account, so it stays off the server.
pub struct AccountKey {
    rules: &'static dyn Chain,
    path: WalletPath,
    network: u64,
    account: ExtendedKey,
    /// The key of `account/0`, the receive addresses.
    receive: ExtendedKey,
    /// Path of the account below the fingerprint of its root, where that is known.
    origin: Option<String>,
}

closed_debug!(AccountKey);

/// Error for words or text that make no account key. Nothing of them is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountKeyError {
    /// The text has another form, or a wrong checksum.
    #[error(
        "this is no public key of an account: it begins with xpub, ypub or zpub, and its checksum \
         must be right"
    )]
    NotAKey,
    /// The text is the secret half.
    #[error(
        "this is the SECRET key of an account: whoever reads it can spend. Take the public one, \
         which begins with xpub, ypub or zpub"
    )]
    Secret,
    /// The first letters belong to another kind of account, or to another network.
    #[error(
        "this key is of another kind of account or another network ({0}): choose that, or another \
         key"
    )]
    OtherKind(&'static str),
    /// The first letters are those of several kinds of accounts.
    #[error("this key ({0}) does not say which addresses your wallet uses")]
    SeveralKinds(&'static str),
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
        network: u64,
        words: &Mnemonic,
        passphrase: &str,
        account: u32,
    ) -> Result<Self, AccountKeyError> {
        let seed = words.seed(passphrase);
        let root = XPrv::new(seed.as_slice()).map_err(|_| AccountKeyError::Index)?;
        let root_name: String = root.public_key().fingerprint().iter().map(hex).collect();
        let secret =
            [path.purpose, path.coin, account].into_iter().try_fold(root, |key, number| {
                let child = ChildNumber::new(number, true).map_err(|_| AccountKeyError::Index)?;
                key.derive_child(child).map_err(|_| AccountKeyError::Index)
            })?;
        let letters = path.prefixes.contains(&"tpub");
        let letters = if letters { Prefix::TPUB } else { Prefix::XPUB };
        let public = secret.public_key().to_extended_key(letters).to_string();
        let (public, _) = ExtendedKey::parse(&public).map_err(|_| AccountKeyError::Index)?;
        let origin = Some(path.origin(&root_name, account));
        Self::new(rules, path, network, public, origin)
    }

    /// Reads the public key of an account, as wallets export it (`xpub`, `ypub`, `zpub`).
    /// `kind` is the name of its path, where the seller gave one.
    ///
    /// # Errors
    /// [`AccountKeyError`].
    pub fn parse(
        rules: &'static dyn Chain,
        kind: Option<&str>,
        network: u64,
        text: &str,
    ) -> Result<Self, AccountKeyError> {
        let (key, letters) = ExtendedKey::parse(text.trim()).map_err(|error| match error {
            ExtendedKeyError::Secret => AccountKeyError::Secret,
            ExtendedKeyError::Form | ExtendedKeyError::Checksum => AccountKeyError::NotAKey,
        })?;
        let letters = letters.text;
        let is_such = |path: &&WalletPath| {
            kind.is_none_or(|kind| kind == path.name) && path.prefixes.contains(&letters)
        };
        let paths: Vec<&WalletPath> = rules.wallet_paths(network).iter().filter(is_such).collect();
        let path = match paths.as_slice() {
            [] => return Err(AccountKeyError::OtherKind(letters)),
            [path] => **path,
            _ => return Err(AccountKeyError::SeveralKinds(letters)),
        };
        if !path.depths.contains(&key.depth()) {
            return Err(AccountKeyError::Depth(key.depth()));
        }
        Self::new(rules, path, network, key, None)
    }

    fn new(
        rules: &'static dyn Chain,
        path: WalletPath,
        network: u64,
        account: ExtendedKey,
        origin: Option<String>,
    ) -> Result<Self, AccountKeyError> {
        let receive = account.child(0).ok_or(AccountKeyError::Index)?;
        Ok(Self { rules, path, network, account, receive, origin })
    }

    /// Returns the kind of the account.
    #[must_use]
    pub const fn path(&self) -> WalletPath {
        self.path
    }

    /// Returns the fingerprint of the key, eight hexadecimal digits (BIP-32).
    /// It tells accounts apart, and nothing of their addresses.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.receive.fingerprint()
    }

    /// Returns the descriptor of all its addresses, where the chain has such (BIP-380).
    #[must_use]
    pub fn descriptor(&self) -> Option<String> {
        self.rules.descriptor(self.path, self.origin.as_deref(), &self.account.to_text())
    }

    /// Returns the receive address number `index`.
    ///
    /// # Errors
    /// [`AccountKeyError::Index`], [`AccountKeyError::NotDerived`].
    pub fn address(&self, index: u32) -> Result<PayTo, AccountKeyError> {
        let key = self.receive.child(index).ok_or(AccountKeyError::Index)?;
        let address = self.rules.address_of_key(self.path, self.network, &key.to_bytes());
        address.ok_or(AccountKeyError::NotDerived)
    }
}

fn hex(byte: &u8) -> String {
    format!("{byte:02x}")
}
