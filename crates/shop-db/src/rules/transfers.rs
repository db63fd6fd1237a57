//! Assignment of transfers to orders.
//! A row of a transfer *is* that bond, and a transfer has one row. Money of another asset than its
//! order asks for has a row too, and pays nothing.

use super::{facts, named, other_money, pool, tx_context::TxContext};
use crate::{
    error::DbError,
    rows::{ChainNumber, Money, Rows, Standing, TransferRow},
};
use shop_core::{
    chain::ChainId,
    money::AssetId,
    order::OrderId,
    view::{BlockAt, Height, Transfer},
};
use std::collections::BTreeSet;

/// Block times are the miner's word, and Bitcoin lets them be two hours off.
pub(super) const SLACK_HOURS: u64 = 2;

/// The orders whose transfers changed.
pub(super) type Touched = BTreeSet<OrderId>;

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

/// Returns the transfers of an order that count for it and that the chain shows, by id.
/// `asset` is what the order asks for: money of any other pays nothing.
pub(super) fn shown(
    rows: &dyn Rows,
    order: OrderId,
    asset: AssetId,
) -> Result<Vec<Transfer>, DbError> {
    let is_shown =
        |row: &TransferRow| row.standing != Standing::Gone && row.transfer.amount.asset() == asset;
    let shown = rows.transfers(order)?.into_iter().filter(is_shown);
    Ok(shown.map(|row| row.transfer).collect())
}

/// The order a transfer counts for already, or whether it counted for one that is gone.
pub(super) enum Counts {
    /// The transfer counts for this order.
    For(OrderId),
    /// The transfer counted for an order that was purged.
    Before,
    /// The transfer counts for no order yet.
    NotYet,
}

pub(super) fn counts(rows: &dyn Rows, asset: AssetId, id: &str) -> Result<Counts, DbError> {
    Ok(match rows.transfer(asset, id)? {
        Some(row) => Counts::For(row.order),
        None if rows.is_used_transfer(asset, id)? => Counts::Before,
        None => Counts::NotYet,
    })
}

/// Stores what the chain shows of a transfer, if it is an order's.
/// Returns true if it is the first at its address of the pool that is no order's.
pub(super) fn record(
    rows: &dyn Rows,
    tx: &TxContext,
    transfer: &Transfer,
    touched: &mut Touched,
) -> Result<bool, DbError> {
    let asset = transfer.pay_to.asset();
    let order = match counts(rows, asset, &transfer.id.0)? {
        Counts::For(_) if stands_below(rows, transfer)? => return Ok(false),
        Counts::For(order) => order,
        Counts::Before => return Ok(false),
        Counts::NotYet => match named::find_order(rows, &transfer.pay_to, transfer.amount)? {
            Some(order) => order,
            None => match other_money::find_order(rows, tx, transfer)? {
                Some(order) => order,
                None => return pool::stray_seen(rows, tx, transfer),
            },
        },
    };
    if assign(rows, transfer, order, false)? {
        touched.insert(order);
    }
    Ok(false)
}

/// Returns true if a transfer of this id stands in a block below, which is still there.
/// On Monero two outputs with one key have one id, and one of them can be spent: the first counts.
/// Elsewhere no id stands in two blocks of one branch.
fn stands_below(rows: &dyn Rows, transfer: &Transfer) -> Result<bool, DbError> {
    let before = rows.transfer(transfer.pay_to.asset(), &transfer.id.0)?;
    let stands = before.and_then(|row| row.transfer.block);
    let is_below = |(below, block): (BlockAt, BlockAt)| below.height < block.height;
    Ok(stands.zip(transfer.block).is_some_and(is_below))
}

/// Records all of these, as [`record`] does.
/// Returns the number of addresses of the pool at which they are the first that are no order's.
pub(super) fn record_all(
    rows: &dyn Rows,
    tx: &TxContext,
    transfers: &[Transfer],
    touched: &mut Touched,
) -> Result<usize, DbError> {
    let mut stray = 0;
    for transfer in transfers {
        stray += usize::from(record(rows, tx, transfer, touched)?);
    }
    Ok(stray)
}

/// Writes a transfer down as an order's, or as it stands now with the order that has it.
/// Returns true if anything changed. To see the same again is no change, and a claim once made
/// stays.
pub(super) fn assign(
    rows: &dyn Rows,
    transfer: &Transfer,
    order: OrderId,
    claimed: bool,
) -> Result<bool, DbError> {
    pool::money_seen(rows, &transfer.pay_to, Money::OfAnOrder)?;
    let standing = if transfer.block.is_some() { Standing::Mined } else { Standing::Unmined };
    let before = rows.transfer(transfer.pay_to.asset(), &transfer.id.0)?;
    let row = TransferRow {
        order: before.as_ref().map_or(order, |row| row.order),
        chain: match &before {
            Some(row) => row.chain,
            None => facts::of_order(rows, order)?.chain.number,
        },
        transfer: transfer.clone(),
        standing,
        claimed: claimed || before.as_ref().is_some_and(|row| row.claimed),
    };
    if before.as_ref() == Some(&row) {
        return Ok(false);
    }
    rows.put_transfer(&row)?;
    Ok(true)
}

/// Gives an order a transfer that counts for another by its digits alone.
pub(super) fn give_to(
    rows: &dyn Rows,
    asset: AssetId,
    id: &str,
    order: OrderId,
) -> Result<(), DbError> {
    match rows.transfer(asset, id)? {
        Some(row) => rows.put_transfer(&TransferRow { order, ..row }),
        None => Ok(()),
    }
}

/// Forgets transfers in blocks from `height` up.
pub(super) fn drop_from(
    rows: &dyn Rows,
    chain: ChainNumber,
    height: Height,
    touched: &mut Touched,
) -> Result<(), DbError> {
    unassign(rows, rows.mined(chain, height..=Height(u64::MAX))?, touched)
}

/// Forgets transfers that a claim placed in another block of this height.
pub(super) fn drop_rivals(
    rows: &dyn Rows,
    chain: ChainNumber,
    block: BlockAt,
    touched: &mut Touched,
) -> Result<(), DbError> {
    let mut there = rows.mined(chain, block.height..=block.height)?;
    there.retain(|row| !is_in(row, block));
    unassign(rows, there, touched)
}

/// Forgets transfers in this block: all of them are about to be told again.
pub(super) fn drop_in(
    rows: &dyn Rows,
    chain: ChainNumber,
    block: BlockAt,
    touched: &mut Touched,
) -> Result<(), DbError> {
    let mut there = rows.mined(chain, block.height..=block.height)?;
    there.retain(|row| is_in(row, block));
    unassign(rows, there, touched)
}

fn is_in(row: &TransferRow, block: BlockAt) -> bool {
    row.transfer.block.is_some_and(|there| there.hash == block.hash)
}

/// Replaces the list of transfers that wait to be mined.
/// Returns the number of addresses of the pool at which they are the first that are no order's. One
/// that stands in a block stays there, whatever the node's list of waiting ones says.
pub(super) fn replace_unmined(
    rows: &dyn Rows,
    tx: &TxContext,
    chain: ChainNumber,
    unmined: &[Transfer],
    touched: &mut Touched,
) -> Result<usize, DbError> {
    let listed: BTreeSet<&str> = unmined.iter().map(|transfer| transfer.id.0.as_str()).collect();
    let mut missing = rows.unmined(chain)?;
    missing.retain(|row| !listed.contains(row.transfer.id.0.as_str()));
    unassign(rows, missing, touched)?;
    let mut stray = 0;
    for transfer in unmined {
        let row = rows.transfer(transfer.pay_to.asset(), &transfer.id.0)?;
        if row.is_none_or(|row| row.standing != Standing::Mined) {
            stray += usize::from(record(rows, tx, transfer, touched)?);
        }
    }
    Ok(stray)
}

/// Records that the chain does not show these any more.
/// A claimed one keeps its row, because only the claim says whose it is if another block takes it
/// up; any other is recognised again.
fn unassign(rows: &dyn Rows, gone: Vec<TransferRow>, touched: &mut Touched) -> Result<(), DbError> {
    for mut row in gone {
        touched.insert(row.order);
        if row.claimed {
            row.standing = Standing::Gone;
            row.transfer.block = None;
            rows.put_transfer(&row)?;
        } else {
            rows.remove_transfer(row.transfer.pay_to.asset(), &row.transfer.id.0)?;
        }
    }
    Ok(())
}
