//! Notices to the seller: queued with the change they tell of, judged when they are delivered.

use super::{
    claims,
    codec::{read_chain, read_chain_notice, write_chain_notice, write_notice},
    facts, outbox, transfers,
    tx_context::TxContext,
};
use crate::{
    error::DbError,
    model::{ChainNotice, MailContent},
};
use rusqlite::Connection;
use shop_core::{
    chain::ChainId,
    invoice::SellerNotice,
    order::OrderId,
    order_status::{NoticeFacts, NoticeNow, notice_now},
    seller_mail::OrderNotice,
};

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

/// Reads a queued notice about an order, as it is now.
pub(super) fn of_order(
    conn: &Connection,
    order: &str,
    notice: SellerNotice,
) -> Result<MailContent, DbError> {
    let row = facts::of_order(conn, order)?;
    let pay_to = row.invoice.pay_to();
    let transfers = match notice {
        SellerNotice::ToReview => claims::to_review(conn, row.order, pay_to)?,
        SellerNotice::NotCounted(why) => claims::not_counted(conn, row.order, pay_to, why)?,
        _ => transfers::of_order(conn, row.order, pay_to)?,
    };
    let facts = NoticeFacts {
        order: row.facts,
        codes_missing: conn
            .prepare_cached("select 1 from codes_missing_notified where order_id = ?1")?
            .exists([order])?,
        names_payment: !transfers.is_empty(),
    };
    let (kind, is_overtaken) = match notice_now(notice, &facts) {
        NoticeNow::Holds(kind) => (kind, false),
        NoticeNow::Overtaken => (notice, true),
        NoticeNow::Dropped => return Ok(MailContent::Dropped),
    };
    let invoice = row.invoice;
    let notice = OrderNotice { order: row.order, kind, is_overtaken, invoice, transfers };
    Ok(MailContent::OrderNotice(Box::new(notice)))
}

/// Reads a queued notice about a chain. What is so now, its reader knows.
pub(super) fn of_chain(chain: &str, notice: &str) -> Result<MailContent, DbError> {
    let chain = read_chain(chain)?;
    Ok(MailContent::ChainNotice { chain, notice: read_chain_notice(notice)? })
}
