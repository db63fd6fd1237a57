//! Rows of questions for a proof of the balance.

use super::{
    order::ids,
    query::{execute, first},
};
use crate::{
    balance::BalanceClaim,
    error::DbError,
    rows::{BalanceRows, ChainNumber},
};
use rusqlite::{Connection, params};
use shop_core::order::OrderId;

/// Query that is made every few seconds: an index finds those that wait.
pub(super) const ASKING: &str = "select orders.id
    from balance_claims cross join orders on seq = order_seq
    where asking = 1 and orders.chain = ?1";

impl BalanceRows for Connection {
    fn balance_claim(&self, order: OrderId) -> Result<BalanceClaim, DbError> {
        let sql = "select asked, asking from balance_claims join orders on seq = order_seq
            where id = ?1";
        let found = first(self, sql, [order.to_string()], |row| {
            Ok(BalanceClaim { asked: row.get(0)?, is_asking: row.get(1)? })
        });
        Ok(found?.unwrap_or_default())
    }

    fn set_balance_claim(&self, order: OrderId, claim: BalanceClaim) -> Result<(), DbError> {
        let sql = "insert into balance_claims (order_seq, asked, asking)
            select seq, ?2, ?3 from orders where id = ?1
            on conflict (order_seq) do update set asked = excluded.asked, asking = excluded.asking";
        execute(self, sql, params![order.to_string(), claim.asked, claim.is_asking]).map(drop)
    }

    fn balances_asking(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        ids(self, ASKING, [chain.0])
    }
}
