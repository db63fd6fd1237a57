//! Keys of a seller from one list of words (BIP-39, BIP-32).

use super::{Key, KeyError};
use bip32::{ChildNumber, XPrv};
use shop_core::{
    closed_debug,
    entropy::{self, Entropy},
};
use zeroize::Zeroizing;

/// A list of words from which all keys of a seller follow.
///
/// Payout keys have the path m/44'/60'/0'/0/i, so any wallet that takes the words shows them. The
/// shop key has m/44'/60'/1'/0/0, the operator key m/44'/60'/2'/0/0.
pub struct Mnemonic(bip39::Mnemonic);

closed_debug!(Mnemonic);

/// Error for text that is no list of words. Nothing of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MnemonicError {
    /// The number of words.
    #[error("a list has 12, 15, 18, 21 or 24 words, not {0}")]
    Count(usize),
    /// A word that is not in the list of words.
    #[error("word {0} is not one of the 2048 English words of BIP-39: check its spelling")]
    Word(usize),
    /// The last word does not fit the others.
    #[error("the words do not fit each other: one is wrong, or two are exchanged")]
    Checksum,
}

impl Mnemonic {
    /// Creates 24 random words.
    #[must_use]
    pub fn random(source: &dyn Entropy) -> Self {
        let bytes = Zeroizing::new(entropy::bytes::<32>(source));
        Self(bip39::Mnemonic::from_entropy(&*bytes).expect("32 bytes make 24 words"))
    }

    /// Reads English words, in any case, with any blanks between them.
    ///
    /// # Errors
    /// [`MnemonicError`].
    pub fn parse(text: &str) -> Result<Self, MnemonicError> {
        let mut words = Zeroizing::new(String::with_capacity(text.len() + 1));
        for word in text.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(&Zeroizing::new(word.to_ascii_lowercase()));
        }
        bip39::Mnemonic::parse_in_normalized(bip39::Language::English, &words).map(Self).map_err(
            |error| match error {
                bip39::Error::BadWordCount(count) => MnemonicError::Count(count),
                bip39::Error::UnknownWord(index) => MnemonicError::Word(index + 1),
                _ => MnemonicError::Checksum,
            },
        )
    }

    /// Returns the words, to be written down.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        // 24 words of at most 8 letters: no buffer grows and leaves a copy.
        let mut words = Zeroizing::new(String::with_capacity(24 * 9));
        for word in self.0.words() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        words
    }

    /// Returns the key of payout address number `index`.
    ///
    /// # Errors
    /// [`KeyError`] for an index of 2^31 or more, and for one of 2^127 others.
    pub fn payout_key(&self, index: u32) -> Result<Key, KeyError> {
        self.derive(0, index)
    }

    /// Returns the key that signs payout addresses.
    ///
    /// # Errors
    /// [`KeyError`] for one of 2^127 lists of words: take another.
    pub fn shop_key(&self) -> Result<Key, KeyError> {
        self.derive(1, 0)
    }

    /// Returns the key that ships, refunds and disputes.
    ///
    /// # Errors
    /// [`KeyError`] for one of 2^127 lists of words: take another.
    pub fn operator_key(&self) -> Result<Key, KeyError> {
        self.derive(2, 0)
    }

    /// Returns the seed of a wallet with these words and this passphrase (BIP-39).
    pub(crate) fn seed(&self, passphrase: &str) -> Zeroizing<[u8; 64]> {
        Zeroizing::new(self.0.to_seed(passphrase))
    }

    /// Returns the key with the path m/44'/60'/account'/0/index.
    fn derive(&self, account: u32, index: u32) -> Result<Key, KeyError> {
        let seed = self.seed("");
        let path = [(44, true), (60, true), (account, true), (0, false), (index, false)];
        let root = XPrv::new(seed.as_slice()).map_err(|_| KeyError)?;
        let key = path.into_iter().try_fold(root, |key, (number, is_hardened)| {
            key.derive_child(ChildNumber::new(number, is_hardened)?)
        });
        let bytes = Zeroizing::new(key.map_err(|_| KeyError)?.to_bytes());
        Key::from_bytes(&bytes)
    }
}
