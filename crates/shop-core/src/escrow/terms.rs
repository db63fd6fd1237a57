//! The terms of one order.

use super::{Account, Hash};
use crate::{closed_debug, time::UnixTime};

/// Everything that decides who gets the money of one order, and when.
///
/// They do not change after the buyer has paid: the vault's address is derived from them. The fields are those of
/// `contracts/src/Terms.sol`, in its order. A key that is None is zero there, and does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Number of the chain (EIP-155). On every other chain the money can only go back.
    pub chain_id: u64,
    /// Payout address: the seller is paid there. Its key is not on any server.
    pub seller: Account,
    /// Operator key of the seller: can ship, refund and dispute, and cannot take money.
    pub operator: Account,
    /// Address that refunds go to.
    pub refund_to: Account,
    /// Key of the buyer that can release and dispute.
    pub buyer_key: Option<Account>,
    /// Party that can rule when there is a dispute. Without one there is no dispute.
    pub arbiter: Option<Account>,
    /// Token contract (ERC-20) that the order is paid in, or None for the chain's coin.
    pub token: Option<Account>,
    /// Amount that the seller gets. Money above it goes back.
    pub price: u128,
    /// Last second in which the seller can ship.
    pub ship_by: UnixTime,
    /// Last second in which a delivery can be reported, unless attestors move it.
    pub deliver_by: UnixTime,
    /// Seconds from the report of the delivery to the payment, in which the buyer can dispute.
    pub dispute_window: u32,
    /// Seconds that the arbiter has to rule.
    pub arbiter_window: u32,
    /// Fee of the arbiter for a ruling, in hundredths of a percent of the price.
    pub arbiter_fee_bps: u16,
    /// Amount for whoever sends the transaction that is due when nobody else acts. Fits 96 bits.
    pub keeper_tip: u128,
    /// Least match between parcel and order that a report must have.
    pub min_match: MatchLevel,
    /// Hash of the attestors and their threshold.
    pub attestors: Hash,
    /// SHA-256 of the buyer's release secret.
    pub release_hash: Option<Hash>,
    /// Commitment to what was ordered and where it goes.
    pub order: Hash,
}

closed_debug!(Terms);

impl Terms {
    /// The whole of a price in the unit of fees and rulings: hundredths of a percent.
    pub const WHOLE_BPS: u16 = 10_000;
    /// A keeper's tip is at most the money that is there, divided by this.
    pub const TIP_DIVISOR: u128 = 20;
    /// Longest time in seconds by which attestors can move the deadline for deliveries.
    pub const MOST_EXTENSION: u64 = 60 * 86_400;
    /// Most that a keeper's tip can be: 96 bits.
    pub const MOST_TIP: u128 = (1 << 96) - 1;

    /// Returns the latest deadline that an extension can set.
    #[must_use]
    pub const fn latest_delivery(&self) -> UnixTime {
        self.deliver_by.plus_seconds(Self::MOST_EXTENSION)
    }
}

/// Match between a parcel and an order.
///
/// Bits 0 to 2 are a number: 0 nothing, 1 country, 2 postal area, 3 postal code, 4 reference of the
/// order. Each higher bit is a demand of its own; 8 is a signature on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct MatchLevel(pub u8);

impl MatchLevel {
    /// Nothing is compared.
    pub const NOTHING: Self = Self(0);
    /// The country.
    pub const COUNTRY: Self = Self(1);
    /// The area of the postal code.
    pub const POSTAL_AREA: Self = Self(2);
    /// The whole postal code.
    pub const POSTAL_CODE: Self = Self(3);
    /// The reference of the order.
    pub const REFERENCE: Self = Self(4);
    /// A signature on file, as a bit of its own.
    pub const SIGNATURE: u8 = 8;

    /// Returns true if a parcel that matches at this level is as good as `demanded`.
    /// The number and the demands are compared apart, as the contract does.
    #[must_use]
    pub const fn reaches(self, demanded: Self) -> bool {
        let demands = demanded.0 & 0xf8;
        self.0 & 7 >= demanded.0 & 7 && self.0 & demands == demands
    }
}
