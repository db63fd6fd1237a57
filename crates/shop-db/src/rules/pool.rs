//! Addresses of a pool: those given, and those that may be given again.
//!
//! Invariant: an address is given again only when no order has it, its last offer ended a
//! quarantine ago, every block in which that one could have been paid was read, and no money was ever
//! seen there.

use super::tx_context::TxContext;
use crate::{
    error::DbError,
    model::{LastUsed, NewOrder, PoolStanding},
    rows::{ChainNumber, Money, OrderRow, PoolRow, Rows, UnreadBlock},
};
use shop_core::{
    chain::ChainId,
    money::AssetId,
    pay_to::{Matching, PayTo},
    time::CoarseTime,
    view::Transfer,
};
use std::ops::ControlFlow;

/// Hours an address rests after the last offer of it ended (`security.md`, section 4).
pub(super) const QUARANTINE_HOURS: u64 = 7 * 24;

/// Returns for each pay-to if it was ever given, or must not be: money came there before.
pub(crate) fn given(rows: &dyn Rows, pay_tos: &[PayTo]) -> Result<Vec<bool>, DbError> {
    let is_out =
        |pay_to| Ok(rows.given(pay_to)?.is_some() || rows.unmatched(pay_to)? == Some(true));
    pay_tos.iter().map(is_out).collect()
}

/// Returns true if the order may have its address, as far as the pool goes.
/// An address that is given again must be told from its former orders by the digits of the amount:
/// who had it before may pay yet.
pub(super) fn may_have(rows: &dyn Rows, order: &NewOrder) -> Result<bool, DbError> {
    let pay_to = order.invoice.pay_to();
    let Some(row) = rows.given(pay_to)? else { return Ok(rows.unmatched(pay_to)? != Some(true)) };
    if !order.invoice.matching().is_shared() {
        return Ok(false);
    }
    match Rest::of(rows, pay_to.asset(), order.placed)? {
        Some(rest) => rest.is_over(rows, pay_to, row),
        None => Ok(false),
    }
}

/// Notes that the order has its address now.
pub(super) fn give(rows: &dyn Rows, order: &NewOrder) -> Result<(), DbError> {
    let pay_to = order.invoice.pay_to();
    let now = |money| PoolRow { money, closed: None, first_unread: None };
    match (order.invoice.matching(), rows.given(pay_to)?) {
        (Matching::PayTo, None) => rows.put_given(pay_to, now(Money::None))?,
        (Matching::Amount { .. }, Some(row)) => rows.put_given(pay_to, now(row.money))?,
        // A wallet's address is not the pool's.
        (Matching::Amount { .. }, None) => {}
        // `may_have` was asked before.
        (Matching::PayTo, Some(_)) => return Err(DbError::Broken),
    }
    rows.remove_unmatched(pay_to)
}

/// Closes the address of an order that is about to go.
/// If no money was seen, the address begins to rest.
pub(super) fn close(rows: &dyn Rows, order: &OrderRow) -> Result<(), DbError> {
    let pay_to = order.invoice.pay_to();
    match rows.given(pay_to)? {
        Some(row) if row.money == Money::None => {
            rows.put_given(pay_to, PoolRow { closed: Some(order.invoice.expires()), ..row })
        }
        _ => Ok(()),
    }
}

/// Returns the last places of a list of addresses that are used up.
pub(crate) fn last_used(rows: &dyn Rows, pool: &[PayTo]) -> Result<LastUsed, DbError> {
    let mut used = LastUsed::default();
    for (place, pay_to) in pool.iter().enumerate().rev() {
        if rows.given(pay_to)?.is_some() {
            used.given = Some(place);
            break;
        }
        if used.paid.is_none() && rows.unmatched(pay_to)? == Some(true) {
            used.paid = Some(place);
        }
    }
    Ok(used)
}

/// Treats every address of a pool that was never given as one whose offer ended long ago.
/// Whoever had it may pay there yet. One that money came to is not given at all, as before.
pub(crate) fn give_up_unused(rows: &dyn Rows, pool: &[PayTo]) -> Result<(), DbError> {
    let long_ago = Some(CoarseTime::from_hours(0));
    for pay_to in pool {
        if rows.given(pay_to)?.is_none() && rows.unmatched(pay_to)? != Some(true) {
            let row = PoolRow { money: Money::None, closed: long_ago, first_unread: None };
            rows.put_given(pay_to, row)?;
        }
    }
    Ok(())
}

/// Treats every address of a pool as one to which money came, so that none is given any more.
/// In a backup, and wherever numbered addresses go on further along: whoever opens it does not know
/// which were given, or given again, after it was made.
pub(crate) fn retire_pool(rows: &dyn Rows, pool: &[PayTo]) -> Result<(), DbError> {
    for pay_to in pool {
        let row = rows.given(pay_to)?;
        if row.is_none() && rows.unmatched(pay_to)? == Some(true) {
            continue;
        }
        let money = row.map_or(Money::None, |row| row.money).max(Money::OfAnOrder);
        let first_unread = row.and_then(|row| row.first_unread);
        rows.put_given(pay_to, PoolRow { money, closed: None, first_unread })?;
    }
    Ok(())
}

/// Retires the addresses that rest, because reading begins again and blocks were left out.
/// The addresses may have been paid in one of them, and are not given again.
pub(super) fn retire_unwatched(rows: &dyn Rows, chain: ChainId) -> Result<(), DbError> {
    retire(rows, chain, |_| true)
}

/// Retires what may have been paid in one of these blocks, which are given up, and rests now.
pub(super) fn retire_paid_unread(
    rows: &dyn Rows,
    chain: ChainNumber,
    given_up: &[UnreadBlock],
) -> Result<(), DbError> {
    if given_up.is_empty() {
        return Ok(());
    }
    retire(rows, rows.chain(chain)?.name, |row| may_be_paid_in_any(given_up, row))
}

fn retire(
    rows: &dyn Rows,
    chain: ChainId,
    is_such: impl Fn(PoolRow) -> bool,
) -> Result<(), DbError> {
    for (pay_to, row) in rows.closed(chain)? {
        if is_such(row) {
            rows.put_given(&pay_to, PoolRow { closed: None, ..row })?;
        }
    }
    Ok(())
}

fn may_be_paid_in_any(unread: &[UnreadBlock], row: PoolRow) -> bool {
    unread.iter().any(|unread| may_be_paid_in(*unread, row))
}

/// Returns true if a block whose logs are not read may hold money for a closed address.
/// It was noted when the address had been given, and is not so late that the address had rested by
/// then.
fn may_be_paid_in(unread: UnreadBlock, row: PoolRow) -> bool {
    let was_given = row.first_unread.is_some_and(|first| first <= unread.noted);
    let rested = |closed: CoarseTime| closed.plus_hours(QUARANTINE_HOURS);
    was_given && row.closed.is_some_and(|closed| unread.block.time <= rested(closed))
}

/// Notes that money was seen at an address: if it is the pool's, it is not given again.
/// Returns true if this is the first there that is no order's.
pub(super) fn money_seen(rows: &dyn Rows, pay_to: &PayTo, money: Money) -> Result<bool, DbError> {
    let Some(row) = rows.given(pay_to)?.filter(|row| row.money < money) else { return Ok(false) };
    rows.put_given(pay_to, PoolRow { money, closed: None, ..row })?;
    Ok(money == Money::Stray)
}

/// Records money that is no order's.
/// An address that was an order's is not given again, however little it is; one of the pool that no
/// order ever had is given no more if it is enough to count. Returns true if this is the first that
/// the seller is to hear of.
pub(super) fn stray_seen(
    rows: &dyn Rows,
    tx: &TxContext,
    transfer: &Transfer,
) -> Result<bool, DbError> {
    let Transfer { pay_to, amount, .. } = transfer;
    let policy = tx.policy(pay_to.asset()).filter(|policy| policy.pool.contains(pay_to));
    let unused = rows.given(pay_to)?.is_none();
    let Some(policy) = policy.filter(|_| unused) else {
        return money_seen(rows, pay_to, Money::Stray);
    };
    let retires = amount.units() >= policy.ignore_below.units();
    let news = rows.unmatched(pay_to)?.is_none_or(|retired| retires && !retired);
    if news {
        rows.put_unmatched(pay_to, retires)?;
    }
    Ok(news && retires)
}

/// Returns addresses that may be given again, after the first `skip`.
/// The one that rested longest comes first.
pub(crate) fn reusable(
    rows: &dyn Rows,
    asset: AssetId,
    now: CoarseTime,
    skip: usize,
    most: usize,
) -> Result<Vec<PayTo>, DbError> {
    let Some(rest) = Rest::of(rows, asset, now)? else { return Ok(Vec::new()) };
    let mut skipped = 0;
    let mut found = Vec::new();
    rows.each_closed(asset, rest.before, &mut |pay_to, row| {
        if found.len() >= most {
            return ControlFlow::Break(());
        }
        if rest.may_be_paid_unread(row) {
        } else if skipped < skip {
            skipped += 1;
        } else {
            found.push(pay_to);
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Returns the standing of a pool, for its seller.
pub(crate) fn standing(
    rows: &dyn Rows,
    pool: &[PayTo],
    now: CoarseTime,
) -> Result<PoolStanding, DbError> {
    let mut standing = PoolStanding::default();
    let Some(asset) = pool.first().map(PayTo::asset) else { return Ok(standing) };
    let rest = Rest::of(rows, asset, now)?;
    for pay_to in pool {
        let Some(row) = rows.given(pay_to)? else {
            match rows.unmatched(pay_to)? {
                Some(true) => standing.unmatched.push(pay_to.clone()),
                came => {
                    standing.never_given += 1;
                    standing.dust.extend(came.map(|_| pay_to.clone()));
                }
            }
            continue;
        };
        let rested = match &rest {
            Some(rest) => rest.is_over(rows, pay_to, row)?,
            None => false,
        };
        if rested {
            standing.reusable += 1;
        } else if row.money == Money::Stray {
            standing.unmatched.push(pay_to.clone());
        }
    }
    Ok(standing)
}

/// Rest of addresses that were closed.
struct Rest {
    /// The hour before which the last offer of an address ended, if it has rested.
    before: CoarseTime,
    /// Blocks of the chain whose logs are not read.
    unread: Vec<UnreadBlock>,
}

impl Rest {
    /// Returns the rest of an asset's addresses in this hour.
    /// It goes by the clock, and no further than the blocks that were read: a block that was not read
    /// may have paid. There is none without blocks.
    fn of(rows: &dyn Rows, asset: AssetId, now: CoarseTime) -> Result<Option<Self>, DbError> {
        let Some(chain) = rows.followed(asset.chain())? else { return Ok(None) };
        let Some(newest) = rows.newest_hour(chain)? else { return Ok(None) };
        let before = now.min(newest).hours().saturating_sub(QUARANTINE_HOURS);
        let unread = rows.logs_unread(chain)?;
        Ok(Some(Self { before: CoarseTime::from_hours(before), unread }))
    }

    fn may_be_paid_unread(&self, row: PoolRow) -> bool {
        may_be_paid_in_any(&self.unread, row)
    }

    /// Returns true if this address may be given again.
    fn is_over(&self, rows: &dyn Rows, pay_to: &PayTo, row: PoolRow) -> Result<bool, DbError> {
        let closed = row.closed.is_some_and(|closed| closed < self.before);
        if row.money != Money::None || !closed || self.may_be_paid_unread(row) {
            return Ok(false);
        }
        // That no order has it is written into `closed`; that is asked again because money hangs on it.
        Ok(rows.lone_order(pay_to)?.is_none() && !rows.has_named_order(pay_to)?)
    }
}
