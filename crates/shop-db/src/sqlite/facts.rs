//! Facts about orders, from which their status follows: one query for all who ask.

use super::{
    codec::{read_event, read_hours, read_id, read_invoice, read_reservation_status},
    logs_unread::MAY_BE_PAID_THERE,
    read::all,
};
use crate::error::DbError;
use rusqlite::{Connection, Params, Row};
use shop_core::{
    invoice::Invoice,
    order::OrderId,
    order_status::{OnChain, OrderFacts, OrderStatus, PutAway, SellerEvents, derive},
    stock::ReservationStatus,
};
use std::sync::LazyLock;

/// An order as it is stored, without what is sealed.
pub(super) struct OrderRow {
    pub(super) order: OrderId,
    pub(super) invoice: Invoice,
    pub(super) facts: OrderFacts,
    /// The public part of its buyer inbox.
    pub(super) inbox_key: [u8; 32],
}

impl OrderRow {
    /// Returns the status as it was in the hour the order was placed in.
    /// It is for those who ask for nothing that an hour changes.
    pub(super) fn first_status(&self) -> OrderStatus {
        derive(&self.facts, self.facts.placed)
    }
}

/// Query of all orders: a condition, and an order of rows, can follow.
static ROWS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select orders.id, invoice, placed, inbox_key, cancelled, digital, released, reservations.status,
            followed, demo, recheck_each_block,
            contested is not null and exists (select 1 from transfers
                where transfers.order_id = orders.id and height >= contested),
            exists (select 1 from underpaid_notified
                where underpaid_notified.order_id = orders.id),
            exists (select 1 from claims where claims.order_id = orders.id
                and claims.state in ('pending', 'to review', 'accepted')),
            {MAY_BE_PAID_THERE},
            (select group_concat(kind) from events where events.order_id = orders.id)
        from orders join chains on number = orders.chain
        left join reservations on reservations.order_id = orders.id "
    )
});

/// Reads the order of this number.
pub(super) fn of_order(conn: &Connection, id: &str) -> Result<OrderRow, DbError> {
    find(conn, "where orders.id = ?1", [id])?.ok_or(DbError::Unreadable)
}

/// Reads the first order for which this holds, if there is one.
pub(super) fn find(
    conn: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<Option<OrderRow>, DbError> {
    Ok(of_orders(conn, condition, values)?.into_iter().next())
}

/// Reads the orders for which this holds, in the order of rows it asks for.
pub(super) fn of_orders(
    conn: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<Vec<OrderRow>, DbError> {
    all(conn, &format!("{}{condition}", *ROWS), values, read)
}

fn read(row: &Row<'_>) -> Result<OrderRow, DbError> {
    let id: String = row.get(0)?;
    let invoice: String = row.get(1)?;
    let invoice = read_invoice(&invoice)?;
    let status: Option<String> = row.get(7)?;
    let untracked = Ok(ReservationStatus::Untracked);
    let kinds: Option<String> = row.get(15)?;
    let kinds = kinds.unwrap_or_default();
    let events = kinds.split_terminator(',').map(read_event);
    let facts = OrderFacts {
        cancelled: row.get(4)?,
        digital: row.get(5)?,
        released: row.get(6)?,
        reservation_status: status.map_or(untracked, |word| read_reservation_status(&word))?,
        on_chain: read_on_chain(row, &invoice)?,
        underpaid_notified: row.get(12)?,
        has_open_claim: row.get(13)?,
        may_be_paid_unread: row.get(14)?,
        events: events.collect::<Result<SellerEvents, _>>()?,
        ..OrderFacts::new(&invoice, read_hours(row.get(2)?)?)
    };
    Ok(OrderRow { order: read_id(&id)?, invoice, facts, inbox_key: row.get(3)? })
}

/// Reads the standing of an order with its chain.
/// Its payment is being checked where nodes report another branch, and while it is gone from the
/// blocks read so far and more are to be read.
fn read_on_chain(row: &Row<'_>, invoice: &Invoice) -> Result<OnChain, DbError> {
    let followed: bool = row.get(8)?;
    let demo: Option<bool> = row.get(9)?;
    let is_rechecked: bool = row.get(10)?;
    let contested: bool = row.get(11)?;
    let away = if demo == Some(true) { PutAway::Demo } else { PutAway::Real };
    let is_checked = contested || is_rechecked && invoice.state().is_paid();
    Ok(OnChain { is_checked: followed && is_checked, put_away: (!followed).then_some(away) })
}
