//! Stock levels, written with what buyers know of them.

use super::tx_context::TxContext;
use crate::{
    error::DbError,
    model::{Availabilities, StockLine},
    rows::Rows,
};
use shop_core::stock::{Availability, ReservedItems, StockKey, StockLevel, StockLevels};
use std::sync::Arc;

/// Returns the levels buyers may know.
pub(crate) fn availabilities(stock: Vec<StockLine>) -> Availabilities {
    let level = |line: StockLine| (line.key, Availability::from_count(line.level.available()));
    Arc::new(stock.into_iter().map(level).collect())
}

/// Reads the levels of these items, as far as they are counted.
pub(super) fn of_items(rows: &dyn Rows, items: &ReservedItems) -> Result<StockLevels, DbError> {
    let mut found = StockLevels::new();
    for item in &items.items {
        if let Some(level) = rows.level(&item.key)? {
            found.insert(item.key.clone(), level);
        }
    }
    Ok(found)
}

/// Writes what has changed. Returns true if anything is free now that was not.
pub(super) fn write(
    rows: &dyn Rows,
    tx: &TxContext,
    before: &StockLevels,
    after: &StockLevels,
) -> Result<bool, DbError> {
    let mut freed = false;
    for (key, level) in after {
        let was = before.get(key).copied().unwrap_or_default();
        if was == *level {
            continue;
        }
        rows.set_level(key, *level)?;
        freed |= level.available() > was.available();
        if Availability::from_count(level.available()) != Availability::from_count(was.available())
        {
            tx.note_levels();
        }
    }
    Ok(freed)
}

/// Writes the level of one thing.
pub(super) fn write_one(
    rows: &dyn Rows,
    tx: &TxContext,
    key: &StockKey,
    change: impl FnOnce(StockLevel) -> StockLevel,
) -> Result<(), DbError> {
    let Some(level) = rows.level(key)? else { return Ok(()) };
    let before = StockLevels::from([(key.clone(), level)]);
    let after = StockLevels::from([(key.clone(), change(level))]);
    write(rows, tx, &before, &after).map(|_| ())
}
