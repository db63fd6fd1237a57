//! Watch-only descriptors (BIP 380): a public key, and the addresses that follow from it.
//!
//! Whoever has the key sees all of the wallet's payments, and can spend nothing.

use super::{address, network::Network};
use bitcoin::{
    Address, CompressedPublicKey, KnownHrp, NetworkKind, base58,
    bip32::{ChildNumber, Xpub},
    secp256k1::{Secp256k1, VerifyOnly},
};
use checksum::is_right;
use shop_core::{
    kind::{HasKind, Kind},
    money::AssetId,
    pay_to::PayTo,
};

mod checksum;

/// A descriptor of addresses, one for each number.
#[derive(Clone, Debug)]
pub struct Descriptor {
    form: Form,
    /// Key from which each address is one step away.
    key: Xpub,
    network: Network,
    context: Secp256k1<VerifyOnly>,
}

/// Form of the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `pkh`: addresses that begin with 1.
    PublicKeyHash,
    /// `sh(wpkh)`: addresses that begin with 3.
    NestedSegwit,
    /// `wpkh`: addresses that begin with bc1q.
    Segwit,
    /// `tr`: addresses that begin with bc1p.
    Taproot,
}

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

/// Kinds of public keys by their first bytes (SLIP 132): of the main and of test networks.
const PUBLIC: [(u32, Option<Form>, NetworkKind); 6] = [
    (0x0488_b21e, None, NetworkKind::Main),
    (0x0435_87cf, None, NetworkKind::Test),
    (0x049d_7cb2, Some(Form::NestedSegwit), NetworkKind::Main),
    (0x044a_5262, Some(Form::NestedSegwit), NetworkKind::Test),
    (0x04b2_4746, Some(Form::Segwit), NetworkKind::Main),
    (0x045f_1cf6, Some(Form::Segwit), NetworkKind::Test),
];
/// Beginnings of keys that can spend.
const PRIVATE: [&str; 6] = ["xprv", "tprv", "yprv", "uprv", "zprv", "vprv"];
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
        if PRIVATE.iter().any(|beginning| descriptor.contains(beginning)) {
            return Err(DescriptorError::Private);
        }
        if checksum.is_some_and(|checksum| !is_right(descriptor, checksum)) {
            return Err(DescriptorError::Checksum);
        }
        let (form, inside) = match form(descriptor) {
            Some((form, inside)) => (Some(form), inside),
            None => (None, descriptor),
        };
        let (key, path) = match inside.split_once('/') {
            Some((key, _)) => (key, inside.get(key.len()..).unwrap_or_default()),
            None => (inside, ""),
        };
        let (key, own_form, kind) = public_key(key)?;
        let (form, path) = match (form, own_form) {
            (Some(form), _) => (form, path),
            (None, Some(form)) if path.is_empty() => (form, RECEIVING),
            (None, Some(form)) => (form, path),
            (None, None) => return Err(DescriptorError::Bare),
        };
        if kind != network.kind().into() {
            return Err(DescriptorError::OtherNetwork);
        }
        let context = Secp256k1::verification_only();
        let steps = steps(path)?;
        let key = key.derive_pub(&context, &steps).map_err(|_| DescriptorError::Path)?;
        Ok(Self { form, key, network, context })
    }

    /// Returns the address of a number; none for a number that has none (beyond 2,147,483,647).
    #[must_use]
    pub fn address(&self, number: u32) -> Option<PayTo> {
        let step = ChildNumber::from_normal_idx(number).ok()?;
        let child = self.key.derive_pub(&self.context, &[step]).ok()?;
        let hrp = KnownHrp::from(self.network.kind());
        let kind = NetworkKind::from(self.network.kind());
        let public = CompressedPublicKey(child.public_key);
        let address = match self.form {
            Form::PublicKeyHash => Address::p2pkh(public, kind),
            Form::NestedSegwit => Address::p2shwpkh(&public, kind),
            Form::Segwit => Address::p2wpkh(&public, hrp),
            Form::Taproot => Address::p2tr(&self.context, child.to_x_only_pub(), None, hrp),
        };
        let spelled = address::spelled(&address.to_string()).ok()?;
        PayTo::new(AssetId::BTC, &spelled).ok()
    }
}

/// Returns the form of the addresses, and what is inside the brackets.
/// An origin of the key, in square brackets, is left out: it is for wallets.
fn form(descriptor: &str) -> Option<(Form, &str)> {
    let forms = [
        ("sh(wpkh(", "))", Form::NestedSegwit),
        ("wpkh(", ")", Form::Segwit),
        ("pkh(", ")", Form::PublicKeyHash),
        ("tr(", ")", Form::Taproot),
    ];
    let inside = |(start, end, form): (&str, &str, Form)| {
        let inside = descriptor.strip_prefix(start)?.strip_suffix(end)?;
        let key = match inside.strip_prefix('[') {
            Some(origin) => origin.split_once(']')?.1,
            None => inside,
        };
        Some((form, key))
    };
    forms.into_iter().find_map(inside)
}

/// Reads a public key in base58.
fn public_key(text: &str) -> Result<(Xpub, Option<Form>, NetworkKind), DescriptorError> {
    if text.get(1..4) != Some("pub") {
        return Err(DescriptorError::Form);
    }
    let mut bytes = base58::decode_check(text).map_err(|_| DescriptorError::Checksum)?;
    let (first, _) = bytes.split_at_mut_checked(4).ok_or(DescriptorError::Form)?;
    let version = u32::from_be_bytes((&*first).try_into().map_err(|_| DescriptorError::Form)?);
    let known = PUBLIC.into_iter().find(|(known, ..)| *known == version);
    let (_, form, kind) = known.ok_or(DescriptorError::Form)?;
    let usual = if kind.is_mainnet() { 0x0488_b21e_u32 } else { 0x0435_87cf };
    first.copy_from_slice(&usual.to_be_bytes());
    let key = Xpub::decode(&bytes).map_err(|_| DescriptorError::Form)?;
    Ok((key, form, kind))
}

/// Reads the steps before the last one, which is `*`.
/// In a choice between receiving and change (BIP 389) the first counts.
fn steps(path: &str) -> Result<Vec<ChildNumber>, DescriptorError> {
    let path = path.strip_suffix("/*").ok_or(DescriptorError::Path)?;
    let step = |text: &str| {
        let choice = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let text = choice.map_or(text, |choice| choice.split(';').next().unwrap_or_default());
        let number = text.parse::<u32>().map_err(|_| DescriptorError::Path)?;
        ChildNumber::from_normal_idx(number).map_err(|_| DescriptorError::Path)
    };
    path.split('/').skip(1).map(step).collect()
}

#[cfg(test)]
mod tests;
