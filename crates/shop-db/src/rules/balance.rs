//! Proofs of the balance of an order's address, and what they add to known transfers.
//!
//! Ether that an exchange sends by a contract leaves no log on many chains. A buyer who says so has
//! the balance of that one address proved; what no transfer explains counts as one, in the block of
//! the proof. It is taken back with that block like any other, and gains depth like one.
//!
//! Invariant: a balance counts for the order that has its address alone, which no order had before,
//! and from which nothing was ever sent: then it is all that came, and all of it came for the order.

use super::{assessor, facts, transfers, transfers::Touched, tx_context::TxContext};
use crate::{
    balance::{BalanceClaim, PendingBalance},
    error::{BalanceClaimError, DbError},
    rows::{OrderRow, Rows, Which},
};
use shop_core::{
    chain::ChainId,
    money::Amount,
    order::OrderId,
    order_status::EscrowStep,
    time::CoarseTime,
    view::{BalanceAt, Transfer, TransferId},
};

pub(crate) fn claim_balance(rows: &dyn Rows, lookup: &[u8; 32]) -> Result<(), BalanceClaimError> {
    let row = rows.orders(Which::Lookup(*lookup))?.into_iter().next();
    let row = row.filter(|row| row.chain.followed).ok_or(BalanceClaimError::NoSuchOrder)?;
    if row.state().is_paid() || !may_be_paid(&row) {
        return Err(BalanceClaimError::Paid);
    }
    if row.invoice.matching().is_shared() {
        return Err(BalanceClaimError::Shared);
    }
    let claim = rows.balance_claim(row.order)?;
    if claim.is_asking {
        return Err(BalanceClaimError::Waiting);
    }
    if claim.asked >= BalanceClaim::MOST {
        return Err(BalanceClaimError::TooMany);
    }
    let claim = BalanceClaim { asked: claim.asked.saturating_add(1), is_asking: true };
    Ok(rows.set_balance_claim(row.order, claim)?)
}

/// Returns true unless the contract of its escrow has gone on.
/// Then a balance says nothing of what came.
fn may_be_paid(row: &OrderRow) -> bool {
    row.escrow.as_ref().is_none_or(|escrow| escrow.step == EscrowStep::Open)
}

pub(crate) fn pending_balances(
    rows: &dyn Rows,
    chain: ChainId,
) -> Result<Vec<PendingBalance>, DbError> {
    let Some(chain) = rows.followed(chain)? else { return Ok(Vec::new()) };
    let pending = |order: OrderId| {
        let pay_to = rows.invoice(order)?.pay_to().clone();
        Ok(PendingBalance { order, pay_to })
    };
    rows.balances_asking(chain)?.into_iter().map(pending).collect()
}

pub(crate) fn judge_balance(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    found: BalanceAt,
    now: CoarseTime,
) -> Result<bool, DbError> {
    let claim = rows.balance_claim(order)?;
    if !claim.is_asking {
        return Ok(true);
    }
    let BalanceAt { amount, block, is_all_that_came } = found;
    let row = facts::of_order(rows, order)?;
    let is_read = rows.block(row.chain.number, block.height)?.is_some_and(|at| at == block);
    if !is_read {
        return Ok(false);
    }
    // While logs of a block are still to be read, the same money could come by them and count twice.
    if row.may_be_paid_unread() && !amount.is_zero() {
        return Ok(false);
    }
    rows.set_balance_claim(order, BalanceClaim { is_asking: false, ..claim })?;
    let explained = explained(rows, &row, block.height.0)?;
    let pay_to = row.invoice.pay_to();
    let counts = is_all_that_came && may_be_paid(&row) && amount.asset() == pay_to.asset();
    let unexplained = counts.then(|| amount.units().saturating_sub(explained));
    let Some(units) = unexplained.filter(|units| *units > 0) else { return Ok(true) };
    let id = TransferId(format!("balance:{}:{}", pay_to.as_str(), block.height.0));
    let amount = Amount::new(pay_to.asset(), units);
    let transfer = Transfer { id, pay_to: pay_to.clone(), amount, block: Some(block) };
    if transfers::assign(rows, &transfer, order, false)? {
        let touched = Touched::from([order]);
        assessor::assess_touched(rows, tx, pay_to.asset().chain(), touched, now)?;
    }
    Ok(true)
}

/// Returns the sum of the transfers of an order up to this height, in smallest units.
fn explained(rows: &dyn Rows, row: &OrderRow, height: u64) -> Result<u128, DbError> {
    let known = transfers::shown(rows, row.order, row.invoice.pay_to().asset())?;
    let mined = known.iter().filter(|t| t.block.is_some_and(|block| block.height.0 <= height));
    Ok(mined.fold(0, |sum: u128, transfer| sum.saturating_add(transfer.amount.units())))
}
