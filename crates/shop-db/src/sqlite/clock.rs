//! Hour by which offers end and records are deleted.
//!
//! It is the machine's, as far as a chain confirms it. Nothing brings back what a clock that jumped
//! ahead would delete.

use super::{
    chains::ChainNumber,
    codec::{read_chain, read_hours},
    read::all,
};
use crate::{
    error::DbError,
    model::{ChainClock, ClockCheck},
};
use rusqlite::Connection;
use shop_core::time::CoarseTime;

/// Hours the clock may be ahead of the newest block that was read.
/// That is longer than a node that stops on a Friday night takes to be repaired, and short beside
/// the terms.
pub(super) const SLACK_HOURS: u64 = 48;
/// Hours the clock may be behind: the hour of a block and ours may be neighbours.
const BEHIND_HOURS: u64 = 1;

/// Returns the hour it is for what is paid on this chain.
///
/// It is never further than [`SLACK_HOURS`] beyond the newest block of the chain. While no blocks
/// come, time stands still then: nothing ends and nothing is deleted, because what was paid may
/// stand in a block not read yet. A real chain of which no block is known has no hour at all. Else,
/// and for what a demo left behind, there is nothing to go by but the clock.
pub(super) fn believed(
    conn: &Connection,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<CoarseTime, DbError> {
    if has(conn, chain, "demo = 1 and followed = 0")? {
        return Ok(now);
    }
    // A block from before there were chains (the first of a demo chain) tells no time.
    let newest: Option<i64> = conn
        .prepare_cached("select max(time) from blocks where chain = ?1 and time > 0")?
        .query_row([chain.0], |row| row.get(0))?;
    if let Some(newest) = newest.map(read_hours).transpose()? {
        return Ok(now.min(newest.plus_hours(SLACK_HOURS)));
    }
    Ok(if has(conn, chain, "demo = 0")? { CoarseTime::from_hours(0) } else { now })
}

fn has(conn: &Connection, chain: ChainNumber, what: &str) -> Result<bool, DbError> {
    let sql = format!("select 1 from chains where number = ?1 and {what}");
    Ok(conn.prepare_cached(&sql)?.exists([chain.0])?)
}

/// Compares the clock with each chain that is read and has blocks.
/// Simulated chains are left out: they have blocks when somebody mines them.
pub(super) fn check(conn: &Connection, now: CoarseTime) -> Result<Vec<ChainClock>, DbError> {
    let sql = "select name, max(time) from blocks join chains on number = chain
        where time > 0 and followed = 1 and demo is not 1 group by number";
    all(conn, sql, [], |row| {
        let name: String = row.get(0)?;
        let newest = read_hours(row.get(1)?)?;
        Ok(ChainClock { chain: read_chain(&name)?, check: compare(newest, now) })
    })
}

fn compare(newest: CoarseTime, now: CoarseTime) -> ClockCheck {
    let ahead = now.hours().saturating_sub(newest.hours());
    let behind = newest.hours().saturating_sub(now.hours());
    if ahead > SLACK_HOURS {
        ClockCheck::Ahead(ahead)
    } else if behind > BEHIND_HOURS {
        ClockCheck::Behind(behind)
    } else {
        ClockCheck::Agrees
    }
}
