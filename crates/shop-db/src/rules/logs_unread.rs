//! Blocks whose receipts could be had from no node.
//!
//! Payments by logs in them are not known yet. Until they are read, no offer that could have been
//! paid there ends, and no address that could is given again. A block in which no kept order could
//! have been paid is not asked for any more.

use super::pool;
use crate::{
    error::DbError,
    rows::{ChainNumber, Rows, UnreadBlock},
};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, ChainUpdate},
};

/// Returns the blocks of the followed chain whose logs are not read, oldest first.
pub(crate) fn unread(rows: &dyn Rows, chain: ChainId) -> Result<Vec<BlockAt>, DbError> {
    let Some(chain) = rows.followed(chain)? else { return Ok(Vec::new()) };
    Ok(rows.logs_unread(chain)?.into_iter().map(|unread| unread.block).collect())
}

/// Notes the blocks that an advance says are not read.
/// One that was read again whole is not noted any more.
pub(super) fn note(rows: &dyn Rows, chain: ChainNumber, told: &ChainUpdate) -> Result<(), DbError> {
    for block in &told.blocks {
        rows.remove_logs_unread(chain, block.height)?;
    }
    let is_unread = |block: &&BlockAt| told.logs_unread.contains(&block.height);
    let unread: Vec<_> = told.blocks.iter().filter(is_unread).collect();
    if unread.is_empty() {
        return Ok(());
    }
    // A number no block had that an address of the pool still remembers.
    let noted = rows.last_noted()?.saturating_add(1);
    for block in unread {
        rows.insert_logs_unread(chain, UnreadBlock { block: *block, noted })?;
    }
    // They may hold money for every address that was given before.
    rows.note_unread(rows.chain(chain)?.name, noted)
}

/// Gives up blocks that are a quarantine old, and returns how many.
/// No kept order could have been paid in them. Addresses of the pool that could have been are never
/// given again.
pub(super) fn give_up(
    rows: &dyn Rows,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<usize, DbError> {
    let mut old = rows.logs_unread(chain)?;
    if old.is_empty() {
        return Ok(0);
    }
    let oldest = rows.oldest_order(Some(chain))?;
    old.retain(|unread| {
        let time = unread.block.time;
        let is_over = time.plus_hours(pool::QUARANTINE_HOURS) < now;
        is_over && oldest.is_none_or(|placed| placed > time.plus_hours(1))
    });
    pool::retire_paid_unread(rows, chain, &old)?;
    for unread in &old {
        rows.remove_logs_unread(chain, unread.block.height)?;
    }
    Ok(old.len())
}
