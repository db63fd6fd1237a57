//! Errors of a buyer's question for a proof of the balance.

use super::DbError;
use shop_core::kind::{HasKind, Kind};

/// Reason why no proof of the balance is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BalanceClaimError {
    /// No order has this order code, or its chain is not followed any more.
    #[error("no such order")]
    NoSuchOrder,
    /// It is paid, or the contract knows of its payment.
    #[error("the order is paid")]
    Paid,
    /// Other orders have, or had, its address: a balance there says nothing of it.
    #[error("the order's address is not its own")]
    Shared,
    /// The last question waits for its answer.
    #[error("the last question is not answered yet")]
    Waiting,
    /// The order has asked as often as it may.
    #[error("the order has asked too often")]
    TooMany,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl HasKind for BalanceClaimError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::Paid | Self::Shared | Self::Waiting | Self::TooMany => Kind::BadInput,
            Self::Db(error) => error.kind(),
        }
    }
}
