//! Assignment of transfers to orders. A row here *is* that bond, and a transfer has one row.

use super::{
    chains::{self, ChainNumber},
    codec::{hours, int, read_amount, read_block, read_id},
    named,
    pool::{self, Money},
    tx_context::TxContext,
};
use crate::error::DbError;
use rusqlite::{Connection, OptionalExtension, Params, params};
use shop_core::{
    money::AssetId,
    order::OrderId,
    pay_to::PayTo,
    view::{BlockAt, Height, Transfer, TransferId},
};
use std::collections::BTreeSet;

/// The orders whose transfers changed.
pub(super) type Touched = BTreeSet<OrderId>;

/// Reads the transfers of an order as they are now, as far as the chain shows them.
pub(super) fn of_order(
    conn: &Connection,
    order: OrderId,
    pay_to: &PayTo,
) -> Result<Vec<Transfer>, DbError> {
    let mut query = conn.prepare_cached(
        "select id, units, height, block_hash, block_time from transfers
         where order_id = ?1 and standing <> 'gone' order by id",
    )?;
    let mut rows = query.query([order.to_string()])?;
    let mut transfers = Vec::new();
    while let Some(row) = rows.next()? {
        let units: String = row.get(1)?;
        let block: Option<i64> = row.get(2)?;
        let block = match block {
            Some(height) => Some(read_block(height, row.get(3)?, row.get(4)?)?),
            None => None,
        };
        transfers.push(Transfer {
            id: TransferId(row.get(0)?),
            pay_to: pay_to.clone(),
            amount: read_amount(pay_to.asset(), &units)?,
            block,
        });
    }
    Ok(transfers)
}

/// The order a transfer counts for already, or whether it counted for one that is gone.
pub(super) enum Counts {
    /// The transfer counts for this order.
    For(OrderId),
    /// The transfer counted for an order that was purged.
    Before,
    /// The transfer counts for no order yet.
    NotYet,
}

pub(super) fn counts(conn: &Connection, asset: AssetId, id: &str) -> Result<Counts, DbError> {
    let text = |sql: &str| {
        let found = conn.prepare_cached(sql)?.query_row([asset.stored(), id], |row| row.get(0));
        Ok::<Option<String>, DbError>(found.optional()?)
    };
    if let Some(order) = text("select order_id from transfers where asset = ?1 and id = ?2")? {
        return Ok(Counts::For(read_id(&order)?));
    }
    let before = text("select id from used_transfers where asset = ?1 and id = ?2")?.is_some();
    Ok(if before { Counts::Before } else { Counts::NotYet })
}

/// Stores what the chain shows of a transfer, if it is an order's.
/// Returns true if it is the first at its address of the pool that is no order's.
pub(super) fn record(
    conn: &Connection,
    tx: &TxContext,
    transfer: &Transfer,
    touched: &mut Touched,
) -> Result<bool, DbError> {
    let asset = transfer.pay_to.asset();
    let order = match counts(conn, asset, &transfer.id.0)? {
        Counts::For(order) => order,
        Counts::Before => return Ok(false),
        Counts::NotYet => match named::find_order(conn, &transfer.pay_to, transfer.amount)? {
            Some(order) => order,
            None => return pool::stray_seen(conn, tx, transfer),
        },
    };
    if assign(conn, transfer, order, false)? {
        touched.insert(order);
    }
    Ok(false)
}

/// Writes a transfer down as an order's.
/// Returns true if anything changed. To see the same again is no change, and a claim once made
/// stays.
pub(super) fn assign(
    conn: &Connection,
    transfer: &Transfer,
    order: OrderId,
    claimed: bool,
) -> Result<bool, DbError> {
    pool::money_seen(conn, &transfer.pay_to, Money::OfAnOrder)?;
    let changed = conn
        .prepare_cached(
            "insert into transfers (asset, id, order_id, units, standing, height, block_hash,
                 block_time, claimed, chain)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             on conflict (asset, id) do update set
                 units = excluded.units, standing = excluded.standing, height = excluded.height,
                 block_hash = excluded.block_hash, block_time = excluded.block_time,
                 claimed = max(claimed, excluded.claimed)
             where units <> excluded.units or standing <> excluded.standing
                 or block_hash is not excluded.block_hash or claimed < excluded.claimed",
        )?
        .execute(params![
            transfer.pay_to.asset().stored(),
            transfer.id.0,
            order.to_string(),
            transfer.amount.units().to_string(),
            if transfer.block.is_some() { "mined" } else { "unmined" },
            transfer.block.map(|block| int(block.height.0)),
            transfer.block.map(|block| block.hash.0),
            transfer.block.map(|block| hours(block.time)),
            claimed,
            chains::of_order(conn, &order.to_string())?.0,
        ])?;
    Ok(changed > 0)
}

/// Gives an order a transfer that counts for another by its digits alone.
pub(super) fn give_to(
    conn: &Connection,
    asset: AssetId,
    id: &str,
    order: OrderId,
) -> Result<(), DbError> {
    conn.prepare_cached("update transfers set order_id = ?3 where asset = ?1 and id = ?2")?
        .execute(params![asset.stored(), id, order.to_string()])?;
    Ok(())
}

/// Forgets transfers in blocks from `height` up.
pub(super) fn drop_from(
    conn: &Connection,
    chain: ChainNumber,
    height: Height,
    touched: &mut Touched,
) -> Result<(), DbError> {
    let values = params![chain.0, int(height.0)];
    unassign(conn, "chain = ?1 and height >= ?2", values, touched)
}

/// Forgets transfers that a claim placed in another block of this height.
pub(super) fn drop_rivals(
    conn: &Connection,
    chain: ChainNumber,
    block: BlockAt,
    touched: &mut Touched,
) -> Result<(), DbError> {
    let values = params![chain.0, int(block.height.0), block.hash.0];
    unassign(conn, "chain = ?1 and height = ?2 and block_hash <> ?3", values, touched)
}

/// Forgets transfers in this block: all of them are about to be told again.
pub(super) fn drop_in(
    conn: &Connection,
    chain: ChainNumber,
    block: BlockAt,
    touched: &mut Touched,
) -> Result<(), DbError> {
    let values = params![chain.0, int(block.height.0), block.hash.0];
    unassign(conn, "chain = ?1 and height = ?2 and block_hash = ?3", values, touched)
}

/// Replaces the list of transfers that wait to be mined.
/// Returns the number of addresses of the pool at which they are the first that are no order's. One
/// that stands in a block stays there, whatever the node's list of waiting ones says.
pub(super) fn replace_unmined(
    conn: &Connection,
    tx: &TxContext,
    chain: ChainNumber,
    unmined: &[Transfer],
    touched: &mut Touched,
) -> Result<usize, DbError> {
    let listed: BTreeSet<&str> = unmined.iter().map(|transfer| transfer.id.0.as_str()).collect();
    let waiting = strings(
        conn,
        "select id from transfers where chain = ?1 and standing = 'unmined'",
        [chain.0],
    )?;
    for id in waiting.iter().filter(|id| !listed.contains(id.as_str())) {
        unassign(conn, "chain = ?1 and id = ?2", params![chain.0, id], touched)?;
    }
    let mined = "select id from transfers where chain = ?1 and id = ?2 and standing = 'mined'";
    let mut stray = 0;
    for transfer in unmined {
        if strings(conn, mined, params![chain.0, transfer.id.0])?.is_empty() {
            stray += usize::from(record(conn, tx, transfer, touched)?);
        }
    }
    Ok(stray)
}

/// Records that the chain does not show these any more.
/// A claimed one keeps its row, because only the claim says whose it is if another block takes it
/// up; any other is recognised again.
fn unassign(
    conn: &Connection,
    which: &str,
    values: impl Params + Copy,
    touched: &mut Touched,
) -> Result<(), DbError> {
    let owners = format!("select order_id from transfers where {which} and standing <> 'gone'");
    for order in strings(conn, &owners, values)? {
        touched.insert(read_id(&order)?);
    }
    let delete = format!("delete from transfers where {which} and claimed = 0");
    conn.prepare_cached(&delete)?.execute(values)?;
    let keep = format!(
        "update transfers set standing = 'gone', height = null, block_hash = null,
             block_time = null where {which} and claimed = 1"
    );
    conn.prepare_cached(&keep)?.execute(values)?;
    Ok(())
}

fn strings(conn: &Connection, sql: &str, values: impl Params) -> Result<Vec<String>, DbError> {
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(values, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
