//! Application of what a chain did.
//!
//! Everything follows from what is stored afterwards, so the same advance applied again changes
//! nothing.

use super::{
    assessor::{OrderAssessor, SyncStatus},
    chains::{self, ChainNumber},
    clock,
    codec::{hours, int, read_height},
    codes, logs_unread, pool,
    transfers::{self, Touched},
    tx_context::TxContext,
};
use crate::{
    branch::{self, Taken},
    error::DbError,
    model::Assessed,
};
use rusqlite::{Connection, params};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, ChainUpdate, Height, Transfer},
};

/// Number of blocks of a chain that are remembered, to find where a reorg began.
const RING: u64 = 256;

pub(crate) fn apply_update(
    conn: &Connection,
    tx: &TxContext,
    chain_id: ChainId,
    advance: &ChainUpdate,
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    one_chain(chain_id, advance.mined.iter().chain(&advance.unmined))?;
    let chain = chains::followed_or_unknown(conn, chain_id)?;
    let before = tip(conn, chain)?;
    let fork = fork(conn, chain, advance)?;
    let taken = branch::taken(before, fork, advance);
    let contested = match taken {
        Taken::Refused(from) => Some(advance.contested_from.map_or(from, |told| told.min(from))),
        _ => advance.contested_from,
    };
    // Who does not know whether it is so any more has not said that it is not.
    let is_told = contested.is_some() || !advance.branch_unknown;
    let is_settled_again = is_told && chains::contest(conn, chain, contested)?;
    let judged = match taken {
        Taken::Refused(_) => Assessed { refused: true, ..Assessed::default() },
        Taken::Whole => {
            read_on(conn, tx, Reading { chain_id, chain, before, from: None }, advance, now)?
        }
        Taken::From(height) => {
            let reading = Reading { chain_id, chain, before, from: Some(height) };
            read_on(conn, tx, reading, advance, now)?
        }
    };
    // What was held back while it was not certain.
    if is_settled_again {
        codes::give_owed(conn, tx)?;
    }
    Ok(judged)
}

/// Returns true if a payment that is missing stands in no block of the chain.
const fn is_whole(advance: &ChainUpdate) -> bool {
    advance.blocks_behind == 0
        && advance.nodes_behind == 0
        && advance.contested_from.is_none()
        && !advance.branch_unknown
}

/// Place at which an advance is applied.
struct Reading {
    chain_id: ChainId,
    chain: ChainNumber,
    /// The newest block read before.
    before: Option<Height>,
    /// The height from which the stored branch is replaced.
    from: Option<Height>,
}

fn read_on(
    conn: &Connection,
    tx: &TxContext,
    Reading { chain_id, chain, before, from }: Reading,
    advance: &ChainUpdate,
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    let mut touched = Touched::new();
    if let Some(height) = from {
        conn.prepare_cached("delete from blocks where chain = ?1 and height >= ?2")?
            .execute(params![chain.0, int(height.0)])?;
        transfers::drop_from(conn, chain, height, &mut touched)?;
        logs_unread::drop_from(conn, chain, height)?;
    }
    if before.is_none() && !advance.blocks.is_empty() {
        pool::retire_unwatched(conn, chain_id)?;
    }
    for block in &advance.blocks {
        add(conn, chain, *block)?;
        transfers::drop_rivals(conn, chain, *block, &mut touched)?;
    }
    logs_unread::note(conn, chain, advance)?;
    let mut stray = 0;
    for transfer in &advance.mined {
        stray += usize::from(transfers::record(conn, tx, transfer, &mut touched)?);
    }
    stray += transfers::replace_unmined(conn, tx, chain, &advance.unmined, &mut touched)?;
    let after = tip(conn, chain)?;
    if let Some(tip) = after {
        conn.prepare_cached("delete from blocks where chain = ?1 and height <= ?2")?
            .execute(params![chain.0, int(tip.0) - int(RING)])?;
    }
    let sight = SyncStatus { tip: after, whole: is_whole(advance) };
    let now = clock::believed(conn, chain, now)?;
    let mut court = OrderAssessor::new(conn, tx, chain, sight, now);
    court.enqueue(touched);
    court.enqueue_rechecked()?;
    // Without a tip before, it may have been any.
    if before.is_none() || after < before {
        court.enqueue_unconfirmed()?;
    }
    Ok(Assessed { unmatched: stray, ..court.assess_all()? })
}

/// Judges these orders by what was read, of which more may follow.
pub(super) fn judge_touched(
    conn: &Connection,
    tx: &TxContext,
    chain_id: ChainId,
    touched: Touched,
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    let Some(chain) = chains::followed(conn, chain_id)? else { return Ok(Assessed::default()) };
    // How much is still to be read is not known here, so nothing is said to be gone.
    let sight = SyncStatus { tip: tip(conn, chain)?, whole: false };
    let now = clock::believed(conn, chain, now)?;
    let mut court = OrderAssessor::new(conn, tx, chain, sight, now);
    court.enqueue(touched);
    court.assess_all()
}

/// Returns the newest block read of a chain.
pub(super) fn tip(conn: &Connection, chain: ChainNumber) -> Result<Option<Height>, DbError> {
    let tip: Option<i64> = conn
        .prepare_cached("select max(height) from blocks where chain = ?1")?
        .query_row([chain.0], |row| row.get(0))?;
    tip.map(read_height).transpose()
}

/// Refuses transfers that are not of this chain, or whose amount is of another asset.
pub(super) fn one_chain<'a>(
    chain: ChainId,
    mut transfers: impl Iterator<Item = &'a Transfer>,
) -> Result<(), DbError> {
    let same = |t: &Transfer| t.pay_to.asset() == t.amount.asset();
    if transfers.all(|t| same(t) && t.amount.asset().chain() == chain) {
        Ok(())
    } else {
        Err(DbError::Mixed)
    }
}

/// Returns the height at which the stored branch ends.
/// That is where the watcher says, or a stored block that the new ones contradict.
fn fork(
    conn: &Connection,
    chain: ChainNumber,
    advance: &ChainUpdate,
) -> Result<Option<Height>, DbError> {
    let mut from = advance.reorg_from;
    let mut rival = conn
        .prepare_cached("select 1 from blocks where chain = ?1 and height = ?2 and hash <> ?3")?;
    for block in &advance.blocks {
        if rival.exists(params![chain.0, int(block.height.0), block.hash.0])? {
            from = Some(from.map_or(block.height, |height| height.min(block.height)));
        }
    }
    Ok(from)
}

fn add(conn: &Connection, chain: ChainNumber, block: BlockAt) -> Result<(), DbError> {
    conn.prepare_cached(
        "insert or ignore into blocks (chain, height, hash, time) values (?1, ?2, ?3, ?4)",
    )?
    .execute(params![chain.0, int(block.height.0), block.hash.0, hours(block.time)])?;
    Ok(())
}
