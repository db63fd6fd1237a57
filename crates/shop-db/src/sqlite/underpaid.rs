//! Payments that came and do not suffice, and the time at which the seller hears of them.

use super::{
    chains::ChainNumber,
    codec::{hours, read_id},
    logs_unread::MAY_BE_PAID_THERE,
    notices,
    read::all,
    reservations,
    tx_context::TxContext,
};
use crate::error::DbError;
use rusqlite::{Connection, params};
use shop_core::{invoice::SellerNotice, time::CoarseTime};

/// Query of underpaid orders the seller was not told of. Each advance runs it: by index.
pub(super) const UNTOLD: &str = "select id, expires < ?2 from orders
    where chain = ?1 and state = 'short'
        and not exists (select 1 from underpaid_notified where order_id = orders.id)
        and not exists (select 1 from events
            where events.order_id = orders.id and kind = 'refunded')";

/// Tells the seller, once an order, when the rest cannot come in time any more: the offer has
/// ended, or others have paid for the goods. Before that the buyer is asked for the rest, and
/// there is nothing for the seller to do.
pub(super) fn tell(
    conn: &Connection,
    tx: &TxContext,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<(), DbError> {
    // The rest may stand in a block whose logs are not read.
    let untold = format!("{UNTOLD} and not {MAY_BE_PAID_THERE}");
    let untold = all(conn, &untold, params![chain.0, hours(now)], |row| {
        let id: String = row.get(0)?;
        let ended: bool = row.get(1)?;
        Ok((read_id(&id)?, ended))
    })?;
    for (order, ended) in untold {
        if ended || !reservations::standing(conn, tx, order)?.goods_left {
            conn.prepare_cached("insert into underpaid_notified (order_id) values (?1)")?
                .execute([order.to_string()])?;
            notices::tell(conn, tx, order, SellerNotice::Short)?;
        }
    }
    Ok(())
}
