//! Rows of pay-tos that were given, and of addresses to which money came before.

use super::{
    codec::{hours, read_asset, read_hours, read_pay_to},
    query::{all, execute, first},
};
use crate::{
    error::DbError,
    rows::{Money, PoolRow, PoolRows},
};
use rusqlite::{Connection, Row, params};
use shop_core::{chain::ChainId, money::AssetId, pay_to::PayTo, time::CoarseTime};
use std::ops::ControlFlow;

pub(super) const GIVEN: &str = "select money, closed, first_unread from pay_to_used
    where asset = ?1 and pay_to = ?2";
pub(super) const UNMATCHED: &str =
    "select retired from unmatched_addresses where asset = ?1 and pay_to = ?2";
/// Query that an index answers in the order it asks for: it is read as far as it must be.
pub(super) const CLOSED_BEFORE: &str = "select money, closed, first_unread, pay_to
    from pay_to_used where asset = ?1 and closed < ?2 order by closed, pay_to";

impl PoolRows for Connection {
    fn given(&self, pay_to: &PayTo) -> Result<Option<PoolRow>, DbError> {
        first(self, GIVEN, [pay_to.asset().stored(), pay_to.as_str()], read)
    }

    fn put_given(&self, pay_to: &PayTo, row: PoolRow) -> Result<(), DbError> {
        let asset = pay_to.asset();
        let sql = "insert into pay_to_used (asset, pay_to, chain, money, closed, first_unread)
            values (?1, ?2, ?3, ?4, ?5, ?6)
            on conflict (asset, pay_to) do update set money = excluded.money,
                closed = excluded.closed, first_unread = excluded.first_unread";
        let values = params![
            asset.stored(),
            pay_to.as_str(),
            asset.chain().as_str(),
            write_money(row.money),
            row.closed.map(hours),
            row.first_unread,
        ];
        execute(self, sql, values).map(drop)
    }

    fn each_closed(
        &self,
        asset: AssetId,
        before: CoarseTime,
        each: &mut dyn FnMut(PayTo, PoolRow) -> ControlFlow<()>,
    ) -> Result<(), DbError> {
        let mut query = self.prepare_cached(CLOSED_BEFORE)?;
        let mut rows = query.query(params![asset.stored(), hours(before)])?;
        while let Some(row) = rows.next()? {
            let pay_to: String = row.get(3)?;
            if each(read_pay_to(asset, &pay_to)?, read(row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn closed(&self, chain: ChainId) -> Result<Vec<(PayTo, PoolRow)>, DbError> {
        let sql = "select money, closed, first_unread, pay_to, asset from pay_to_used
            where chain = ?1 and closed is not null";
        all(self, sql, [chain.as_str()], |row| {
            let pay_to: String = row.get(3)?;
            let asset: String = row.get(4)?;
            Ok((read_pay_to(read_asset(&asset)?, &pay_to)?, read(row)?))
        })
    }

    fn note_unread(&self, chain: ChainId, noted: i64) -> Result<(), DbError> {
        let sql = "update pay_to_used set first_unread = ?2
            where chain = ?1 and first_unread is null";
        execute(self, sql, params![chain.as_str(), noted]).map(drop)
    }

    fn unmatched(&self, pay_to: &PayTo) -> Result<Option<bool>, DbError> {
        let at = [pay_to.asset().stored(), pay_to.as_str()];
        first(self, UNMATCHED, at, |row| Ok(row.get(0)?))
    }

    fn put_unmatched(&self, pay_to: &PayTo, retired: bool) -> Result<(), DbError> {
        let sql = "insert into unmatched_addresses (asset, pay_to, retired) values (?1, ?2, ?3)
            on conflict (asset, pay_to) do update set retired = excluded.retired";
        execute(self, sql, params![pay_to.asset().stored(), pay_to.as_str(), retired]).map(drop)
    }

    fn remove_unmatched(&self, pay_to: &PayTo) -> Result<(), DbError> {
        let sql = "delete from unmatched_addresses where asset = ?1 and pay_to = ?2";
        execute(self, sql, [pay_to.asset().stored(), pay_to.as_str()]).map(drop)
    }
}

/// Reads a row from the first columns: `money, closed, first_unread`.
fn read(row: &Row<'_>) -> Result<PoolRow, DbError> {
    let closed: Option<i64> = row.get(1)?;
    Ok(PoolRow {
        money: read_money(row.get(0)?)?,
        closed: closed.map(read_hours).transpose()?,
        first_unread: row.get(2)?,
    })
}

const fn write_money(money: Money) -> i64 {
    money as i64
}

fn read_money(number: i64) -> Result<Money, DbError> {
    let all = [Money::None, Money::OfAnOrder, Money::Stray];
    all.into_iter().find(|money| write_money(*money) == number).ok_or(DbError::Unreadable)
}
