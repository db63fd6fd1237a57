//! Application of what a chain did.
//!
//! Everything follows from what is stored afterwards, so the same advance applied again changes
//! nothing.

use super::{
    assessor::OrderAssessor,
    chains, clock, codes, escrow, logs_unread, pool,
    sync_status::SyncStatus,
    transfers::{self, Touched},
    tx_context::TxContext,
};
use crate::{
    branch::{self, Taken},
    error::DbError,
    model::Assessed,
    rows::{ChainNumber, Rows},
};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{ChainUpdate, Height},
};

/// Number of blocks of a chain that are remembered, to find where a reorg began.
const RING: u64 = 256;

pub(crate) fn apply_update(
    rows: &dyn Rows,
    tx: &TxContext,
    chain_id: ChainId,
    advance: &ChainUpdate,
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    transfers::one_chain(chain_id, advance.mined.iter().chain(&advance.unmined))?;
    let chain = chains::followed_or_new(rows, chain_id)?;
    let before = rows.tip(chain)?;
    let fork = fork(rows, chain, advance)?;
    let taken = branch::taken(before, fork, advance);
    let contested = match taken {
        Taken::Refused(from) => Some(advance.contested_from.map_or(from, |told| told.min(from))),
        _ => advance.contested_from,
    };
    // Who does not know whether it is so any more has not said that it is not.
    let is_told = contested.is_some() || !advance.branch_unknown;
    let is_settled_again = is_told && chains::contest(rows, chain, contested)?;
    let judged = match taken {
        Taken::Refused(_) => Assessed { refused: true, ..Assessed::default() },
        Taken::Whole => {
            read_on(rows, tx, Reading { chain_id, chain, before, from: None }, advance, now)?
        }
        Taken::From(height) => {
            let reading = Reading { chain_id, chain, before, from: Some(height) };
            read_on(rows, tx, reading, advance, now)?
        }
    };
    // What was held back while it was not certain.
    if is_settled_again {
        codes::give_owed(rows, tx)?;
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
    rows: &dyn Rows,
    tx: &TxContext,
    Reading { chain_id, chain, before, from }: Reading,
    advance: &ChainUpdate,
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    let mut touched = Touched::new();
    if let Some(height) = from {
        rows.remove_blocks_from(chain, height)?;
        transfers::drop_from(rows, chain, height, &mut touched)?;
        escrow::drop_from(rows, chain, height, &mut touched)?;
        rows.remove_logs_unread_from(chain, height)?;
    }
    if before.is_none() && !advance.blocks.is_empty() {
        pool::retire_unwatched(rows, chain_id)?;
    }
    for block in &advance.blocks {
        rows.insert_block(chain, *block)?;
        transfers::drop_rivals(rows, chain, *block, &mut touched)?;
        // All of its events are in this advance, and it may be told for the second time.
        escrow::drop_in(rows, chain, *block, &mut touched)?;
    }
    logs_unread::note(rows, chain, advance)?;
    let mut unmatched = transfers::record_all(rows, tx, &advance.mined, &mut touched)?;
    escrow::record(rows, chain, &advance.escrow, &mut touched)?;
    unmatched += transfers::replace_unmined(rows, tx, chain, &advance.unmined, &mut touched)?;
    let after = rows.tip(chain)?;
    if let Some(last) = after.and_then(|tip| tip.0.checked_sub(RING)) {
        rows.remove_blocks_to(chain, Height(last))?;
    }
    let sight = SyncStatus { tip: after, whole: is_whole(advance) };
    let now = clock::believed(rows, chain, now)?;
    let mut assessor = OrderAssessor::new(rows, tx, chain, sight, now);
    assessor.enqueue(touched);
    assessor.enqueue_rechecked()?;
    // Without a tip before, it may have been any.
    if before.is_none() || after < before {
        assessor.enqueue_unconfirmed()?;
    }
    Ok(Assessed { unmatched, ..assessor.assess_all()? })
}

/// Returns the height at which the stored branch ends.
/// That is where the watcher says, or a stored block that the new ones contradict.
fn fork(
    rows: &dyn Rows,
    chain: ChainNumber,
    advance: &ChainUpdate,
) -> Result<Option<Height>, DbError> {
    let mut from = advance.reorg_from;
    for block in &advance.blocks {
        if rows.block(chain, block.height)?.is_some_and(|there| there.hash != block.hash) {
            from = Some(from.map_or(block.height, |height| height.min(block.height)));
        }
    }
    Ok(from)
}
