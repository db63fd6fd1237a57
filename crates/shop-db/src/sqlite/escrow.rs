//! Rows of orders whose money waits in the escrow contract.

use super::{
    codec::{hours, int, read_block, read_hours, read_id},
    query::{all, execute, exists, first},
};
use crate::{
    error::DbError,
    escrow::NewEscrow,
    rows::{ChainNumber, EscrowEventRow, EscrowRow, EscrowRows},
};
use rusqlite::{Connection, Row, params};
use shop_core::{
    escrow::{Account, Event, Hash},
    order::OrderId,
    order_status::EscrowStep,
    time::UnixTime,
    view::{EscrowKey, Height},
};
use std::ops::RangeInclusive;

/// Query of escrows; a condition follows.
const ROWS: &str = "select orders.id, escrows.id, contract, payout, ship_by, deliver_by, step,
        step_until, deep, told, release_told
    from escrows cross join orders on seq = order_seq where ";
const EVENTS: &str = "select orders.id, escrow_events.chain, height, block_hash, block_time, place,
        event
    from escrow_events join orders on seq = order_seq where ";
pub(super) const OF_CHAIN: &str = "orders.chain = ?1";
pub(super) const NOT_DEEP: &str =
    "select orders.id from escrows cross join orders on seq = order_seq
    where deep = 0 and orders.chain = ?1";
pub(super) const EVENTS_AT: &str = "escrow_events.chain = ?1 and height between ?2 and ?3";

/// Returns the query of the escrows that meet a condition.
pub(super) fn escrows_where(condition: &str) -> String {
    format!("{ROWS}{condition}")
}

/// Returns the query of the events that meet a condition.
pub(super) fn events_where(condition: &str) -> String {
    format!("{EVENTS}{condition} order by height, place")
}

impl EscrowRows for Connection {
    fn insert_escrow(&self, row: &EscrowRow) -> Result<(), DbError> {
        let sql = "insert into escrows (order_seq, id, contract, payout, ship_by, deliver_by,
                step, step_until, deep, told)
            select seq, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 from orders where orders.id = ?1";
        let NewEscrow { key, payout, ship_by, deliver_by } = &row.escrow;
        let values = params![
            row.order.to_string(),
            key.id.0,
            key.contract.0,
            payout.0,
            hours(*ship_by),
            hours(*deliver_by),
            row.step.word(),
            row.until.map(|until| int(until.0)),
            row.is_deep,
            row.told.word(),
        ];
        execute(self, sql, values).map(drop)
    }

    fn escrow(&self, order: OrderId) -> Result<Option<EscrowRow>, DbError> {
        first(self, &escrows_where("orders.id = ?1"), [order.to_string()], read)
    }

    fn escrow_order(&self, key: &EscrowKey) -> Result<Option<OrderId>, DbError> {
        let found = first(self, &escrows_where("escrows.id = ?1"), [key.id.0], read)?;
        Ok(found.filter(|row| row.escrow.key == *key).map(|row| row.order))
    }

    fn escrows(&self, chain: ChainNumber) -> Result<Vec<EscrowRow>, DbError> {
        all(self, &escrows_where(OF_CHAIN), [chain.0], read)
    }

    fn escrows_not_deep(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        all(self, NOT_DEEP, [chain.0], |row| {
            let order: String = row.get(0)?;
            read_id(&order)
        })
    }

    fn set_escrow(&self, row: &EscrowRow) -> Result<(), DbError> {
        let sql = "update escrows
            set step = ?2, step_until = ?3, deep = ?4, told = ?5, release_told = ?6
            where order_seq = (select seq from orders where id = ?1)";
        let values = params![
            row.order.to_string(),
            row.step.word(),
            row.until.map(|until| int(until.0)),
            row.is_deep,
            row.told.word(),
            row.release_told,
        ];
        execute(self, sql, values).map(drop)
    }

    fn escrow_events(&self, order: OrderId) -> Result<Vec<EscrowEventRow>, DbError> {
        all(self, &events_where("orders.id = ?1"), [order.to_string()], read_event)
    }

    fn escrow_events_at(
        &self,
        chain: ChainNumber,
        heights: RangeInclusive<Height>,
    ) -> Result<Vec<EscrowEventRow>, DbError> {
        let values = [chain.0, int(heights.start().0), int(heights.end().0)];
        all(self, &events_where(EVENTS_AT), values, read_event)
    }

    fn put_escrow_event(&self, row: &EscrowEventRow) -> Result<(), DbError> {
        let sql = "insert into escrow_events (order_seq, chain, height, block_hash, block_time,
                place, event)
            select seq, ?2, ?3, ?4, ?5, ?6, ?7 from orders where orders.id = ?1
            on conflict (order_seq, height, place) do update set
                block_hash = excluded.block_hash, block_time = excluded.block_time,
                event = excluded.event";
        let EscrowEventRow { order, chain, block, place, event } = row;
        let values = params![
            order.to_string(),
            chain.0,
            int(block.height.0),
            block.hash.0,
            hours(block.time),
            place,
            event.to_words(),
        ];
        execute(self, sql, values).map(drop)
    }

    fn remove_escrow_event(&self, row: &EscrowEventRow) -> Result<(), DbError> {
        let sql = "delete from escrow_events where height = ?2 and place = ?3
            and order_seq = (select seq from orders where id = ?1)";
        let values = params![row.order.to_string(), int(row.block.height.0), row.place];
        execute(self, sql, values).map(drop)
    }

    fn is_payout_given(&self, payout: &Account) -> Result<bool, DbError> {
        let sql = "select 1 from escrows where payout = ?1
            union all select 1 from payouts_used where payout = ?1";
        exists(self, sql, [payout.0])
    }

    fn note_payout_used(&self, payout: &Account) -> Result<(), DbError> {
        let sql = "insert into payouts_used (payout) values (?1) on conflict do nothing";
        execute(self, sql, [payout.0]).map(drop)
    }
}

fn read(row: &Row<'_>) -> Result<EscrowRow, DbError> {
    let order: String = row.get(0)?;
    read_escrow(row, 1, read_id(&order)?)?.ok_or(DbError::Unreadable)
}

/// Reads an escrow from columns that begin here; none where they are null.
pub(super) fn read_escrow(
    row: &Row<'_>,
    begin: usize,
    order: OrderId,
) -> Result<Option<EscrowRow>, DbError> {
    let Some(id) = row.get(begin)? else { return Ok(None) };
    let step: String = row.get(begin + 5)?;
    let until: Option<i64> = row.get(begin + 6)?;
    let told: String = row.get(begin + 8)?;
    Ok(Some(EscrowRow {
        order,
        escrow: NewEscrow {
            key: EscrowKey { id: Hash(id), contract: Account(row.get(begin + 1)?) },
            payout: Account(row.get(begin + 2)?),
            ship_by: read_hours(row.get(begin + 3)?)?,
            deliver_by: read_hours(row.get(begin + 4)?)?,
        },
        step: read_step(&step)?,
        until: until.map(|until| UnixTime(until.unsigned_abs())),
        is_deep: row.get(begin + 7)?,
        told: read_step(&told)?,
        release_told: row.get(begin + 9)?,
    }))
}

fn read_step(word: &str) -> Result<EscrowStep, DbError> {
    EscrowStep::from_word(word).ok_or(DbError::Unreadable)
}

fn read_event(row: &Row<'_>) -> Result<EscrowEventRow, DbError> {
    let order: String = row.get(0)?;
    let event: String = row.get(6)?;
    Ok(EscrowEventRow {
        order: read_id(&order)?,
        chain: ChainNumber(row.get(1)?),
        block: read_block(row.get(2)?, row.get(3)?, row.get(4)?)?,
        place: row.get(5)?,
        event: Event::from_words(&event).ok_or(DbError::Unreadable)?,
    })
}
