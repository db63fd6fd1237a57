//! Query of orders, with their rows in other tables.

use super::super::{
    chain::read_chain_row,
    codec::{
        read_claim, read_event, read_height, read_hours, read_id, read_invoice,
        read_reservation_status,
    },
    escrow::read_escrow,
    query::{all, first},
};
use crate::{error::DbError, rows::OrderRow};
use rusqlite::{Connection, Params, Row};

/// Query of all orders. A condition, and a sequence, can follow.
const ROWS: &str = "select orders.id, invoice, placed, inbox_key, cancelled, digital, released,
        rechecked, chains.number, chains.name, chains.demo, chains.followed, chains.contested,
        (select max(time) from logs_unread where logs_unread.chain = orders.chain),
        (select max(height) from transfers where transfers.order_seq = seq),
        reservations.status,
        exists (select 1 from underpaid_notified where underpaid_notified.order_seq = seq),
        exists (select 1 from transfers
            where transfers.order_seq = seq and other = 1 and standing = 'mined'),
        exists (select 1 from other_money_notified where other_money_notified.order_seq = seq),
        (select group_concat(claims.state) from claims where claims.order_seq = seq),
        (select group_concat(kind order by rowid) from events where events.order_seq = seq),
        escrows.id, contract, payout, ship_by, deliver_by, step, step_until, deep, told,
        release_told
    from orders join chains on chains.number = orders.chain
    left join escrows on escrows.order_seq = seq
    left join reservations on reservations.order_seq = seq ";

/// Reads the orders that meet a condition, in the sequence it asks for.
pub(super) fn find_all(
    conn: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<Vec<OrderRow>, DbError> {
    all(conn, &statement(condition), values, read)
}

/// Reads the one order that meets a condition.
pub(super) fn find(
    conn: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<Option<OrderRow>, DbError> {
    first(conn, &statement(condition), values, read)
}

/// Returns the query of the orders that meet a condition.
pub(in crate::sqlite) fn statement(condition: &str) -> String {
    format!("{ROWS}{condition}")
}

fn read(row: &Row<'_>) -> Result<OrderRow, DbError> {
    let id: String = row.get(0)?;
    let invoice: String = row.get(1)?;
    let newest_unread: Option<i64> = row.get(13)?;
    let highest: Option<i64> = row.get(14)?;
    let reservation: Option<String> = row.get(15)?;
    let order = read_id(&id)?;
    Ok(OrderRow {
        order,
        invoice: read_invoice(&invoice)?,
        placed: read_hours(row.get(2)?)?,
        inbox_key: row.get(3)?,
        cancelled: row.get(4)?,
        digital: row.get(5)?,
        released: row.get(6)?,
        rechecked: row.get(7)?,
        chain: read_chain_row(row, 8)?,
        newest_unread: newest_unread.map(read_hours).transpose()?,
        highest: highest.map(read_height).transpose()?,
        reservation: reservation.map(|word| read_reservation_status(&word)).transpose()?,
        underpaid_notified: row.get(16)?,
        has_other_money: row.get(17)?,
        other_money_notified: row.get(18)?,
        claims: read_words(row.get(19)?, read_claim)?,
        events: read_words(row.get(20)?, read_event)?,
        escrow: read_escrow(row, 21, order)?,
    })
}

/// Reads words with commas between them. No word has one.
fn read_words<T>(
    words: Option<String>,
    read: impl Fn(&str) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    words.unwrap_or_default().split_terminator(',').map(read).collect()
}
