//! Questions that change nothing.

use super::{escrow, other_money, reservations, transfers, tx_context::TxContext};
use crate::{
    claim::Claim,
    error::DbError,
    model::{OrderRecord, OrderSummary, Watched},
    rows::{OrderRow, Rows, Which},
};
use shop_core::{
    chain::ChainId, order::OrderId, order_status::OrderFacts, time::CoarseTime, view::BlockAt,
};
use std::collections::HashMap;

/// Returns the order that an order code looks up.
pub(crate) fn order(
    rows: &dyn Rows,
    tx: &TxContext,
    lookup: &[u8; 32],
) -> Result<Option<OrderRecord>, DbError> {
    let Some(row) = rows.orders(Which::Lookup(*lookup))?.into_iter().next() else {
        return Ok(None);
    };
    let order = row.order;
    let kept = escrow::record_of(rows, &row)?;
    let goods = reservations::standing(rows, tx, order)?;
    let pay_to = row.invoice.pay_to();
    Ok(Some(OrderRecord {
        id: order,
        buyer_copy: rows.buyer_copy(order)?,
        // One whose reserved items cannot be opened counts as untracked.
        facts: OrderFacts { reservation_status: goods.reservation_status, ..row.facts() },
        transfers: transfers::shown(rows, order, pay_to.asset())?,
        other_money: other_money::sums(rows, &row)?,
        balance: rows.balance_claim(order)?,
        claims: rows.claims(order, pay_to.asset())?,
        tip: rows.tip(row.chain.number)?,
        invoice: row.invoice,
        until: goods.until,
        goods_left: goods.goods_left,
        events: rows.events(order)?,
        given: rows.issued_codes(order)?,
        downloads: rows.downloads(order)?,
        escrow: kept,
    }))
}

/// Returns every order, newest first.
pub(crate) fn orders(rows: &dyn Rows) -> Result<Vec<OrderSummary>, DbError> {
    let mut reviews: HashMap<OrderId, Vec<Claim>> = HashMap::new();
    for (order, claim) in rows.all_claims()? {
        if claim.state.is_reviewed() {
            reviews.entry(order).or_default().push(claim);
        }
    }
    let summary = |row: OrderRow| {
        Ok(OrderSummary {
            id: row.order,
            pay_to: row.invoice.pay_to().clone(),
            facts: row.facts(),
            other_money: other_money::sums(rows, &row)?,
            reviews: reviews.remove(&row.order).unwrap_or_default(),
            inbox_key: row.inbox_key,
            events: row.events,
        })
    };
    rows.orders(Which::All)?.into_iter().map(summary).collect()
}

/// Returns the blocks of the followed chain of this name, oldest first.
pub(crate) fn blocks(rows: &dyn Rows, chain: ChainId) -> Result<Vec<BlockAt>, DbError> {
    rows.followed(chain)?.map_or(Ok(Vec::new()), |chain| rows.blocks(chain))
}

/// Returns the pay-tos that are watched for the orders there are, until each order is gone.
/// Blocks are needed from before the oldest order that may still be paid, late or in time.
pub(crate) fn watched(rows: &dyn Rows, chain: ChainId) -> Result<Watched, DbError> {
    let mut watched = Watched::default();
    let Some(chain) = rows.followed(chain)? else { return Ok(watched) };
    for row in rows.watched(chain)? {
        watched.pay_tos.insert(row.pay_to);
        if !row.paid {
            let hour_before = CoarseTime::from_hours(row.placed.hours().saturating_sub(1));
            watched.since = Some(watched.since.map_or(hour_before, |since| since.min(hour_before)));
        }
    }
    watched.escrows = rows.escrows(chain)?.into_iter().map(|row| row.escrow.key).collect();
    Ok(watched)
}
