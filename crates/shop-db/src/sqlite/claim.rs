//! Rows of claims.

use super::{
    codec::{read_amount, read_asset, read_claim, read_id, read_pay_to, write_claim},
    query::{all, execute, first},
};
use crate::{
    claim::{Claim, ClaimState, PendingClaim},
    error::DbError,
    rows::{ChainNumber, ClaimRows},
};
use rusqlite::{Connection, Row, params};
use shop_core::{
    money::{Amount, AssetId},
    order::OrderId,
};

/// Queries that an index answers, however many orders and claims there are.
/// The plus sign keeps SQLite from going through all claims, which are in this order already.
pub(super) const OPEN: &str = "select orders.id, pay_to, txid, claims.state, orders.asset
    from claims cross join orders on seq = order_seq
    where orders.chain = ?1 and claims.open = 1 order by +claims.rowid";
pub(super) const OF_TXID: &str = "select orders.id, claims.state
    from claims join orders on seq = order_seq where claims.asset = ?1 and txid = ?2";

impl ClaimRows for Connection {
    fn claims(&self, order: OrderId, asset: AssetId) -> Result<Vec<Claim>, DbError> {
        let sql = "select txid, state, units from claims
            where order_seq = (select seq from orders where id = ?1) order by rowid";
        all(self, sql, [order.to_string()], |row| read_row(row, asset, 0))
    }

    fn all_claims(&self) -> Result<Vec<(OrderId, Claim)>, DbError> {
        let sql = "select orders.id, claims.asset, txid, state, units
            from claims join orders on seq = order_seq order by claims.rowid";
        all(self, sql, [], |row| {
            let order: String = row.get(0)?;
            let asset: String = row.get(1)?;
            Ok((read_id(&order)?, read_row(row, read_asset(&asset)?, 2)?))
        })
    }

    fn claim_state(&self, order: OrderId, txid: &str) -> Result<Option<ClaimState>, DbError> {
        let sql = "select state from claims
            where order_seq = (select seq from orders where id = ?1) and txid = ?2";
        first(self, sql, params![order.to_string(), txid], |row| read_state(row, 0))
    }

    fn claims_of(&self, asset: AssetId, txid: &str) -> Result<Vec<(OrderId, ClaimState)>, DbError> {
        all(self, OF_TXID, [asset.stored(), txid], |row| {
            let order: String = row.get(0)?;
            Ok((read_id(&order)?, read_state(row, 1)?))
        })
    }

    fn open_claims(&self, chain: ChainNumber) -> Result<Vec<PendingClaim>, DbError> {
        all(self, OPEN, [chain.0], |row| {
            let order: String = row.get(0)?;
            let pay_to: String = row.get(1)?;
            let asset: String = row.get(4)?;
            Ok(PendingClaim {
                order: read_id(&order)?,
                pay_to: read_pay_to(read_asset(&asset)?, &pay_to)?,
                txid: row.get(2)?,
                accepted: read_state(row, 3)? == ClaimState::Accepted,
            })
        })
    }

    fn insert_claim(
        &self,
        order: OrderId,
        asset: AssetId,
        txid: &str,
        state: ClaimState,
    ) -> Result<(), DbError> {
        let sql = "insert into claims (order_seq, asset, txid, state, open)
            select seq, ?2, ?3, ?4, ?5 from orders where id = ?1";
        let word = write_claim(state);
        let values = params![order.to_string(), asset.stored(), txid, word, state.is_open()];
        execute(self, sql, values).map(drop)
    }

    fn set_claim(&self, order: OrderId, txid: &str, state: ClaimState) -> Result<(), DbError> {
        let sql = "update claims set state = ?3, open = ?4
            where order_seq = (select seq from orders where id = ?1) and txid = ?2";
        let values = params![order.to_string(), txid, write_claim(state), state.is_open()];
        execute(self, sql, values).map(drop)
    }

    fn set_came(&self, order: OrderId, txid: &str, came: Option<Amount>) -> Result<(), DbError> {
        let sql = "update claims set units = ?3
            where order_seq = (select seq from orders where id = ?1) and txid = ?2";
        let units = came.map(|came| came.units().to_string());
        execute(self, sql, params![order.to_string(), txid, units]).map(drop)
    }
}

/// Reads a claim from columns that begin here: `txid, state, units`.
fn read_row(row: &Row<'_>, asset: AssetId, begin: usize) -> Result<Claim, DbError> {
    let units: Option<String> = row.get(begin + 2)?;
    let came = units.map(|units| read_amount(asset, &units)).transpose()?;
    Ok(Claim { txid: row.get(begin)?, came, state: read_state(row, begin + 1)? })
}

fn read_state(row: &Row<'_>, column: usize) -> Result<ClaimState, DbError> {
    let word: String = row.get(column)?;
    read_claim(&word)
}
