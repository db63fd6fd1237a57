//! Rows of the stock, and of codes that are given.

use super::{
    codec::read_number,
    query::{all, execute, exists, first},
};
use crate::{error::DbError, model::StockLine, rows::StockRows};
use rusqlite::{Connection, Row, params};
use shop_core::{
    order::OrderId,
    stock::{StockKey, StockLevel},
};

impl StockRows for Connection {
    fn stock(&self) -> Result<Vec<StockLine>, DbError> {
        let sql = "select on_hand, reserved, listed, key from stock order by key";
        all(self, sql, [], |row| {
            let listed: Option<i64> = row.get(2)?;
            Ok(StockLine {
                key: StockKey::from_stored(row.get(3)?),
                listed: listed.map(read_number).transpose()?,
                level: read_level(row)?,
            })
        })
    }

    fn level(&self, key: &StockKey) -> Result<Option<StockLevel>, DbError> {
        let sql = "select on_hand, reserved from stock where key = ?1";
        first(self, sql, [key.as_str()], read_level)
    }

    fn insert_stock(&self, key: &StockKey, on_hand: u32) -> Result<(), DbError> {
        let sql = "insert into stock (key, on_hand, reserved) values (?1, ?2, 0)
            on conflict do nothing";
        execute(self, sql, params![key.as_str(), on_hand]).map(drop)
    }

    fn set_level(&self, key: &StockKey, level: StockLevel) -> Result<(), DbError> {
        let sql = "update stock set on_hand = ?2, reserved = ?3 where key = ?1";
        execute(self, sql, params![key.as_str(), level.on_hand, level.reserved]).map(drop)
    }

    fn set_listed(&self, key: &StockKey, listed: Option<u32>) -> Result<(), DbError> {
        let sql = "update stock set listed = ?2 where key = ?1";
        execute(self, sql, params![key.as_str(), listed]).map(drop)
    }

    fn remove_stock(&self, key: &StockKey) -> Result<(), DbError> {
        execute(self, "delete from stock where key = ?1", [key.as_str()]).map(drop)
    }

    fn is_code_given(&self, fingerprint: &[u8; 16]) -> Result<bool, DbError> {
        exists(self, "select 1 from code_fingerprints where fingerprint = ?1", [fingerprint])
    }

    fn note_code_given(&self, fingerprint: &[u8; 16]) -> Result<(), DbError> {
        let sql = "insert into code_fingerprints (fingerprint) values (?1)";
        execute(self, sql, [fingerprint]).map(drop)
    }

    fn issued_codes(&self, order: OrderId) -> Result<Vec<Vec<u8>>, DbError> {
        let sql = "select codes from issued_codes
            where order_seq = (select seq from orders where id = ?1) order by rowid";
        all(self, sql, [order.to_string()], |row| Ok(row.get(0)?))
    }

    fn insert_issued_codes(&self, order: OrderId, sealed: &[u8]) -> Result<(), DbError> {
        let sql = "insert into issued_codes (order_seq, codes)
            select seq, ?2 from orders where id = ?1";
        execute(self, sql, params![order.to_string(), sealed]).map(drop)
    }

    fn has_codes_missing(&self, order: OrderId) -> Result<bool, DbError> {
        let sql = "select 1 from codes_missing_notified
            where order_seq = (select seq from orders where id = ?1)";
        exists(self, sql, [order.to_string()])
    }

    fn set_codes_missing(&self, order: OrderId, told: bool) -> Result<(), DbError> {
        let sql = if told {
            "insert into codes_missing_notified (order_seq)
                select seq from orders where id = ?1 on conflict do nothing"
        } else {
            "delete from codes_missing_notified
                where order_seq = (select seq from orders where id = ?1)"
        };
        execute(self, sql, [order.to_string()]).map(drop)
    }
}

/// Reads a level from the first columns: `on_hand, reserved`.
fn read_level(row: &Row<'_>) -> Result<StockLevel, DbError> {
    Ok(StockLevel { on_hand: read_number(row.get(0)?)?, reserved: read_number(row.get(1)?)? })
}
