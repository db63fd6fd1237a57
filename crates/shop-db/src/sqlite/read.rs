//! Queries that change nothing.

use super::{
    chains,
    codec::{read_amount, read_asset, read_block, read_claim, read_event, read_id, read_pay_to},
    codes, downloads,
    facts::{self, OrderRow},
    reservations, transfers,
    tx_context::TxContext,
    update::tip,
};
use crate::{
    claim::{Claim, PendingClaim},
    error::DbError,
    event::OrderEvent,
    model::{OrderRecord, OrderSummary},
};
use rusqlite::{Connection, OptionalExtension, Params, Row};
use shop_core::{
    chain::ChainId,
    money::AssetId,
    order_status::{EventKind, OrderFacts},
    view::BlockAt,
};
use std::collections::HashMap;

pub(crate) fn order(
    conn: &Connection,
    tx: &TxContext,
    lookup: &[u8; 32],
) -> Result<Option<OrderRecord>, DbError> {
    let sql = "select id, buyer_copy from orders where lookup = ?1";
    let found: Option<(String, Vec<u8>)> = conn
        .prepare_cached(sql)?
        .query_row([lookup], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((id, buyer_copy)) = found else { return Ok(None) };
    let OrderRow { order, invoice, facts, .. } = facts::of_order(conn, &id)?;
    let reservations::Standing { reservation_status, until, goods_left } =
        reservations::standing(conn, tx, order)?;
    Ok(Some(OrderRecord {
        id: order,
        buyer_copy,
        // One whose hold cannot be opened counts as untracked.
        facts: OrderFacts { reservation_status, ..facts },
        transfers: transfers::of_order(conn, order, invoice.pay_to())?,
        claims: claims(conn, &id, invoice.pay_to().asset())?,
        tip: tip(conn, chains::of_order(conn, &id)?)?,
        invoice,
        until,
        goods_left,
        events: events(conn, &id)?,
        given: codes::given(conn, &id)?,
        downloads: downloads::of_order(conn, &id)?,
    }))
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
        let asset = read_asset(&asset)?;
        Ok((row.get(0)?, read_claim_row(row, asset, 2)?))
    })?;
    for (order, claim) in rows {
        found.entry(order).or_default().push(claim);
    }
    Ok(found)
}

pub(crate) fn orders(conn: &Connection) -> Result<Vec<OrderSummary>, DbError> {
    let mut events = kinds(conn)?;
    let mut reviews = reviews(conn)?;
    let newest_first = "order by placed desc, orders.rowid desc";
    let orders = facts::of_orders(conn, newest_first, [])?.into_iter().map(|row| {
        let id = row.order.to_string();
        OrderSummary {
            id: row.order,
            pay_to: row.invoice.pay_to().clone(),
            facts: row.facts,
            events: events.remove(&id).unwrap_or_default(),
            inbox_key: row.inbox_key,
            reviews: reviews.remove(&id).unwrap_or_default(),
        }
    });
    Ok(orders.collect())
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
    chain: ChainId,
) -> Result<Vec<PendingClaim>, DbError> {
    let Some(chain) = chains::followed(conn, chain)? else { return Ok(Vec::new()) };
    let sql = "select order_id, pay_to, txid, claims.state = 'accepted', orders.asset
        from claims join orders on orders.id = order_id
        where chain = ?1 and claims.state in ('pending', 'accepted') order by claims.rowid";
    all(conn, sql, [chain.0], |row| {
        let order: String = row.get(0)?;
        let pay_to: String = row.get(1)?;
        let asset: String = row.get(4)?;
        Ok(PendingClaim {
            order: read_id(&order)?,
            pay_to: read_pay_to(read_asset(&asset)?, &pay_to)?,
            txid: row.get(2)?,
            accepted: row.get(3)?,
        })
    })
}

pub(crate) fn chain(conn: &Connection, chain: ChainId) -> Result<Vec<BlockAt>, DbError> {
    let Some(chain) = chains::followed(conn, chain)? else { return Ok(Vec::new()) };
    let sql = "select height, hash, time from blocks where chain = ?1 order by height";
    all(conn, sql, [chain.0], |row| read_block(row.get(0)?, row.get(1)?, row.get(2)?))
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
