//! Errors of changes to an order after it was placed.

use super::DbError;
use shop_core::{
    kind::{HasKind, Kind},
    order_status::{CancelRefusal, ForgetRefusal},
};

/// Reason why an order was not cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CancelError {
    /// No order has this order code.
    #[error("no such order")]
    NoSuchOrder,
    /// Money for it was seen, or was once: it is for the seller to give back.
    #[error("a payment for the order was detected")]
    MoneySeen,
    /// The offer has ended already.
    #[error("the offer has already ended")]
    Ended,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<CancelRefusal> for CancelError {
    fn from(refusal: CancelRefusal) -> Self {
        match refusal {
            CancelRefusal::MoneySeen => Self::MoneySeen,
            CancelRefusal::Ended => Self::Ended,
        }
    }
}

/// Reason why an order was not forgotten: what is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForgetError {
    /// No order has this order code.
    #[error("no such order")]
    NoSuchOrder,
    /// The order can still be paid: cancel it first.
    #[error("the order can still be paid")]
    Payable,
    /// Money is on its way, too little came, or the chain took it back.
    #[error("the payment is not settled")]
    Unsettled,
    /// The order was paid when the goods were gone, and the money was not given back.
    #[error("the order is not refunded yet")]
    Owed,
    /// A mail about it is not in the seller's mailbox yet; a matter of seconds.
    #[error("a mail about the order is not delivered yet")]
    Undelivered,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<ForgetRefusal> for ForgetError {
    fn from(refusal: ForgetRefusal) -> Self {
        match refusal {
            ForgetRefusal::Payable => Self::Payable,
            ForgetRefusal::Unsettled => Self::Unsettled,
            ForgetRefusal::Owed => Self::Owed,
        }
    }
}

/// Reason why an order's box was not exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceCopyError {
    /// No order has this order code.
    #[error("no such order")]
    NoSuchOrder,
    /// Another copy was kept since this one's was read: read again.
    #[error("the order's copy has changed in the meantime")]
    Changed,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Reason why a download was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// No order has this order code.
    #[error("no such order")]
    NoSuchOrder,
    /// The payment does not open it (any more).
    #[error("the order is not paid")]
    Unpaid,
    /// As many downloads were begun as were bought.
    #[error("every download has been started")]
    UsedUp,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Reason why an event was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// There is no order of this number.
    #[error("no such order")]
    NoSuchOrder,
    /// The order has as many events as an order may have.
    #[error("the order has too many events")]
    TooMany,
    /// No money was seen for it, so there is nothing to send, and nothing to give back.
    #[error("no payment for the order was detected")]
    Unseen,
    /// No more than due came for it, so there is no difference to give back.
    #[error("the order was not overpaid")]
    NothingOver,
    /// Nothing was said about it that could be taken back.
    #[error("the order has no entry")]
    NothingSaid,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Reason why nothing was accepted or rejected.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// There is no order of this number.
    #[error("no such order")]
    NoSuchOrder,
    /// The text is not a transaction id: 1 to 128 ASCII letters and digits.
    #[error("not a transaction id")]
    NotATxid,
    /// Nothing of the order waits for the seller.
    #[error("the order has nothing waiting for a decision")]
    NothingWaits,
    /// Several payments wait: one has to be named.
    #[error("several payments are waiting")]
    Several(Vec<String>),
    /// The payment counts already.
    #[error("the payment already counts for the order")]
    Counted,
    /// The order's chain is not followed: no payment of it is looked up.
    #[error("payments for the order are not looked for: it is on another chain")]
    PutAway,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Writes the name of the error, never a transaction id.
impl std::fmt::Debug for ReviewError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReviewError({self})")
    }
}

impl HasKind for ReviewError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::NotATxid
            | Self::NothingWaits
            | Self::Several(_)
            | Self::Counted
            | Self::PutAway => Kind::BadInput,
            Self::Db(error) => error.kind(),
        }
    }
}

impl HasKind for CancelError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::MoneySeen => Kind::BadInput,
            Self::Ended => Kind::Expired,
            Self::Db(error) => error.kind(),
        }
    }
}

impl HasKind for ForgetError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::Payable | Self::Unsettled | Self::Owed => Kind::BadInput,
            Self::Undelivered => Kind::Busy,
            Self::Db(error) => error.kind(),
        }
    }
}

impl HasKind for ReplaceCopyError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::Changed => Kind::Busy,
            Self::Db(error) => error.kind(),
        }
    }
}

impl HasKind for DownloadError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::Unpaid => Kind::Unpaid,
            Self::UsedUp => Kind::BadInput,
            Self::Db(error) => error.kind(),
        }
    }
}

impl HasKind for EventError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder | Self::NothingSaid => Kind::NotFound,
            Self::TooMany | Self::Unseen | Self::NothingOver => Kind::BadInput,
            Self::Db(error) => error.kind(),
        }
    }
}
