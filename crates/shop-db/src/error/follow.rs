//! Errors of following a chain.

use super::DbError;
use shop_core::{
    chain::ChainId,
    kind::{HasKind, Kind},
};

/// A chain that is not followed. Nothing is changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FollowError {
    /// Orders are kept that are paid on another chain.
    #[error("{}", other_chain(*orders, *kept, *told))]
    OtherChain {
        /// Name of both chains.
        chain: ChainId,
        /// Number of those orders.
        orders: usize,
        /// The chain id of theirs.
        kept: u64,
        /// The chain id of the one that was to be followed.
        told: u64,
    },
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

fn other_chain(orders: usize, kept: u64, told: u64) -> String {
    let orders = match orders {
        1 => "1 order is".to_owned(),
        orders => format!("{orders} orders are"),
    };
    if kept == told {
        return format!(
            "{orders} stored here and paid on another chain with the id {kept}: the node's chain \
             starts with a different block"
        );
    }
    format!("{orders} stored here and paid on chain {kept}, but this is chain {told}")
}

impl HasKind for FollowError {
    fn kind(&self) -> Kind {
        match self {
            Self::OtherChain { .. } => Kind::Misconfigured,
            Self::Db(error) => error.kind(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_chain_is_told_from_another_with_the_same_id() {
        let chain = shop_core::money::AssetId::ETH.chain();
        let refused = |kept, told| FollowError::OtherChain { chain, orders: 1, kept, told };
        let said = |kept, told| refused(kept, told).to_string();
        assert!(said(1, 5).contains("chain 1, but this is chain 5"));
        assert!(said(5, 5).contains("starts with a different block"));
    }
}
