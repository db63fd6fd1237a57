//! Addresses of a pool: those given, and those that may be given again.
//!
//! Invariant: an address is given again only when no order has it, its last offer ended a
//! quarantine ago, every block in which that one could have been paid was read, and no money was ever
//! seen there.

use super::{
    chains::{self, ChainNumber},
    codec::{hours, int, read_hours, read_pay_to},
    tx_context::TxContext,
};
use crate::{
    error::DbError,
    model::{NewOrder, PoolStanding},
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::{
    chain::ChainId,
    money::AssetId,
    pay_to::{Matching, PayTo},
    time::CoarseTime,
    view::Transfer,
};

/// Hours an address rests after the last offer of it ended (`security.md`, section 4).
pub(crate) const QUARANTINE_HOURS: u64 = 7 * 24;

/// Kind of money seen at an address; written as the number of `pay_to_used.money`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    /// Money that counts for an order, or did.
    OfAnOrder = 1,
    /// Money that is no order's.
    Stray = 2,
}

/// Returns for each pay-to if it was ever given, or must not be: money came there before.
pub(crate) fn given(conn: &Connection, pay_tos: &[PayTo]) -> Result<Vec<bool>, DbError> {
    let is_out = |pay_to| Ok(is_given(conn, pay_to)? || stray_at(conn, pay_to)? == Some(true));
    pay_tos.iter().map(is_out).collect()
}

fn is_given(conn: &Connection, pay_to: &PayTo) -> Result<bool, DbError> {
    let sql = "select 1 from pay_to_used where asset = ?1 and pay_to = ?2";
    Ok(conn.prepare_cached(sql)?.exists([pay_to.asset().stored(), pay_to.as_str()])?)
}

/// Returns true if the order may have its address, as far as the pool goes.
/// An address that is given again must be told from its former orders by the digits of the amount:
/// who had it before may pay yet.
pub(super) fn may_have(conn: &Connection, order: &NewOrder) -> Result<bool, DbError> {
    let pay_to = order.invoice.pay_to();
    if !is_given(conn, pay_to)? {
        return Ok(stray_at(conn, pay_to)? != Some(true));
    }
    if !order.invoice.matching().is_shared() {
        return Ok(false);
    }
    has_rested(conn, pay_to, rested_before(conn, pay_to.asset(), order.placed)?)
}

/// Notes that the order has its address now.
pub(super) fn give(conn: &Connection, order: &NewOrder) -> Result<(), DbError> {
    let pay_to = order.invoice.pay_to();
    let asset = pay_to.asset();
    let at = [asset.stored(), pay_to.as_str()];
    match order.invoice.matching() {
        Matching::PayTo => conn
            .prepare_cached(
                "insert into pay_to_used (asset, pay_to, chain, money) values (?1, ?2, ?3, 0)",
            )?
            .execute([asset.stored(), pay_to.as_str(), asset.chain().as_str()])?,
        Matching::Amount { .. } => conn
            .prepare_cached(
                "update pay_to_used set closed = null, first_unread = null
                 where asset = ?1 and pay_to = ?2",
            )?
            .execute(at)?,
    };
    conn.prepare_cached("delete from unmatched_addresses where asset = ?1 and pay_to = ?2")?
        .execute(at)?;
    Ok(())
}

/// Closes the address of an order that is about to go.
/// If no money was seen, the address begins to rest.
pub(super) fn close(conn: &Connection, order: &str) -> Result<(), DbError> {
    conn.prepare_cached(
        "update pay_to_used set closed = orders.expires from orders
         where orders.id = ?1 and pay_to_used.asset = orders.asset
             and pay_to_used.pay_to = orders.pay_to and money = 0",
    )?
    .execute([order])?;
    Ok(())
}

/// Retires the addresses that rest, because reading begins again and blocks were left out.
/// The addresses may have been paid in one of them, and are not given again.
pub(super) fn retire_unwatched(conn: &Connection, chain: ChainId) -> Result<(), DbError> {
    conn.prepare_cached(
        "update pay_to_used set closed = null where chain = ?1 and closed is not null",
    )?
    .execute([chain.as_str()])?;
    Ok(())
}

/// Condition on an address: a block of the followed chain whose receipts are not read may hold money for it. It
/// was noted when the address had been given, and is not so late that the address had rested by then.
const MAY_BE_PAID_UNREAD: &str = "exists (select 1 from logs_unread
    join chains on number = logs_unread.chain and name = pay_to_used.chain and followed = 1
    where noted >= first_unread and logs_unread.time <= closed + 168)";
const _: () = assert!(QUARANTINE_HOURS == 168, "as in MAY_BE_PAID_UNREAD");

/// A block of this number was noted: it may hold money for every address that was given before.
pub(super) fn may_be_paid_unread(
    conn: &Connection,
    chain: ChainNumber,
    noted: i64,
) -> Result<(), DbError> {
    conn.prepare_cached(
        "update pay_to_used set first_unread = ?2 where first_unread is null
             and chain = (select name from chains where number = ?1)",
    )?
    .execute([chain.0, noted])?;
    Ok(())
}

/// A block is given up: what it may hold money for, and rests now, is not given again.
pub(super) fn retire_paid_unread(
    conn: &Connection,
    chain: ChainNumber,
    time: i64,
    noted: i64,
) -> Result<(), DbError> {
    conn.prepare_cached(
        "update pay_to_used set closed = null
         where closed is not null and first_unread <= ?3 and closed + ?4 >= ?2
             and chain = (select name from chains where number = ?1)",
    )?
    .execute([chain.0, time, noted, int(QUARANTINE_HOURS)])?;
    Ok(())
}

/// Money was seen at an address: if it is the pool's, it is not given again. Whether this is the
/// first that is no order's.
pub(super) fn money_seen(conn: &Connection, pay_to: &PayTo, money: Money) -> Result<bool, DbError> {
    let changed = conn
        .prepare_cached(
            "update pay_to_used set money = ?3, closed = null
             where asset = ?1 and pay_to = ?2 and money < ?3",
        )?
        .execute(params![pay_to.asset().stored(), pay_to.as_str(), money as i64])?;
    Ok(changed > 0 && money == Money::Stray)
}

/// Records money that is no order's.
/// An address that was an order's is not given again, however little it is; one of the pool that no
/// order ever had is given no more if it is enough to count. Returns true if this is the first that
/// the seller is to hear of.
pub(super) fn stray_seen(
    conn: &Connection,
    tx: &TxContext,
    transfer: &Transfer,
) -> Result<bool, DbError> {
    let Transfer { pay_to, amount, .. } = transfer;
    let policy = tx.policy(pay_to.asset());
    let Some(policy) = policy.filter(|policy| policy.pool.contains(pay_to)) else {
        return money_seen(conn, pay_to, Money::Stray);
    };
    if is_given(conn, pay_to)? {
        return money_seen(conn, pay_to, Money::Stray);
    }
    let retires = amount.units() >= policy.ignore_below.units();
    let changed = conn
        .prepare_cached(
            "insert into unmatched_addresses (asset, pay_to, retired) values (?1, ?2, ?3)
             on conflict do update set retired = 1 where retired < ?3",
        )?
        .execute(params![pay_to.asset().stored(), pay_to.as_str(), retires])?;
    Ok(changed > 0 && retires)
}

/// Returns true if money came to an address no order ever had and was enough to count.
/// Returns false if it was too little, nothing if none came.
fn stray_at(conn: &Connection, pay_to: &PayTo) -> Result<Option<bool>, DbError> {
    let sql = "select retired from unmatched_addresses where asset = ?1 and pay_to = ?2";
    let found = conn
        .prepare_cached(sql)?
        .query_row([pay_to.asset().stored(), pay_to.as_str()], |row| row.get(0));
    Ok(found.optional()?)
}

/// Returns addresses that may be given again, after the first `skip`.
/// The one that rested longest comes first.
pub(crate) fn reusable(
    conn: &Connection,
    asset: AssetId,
    now: CoarseTime,
    skip: usize,
    most: usize,
) -> Result<Vec<PayTo>, DbError> {
    let Some(before) = rested_before(conn, asset, now)? else { return Ok(Vec::new()) };
    let mut query = conn.prepare_cached(&format!(
        "select pay_to from pay_to_used
         where asset = ?1 and closed < ?2 and not {MAY_BE_PAID_UNREAD}
         order by closed, pay_to limit ?4 offset ?3",
    ))?;
    let page = params![asset.stored(), hours(before), int(skip as u64), int(most as u64)];
    let mut rows = query.query(page)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let pay_to: String = row.get(0)?;
        found.push(read_pay_to(asset, &pay_to)?);
    }
    Ok(found)
}

/// Returns the standing of a pool, for its seller.
pub(crate) fn standing(
    conn: &Connection,
    pool: &[PayTo],
    now: CoarseTime,
) -> Result<PoolStanding, DbError> {
    let mut standing = PoolStanding::default();
    let Some(asset) = pool.first().map(PayTo::asset) else { return Ok(standing) };
    let before = rested_before(conn, asset, now)?;
    let mut stray = conn.prepare_cached(
        "select 1 from pay_to_used where asset = ?1 and pay_to = ?2 and money = ?3",
    )?;
    for pay_to in pool {
        let at = params![pay_to.asset().stored(), pay_to.as_str(), Money::Stray as i64];
        if !is_given(conn, pay_to)? {
            match stray_at(conn, pay_to)? {
                Some(true) => standing.unmatched.push(pay_to.clone()),
                came => {
                    standing.never_given += 1;
                    standing.dust.extend(came.map(|_| pay_to.clone()));
                }
            }
        } else if has_rested(conn, pay_to, before)? {
            standing.reusable += 1;
        } else if stray.exists(at)? {
            standing.unmatched.push(pay_to.clone());
        }
    }
    Ok(standing)
}

/// Returns the hour before which the last offer of an address ended if it has rested.
/// It goes by the clock, and no further than the blocks that were read: a block that was not read
/// may have paid. There is none without blocks.
fn rested_before(
    conn: &Connection,
    asset: AssetId,
    now: CoarseTime,
) -> Result<Option<CoarseTime>, DbError> {
    let Some(chain) = chains::followed(conn, asset.chain())? else { return Ok(None) };
    let newest: Option<i64> = conn
        .prepare_cached("select max(time) from blocks where chain = ?1")?
        .query_row([chain.0], |row| row.get(0))?;
    let Some(newest) = newest.map(read_hours).transpose()? else { return Ok(None) };
    let hour = now.min(newest).hours().saturating_sub(QUARANTINE_HOURS);
    Ok(Some(CoarseTime::from_hours(hour)))
}

fn has_rested(
    conn: &Connection,
    pay_to: &PayTo,
    before: Option<CoarseTime>,
) -> Result<bool, DbError> {
    let Some(before) = before else { return Ok(false) };
    // That no order has it is written into `closed`; that is asked again because money hangs on it.
    let sql = format!(
        "select not exists (select 1 from orders
                where orders.asset = ?1 and orders.pay_to = ?2 and named_amount is null)
            and not exists (select 1 from orders
                where orders.asset = ?1 and orders.pay_to = ?2 and named_amount is not null)
        from pay_to_used where asset = ?1 and pay_to = ?2 and money = 0 and closed < ?3
            and not {MAY_BE_PAID_UNREAD}"
    );
    let rested = conn
        .prepare_cached(&sql)?
        .query_row(params![pay_to.asset().stored(), pay_to.as_str(), hours(before)], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(rested.unwrap_or(false))
}
