//! Letters to the seller about news.
//! One that cannot be sealed (the seller's certificate has lapsed) is owed, and written when that
//! works again: news comes once.

use super::{
    claims,
    codec::{read_id, read_invoice, read_notice, write_notice},
    facts,
    read::all,
    transfers,
    tx_context::TxContext,
};
use crate::{error::DbError, model::OrderNotice};
use rusqlite::{Connection, params};
use shop_core::{
    invoice::{Invoice, SellerNotice},
    order::OrderId,
    view::Transfer,
};

/// Tells the seller of an order as it is stored.
pub(super) fn tell(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    news: SellerNotice,
) -> Result<(), DbError> {
    let (invoice, transfers) = stored(conn, order, news)?;
    tell_of(conn, tx, &OrderNotice { order, news, invoice: &invoice, transfers: &transfers })
}

/// Tells the seller, now or as soon as a letter can be sealed.
pub(super) fn tell_of(
    conn: &Connection,
    tx: &TxContext,
    news: &OrderNotice<'_>,
) -> Result<(), DbError> {
    if tx.has_told(conn, news)? {
        return Ok(());
    }
    conn.prepare_cached("insert into pending_notices (order_id, notice) values (?1, ?2)")?
        .execute(params![news.order.to_string(), write_notice(news.news)])?;
    Ok(())
}

/// Deletes the letter that is owed about something that is not news any more.
pub(super) fn no_news(
    conn: &Connection,
    order: OrderId,
    news: SellerNotice,
) -> Result<(), DbError> {
    conn.prepare_cached("delete from pending_notices where order_id = ?1 and notice = ?2")?
        .execute(params![order.to_string(), write_notice(news)])?;
    Ok(())
}

/// Returns true if any letter is owed.
pub(crate) fn owes_letters(conn: &Connection) -> Result<bool, DbError> {
    Ok(conn.prepare_cached("select 1 from pending_notices")?.exists([])?)
}

/// Writes the letters that are owed, as far as they can be sealed now.
/// Letters that are out of date are not written: the order's own state has a letter of its own.
pub(crate) fn write_pending_notices(conn: &Connection, tx: &TxContext) -> Result<(), DbError> {
    if !tx.can_open() {
        return Ok(());
    }
    let sql = "select rowid, order_id, notice from pending_notices order by rowid";
    let owed = all(conn, sql, [], |row| {
        let owed: i64 = row.get(0)?;
        let id: String = row.get(1)?;
        let news: String = row.get(2)?;
        Ok((owed, read_id(&id)?, read_notice(&news)?))
    })?;
    for (owed, order, news) in owed {
        let (invoice, transfers) = stored(conn, order, news)?;
        let letter = OrderNotice { order, news, invoice: &invoice, transfers: &transfers };
        // The shop's letters do not say any more that a payment was simulated.
        let of_demo = facts::of_order(conn, &order.to_string())?.facts.is_left_by_demo();
        if of_demo || !news.is_still_true(invoice.state()) || tx.has_told(conn, &letter)? {
            conn.prepare_cached("delete from pending_notices where rowid = ?1")?.execute([owed])?;
        }
    }
    Ok(())
}

/// Reads the invoice and the transfers that a letter about this news is written from.
fn stored(
    conn: &Connection,
    order: OrderId,
    news: SellerNotice,
) -> Result<(Invoice, Vec<Transfer>), DbError> {
    let invoice: String = conn
        .prepare_cached("select invoice from orders where id = ?1")?
        .query_row([order.to_string()], |row| row.get(0))?;
    let invoice = read_invoice(&invoice)?;
    let transfers = match news {
        SellerNotice::ToReview => claims::to_review(conn, order, invoice.pay_to())?,
        // Which one it was is not kept.
        SellerNotice::NotCounted(_) => Vec::new(),
        _ => transfers::of_order(conn, order, invoice.pay_to())?,
    };
    Ok((invoice, transfers))
}
