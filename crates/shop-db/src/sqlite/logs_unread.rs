//! Blocks whose receipts could be had from no node. Payments by logs in them are not known yet: until
//! they are read, no offer that could have been paid there ends and no address that could is given
//! again. One that no kept order could have been paid in is not asked for any more.

use super::{
    chains::{self, ChainNumber},
    codec::{hours, int, read_block, read_height},
    pool,
    read::all,
    transfers::{self, Touched},
    tx_context::TxContext,
    update,
};
use crate::{error::DbError, model::Assessed};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, ChainUpdate, Height, Transfer},
};

/// Condition on an order: it could have been paid in such a block.
/// The hour of a block is its miner's word, and ours may be the next one.
pub(super) const MAY_BE_PAID_THERE: &str = "exists (select 1 from logs_unread
    where logs_unread.chain = orders.chain and orders.placed <= logs_unread.time + 1)";

/// Returns the blocks of the followed chain whose logs are not read, oldest first.
pub(crate) fn logs_unread(conn: &Connection, chain: ChainId) -> Result<Vec<BlockAt>, DbError> {
    let sql = "select height, hash, logs_unread.time from logs_unread
        join chains on number = chain where name = ?1 and followed = 1 order by height";
    all(conn, sql, [chain.as_str()], |row| read_block(row.get(0)?, row.get(1)?, row.get(2)?))
}

/// Notes the blocks that an advance says are not read.
/// One that was read again whole is not noted any more.
pub(super) fn note(
    conn: &Connection,
    chain: ChainNumber,
    told: &ChainUpdate,
) -> Result<(), DbError> {
    for block in &told.blocks {
        drop_at(conn, chain, block.height)?;
    }
    let is_unread = |block: &&BlockAt| told.logs_unread.contains(&block.height);
    let unread: Vec<_> = told.blocks.iter().filter(is_unread).collect();
    if unread.is_empty() {
        return Ok(());
    }
    let noted = next_number(conn)?;
    let mut insert = conn.prepare_cached(
        "insert into logs_unread (chain, height, hash, time, noted) values (?1, ?2, ?3, ?4, ?5)",
    )?;
    for block in unread {
        let row = params![chain.0, int(block.height.0), block.hash.0, hours(block.time), noted];
        insert.execute(row)?;
    }
    pool::may_be_paid_unread(conn, chain, noted)
}

/// Returns a number no block had that an address of the pool still remembers.
fn next_number(conn: &Connection) -> Result<i64, DbError> {
    let sql = "select 1 + max((select coalesce(max(noted), 0) from logs_unread),
        (select coalesce(max(first_unread), 0) from pay_to_used))";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Gives up the blocks of a chain that are a quarantine old and in which no kept order could have been
/// paid. Returns how many. Addresses of the pool that could have been are never given again.
pub(super) fn give_up(
    conn: &Connection,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<usize, DbError> {
    let sql = "select height, time, noted from logs_unread where chain = ?1 and time + ?2 < ?3
        and not exists (select 1 from orders
            where orders.chain = logs_unread.chain and orders.placed <= logs_unread.time + 1)";
    let quarantine = int(pool::QUARANTINE_HOURS);
    let old: Vec<(i64, i64, i64)> =
        all(conn, sql, params![chain.0, quarantine, hours(now)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    for (height, time, noted) in &old {
        pool::retire_paid_unread(conn, chain, *time, *noted)?;
        drop_at(conn, chain, read_height(*height)?)?;
    }
    Ok(old.len())
}

/// Forgets those that the chain does not hold any more.
pub(super) fn drop_from(
    conn: &Connection,
    chain: ChainNumber,
    height: Height,
) -> Result<(), DbError> {
    conn.prepare_cached("delete from logs_unread where chain = ?1 and height >= ?2")?
        .execute(params![chain.0, int(height.0)])?;
    Ok(())
}

fn drop_at(conn: &Connection, chain: ChainNumber, height: Height) -> Result<(), DbError> {
    conn.prepare_cached("delete from logs_unread where chain = ?1 and height = ?2")?
        .execute(params![chain.0, int(height.0)])?;
    Ok(())
}

/// Returns true if an order could have been paid in one of them.
pub(super) fn may_hide_payment(conn: &Connection, order: &str) -> Result<bool, DbError> {
    let sql = format!("select 1 from orders where id = ?1 and {MAY_BE_PAID_THERE}");
    Ok(conn.prepare_cached(&sql)?.exists([order])?)
}

/// Records all transfers of a block that was read at last, and judges their orders.
/// They replace those that nodes had told of it. A block that is not noted, or was replaced since,
/// changes nothing.
pub(crate) fn logs_read(
    conn: &Connection,
    tx: &TxContext,
    chain_id: ChainId,
    block: BlockAt,
    found: &[Transfer],
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    update::one_chain(chain_id, found.iter())?;
    let Some(chain) = chains::followed(conn, chain_id)? else { return Ok(Assessed::default()) };
    let noted = conn
        .prepare_cached("select 1 from logs_unread where chain = ?1 and height = ?2 and hash = ?3")?
        .query_row(params![chain.0, int(block.height.0), block.hash.0], |_| Ok(()))
        .optional()?;
    if noted.is_none() {
        return Ok(Assessed::default());
    }
    drop_at(conn, chain, block.height)?;
    let mut touched = Touched::new();
    transfers::drop_in(conn, chain, block, &mut touched)?;
    let mut stray = 0;
    for transfer in found {
        stray += usize::from(transfers::record(conn, tx, transfer, &mut touched)?);
    }
    let judged = update::judge_touched(conn, tx, chain_id, touched, now)?;
    Ok(Assessed { unmatched: stray, ..judged })
}
