//! Orders, and what they are found by.

use crate::{
    memory::index::{Follow, Index, Indexes},
    rows::{ChainNumber, OrderCopies, named_amount},
};
use shop_core::{
    invoice::Invoice,
    naming::DIGITS,
    order::OrderId,
    pay_to::{Matching, PayTo},
    time::CoarseTime,
};

/// Place of an order in the sequence in which they were placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::memory) struct Seq(pub(in crate::memory) u64);

/// Row of an order.
#[derive(Clone)]
pub(in crate::memory) struct Order {
    pub(in crate::memory) id: OrderId,
    pub(in crate::memory) lookup: [u8; 32],
    pub(in crate::memory) placed: CoarseTime,
    pub(in crate::memory) chain: ChainNumber,
    pub(in crate::memory) invoice: Invoice,
    pub(in crate::memory) copies: OrderCopies,
    pub(in crate::memory) inbox_key: [u8; 32],
    pub(in crate::memory) digital: bool,
    pub(in crate::memory) cancelled: bool,
    pub(in crate::memory) released: bool,
    pub(in crate::memory) rechecked: bool,
    /// The hour from which the stored status may not hold any more.
    /// No query asks for the rest of it.
    pub(in crate::memory) status_until: Option<CoarseTime>,
    /// True if the seller was told that too little came.
    pub(in crate::memory) underpaid_notified: bool,
    /// True if the seller was told of money of another asset.
    pub(in crate::memory) other_money_notified: bool,
    /// True if the seller was told that codes are missing.
    pub(in crate::memory) codes_missing: bool,
}

/// Returns the last four digits of such an amount.
fn digits(steps: i64) -> u16 {
    let digits = steps.unsigned_abs() % DIGITS;
    u16::try_from(digits).unwrap_or_default()
}

type By<T> = Index<T, Seq, Order>;

/// Indexes of orders.
pub(in crate::memory) struct OrderIndexes {
    pub(in crate::memory) id: By<OrderId>,
    pub(in crate::memory) lookup: By<[u8; 32]>,
    /// Those that have their pay-to alone.
    pub(in crate::memory) lone: By<PayTo>,
    /// Those that their amount names.
    pub(in crate::memory) named: By<(PayTo, i64)>,
    pub(in crate::memory) digits: By<(PayTo, u16)>,
    pub(in crate::memory) underpaid: By<PayTo>,
    pub(in crate::memory) chain: By<(ChainNumber, CoarseTime)>,
    pub(in crate::memory) placed: By<CoarseTime>,
    pub(in crate::memory) cancelled: By<CoarseTime>,
    /// Open ones, by the hour in which their offer ends.
    pub(in crate::memory) open: By<CoarseTime>,
    /// Those whose offer ends by itself.
    pub(in crate::memory) ending: By<(ChainNumber, CoarseTime)>,
    pub(in crate::memory) rechecked: By<ChainNumber>,
    /// Underpaid ones the seller was not told of.
    pub(in crate::memory) untold: By<ChainNumber>,
    /// Paid ones that are not released.
    pub(in crate::memory) unreleased: By<()>,
    pub(in crate::memory) status_until: By<(ChainNumber, CoarseTime)>,
}

impl OrderIndexes {
    pub(super) fn new() -> Self {
        Self {
            id: Index::new(|order| Some(order.id)),
            lookup: Index::new(|order| Some(order.lookup)),
            lone: Index::new(|order| match order.invoice.matching() {
                Matching::PayTo => Some(order.invoice.pay_to().clone()),
                Matching::Amount { .. } => None,
            }),
            named: Index::new(|order| {
                let amount = named_amount(&order.invoice)?;
                Some((order.invoice.pay_to().clone(), amount))
            }),
            digits: Index::new(|order| {
                let amount = named_amount(&order.invoice)?;
                Some((order.invoice.pay_to().clone(), digits(amount)))
            }),
            underpaid: Index::new(|order| {
                order.copies.underpaid.then(|| order.invoice.pay_to().clone())
            }),
            chain: Index::new(|order| Some((order.chain, order.placed))),
            placed: Index::new(|order| Some(order.placed)),
            cancelled: Index::new(|order| order.cancelled.then_some(order.placed)),
            open: Index::new(|order| order.copies.open.then(|| order.invoice.expires())),
            ending: Index::new(|order| Some((order.chain, order.copies.ends?))),
            rechecked: Index::new(|order| order.rechecked.then_some(order.chain)),
            untold: Index::new(|order| {
                (order.copies.underpaid && !order.underpaid_notified).then_some(order.chain)
            }),
            unreleased: Index::new(|order| (order.copies.paid && !order.released).then_some(())),
            status_until: Index::new(|order| Some((order.chain, order.status_until?))),
        }
    }
}

impl Indexes<Seq, Order> for OrderIndexes {
    fn each(&self) -> Vec<&dyn Follow<Seq, Order>> {
        let Self {
            id,
            lookup,
            lone,
            named,
            digits,
            underpaid,
            chain,
            placed,
            cancelled,
            open,
            ending,
            rechecked,
            untold,
            unreleased,
            status_until,
        } = self;
        vec![
            id,
            lookup,
            lone,
            named,
            digits,
            underpaid,
            chain,
            placed,
            cancelled,
            open,
            ending,
            rechecked,
            untold,
            unreleased,
            status_until,
        ]
    }
}
