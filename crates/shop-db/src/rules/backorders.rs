//! Orders that were paid and missed their goods.

use super::{codes, notices, reservations, tx_context::TxContext};
use crate::{
    error::DbError,
    rows::{Rows, Which},
};
use shop_core::{invoice::SellerNotice, order_status::Phase};

/// Gives goods that came back to the orders that were paid and missed them, the oldest first.
/// It gives as far as they suffice, and tells the seller.
pub(crate) fn allocate(rows: &dyn Rows, tx: &TxContext) -> Result<(), DbError> {
    for row in rows.orders(Which::Backordered)? {
        if !row.chain.followed || row.first_status().phase != Phase::Backordered {
            continue;
        }
        if reservations::allocate(rows, tx, row.order)? {
            notices::tell(rows, tx, row.order, SellerNotice::BackInStock)?;
            codes::give(rows, tx, row.order)?;
        }
    }
    Ok(())
}

/// Allocates, if goods came free.
pub(super) fn allocate_if(freed: bool, rows: &dyn Rows, tx: &TxContext) -> Result<(), DbError> {
    if freed { allocate(rows, tx) } else { Ok(()) }
}
