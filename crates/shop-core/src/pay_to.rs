//! Addresses that money goes to, and the ways to recognise payments there.

use crate::money::{Amount, AssetId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A chain address that the *seller* owns, in the exact text buyers see.
/// For a refund it is one of the buyer's.
///
/// The shape is checked here; whether the chain accepts it is `shop-chain`'s to say, before one is
/// ever put in a settings file or shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PayTo {
    asset: AssetId,
    /// Shared by clones: a pool of thousands is held in several places.
    #[serde(with = "shared_text")]
    text: Arc<str>,
}

mod shared_text {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::sync::Arc;

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
}

/// Text that cannot be a chain address on any chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a pay-to is 1 to 128 letters, digits and dashes")]
pub struct PayToError;

impl PayTo {
    /// Creates a pay-to from text that a chain has accepted.
    ///
    /// # Errors
    /// [`PayToError`] for anything but 1 to 128 ASCII letters, digits and dashes.
    pub fn new(asset: AssetId, text: &str) -> Result<Self, PayToError> {
        let shaped = (1..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if shaped { Ok(Self { asset, text: text.into() }) } else { Err(PayToError) }
    }

    /// Returns the chain's asset.
    #[must_use]
    pub const fn asset(&self) -> AssetId {
        self.asset
    }

    /// Returns the same address for another asset of its chain.
    #[must_use]
    pub fn with_asset(&self, asset: AssetId) -> Self {
        Self { asset, text: Arc::clone(&self.text) }
    }

    /// Returns the text buyers see.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Way to recognise a transfer as paying one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// The pay-to belongs to this order alone (`pool`).
    PayTo,
    /// The pay-to is shared (`wallet`), and the whole amount names the order ([`crate::naming`]).
    Amount {
        /// Number of steps of the eighth decimal that only name the order, 1 to 9,999.
        naming: u16,
    },
}

impl Matching {
    /// Returns true if other orders may have the same pay-to.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        !matches!(self, Self::PayTo)
    }
}

/// One way to be paid, offered to an order that is being placed.
/// The database alone decides which offers are used up, in the transaction that places the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Address to pay to.
    pub pay_to: PayTo,
    /// Amount to pay: the total, and for a shared pay-to a little more that names the order.
    pub due: Amount,
    /// Way to recognise the transfer.
    pub matching: Matching,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pay_to_of_one_order_alone_is_not_shared() {
        assert!(!Matching::PayTo.is_shared());
        assert!(Matching::Amount { naming: 7 }.is_shared());
    }

    #[test]
    fn address_of_a_coin_is_that_of_another_asset_too() {
        let pay_to = PayTo::new(AssetId::BTC, "bc1q-demo").unwrap();
        let other = pay_to.with_asset(AssetId::ETH);
        assert_eq!((other.asset(), other.as_str()), (AssetId::ETH, "bc1q-demo"));
        assert_eq!(other.with_asset(AssetId::BTC), pay_to);
    }

    #[test]
    fn stored_pay_to_reads_back_as_its_text() {
        let pay_to = PayTo::new(AssetId::BTC, "bc1q-demo").unwrap();
        let json = serde_json::to_string(&pay_to).unwrap();
        assert_eq!(json, r#"{"asset":"BTC","text":"bc1q-demo"}"#);
        let read: PayTo = serde_json::from_str(&json).unwrap();
        assert_eq!((read.asset(), read.as_str()), (AssetId::BTC, "bc1q-demo"));
    }

    #[test]
    fn text_that_no_chain_has_is_refused() {
        let long = "a".repeat(129);
        for bad in ["", "a b", "é", "a_b", long.as_str()] {
            assert_eq!(PayTo::new(AssetId::ETH, bad), Err(PayToError), "{bad:?}");
        }
        assert!(PayTo::new(AssetId::ETH, "a").is_ok());
        assert!(PayTo::new(AssetId::ETH, &"a".repeat(128)).is_ok());
    }
}
