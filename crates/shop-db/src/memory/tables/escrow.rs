//! Escrows and their events, and what they are found by.

use crate::{
    memory::index::{Follow, Index, Indexes},
    rows::{ChainNumber, EscrowEventRow, EscrowRow},
};
use shop_core::{
    escrow::Account,
    order::OrderId,
    view::{EscrowKey, Height},
};

type By<T> = Index<T, OrderId, EscrowRow>;

/// Indexes of escrows.
pub(in crate::memory) struct EscrowIndexes {
    pub(in crate::memory) key: By<EscrowKey>,
    pub(in crate::memory) payout: By<Account>,
}

impl EscrowIndexes {
    pub(super) fn new() -> Self {
        Self {
            key: Index::new(|row| Some(row.escrow.key)),
            payout: Index::new(|row| Some(row.escrow.payout)),
        }
    }
}

impl Indexes<OrderId, EscrowRow> for EscrowIndexes {
    fn each(&self) -> Vec<&dyn Follow<OrderId, EscrowRow>> {
        let Self { key, payout } = self;
        vec![key, payout]
    }
}

/// Place of an event: its order, its block and its place among the logs there.
pub(in crate::memory) type EscrowEventKey = (OrderId, Height, u32);

/// Index of events.
pub(in crate::memory) struct EscrowEventIndexes {
    pub(in crate::memory) height: Index<(ChainNumber, Height), EscrowEventKey, EscrowEventRow>,
}

impl EscrowEventIndexes {
    pub(super) fn new() -> Self {
        Self { height: Index::new(|row| Some((row.chain, row.block.height))) }
    }
}

impl Indexes<EscrowEventKey, EscrowEventRow> for EscrowEventIndexes {
    fn each(&self) -> Vec<&dyn Follow<EscrowEventKey, EscrowEventRow>> {
        vec![&self.height]
    }
}
