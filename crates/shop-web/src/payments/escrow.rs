//! Escrow, as the pages see it: what is offered for a bill, the statement of an order, a
//! release.

use super::{BoxFuture, OfferError, RefundTo, RefundToError};
use shop_core::{
    bill::Bill,
    escrow::{Account, Goods, Hash, MatchLevel, NamedParty},
    kind::{HasKind, Kind},
    money::Amount,
    order::StatementText,
    pay_to::Offer,
    time::CoarseTime,
};
use shop_db::NewEscrow;

/// Escrow desk of a shop. The program implements it, because it knows settings, keys and
/// hashes.
pub trait EscrowDesk: Send + Sync {
    /// Returns the rules on which an order with this bill can be paid into escrow.
    ///
    /// None if it cannot: the asset is another, the total is outside the seller's limits, something
    /// is handed out online, no payout address is left, or the contract was not seen yet.
    fn rules(&self, bill: &Bill) -> Option<EscrowRules>;

    /// Reads the address of a wallet key that is to release and dispute.
    ///
    /// # Errors
    /// [`RefundToError`].
    fn buyer_key(&self, text: &str) -> Result<Account, RefundToError>;

    /// Makes the terms and the statement of an order, and the vault to pay to.
    /// Nothing is reserved: the database decides, and when it says that the payout address is given
    /// or the vault taken, this is asked again.
    fn offer<'a>(
        &'a self,
        order: EscrowOrder,
    ) -> BoxFuture<'a, Result<EscrowOffer, EscrowOfferError>>;
}

/// Rules of escrow, to show before an order is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscrowRules {
    /// Hours from the end of the offer in which the seller must ship.
    pub ship_hours: u64,
    /// Hours after that in which a delivery must be reported.
    pub deliver_hours: u64,
    /// Hours after the report in which the buyer can object.
    pub dispute_hours: u64,
    /// Hours that the arbiter has to rule.
    pub arbiter_hours: u64,
    /// Fee of the arbiter for a ruling, in hundredths of a percent of the price.
    pub arbiter_fee_bps: u16,
    /// Tip for whoever sends a transaction that is due, out of the money.
    pub keeper_tip: Amount,
    /// Number of attestors that must report the delivery.
    pub threshold: u8,
    /// Attestors.
    pub attestors: Vec<NamedParty>,
    /// Arbiter; without one nobody can dispute.
    pub arbiter: Option<NamedParty>,
    /// Least match between parcel and order.
    pub min_match: MatchLevel,
    /// Contract that holds the money.
    pub contract: Account,
    /// Number of the chain (EIP-155).
    pub chain_id: u64,
}

/// Wish of a buyer to pay into escrow, checked.
#[derive(Clone)]
pub struct EscrowChoice {
    /// Address that refunds go to: the buyer's own.
    pub refund_to: RefundTo,
    /// SHA-256 of the release secret that the buyer made.
    pub release_hash: Option<Hash>,
    /// Wallet key of the buyer, which can release and dispute.
    pub buyer_key: Option<Account>,
}

/// Order that is to be paid into escrow.
pub struct EscrowOrder {
    /// Wish of its buyer.
    pub choice: EscrowChoice,
    /// Its total, before it is rounded up to what a wallet can send.
    pub total: Amount,
    /// The hour in which its offer ends.
    pub expires: CoarseTime,
    /// Goods and destination, with the salts that tie them to the terms. Wiped when dropped.
    pub goods: Goods,
}

/// Way to pay an order into escrow.
pub struct EscrowOffer {
    /// Vault to pay to, and the amount.
    pub offer: Offer,
    /// Text of the statement for both sides, with both parts.
    pub statement: StatementText,
    /// Its attestors and its arbiter, as the seller names them now.
    pub parties: Vec<NamedParty>,
    /// Part of it that the database keeps.
    pub stored: NewEscrow,
}

/// Reason why an order cannot be paid into escrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EscrowOfferError {
    /// There is no offer.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// The refund address or the wallet key is one of the seller's, an attestor's or the
    /// contract's.
    #[error("this address is not the buyer's own")]
    NotBuyers,
    /// The destination is unknown to the shop, so that no parcel could be compared with it.
    #[error("the destination is unknown")]
    NoDestination,
}

impl HasKind for EscrowOfferError {
    fn kind(&self) -> Kind {
        match self {
            Self::Offer(error) => error.kind(),
            Self::NotBuyers | Self::NoDestination => Kind::BadInput,
        }
    }
}

shop_core::closed_debug!(EscrowChoice, EscrowOrder, EscrowOffer);
