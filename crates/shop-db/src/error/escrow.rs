//! Errors of what a buyer does with an order in escrow.

use super::DbError;
use shop_core::kind::{HasKind, Kind};

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

impl HasKind for ReleaseError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchOrder => Kind::NotFound,
            Self::Told | Self::Closed => Kind::BadInput,
            Self::Db(error) => error.kind(),
        }
    }
}
