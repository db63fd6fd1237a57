//! Watch-only descriptors (BIP 380): a public key, and the addresses that follow from it.
//!
//! Whoever has the key sees all of the wallet's payments, and can spend nothing.

use super::{form::Form, network::Network};
use crate::extended_key::{ExtendedKey, ExtendedKeyError, Letters, holds_secret};
use bitcoin::NetworkKind;
use checksum::is_right;
use shop_core::{
    closed_debug,
    kind::{HasKind, Kind},
    pay_to::PayTo,
};

mod checksum;

/// A descriptor of addresses, one for each number.
#[derive(Clone)]
pub struct Descriptor {
    form: Form,
    /// Key from which each address is one step away.
    key: ExtendedKey,
    network: Network,
}

closed_debug!(Descriptor);

/// Reason why text is no descriptor that a shop can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorError {
    /// The text has not the form of one.
    #[error("this is not a descriptor: write wpkh(xpub.../0/*), tr(xpub.../0/*) or a zpub")]
    Form,
    /// A key does not say in which form its addresses are.
    #[error(
        "an xpub does not say which addresses your wallet uses: write wpkh(xpub.../0/*) or tr(xpub.../0/*)"
    )]
    Bare,
    /// The key can spend.
    #[error("this is a PRIVATE key: whoever reads it can spend your money. Export the public one")]
    Private,
    /// The checksum of the descriptor or the key does not fit.
    #[error("its checksum is wrong: copy it again")]
    Checksum,
    /// The path to the addresses cannot be followed with a public key.
    #[error("its path must end in /* and have no hardened steps after the key")]
    Path,
    /// The key is of another network.
    #[error("its key is of another network")]
    OtherNetwork,
}

impl HasKind for DescriptorError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

/// Path of the addresses that a wallet gives to others, below its account's key.
const RECEIVING: &str = "/0/*";

impl Descriptor {
    /// Reads a descriptor: `pkh(..)`, `wpkh(..)`, `sh(wpkh(..))` or `tr(..)` of one key, with or
    /// without its checksum; or a zpub or ypub alone, whose addresses are those below `/0`.
    ///
    /// # Errors
    /// [`DescriptorError`].
    pub fn parse(text: &str, network: Network) -> Result<Self, DescriptorError> {
        let text = text.trim();
        let (descriptor, checksum) = match text.split_once('#') {
            Some((descriptor, checksum)) => (descriptor, Some(checksum)),
            None => (text, None),
        };
        if holds_secret(descriptor) {
            return Err(DescriptorError::Private);
        }
        if checksum.is_some_and(|checksum| !is_right(descriptor, checksum)) {
            return Err(DescriptorError::Checksum);
        }
        let (form, inside) = match Form::of_descriptor(descriptor) {
            Some((form, inside)) => (Some(form), without_origin(inside)?),
            None => (None, descriptor),
        };
        let (key, path) = match inside.split_once('/') {
            Some((key, _)) => (key, inside.get(key.len()..).unwrap_or_default()),
            None => (inside, ""),
        };
        let (key, letters) = public_key(key)?;
        let own_form = letters.purpose.and_then(Form::of_purpose);
        let (form, path) = match (form, own_form) {
            (Some(form), _) => (form, path),
            (None, Some(form)) if path.is_empty() => (form, RECEIVING),
            (None, Some(form)) => (form, path),
            (None, None) => return Err(DescriptorError::Bare),
        };
        if letters.is_main != NetworkKind::from(network.kind()).is_mainnet() {
            return Err(DescriptorError::OtherNetwork);
        }
        let below = |key: ExtendedKey, step| key.child(step).ok_or(DescriptorError::Path);
        let key = steps(path)?.into_iter().try_fold(key, below)?;
        Ok(Self { form, key, network })
    }

    /// Returns the address of a number; none for a number that has none (beyond 2,147,483,647).
    #[must_use]
    pub fn address(&self, number: u32) -> Option<PayTo> {
        self.form.address(&self.key.child(number)?.to_bytes(), self.network)
    }

    /// Returns a short name of its key, which tells nothing of its addresses.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint()
    }
}

/// Returns the descriptor of an account's receive addresses, with its checksum.
/// `origin` is the account's path from the root, where that is known: for wallets.
pub(super) fn of_account(form: Form, origin: Option<&str>, key: &str) -> Option<String> {
    let origin = origin.map(|origin| format!("[{origin}]")).unwrap_or_default();
    let descriptor = form.descriptor(&format!("{origin}{key}{RECEIVING}"));
    let checksum = checksum::make(&descriptor)?;
    Some(format!("{descriptor}#{checksum}"))
}

/// Leaves out the origin of a key, in square brackets: it is for wallets.
fn without_origin(inside: &str) -> Result<&str, DescriptorError> {
    match inside.strip_prefix('[') {
        Some(origin) => Ok(origin.split_once(']').ok_or(DescriptorError::Form)?.1),
        None => Ok(inside),
    }
}

/// Reads a public key in base58.
fn public_key(text: &str) -> Result<(ExtendedKey, &'static Letters), DescriptorError> {
    ExtendedKey::parse(text).map_err(|error| match error {
        ExtendedKeyError::Secret => DescriptorError::Private,
        ExtendedKeyError::Form => DescriptorError::Form,
        ExtendedKeyError::Checksum => DescriptorError::Checksum,
    })
}

/// Reads the steps before the last one, which is `*`.
/// In a choice between receiving and change (BIP 389) the first counts.
fn steps(path: &str) -> Result<Vec<u32>, DescriptorError> {
    let path = path.strip_suffix("/*").ok_or(DescriptorError::Path)?;
    let step = |text: &str| {
        let choice = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let text = choice.map_or(text, |choice| choice.split(';').next().unwrap_or_default());
        text.parse::<u32>().map_err(|_| DescriptorError::Path)
    };
    path.split('/').skip(1).map(step).collect()
}

#[cfg(test)]
mod tests;
