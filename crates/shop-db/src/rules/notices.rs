//! Notices to the seller: queued with the change they tell of.

use super::tx_context::TxContext;
use crate::{
    error::DbError,
    model::ChainNotice,
    rows::{MailRow, Rows},
};
use shop_core::{chain::ChainId, invoice::SellerNotice, order::OrderId};

/// Queues a notice about an order.
pub(super) fn tell(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    notice: SellerNotice,
) -> Result<(), DbError> {
    queue(rows, tx, &MailRow::OrderNotice { order, notice })
}

/// Queues a notice about a chain.
pub(crate) fn tell_of_chain(
    rows: &dyn Rows,
    tx: &TxContext,
    chain: ChainId,
    notice: ChainNotice,
) -> Result<(), DbError> {
    queue(rows, tx, &MailRow::ChainNotice { chain, notice })
}

fn queue(rows: &dyn Rows, tx: &TxContext, notice: &MailRow) -> Result<(), DbError> {
    let Some(message_id) = tx.message_id() else { return Ok(()) };
    tx.queue(rows, &message_id, notice)
}
