//! Events of the contract.

use super::{Account, Tracking};
use crate::time::UnixTime;

/// Position of an event on its chain. Events happen in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventAt {
    /// Height of the block.
    pub height: u64,
    /// Place of the event among all events of the block.
    pub index: u32,
}

/// One event of an order. Amounts that do not fit 128 bits are the greatest that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The seller sent the parcel.
    Shipped {
        /// Commitment to the parcel.
        tracking: Tracking,
        /// Time of the block.
        at: UnixTime,
    },
    /// Attestors moved the deadline for deliveries.
    Extended {
        /// The new deadline: last second in which a delivery can be reported.
        until: UnixTime,
    },
    /// Attestors reported the delivery.
    Delivered {
        /// Deadline of the state the order is in now.
        until: UnixTime,
    },
    /// Somebody called the arbiter.
    Disputed {
        /// The party that disputes.
        by: Account,
        /// First second in which the arbiter is too late.
        until: UnixTime,
    },
    /// The order ended.
    Closed(Closing),
    /// A payment failed, and waits for its payee.
    Owed {
        /// Token, or None for the chain's coin.
        token: Option<Account>,
        /// The party that is to be paid.
        payee: Account,
        /// Smallest units.
        amount: u128,
    },
    /// A payment that had failed was made.
    Pulled {
        /// Token, or None for the chain's coin.
        token: Option<Account>,
        /// The party that was owed it.
        payee: Account,
        /// Address that got it.
        to: Account,
        /// Smallest units.
        amount: u128,
    },
    /// Money that was left after the ending was sent to the buyer.
    Swept {
        /// Token, or None for the chain's coin.
        token: Option<Account>,
        /// Smallest units.
        amount: u128,
    },
}

/// Ending of an order, with the amounts that were paid or are owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Reason.
    pub ending: Ending,
    /// Smallest units for the payout address.
    pub to_seller: u128,
    /// Smallest units for the refund address.
    pub to_buyer: u128,
    /// Smallest units for the arbiter.
    pub fee: u128,
    /// Smallest units for whoever sent the transaction.
    pub tip: u128,
}

/// Reason why an order ended. The numbers are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A deadline passed, the chain was wrong, or the terms were void. The money went back.
    Expired,
    /// Delivery was reported and nobody disputed in time. The seller was paid.
    Finalized,
    /// The arbiter divided the money.
    Ruled,
    /// The arbiter was silent. The seller was paid if delivery was reported, else it went back.
    ArbiterSilent,
    /// The buyer released the money to the seller.
    Released,
    /// The seller sent the money back.
    Refunded,
}

impl Ending {
    /// Returns the ending that the contract gives this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Expired,
            1 => Self::Finalized,
            2 => Self::Ruled,
            3 => Self::ArbiterSilent,
            4 => Self::Released,
            5 => Self::Refunded,
            _ => return None,
        })
    }

    /// Returns the number that the contract gives this ending.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Expired => 0,
            Self::Finalized => 1,
            Self::Ruled => 2,
            Self::ArbiterSilent => 3,
            Self::Released => 4,
            Self::Refunded => 5,
        }
    }
}
