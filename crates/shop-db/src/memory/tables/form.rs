//! Forms that have placed an order, and what they are found by.

use crate::memory::index::{Follow, Index, Indexes};
use shop_core::{order::OrderId, time::CoarseTime};

/// Row of a form.
#[derive(Clone)]
pub(in crate::memory) struct Form {
    pub(in crate::memory) order: OrderId,
    /// The order code, sealed to the form.
    pub(in crate::memory) code: Vec<u8>,
    /// The hour from which the form is refused.
    pub(in crate::memory) lapses: CoarseTime,
}

/// Indexes of forms.
pub(in crate::memory) struct FormIndexes {
    pub(in crate::memory) order: Index<OrderId, [u8; 32], Form>,
    pub(in crate::memory) lapses: Index<CoarseTime, [u8; 32], Form>,
}

impl FormIndexes {
    pub(super) fn new() -> Self {
        Self {
            order: Index::new(|form| Some(form.order)),
            lapses: Index::new(|form| Some(form.lapses)),
        }
    }
}

impl Indexes<[u8; 32], Form> for FormIndexes {
    fn each(&self) -> Vec<&dyn Follow<[u8; 32], Form>> {
        let Self { order, lapses } = self;
        vec![order, lapses]
    }
}
