//! Payments, as the pages see them.

pub(crate) mod escrow;

use escrow::EscrowDesk;
use shop_core::{
    escrow::Statement,
    kind::{HasKind, Kind},
    money::{Amount, AssetId, ExchangeRates},
    order::OrderId,
    pay_to::{Offer, PayTo},
    view::Confirmations,
};
use std::{future::Future, pin::Pin};

/// A future that can be sent between threads, as traits behind `dyn` need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The money desk: says how an order can be paid. The program implements it, because it knows
/// chains and settings; pages know neither.
pub trait Payments: Send + Sync {
    /// Returns the assets that can be paid with now, in menu order.
    fn assets(&self) -> Vec<AssetId>;

    /// Returns the exchange rates that prices in currencies are converted by now.
    /// Without a rate an asset is not offered for such prices.
    fn rates(&self) -> ExchangeRates {
        ExchangeRates::default()
    }

    /// Returns one way to pay `total`.
    /// Nothing is reserved: the database decides, and when it says that the offer is taken, this is
    /// asked again.
    fn offer<'a>(&'a self, total: Amount) -> BoxFuture<'a, Result<Offer, OfferError>>;

    /// Returns the terms on which orders in `asset` are taken.
    fn terms(&self, asset: AssetId) -> PaymentTerms;

    /// Returns the text a wallet reads from the QR code, where the asset has such a text.
    fn payment_uri(&self, pay_to: &PayTo, due: Amount) -> Option<String>;

    /// Returns the payment request as a link, for wallets that read more from it than an address.
    fn payment_link(&self, _pay_to: &PayTo, _due: Amount) -> Option<String> {
        None
    }

    /// Returns the usual fee of a transfer of this asset, in the coin of its chain, where it is
    /// really paid.
    fn usual_fee(&self, _asset: AssetId) -> Option<Amount> {
        None
    }

    /// Returns true if money of this asset can come in a way that only a proof of the balance
    /// shows.
    fn needs_balances(&self, _asset: AssetId) -> bool {
        false
    }

    /// Returns the one spelling of a transaction id that was typed for money to this pay-to.
    /// None if it cannot be one of the pay-to's chain.
    fn txid(&self, pay_to: &PayTo, text: &str) -> Option<String>;

    /// Returns the chain id (EIP-155) of the asset's network, where its kind has several.
    fn chain_id(&self, asset: AssetId) -> Option<u64>;

    /// Asks to look at the chain soon. Buyers can do this often: the implementor limits it.
    fn nudge(&self, asset: AssetId);

    /// Returns the address that `text` spells, if money of this asset can be given back to it.
    ///
    /// # Errors
    /// [`RefundToError`] by the rules of the asset's chain.
    fn refund_to(&self, asset: AssetId, text: &str) -> Result<RefundTo, RefundToError>;

    /// Returns true if what a buyer typed releases the money of this statement.
    /// It is the release secret, or the wallet key's signature of the release text. The statement alone
    /// decides, also where escrow is not offered any more.
    fn releases(&self, statement: &Statement, typed: &str) -> bool;

    /// Returns the escrow desk, where the seller offers escrow.
    fn escrow(&self) -> Option<&dyn EscrowDesk> {
        None
    }

    /// Returns the terminal command that simulates the payment of this order, in a demo.
    fn demo_hint(&self, order: OrderId) -> Option<String>;
}

/// Terms on which orders are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentTerms {
    /// The depth at which a payment counts.
    pub needs: Confirmations,
    /// Number of hours an offer stands.
    pub offer_hours: u64,
    /// Greatest number of orders that may wait for money at once.
    pub most_open: u32,
    /// Amount below which a difference is nobody's debt.
    pub ignore_below: Amount,
}

/// Refund address of a buyer. It is the buyer's, so it prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct RefundTo {
    /// The address, in the one spelling its chain has for it.
    pub pay_to: PayTo,
    /// True if the text carried a checksum that fits; if not, nothing tells a mistyped character.
    pub checked: bool,
}

/// Reason why text is no address to give money back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefundToError {
    /// The text has not the form of the chain's addresses.
    #[error("not an address of this chain")]
    NotAnAddress,
    /// The checksum of the text does not fit.
    #[error("the checksum does not match")]
    Checksum,
    /// An address nobody has the key of.
    #[error("nobody owns this address")]
    Nobody,
}

/// Reason why the till has no offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfferError {
    /// Every pay-to, or every amount that could name an order, is in use.
    #[error("all payment addresses are in use")]
    Exhausted,
    /// The chain was not read yet: whether the shop would see a payment is not known.
    #[error("the chain has not been read yet")]
    ChainUnread,
    /// The asset is not taken, or what the till leans on does not answer.
    #[error("the till does not answer")]
    Unavailable,
}

impl HasKind for OfferError {
    fn kind(&self) -> Kind {
        match self {
            Self::Exhausted => Kind::Busy,
            Self::ChainUnread | Self::Unavailable => Kind::Unavailable,
        }
    }
}

impl HasKind for RefundToError {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

impl std::fmt::Debug for RefundTo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefundTo(..)")
    }
}
