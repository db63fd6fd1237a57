//! Payments that came and do not suffice, and the time at which the seller hears of them.

use super::{
    chains::ChainNumber,
    facts::{self, OrderRow},
    notices,
    read::all,
    reservations, statuses,
    tx_context::TxContext,
};
use crate::error::DbError;
use rusqlite::Connection;
use shop_core::{
    invoice::SellerNotice,
    order_status::{Phase, derive},
    time::CoarseTime,
};

/// Query of underpaid orders the seller was not told of. Each advance runs it: by index.
pub(super) const UNTOLD: &str = "select id from orders
    where chain = ?1 and state = 'short'
        and not exists (select 1 from underpaid_notified where order_id = orders.id)";

/// Tells the seller, once an order, when the rest cannot come in time any more: the offer has
/// ended, or others have paid for the goods. Before that the buyer is asked for the rest, and
/// there is nothing for the seller to do.
pub(super) fn tell(
    conn: &Connection,
    tx: &TxContext,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<(), DbError> {
    let untold = all(conn, UNTOLD, [chain.0], |row| Ok(row.get::<_, String>(0)?))?;
    for id in untold {
        let row = facts::of_order(conn, &id)?;
        if is_to_be_told(conn, tx, &row, now)? {
            conn.prepare_cached("insert into underpaid_notified (order_id) values (?1)")?
                .execute([&id])?;
            statuses::write(conn, row.order)?;
            notices::tell(conn, tx, row.order, SellerNotice::Short)?;
        }
    }
    Ok(())
}

fn is_to_be_told(
    conn: &Connection,
    tx: &TxContext,
    row: &OrderRow,
    now: CoarseTime,
) -> Result<bool, DbError> {
    match derive(&row.facts, now).phase {
        // The rest may stand in a block whose logs are not read.
        _ if row.facts.may_be_paid_unread => Ok(false),
        Phase::UnderpaidEnded => Ok(true),
        Phase::Underpaid => Ok(!reservations::standing(conn, tx, row.order)?.goods_left),
        _ => Ok(false),
    }
}
