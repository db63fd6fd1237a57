//! Forms of addresses that one key makes, and their names in descriptors.

use super::{address, network::Network};
use crate::extended_key::CONTEXT;
use bitcoin::{Address, CompressedPublicKey, KnownHrp, NetworkKind, XOnlyPublicKey};
use shop_core::{money::AssetId, pay_to::PayTo};

/// Form of the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `pkh`: addresses that begin with 1.
    PublicKeyHash,
    /// `sh(wpkh)`: addresses that begin with 3.
    NestedSegwit,
    /// `wpkh`: addresses that begin with bc1q.
    Segwit,
    /// `tr`: addresses that begin with bc1p.
    Taproot,
}

impl Form {
    const ALL: [Self; 4] = [Self::NestedSegwit, Self::Segwit, Self::PublicKeyHash, Self::Taproot];

    /// Returns the form of addresses of a purpose: the number of the BIP that defines it.
    pub(super) fn of_purpose(purpose: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.purpose() == purpose)
    }

    const fn purpose(self) -> u32 {
        match self {
            Self::PublicKeyHash => 44,
            Self::NestedSegwit => 49,
            Self::Segwit => 84,
            Self::Taproot => 86,
        }
    }

    /// Returns its descriptor: the text before a key, and the text after.
    const fn around(self) -> (&'static str, &'static str) {
        match self {
            Self::PublicKeyHash => ("pkh(", ")"),
            Self::NestedSegwit => ("sh(wpkh(", "))"),
            Self::Segwit => ("wpkh(", ")"),
            Self::Taproot => ("tr(", ")"),
        }
    }

    /// Returns the form of a descriptor, and what is inside its brackets.
    pub(super) fn of_descriptor(descriptor: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|form| {
            let (before, after) = form.around();
            let inside = descriptor.strip_prefix(before)?.strip_suffix(after)?;
            Some((form, inside))
        })
    }

    /// Returns the descriptor of keys that are written so.
    pub(super) fn descriptor(self, keys: &str) -> String {
        let (before, after) = self.around();
        format!("{before}{keys}{after}")
    }

    /// Returns the address of a public key (SEC1); none for bytes that are no key.
    pub(super) fn address(self, key: &[u8; 33], network: Network) -> Option<PayTo> {
        let hrp = KnownHrp::from(network.kind());
        let kind = NetworkKind::from(network.kind());
        let public = CompressedPublicKey::from_slice(key).ok()?;
        let address = match self {
            Self::PublicKeyHash => Address::p2pkh(public, kind),
            Self::NestedSegwit => Address::p2shwpkh(&public, kind),
            Self::Segwit => Address::p2wpkh(&public, hrp),
            Self::Taproot => Address::p2tr(&*CONTEXT, XOnlyPublicKey::from(public.0), None, hrp),
        };
        let spelled = address::spelled(&address.to_string()).ok()?;
        PayTo::new(AssetId::BTC, &spelled).ok()
    }
}
