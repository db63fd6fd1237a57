//! Rows of transfers that count for orders.

use super::{
    codec::{hours, int, read_amount, read_asset, read_block, read_id, read_pay_to},
    query::{all, execute, exists, first},
};
use crate::{
    error::DbError,
    rows::{ChainNumber, Standing, TransferRow, TransferRows},
};
use rusqlite::{Connection, Row, params};
use shop_core::{
    money::AssetId,
    order::OrderId,
    pay_to::PayTo,
    time::CoarseTime,
    view::{BlockAt, Height, Transfer, TransferId},
};
use std::ops::RangeInclusive;

/// Query of transfers; a condition follows. A transfer goes to the pay-to of its order.
const ROWS: &str = "select transfers.id, units, height, block_hash, block_time,
        orders.id, transfers.chain, transfers.asset, pay_to, standing, claimed
    from transfers join orders on seq = order_seq where ";
pub(super) const OF_ORDER: &str = "orders.id = ?1 order by transfers.id";
pub(super) const ONE: &str = "transfers.asset = ?1 and transfers.id = ?2";
pub(super) const MINED: &str = "transfers.chain = ?1 and height between ?2 and ?3";
pub(super) const UNMINED: &str = "transfers.chain = ?1 and standing = 'unmined'";

/// Returns the query of the transfers that meet a condition.
pub(super) fn transfers_where(condition: &str) -> String {
    format!("{ROWS}{condition}")
}

impl TransferRows for Connection {
    fn transfers(&self, order: OrderId) -> Result<Vec<TransferRow>, DbError> {
        all(self, &transfers_where(OF_ORDER), [order.to_string()], read)
    }

    fn transfer(&self, asset: AssetId, id: &str) -> Result<Option<TransferRow>, DbError> {
        first(self, &transfers_where(ONE), [asset.stored(), id], read)
    }

    fn mined(
        &self,
        chain: ChainNumber,
        heights: RangeInclusive<Height>,
    ) -> Result<Vec<TransferRow>, DbError> {
        let values = [chain.0, int(heights.start().0), int(heights.end().0)];
        all(self, &transfers_where(MINED), values, read)
    }

    fn unmined(&self, chain: ChainNumber) -> Result<Vec<TransferRow>, DbError> {
        all(self, &transfers_where(UNMINED), [chain.0], read)
    }

    fn put_transfer(&self, row: &TransferRow) -> Result<(), DbError> {
        let TransferRow { order, chain, transfer, standing, claimed } = row;
        let sql = "insert into transfers (order_seq, asset, id, units, standing, height,
                block_hash, block_time, claimed, chain, other)
            select seq, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, orders.asset <> ?2
                from orders where orders.id = ?1
            on conflict (asset, id) do update set order_seq = excluded.order_seq,
                units = excluded.units, standing = excluded.standing, height = excluded.height,
                block_hash = excluded.block_hash, block_time = excluded.block_time,
                claimed = excluded.claimed, chain = excluded.chain, other = excluded.other";
        let values = params![
            order.to_string(),
            transfer.pay_to.asset().stored(),
            transfer.id.0,
            transfer.amount.units().to_string(),
            write_standing(*standing),
            transfer.block.map(|block| int(block.height.0)),
            transfer.block.map(|block| block.hash.0),
            transfer.block.map(|block| hours(block.time)),
            claimed,
            chain.0,
        ];
        execute(self, sql, values).map(drop)
    }

    fn remove_transfer(&self, asset: AssetId, id: &str) -> Result<(), DbError> {
        let sql = "delete from transfers where asset = ?1 and id = ?2";
        execute(self, sql, [asset.stored(), id]).map(drop)
    }

    fn is_used_transfer(&self, asset: AssetId, id: &str) -> Result<bool, DbError> {
        let sql = "select 1 from used_transfers where asset = ?1 and id = ?2";
        exists(self, sql, [asset.stored(), id])
    }

    fn note_used_transfer(
        &self,
        asset: AssetId,
        id: &str,
        hour: CoarseTime,
    ) -> Result<(), DbError> {
        let sql = "insert into used_transfers (asset, id, hour) values (?1, ?2, ?3)
            on conflict do nothing";
        execute(self, sql, params![asset.stored(), id, hours(hour)]).map(drop)
    }

    fn remove_used_transfers(&self, before: CoarseTime) -> Result<(), DbError> {
        execute(self, "delete from used_transfers where hour < ?1", [hours(before)]).map(drop)
    }
}

fn read(row: &Row<'_>) -> Result<TransferRow, DbError> {
    let order: String = row.get(5)?;
    let asset: String = row.get(7)?;
    let pay_to: String = row.get(8)?;
    let pay_to = read_pay_to(read_asset(&asset)?, &pay_to)?;
    let standing: String = row.get(9)?;
    Ok(TransferRow {
        order: read_id(&order)?,
        chain: ChainNumber(row.get(6)?),
        transfer: read_transfer(row, pay_to)?,
        standing: read_standing(&standing)?,
        claimed: row.get(10)?,
    })
}

/// Reads a transfer from the first columns: `id, units, height, block_hash, block_time`.
fn read_transfer(row: &Row<'_>, pay_to: PayTo) -> Result<Transfer, DbError> {
    let units: String = row.get(1)?;
    let amount = read_amount(pay_to.asset(), &units)?;
    Ok(Transfer { id: TransferId(row.get(0)?), pay_to, amount, block: read_its_block(row)? })
}

fn read_its_block(row: &Row<'_>) -> Result<Option<BlockAt>, DbError> {
    let height: Option<i64> = row.get(2)?;
    let Some(height) = height else { return Ok(None) };
    Ok(Some(read_block(height, row.get(3)?, row.get(4)?)?))
}

const fn write_standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Mined => "mined",
        Standing::Unmined => "unmined",
        Standing::Gone => "gone",
    }
}

fn read_standing(word: &str) -> Result<Standing, DbError> {
    Ok(match word {
        "mined" => Standing::Mined,
        "unmined" => Standing::Unmined,
        "gone" => Standing::Gone,
        _ => return Err(DbError::Unreadable),
    })
}
