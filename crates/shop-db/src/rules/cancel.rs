//! Changes that a buyer makes to an order: cancelling it, forgetting it, another copy.

use super::{backorders, facts, purge, reservations, statuses, tx_context::TxContext};
use crate::{
    error::{CancelError, DbError, ForgetError, ReplaceCopyError},
    model::{BuyerCopyUpdate, NewMail},
    rows::{OrderRow, Rows, Which},
};
use shop_core::{order_status::derive, time::CoarseTime};

fn find(rows: &dyn Rows, lookup: &[u8; 32]) -> Result<Option<OrderRow>, DbError> {
    Ok(rows.orders(Which::Lookup(*lookup))?.into_iter().next())
}

pub(crate) fn cancel(
    rows: &dyn Rows,
    tx: &TxContext,
    lookup: &[u8; 32],
    now: CoarseTime,
    mail: &NewMail,
) -> Result<(), CancelError> {
    let row = find(rows, lookup)?.ok_or(CancelError::NoSuchOrder)?;
    derive(&row.facts(), now).can_cancel?;
    let order = row.order;
    let invoice = row.invoice.cancel(now).ok_or(CancelError::Ended)?;
    rows.set_invoice(order, &invoice, facts::copies(&invoice), false)?;
    rows.set_cancelled(order)?;
    let freed = reservations::end(rows, tx, order)?;
    backorders::allocate_if(freed, rows, tx)?;
    statuses::write(rows, order)?;
    Ok(tx.mail(rows, order, mail)?)
}

pub(crate) fn forget(
    rows: &dyn Rows,
    tx: &TxContext,
    lookup: &[u8; 32],
    now: CoarseTime,
) -> Result<(), ForgetError> {
    let row = find(rows, lookup)?.ok_or(ForgetError::NoSuchOrder)?;
    derive(&row.facts(), now).can_forget?;
    if rows.has_mail(row.order)? {
        return Err(ForgetError::Undelivered);
    }
    Ok(purge::remove(rows, tx, &row, now)?)
}

pub(crate) fn replace_buyer_copy(
    rows: &dyn Rows,
    tx: &TxContext,
    lookup: &[u8; 32],
    BuyerCopyUpdate { old, new, mail }: &BuyerCopyUpdate,
) -> Result<(), ReplaceCopyError> {
    let row = find(rows, lookup)?.ok_or(ReplaceCopyError::NoSuchOrder)?;
    if !rows.replace_copy(row.order, old, new)? {
        return Err(ReplaceCopyError::Changed);
    }
    Ok(tx.mail(rows, row.order, mail)?)
}
