//! Proofs of the balance of a vault, and what they add to the transfers that are known.
//!
//! Money that an exchange sends by a contract leaves no log on many chains. A buyer who says so has
//! the balance of that one vault proved; what no transfer explains counts as one, in the block of the
//! proof. It is taken back with that block like any other.

use super::{assessor, facts, transfers, transfers::Touched, tx_context::TxContext};
use crate::{
    error::{BalanceClaimError, DbError, ReleaseError},
    escrow::{BalanceClaim, PendingBalance},
    model::NewMail,
    rows::{EscrowRow, OrderRow, Rows, Which},
};
use shop_core::{
    chain::ChainId,
    money::Amount,
    order::OrderId,
    order_status::EscrowStep,
    time::CoarseTime,
    view::{BalanceAt, Transfer, TransferId},
};

fn find(rows: &dyn Rows, lookup: &[u8; 32]) -> Result<Option<(OrderRow, EscrowRow)>, DbError> {
    let row = rows.orders(Which::Lookup(*lookup))?.into_iter().next();
    Ok(row.and_then(|row| row.escrow.clone().map(|escrow| (row, escrow))))
}

pub(crate) fn claim_balance(rows: &dyn Rows, lookup: &[u8; 32]) -> Result<(), BalanceClaimError> {
    let found = find(rows, lookup)?.filter(|(row, _)| row.chain.followed);
    let (row, escrow) = found.ok_or(BalanceClaimError::NoSuchOrder)?;
    if row.state().is_paid() || escrow.step != EscrowStep::Open {
        return Err(BalanceClaimError::Paid);
    }
    if escrow.is_asking {
        return Err(BalanceClaimError::Waiting);
    }
    if escrow.asked >= BalanceClaim::MOST {
        return Err(BalanceClaimError::TooMany);
    }
    let asked = escrow.asked.saturating_add(1);
    Ok(rows.set_escrow(&EscrowRow { asked, is_asking: true, ..escrow })?)
}

pub(crate) fn pending_balances(
    rows: &dyn Rows,
    chain: ChainId,
) -> Result<Vec<PendingBalance>, DbError> {
    let Some(chain) = rows.followed(chain)? else { return Ok(Vec::new()) };
    let pending = |row: EscrowRow| {
        let pay_to = rows.invoice(row.order)?.pay_to().clone();
        Ok(PendingBalance { order: row.order, pay_to })
    };
    rows.escrows_asking(chain)?.into_iter().map(pending).collect()
}

pub(crate) fn judge_balance(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    BalanceAt { amount, block }: BalanceAt,
    now: CoarseTime,
) -> Result<bool, DbError> {
    let Some(escrow) = rows.escrow(order)?.filter(|row| row.is_asking) else { return Ok(true) };
    let row = facts::of_order(rows, order)?;
    let is_read = rows.block(row.chain.number, block.height)?.is_some_and(|at| at == block);
    if !is_read {
        return Ok(false);
    }
    // While logs of a block are still to be read, the same money could come by them and count twice.
    if row.may_be_paid_unread() && !amount.is_zero() {
        return Ok(false);
    }
    rows.set_escrow(&EscrowRow { is_asking: false, ..escrow.clone() })?;
    let explained = explained(rows, order, block.height.0)?;
    // Once the contract pays out, a balance says nothing of what came.
    let pay_to = row.invoice.pay_to();
    let unexplained = (escrow.step == EscrowStep::Open && amount.asset() == pay_to.asset())
        .then(|| amount.units().saturating_sub(explained));
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
fn explained(rows: &dyn Rows, order: OrderId, height: u64) -> Result<u128, DbError> {
    let known = transfers::shown(rows, order)?;
    let mined = known.iter().filter(|t| t.block.is_some_and(|block| block.height.0 <= height));
    Ok(mined.fold(0, |sum: u128, transfer| sum.saturating_add(transfer.amount.units())))
}

pub(crate) fn release_escrow(
    rows: &dyn Rows,
    tx: &TxContext,
    lookup: &[u8; 32],
    mail: &NewMail,
) -> Result<(), ReleaseError> {
    let (row, escrow) = find(rows, lookup)?.ok_or(ReleaseError::NoSuchOrder)?;
    if escrow.step.is_closed() {
        return Err(ReleaseError::Closed);
    }
    if escrow.release_told {
        return Err(ReleaseError::Told);
    }
    rows.set_escrow(&EscrowRow { release_told: true, ..escrow })?;
    Ok(tx.mail(rows, row.order, mail)?)
}
