//! Hour by which offers end and records are deleted.
//!
//! It is the machine's, as far as a chain confirms it. Nothing brings back what a clock that jumped
//! ahead would delete.

use crate::{
    error::DbError,
    model::{ChainClock, ClockCheck},
    rows::{ChainNumber, ChainRow, Rows},
};
use shop_core::time::CoarseTime;

/// Hours the clock may be ahead of the newest block that was read.
/// It takes less to repair a node that stops on a Friday night, and the terms are much longer.
const SLACK_HOURS: u64 = 48;
/// Hours the clock may be behind: the hour of a block and ours may be neighbours.
const BEHIND_HOURS: u64 = 1;

/// Returns the hour it is for what is paid on this chain.
///
/// It is never further than [`SLACK_HOURS`] beyond the newest block of the chain. While no blocks
/// come, time stands still then: nothing ends and nothing is deleted, because what was paid may
/// stand in a block not read yet. A real chain without a known block has no hour at all. For a
/// demo, and for what one left behind, there is nothing to go by but the clock.
pub(super) fn believed(
    rows: &dyn Rows,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<CoarseTime, DbError> {
    let ChainRow { demo, followed, .. } = rows.chain(chain)?;
    if demo == Some(true) && !followed {
        return Ok(now);
    }
    Ok(match newest(rows, chain)? {
        Some(newest) => now.min(newest.plus_hours(SLACK_HOURS)),
        None if demo == Some(false) => CoarseTime::from_hours(0),
        None => now,
    })
}

/// Returns the newest hour of a chain's blocks.
/// A block from before there were chains (the first of a demo chain) tells no time.
fn newest(rows: &dyn Rows, chain: ChainNumber) -> Result<Option<CoarseTime>, DbError> {
    Ok(rows.newest_hour(chain)?.filter(|hour| hour.hours() > 0))
}

/// Compares the clock with each chain that is read and has blocks.
/// Simulated chains are left out: they have blocks when somebody mines them.
pub(super) fn check(rows: &dyn Rows, now: CoarseTime) -> Result<Vec<ChainClock>, DbError> {
    let mut clocks = Vec::new();
    for known in rows.known_chains()? {
        if !known.followed || known.demo == Some(true) {
            continue;
        }
        if let Some(newest) = newest(rows, known.number)? {
            clocks.push(ChainClock { chain: known.chain, check: compare(newest, now) });
        }
    }
    Ok(clocks)
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
