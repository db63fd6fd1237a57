//! Payments that came and do not suffice, and the time at which the seller hears of them.

use super::{facts, notices, reservations, statuses, tx_context::TxContext};
use crate::{
    error::DbError,
    rows::{ChainNumber, OrderRow, Rows},
};
use shop_core::{
    invoice::SellerNotice,
    order_status::{Phase, derive},
    time::CoarseTime,
};

/// Tells the seller, once an order, when the rest cannot come in time any more: the offer has
/// ended, or others have paid for the goods. Before that the buyer is asked for the rest, and
/// there is nothing for the seller to do.
pub(super) fn tell(
    rows: &dyn Rows,
    tx: &TxContext,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<(), DbError> {
    for order in rows.underpaid_untold(chain)? {
        let row = facts::of_order(rows, order)?;
        if is_to_be_told(rows, tx, &row, now)? {
            rows.note_underpaid(order)?;
            statuses::write(rows, order)?;
            // The contract sends it back: there is nothing for the seller to do.
            if row.escrow.is_none() {
                notices::tell(rows, tx, order, SellerNotice::Short)?;
            }
        }
    }
    Ok(())
}

fn is_to_be_told(
    rows: &dyn Rows,
    tx: &TxContext,
    row: &OrderRow,
    now: CoarseTime,
) -> Result<bool, DbError> {
    match derive(&row.facts(), now).phase {
        // The rest may stand in a block whose logs are not read.
        _ if row.may_be_paid_unread() => Ok(false),
        Phase::UnderpaidEnded => Ok(true),
        Phase::Underpaid => Ok(!reservations::standing(rows, tx, row.order)?.goods_left),
        _ => Ok(false),
    }
}
