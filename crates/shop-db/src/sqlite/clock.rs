//! The hour by which offers end and records are deleted: the machine's, as far as a chain bears it
//! out. What a clock that jumped ahead would delete, nothing brings back.

use super::codec::read_hours;
use crate::{error::DbError, model::ClockCheck};
use rusqlite::Connection;
use shop_core::time::CoarseTime;

/// How far the clock may be ahead of the newest block that was read: longer than a node that stops
/// on a Friday night takes to be mended, and short beside the terms.
pub(super) const SLACK_HOURS: u64 = 48;
/// How far it may be behind: the hour of a block and ours may be neighbours.
const BEHIND_HOURS: u64 = 1;

/// The hour it is, but never further than [`SLACK_HOURS`] beyond the newest block. While no blocks
/// come, time stands still then: nothing ends and nothing is deleted, because what was paid may
/// stand in a block not read yet. Where no block was ever read there is nothing to go by but the
/// clock.
pub(super) fn believed(conn: &Connection, now: CoarseTime) -> Result<CoarseTime, DbError> {
    Ok(newest(conn)?.map_or(now, |newest| now.min(newest.plus_hours(SLACK_HOURS))))
}

/// How the clock and the newest block agree.
pub(super) fn check(conn: &Connection, now: CoarseTime) -> Result<ClockCheck, DbError> {
    let Some(newest) = newest(conn)? else { return Ok(ClockCheck::Agrees) };
    let ahead = now.hours().saturating_sub(newest.hours());
    let behind = newest.hours().saturating_sub(now.hours());
    Ok(if ahead > SLACK_HOURS {
        ClockCheck::Ahead(ahead)
    } else if behind > BEHIND_HOURS {
        ClockCheck::Behind(behind)
    } else {
        ClockCheck::Agrees
    })
}

/// Of all chains together. A block from before there were chains (the first of a demo chain) tells
/// no time.
fn newest(conn: &Connection) -> Result<Option<CoarseTime>, DbError> {
    let time: Option<i64> = conn
        .prepare_cached("select max(time) from blocks where time > 0")?
        .query_row([], |row| row.get(0))?;
    time.map(read_hours).transpose()
}
