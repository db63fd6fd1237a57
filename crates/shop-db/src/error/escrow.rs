//! Errors of what a buyer does with an order in escrow.

use super::DbError;
use shop_core::kind::{HasKind, Kind};

/// Reason why no proof of the balance is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BalanceClaimError {
    /// No order in escrow has this order code, or its chain is not followed any more.
    #[error("no such order in escrow")]
    NoSuchOrder,
    /// It is paid, or the contract knows of its payment.
    #[error("the order is paid")]
    Paid,
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

/// Reason why a release was not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// No order in escrow has this order code.
    #[error("no such order in escrow")]
    NoSuchOrder,
    /// It was passed on before.
    #[error("the seller was told before")]
    Told,
    /// The order has ended in the contract.
    #[error("the order has ended")]
    Closed,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl HasKind for BalanceClaimError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::Paid | Self::Waiting | Self::TooMany => Kind::BadInput,
            Self::Db(error) => error.kind(),
        }
    }
}

impl HasKind for ReleaseError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::Told | Self::Closed => Kind::BadInput,
            Self::Db(error) => error.kind(),
        }
    }
}
