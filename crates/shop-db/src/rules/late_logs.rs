//! Logs of a block that were read later than the block.

use super::{
    assessor, escrow,
    transfers::{self, Touched},
    tx_context::TxContext,
};
use crate::{error::DbError, model::Assessed, rows::Rows};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, BlockLogs},
};

/// Records all transfers of a block that was read at last, and judges their orders.
/// They replace those that nodes had told of it. A block that is not noted, or was replaced since,
/// changes nothing.
pub(crate) fn logs_read(
    rows: &dyn Rows,
    tx: &TxContext,
    chain_id: ChainId,
    block: BlockAt,
    found: &BlockLogs,
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    transfers::one_chain(chain_id, found.transfers.iter())?;
    let Some(chain) = rows.followed(chain_id)? else { return Ok(Assessed::default()) };
    let noted = rows.logs_unread(chain)?;
    let is_it = |at: BlockAt| at.height == block.height && at.hash == block.hash;
    if !noted.iter().any(|unread| is_it(unread.block)) {
        return Ok(Assessed::default());
    }
    rows.remove_logs_unread(chain, block.height)?;
    let mut touched = Touched::new();
    transfers::drop_in(rows, chain, block, &mut touched)?;
    escrow::drop_in(rows, chain, block, &mut touched)?;
    let unmatched = transfers::record_all(rows, tx, &found.transfers, &mut touched)?;
    escrow::record(rows, chain, &found.escrow, &mut touched)?;
    let judged = assessor::assess_touched(rows, tx, chain_id, touched, now)?;
    Ok(Assessed { unmatched, ..judged })
}
