//! Money of another asset than the order asks for, at whose address it came.
//!
//! The right amount in the wrong token pays nothing: the seller does not take it, or at another
//! price. It is the buyer's all the same. It is kept with its order, seller and buyer are told, and
//! the order is on the refund list until the seller says that the money was given back.

use super::{facts, notices, pool, tx_context::TxContext};
use crate::{
    error::DbError,
    rows::{ChainNumber, Money, NamedOrder, OrderRow, Rows, TransferRow, steps},
};
use shop_core::{
    invoice::SellerNotice,
    money::{Amount, AssetId},
    order::OrderId,
    view::{Height, Transfer, View},
};

/// Finds the order for which money came in an asset that it does not ask for.
///
/// It is the order that has the address alone. Where orders share it, it is the one whose whole
/// amount came, to the last digit. Less than counts in that asset is nobody's: whoever wants an
/// address to be seen sends such amounts to many.
pub(super) fn find_order(
    rows: &dyn Rows,
    tx: &TxContext,
    transfer: &Transfer,
) -> Result<Option<OrderId>, DbError> {
    let Transfer { pay_to, amount, .. } = transfer;
    let came = pay_to.asset();
    let floor = tx.policy(came).map(|policy| policy.ignore_below.units());
    if floor.is_none_or(|floor| amount.units() < floor) {
        return Ok(None);
    }
    for asked in tx.assets().filter(|asked| asked.chain() == came.chain() && *asked != came) {
        let asked_at = pay_to.with_asset(asked);
        let mut found: Vec<NamedOrder> = rows.lone_order(&asked_at)?.into_iter().collect();
        if let Some(same) = same_number(*amount, asked) {
            let exact = steps(same);
            let named = rows.named_orders(&asked_at, exact..=exact)?.into_iter();
            found.extend(named.filter(|named| named.invoice.due() == same));
        }
        for NamedOrder { order, invoice, followed } in found {
            // The contract of an escrow sends such money to the buyer's own address.
            if followed && rows.escrow(order)?.is_none() {
                pool::money_seen(rows, invoice.pay_to(), Money::OfAnOrder)?;
                return Ok(Some(order));
            }
        }
    }
    Ok(None)
}

/// Returns the amount of another asset that people write with the same digits.
/// There is none if it has too few decimals for them.
fn same_number(amount: Amount, asset: AssetId) -> Option<Amount> {
    let has = amount.asset().decimals();
    let wants = asset.decimals();
    let units = match wants.checked_sub(has) {
        Some(more) => amount.units().checked_mul(10u128.checked_pow(more)?)?,
        None => {
            let fewer = 10u128.checked_pow(has.checked_sub(wants)?)?;
            amount.units().is_multiple_of(fewer).then(|| amount.units() / fewer)?
        }
    };
    Some(Amount::new(asset, units))
}

/// Returns the transfers of other assets that stand in blocks for an order, by id.
pub(super) fn of_order(rows: &dyn Rows, row: &OrderRow) -> Result<Vec<Transfer>, DbError> {
    if !row.has_other_money {
        return Ok(Vec::new());
    }
    let asked = row.invoice.due().asset();
    let is_other =
        |transfer: &Transfer| transfer.amount.asset() != asked && transfer.block.is_some();
    let all = rows.transfers(row.order)?.into_iter().map(|TransferRow { transfer, .. }| transfer);
    Ok(all.filter(is_other).collect())
}

/// Returns what came of other assets for an order, one sum for each.
pub(super) fn sums(rows: &dyn Rows, row: &OrderRow) -> Result<Vec<Amount>, DbError> {
    let mut sums: Vec<Amount> = Vec::new();
    for Transfer { amount, .. } in of_order(rows, row)? {
        match sums.iter_mut().find(|sum| sum.asset() == amount.asset()) {
            Some(sum) => *sum = sum.plus(amount).unwrap_or(*sum),
            None => sums.push(amount),
        }
    }
    Ok(sums)
}

/// Tells the seller, once an order, of money of another asset that is deep enough.
pub(super) fn tell(
    rows: &dyn Rows,
    tx: &TxContext,
    chain: ChainNumber,
    tip: Option<Height>,
) -> Result<(), DbError> {
    let Some(tip) = tip else { return Ok(()) };
    for order in rows.other_money_untold(chain)? {
        let row = facts::of_order(rows, order)?;
        let view = View { tip, transfers: of_order(rows, &row)? };
        let needs = row.invoice.needs();
        if view.transfers.iter().any(|transfer| view.confirmations(transfer) >= needs) {
            rows.note_other_money(order)?;
            notices::tell(rows, tx, order, SellerNotice::OtherMoney)?;
        }
    }
    Ok(())
}
