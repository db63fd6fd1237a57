//! Notices to the seller: queued with the change they tell of.

use super::{
    codec::{write_chain_notice, write_notice},
    outbox,
    tx_context::TxContext,
};
use crate::{error::DbError, model::ChainNotice};
use rusqlite::Connection;
use shop_core::{chain::ChainId, invoice::SellerNotice, order::OrderId};

/// Queues a notice about an order.
pub(super) fn tell(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    notice: SellerNotice,
) -> Result<(), DbError> {
    let Some(message_id) = tx.message_id() else { return Ok(()) };
    tx.note_mail();
    outbox::put_order_notice(conn, &order.to_string(), &message_id, write_notice(notice))
}

/// Queues a notice about a chain.
pub(crate) fn tell_of_chain(
    conn: &Connection,
    tx: &TxContext,
    chain: ChainId,
    notice: ChainNotice,
) -> Result<(), DbError> {
    let Some(message_id) = tx.message_id() else { return Ok(()) };
    tx.note_mail();
    outbox::put_chain_notice(conn, chain.as_str(), &message_id, write_chain_notice(notice))
}
