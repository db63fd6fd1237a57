//! Public keys of a wallet's tree of keys (BIP-32), and the letters they are written with.
//!
//! All addresses that follow from a public key are derived here, whatever their chain.

use bitcoin::{
    base58,
    bip32::{ChildNumber, Xpub},
    secp256k1::{Secp256k1, VerifyOnly},
};
use shop_core::closed_debug;
use std::sync::LazyLock;

/// Tables of the curve, without a secret.
pub(crate) static CONTEXT: LazyLock<Secp256k1<VerifyOnly>> =
    LazyLock::new(Secp256k1::verification_only);

/// Public key of a wallet's tree. It cannot spend; whoever has it sees the payments below it.
#[derive(Clone)]
pub(crate) struct ExtendedKey(Xpub);

closed_debug!(ExtendedKey);

/// First letters of a public key, by which wallets tell its purpose (SLIP-132).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Letters {
    pub(crate) text: &'static str,
    /// First bytes of the key.
    version: u32,
    /// Number of the BIP that says how its addresses look; none for letters of every purpose.
    pub(crate) purpose: Option<u32>,
    /// True for keys of a main network.
    pub(crate) is_main: bool,
}

/// Reason why text is no public key. Nothing of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExtendedKeyError {
    /// It is a key that can spend.
    Secret,
    /// It has not the form of one.
    Form,
    /// A letter was changed, or some are missing.
    Checksum,
}

const ALL_LETTERS: [Letters; 6] = [
    Letters::new("xpub", USUAL_MAIN, None, true),
    Letters::new("tpub", USUAL_TEST, None, false),
    Letters::new("ypub", 0x049d_7cb2, Some(49), true),
    Letters::new("upub", 0x044a_5262, Some(49), false),
    Letters::new("zpub", 0x04b2_4746, Some(84), true),
    Letters::new("vpub", 0x045f_1cf6, Some(84), false),
];
/// First bytes of `xpub`.
const USUAL_MAIN: u32 = 0x0488_b21e;
/// First bytes of `tpub`.
const USUAL_TEST: u32 = 0x0435_87cf;
/// Beginnings of keys that can spend.
const SECRET: [&str; 6] = ["xprv", "tprv", "yprv", "uprv", "zprv", "vprv"];

impl Letters {
    const fn new(text: &'static str, version: u32, purpose: Option<u32>, is_main: bool) -> Self {
        Self { text, version, purpose, is_main }
    }
}

impl ExtendedKey {
    /// Reads a public key, with any of the letters that wallets use.
    pub(crate) fn parse(text: &str) -> Result<(Self, &'static Letters), ExtendedKeyError> {
        if holds_secret(text) {
            return Err(ExtendedKeyError::Secret);
        }
        if text.get(1..4) != Some("pub") {
            return Err(ExtendedKeyError::Form);
        }
        let mut bytes = base58::decode_check(text).map_err(|_| ExtendedKeyError::Checksum)?;
        let (first, _) = bytes.split_at_mut_checked(4).ok_or(ExtendedKeyError::Form)?;
        let version = (&*first).try_into().map_err(|_| ExtendedKeyError::Form)?;
        let version = u32::from_be_bytes(version);
        let letters = ALL_LETTERS.iter().find(|letters| letters.version == version);
        let letters = letters.ok_or(ExtendedKeyError::Form)?;
        let usual = if letters.is_main { USUAL_MAIN } else { USUAL_TEST };
        first.copy_from_slice(&usual.to_be_bytes());
        let key = Xpub::decode(&bytes).map_err(|_| ExtendedKeyError::Form)?;
        Ok((Self(key), letters))
    }

    /// Returns the key one step below; none for a step that needs the secret key.
    pub(crate) fn child(&self, number: u32) -> Option<Self> {
        let step = ChildNumber::from_normal_idx(number).ok()?;
        self.0.derive_pub(&*CONTEXT, &[step]).ok().map(Self)
    }

    /// Returns the number of steps from the root.
    pub(crate) const fn depth(&self) -> u8 {
        self.0.depth
    }

    /// Returns the key without its place in the tree (SEC1).
    pub(crate) fn to_bytes(&self) -> [u8; 33] {
        self.0.public_key.serialize()
    }

    /// Returns its fingerprint, eight hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        self.0.fingerprint().to_string()
    }

    /// Returns it with the letters of every purpose: xpub, or tpub on a test network.
    pub(crate) fn to_text(&self) -> String {
        self.0.to_string()
    }
}

/// Returns true if text holds a key that can spend, alone or in a descriptor.
/// The same letters may stand inside a public key by chance.
pub(crate) fn holds_secret(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| SECRET.iter().any(|beginning| word.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_is_found_at_the_beginning_of_a_key_alone() {
        for text in ["xprv9s21", "wpkh([00/84h]tprv8g/0/*)", "pkh(zprvAd)", "yprv", " uprv", "vprv"]
        {
            assert!(holds_secret(text), "{text}");
        }
        for text in ["", "xpub6xprv9s21", "wpkh(xpubxprv/0/*)"] {
            assert!(!holds_secret(text), "{text}");
        }
    }
}
