//! Applying what a chain did. Everything follows from what is stored afterwards, so the same
//! advance applied again changes nothing.

use super::{
    clock,
    codec::{hours, int, read_height},
    hands::Hands,
    judge::{Court, Sight},
    transfers::{self, Touched},
};
use crate::{error::DbError, model::Judged};
use rusqlite::{Connection, params};
use shop_core::{
    money::AssetId,
    time::CoarseTime,
    view::{Advance, BlockAt, Height, Transfer},
};

/// How many blocks of a chain are remembered, to find where a reorg began.
const RING: u64 = 256;

pub(crate) fn advance(
    conn: &Connection,
    hands: &Hands,
    asset: AssetId,
    advance: &Advance,
    now: CoarseTime,
) -> Result<Judged, DbError> {
    one_asset(asset, advance.mined.iter().chain(&advance.unmined))?;
    let before = tip(conn, asset)?;
    let mut touched = Touched::new();
    if let Some(height) = dropped_from(conn, asset, advance)? {
        conn.prepare_cached("delete from blocks where asset = ?1 and height >= ?2")?
            .execute(params![asset.code(), int(height.0)])?;
        transfers::drop_from(conn, asset, height, &mut touched)?;
    }
    for block in &advance.blocks {
        add(conn, asset, *block)?;
        transfers::drop_rivals(conn, asset, *block, &mut touched)?;
    }
    let mut stray = 0;
    for transfer in &advance.mined {
        stray += usize::from(transfers::see(conn, transfer, &mut touched)?);
    }
    stray += transfers::replace_unmined(conn, asset, &advance.unmined, &mut touched)?;
    let after = tip(conn, asset)?;
    if let Some(tip) = after {
        conn.prepare_cached("delete from blocks where asset = ?1 and height <= ?2")?
            .execute(params![asset.code(), int(tip.0) - int(RING)])?;
    }
    let sight = Sight { tip: after, whole: advance.behind == 0 && advance.nodes_behind == 0 };
    let now = clock::believed(conn, now)?;
    let mut court = Court::new(conn, hands, asset, sight, now);
    court.summon(touched);
    court.summon_restless()?;
    // Without a tip before, it may have been any.
    if before.is_none() || after < before {
        court.summon_shallow()?;
    }
    Ok(Judged { stray, ..court.judge()? })
}

/// The newest block read.
pub(super) fn tip(conn: &Connection, asset: AssetId) -> Result<Option<Height>, DbError> {
    let tip: Option<i64> = conn
        .prepare_cached("select max(height) from blocks where asset = ?1")?
        .query_row([asset.code()], |row| row.get(0))?;
    tip.map(read_height).transpose()
}

pub(super) fn one_asset<'a>(
    asset: AssetId,
    mut transfers: impl Iterator<Item = &'a Transfer>,
) -> Result<(), DbError> {
    let same = |t: &Transfer| t.pay_to.asset() == asset && t.amount.asset() == asset;
    if transfers.all(same) { Ok(()) } else { Err(DbError::Mixed) }
}

/// Where the stored branch ends: where the watcher says, or at a stored block that the new ones
/// contradict.
fn dropped_from(
    conn: &Connection,
    asset: AssetId,
    advance: &Advance,
) -> Result<Option<Height>, DbError> {
    let mut from = advance.dropped_from;
    let mut rival = conn
        .prepare_cached("select 1 from blocks where asset = ?1 and height = ?2 and hash <> ?3")?;
    for block in &advance.blocks {
        if rival.exists(params![asset.code(), int(block.height.0), block.hash.0])? {
            from = Some(from.map_or(block.height, |height| height.min(block.height)));
        }
    }
    Ok(from)
}

fn add(conn: &Connection, asset: AssetId, block: BlockAt) -> Result<(), DbError> {
    conn.prepare_cached(
        "insert or ignore into blocks (asset, height, hash, time) values (?1, ?2, ?3, ?4)",
    )?
    .execute(params![asset.code(), int(block.height.0), block.hash.0, hours(block.time)])?;
    Ok(())
}
