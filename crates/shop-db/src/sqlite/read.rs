//! Queries that change nothing.

use super::{
    chains,
    codec::{
        read_amount, read_block, read_claim, read_event, read_hours, read_id, read_invoice,
        read_pay_to, read_reservation_status,
    },
    codes, downloads, reservations, transfers,
    tx_context::TxContext,
    update::tip,
};
use crate::{
    claim::{Claim, PendingClaim},
    error::DbError,
    event::{EventKind, OrderEvent},
    model::{OrderRecord, OrderSummary, OutboxMail},
};
use rusqlite::{Connection, OptionalExtension, Params, Row};
use shop_core::{invoice::State, money::AssetId, stock::ReservationStatus, view::BlockAt};
use std::collections::HashMap;

pub(crate) fn order(
    conn: &Connection,
    tx: &TxContext,
    lookup: &[u8; 32],
) -> Result<Option<OrderRecord>, DbError> {
    let sql = "select id, buyer_copy, placed, invoice, cancelled, released from orders
        where lookup = ?1";
    let found: Option<(String, Vec<u8>, i64, String, bool, bool)> = conn
        .prepare_cached(sql)?
        .query_row([lookup], |row| {
            let id = row.get(0)?;
            let buyer_copy = row.get(1)?;
            let placed = row.get(2)?;
            Ok((id, buyer_copy, placed, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .optional()?;
    let Some((id, buyer_copy, placed, invoice, cancelled, released)) = found else {
        return Ok(None);
    };
    let order = read_id(&id)?;
    let invoice = read_invoice(&invoice)?;
    let reservations::Standing { reservation_status, until, goods_left } =
        reservations::standing(conn, tx, order)?;
    Ok(Some(OrderRecord {
        id: order,
        buyer_copy,
        placed: read_hours(placed)?,
        transfers: transfers::of_order(conn, order, invoice.pay_to())?,
        claims: claims(conn, &id, invoice.pay_to().asset())?,
        tip: tip(conn, chains::of_order(conn, &id)?)?,
        on_chain: chains::standing(conn, &id)?,
        invoice,
        reservation_status,
        until,
        goods_left,
        cancelled,
        events: events(conn, &id)?,
        given: codes::given(conn, &id)?,
        downloads: downloads::of_order(conn, &id)?,
        released,
    }))
}

/// Reads the state of an order's payment.
pub(super) fn read_state(conn: &Connection, id: &str) -> Result<State, DbError> {
    let invoice: String = conn
        .prepare_cached("select invoice from orders where id = ?1")?
        .query_row([id], |row| row.get(0))?;
    Ok(read_invoice(&invoice)?.state())
}

fn events(conn: &Connection, order: &str) -> Result<Vec<OrderEvent>, DbError> {
    let sql = "select kind, note from events where order_id = ?1 order by rowid";
    all(conn, sql, [order], |row| {
        let kind: String = row.get(0)?;
        Ok(OrderEvent { kind: read_event(&kind)?, letter: row.get(1)? })
    })
}

fn claims(conn: &Connection, order: &str, asset: AssetId) -> Result<Vec<Claim>, DbError> {
    let sql = "select txid, state, units from claims where order_id = ?1 order by rowid";
    all(conn, sql, [order], |row| read_claim_row(row, asset, 0))
}

/// Reads a claim from the columns `txid, state, units`, which begin at `first`.
pub(super) fn read_claim_row(
    row: &Row<'_>,
    asset: AssetId,
    first: usize,
) -> Result<Claim, DbError> {
    let state: String = row.get(first + 1)?;
    let units: Option<String> = row.get(first + 2)?;
    let came = units.map(|units| read_amount(asset, &units)).transpose()?;
    Ok(Claim { txid: row.get(first)?, came, state: read_claim(&state)? })
}

/// Reads the claims that wait for the seller, or for being counted as decided, by order.
fn reviews(conn: &Connection) -> Result<HashMap<String, Vec<Claim>>, DbError> {
    let mut found: HashMap<String, Vec<Claim>> = HashMap::new();
    let sql = "select order_id, asset, txid, state, units from claims
        where state in ('to review', 'accepted') order by rowid";
    let rows = all(conn, sql, [], |row| {
        let asset: String = row.get(1)?;
        let asset = AssetId::from_code(&asset).ok_or(DbError::Unreadable)?;
        Ok((row.get(0)?, read_claim_row(row, asset, 2)?))
    })?;
    for (order, claim) in rows {
        found.entry(order).or_default().push(claim);
    }
    Ok(found)
}

pub(crate) fn orders(conn: &Connection) -> Result<Vec<OrderSummary>, DbError> {
    let mut told = kinds(conn)?;
    let mut reviews = reviews(conn)?;
    let mut on_chain = chains::standings(conn)?;
    let sql = "select id, placed, invoice, cancelled, inbox_key, status,
            exists (select 1 from underpaid_notified where order_id = id), digital, released
        from orders left join reservations on reservations.order_id = id
        order by placed desc, orders.rowid desc";
    all(conn, sql, [], |row| {
        let id: String = row.get(0)?;
        let invoice: String = row.get(2)?;
        let invoice = read_invoice(&invoice)?;
        let reservation_status: Option<String> = row.get(5)?;
        Ok(OrderSummary {
            id: read_id(&id)?,
            placed: read_hours(row.get(1)?)?,
            pay_to: invoice.pay_to().clone(),
            due: invoice.due(),
            state: invoice.state(),
            on_chain: on_chain.remove(&id).unwrap_or_default(),
            expires: invoice.expires(),
            reservation_status: reservation_status
                .map_or(Ok(ReservationStatus::Untracked), |word| read_reservation_status(&word))?,
            cancelled: row.get(3)?,
            told_short: row.get(6)?,
            events: told.remove(&id).unwrap_or_default(),
            inbox_key: row.get(4)?,
            reviews: reviews.remove(&id).unwrap_or_default(),
            digital: row.get(7)?,
            released: row.get(8)?,
        })
    })
}

/// Reads the kinds of the events of all orders, without the letters.
fn kinds(conn: &Connection) -> Result<HashMap<String, Vec<EventKind>>, DbError> {
    let mut kinds: HashMap<String, Vec<EventKind>> = HashMap::new();
    let rows = all(conn, "select order_id, kind from events order by rowid", [], |row| {
        let kind: String = row.get(1)?;
        Ok((row.get(0)?, read_event(&kind)?))
    })?;
    for (order, kind) in rows {
        kinds.entry(order).or_default().push(kind);
    }
    Ok(kinds)
}

pub(crate) fn pending_claims(
    conn: &Connection,
    asset: AssetId,
) -> Result<Vec<PendingClaim>, DbError> {
    let sql = "select order_id, pay_to, txid, claims.state = 'accepted'
        from claims join orders on orders.id = order_id
        where claims.asset = ?1 and claims.state in ('pending', 'accepted')
            and exists (select 1 from chains where number = chain and followed = 1)
        order by claims.rowid";
    all(conn, sql, [asset.code()], |row| {
        let order: String = row.get(0)?;
        let pay_to: String = row.get(1)?;
        Ok(PendingClaim {
            order: read_id(&order)?,
            pay_to: read_pay_to(asset, &pay_to)?,
            txid: row.get(2)?,
            accepted: row.get(3)?,
        })
    })
}

pub(crate) fn chain(conn: &Connection, asset: AssetId) -> Result<Vec<BlockAt>, DbError> {
    let Some(chain) = chains::followed(conn, asset)? else { return Ok(Vec::new()) };
    let sql = "select height, hash, time from blocks where chain = ?1 order by height";
    all(conn, sql, [chain.0], |row| read_block(row.get(0)?, row.get(1)?, row.get(2)?))
}

pub(crate) fn outbox(conn: &Connection, most: usize) -> Result<Vec<OutboxMail>, DbError> {
    let sql = "select id, message_id, mail from outbox order by id limit ?1";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    all(conn, sql, [most], |row| {
        Ok(OutboxMail { id: row.get(0)?, message_id: row.get(1)?, bytes: row.get(2)? })
    })
}

pub(super) fn all<T>(
    conn: &Connection,
    sql: &str,
    values: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}
