//! Rows of orders.

pub(super) mod row;

use self::row::{find, find_all};
use super::{
    codec::{
        hours, int, read_asset, read_hours, read_id, read_invoice, read_pay_to, write_invoice,
    },
    query::{all, execute, exists, first, number, number_if_any},
};
use crate::{
    error::DbError,
    model::NewOrder,
    rows::{ChainNumber, OrderCopies, OrderRow, OrderRows, WatchedRow, Which, named_amount},
};
use rusqlite::{Connection, Params, params};
use shop_core::{
    invoice::Invoice, money::AssetId, order::OrderId, order_status::OrderStatus, time::CoarseTime,
    view::Height,
};

/// Queries that are made when an order is placed, or with each block.
/// A shop may keep thousands of orders: none of these goes through them, and a test checks that.
pub(super) const HAS_ORDER: &str = "select 1 from orders where id = ?1 or lookup = ?2";
pub(super) const COUNT: &str = "select orders from order_count where id = 1";
pub(super) const COUNT_OPEN: &str = "select coalesce(sum(orders), 0)
    from chains cross join open_orders on chain = number where expires >= ?1";
pub(super) const COUNT_OPEN_PUT_AWAY: &str = "select coalesce(sum(orders), 0)
    from chains cross join open_orders on chain = number where expires >= ?1 and followed = 0";
pub(super) const COUNT_CANCELLED: &str =
    "select count(*) from orders where placed > ?1 and cancelled = 1";
pub(super) const RECHECKED: &str = "select id from orders where chain = ?1 and rechecked = 1";
pub(super) const ENDED: &str = "select id from orders where chain = ?1 and ends < ?2";
pub(super) const UNDERPAID_UNTOLD: &str = "select id from orders where chain = ?1 and underpaid = 1
    and not exists (select 1 from underpaid_notified where order_seq = seq)";
pub(super) const OTHER_MONEY_UNTOLD: &str = "select distinct orders.id
    from transfers join orders on seq = order_seq
    where transfers.chain = ?1 and other = 1
        and not exists (select 1 from other_money_notified where other_money_notified.order_seq = seq)";
pub(super) const PAID_UNRELEASED: &str =
    "select id, asset from orders where released = 0 and paid = 1";
/// Query that an index answers alone: it is asked with each block, for all orders of a chain.
pub(super) const WATCHED: &str = "select asset, pay_to, placed, paid from orders where chain = ?1";
/// Conditions on the orders that are asked for, each with an index of its own.
pub(super) const STATUS_UNTIL: &str = "where orders.chain = ?1 and status_until <= ?2";
pub(super) const RESERVED_UNTIL: &str = "where status = 'reserved' and until <= ?1";
pub(super) const BACKORDERED: &str = "where status = 'backordered' order by backorder";
/// Queries of the oldest order. An index has it first: of a chain it is one of two.
const OLDEST: &str = "select min(placed) from orders";
const OLDEST_OF_CHAIN: &str = "select min(placed) from (
        select min(placed) as placed from orders where chain = ?1 and paid = 0
        union all
        select min(placed) from orders where chain = ?1 and paid = 1)";

impl OrderRows for Connection {
    fn insert_order(
        &self,
        order: &NewOrder,
        chain: ChainNumber,
        copies: OrderCopies,
    ) -> Result<(), DbError> {
        let invoice = &order.invoice;
        let sql = "insert into orders (id, lookup, placed, asset, pay_to, named_amount, needs,
                expires, invoice, inbox_key, chain, digital, open, paid, underpaid, ends)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        let values = params![
            order.id.to_string(),
            order.lookup,
            hours(order.placed),
            invoice.pay_to().asset().stored(),
            invoice.pay_to().as_str(),
            named_amount(invoice),
            invoice.needs().0,
            hours(invoice.expires()),
            write_invoice(invoice)?,
            order.inbox_key,
            chain.0,
            order.digital,
            copies.open,
            copies.paid,
            copies.underpaid,
            copies.ends.map(hours),
        ];
        execute(self, sql, values)?;
        let sql = "insert into buyer_copies (order_seq, buyer_copy) values (?1, ?2)";
        execute(self, sql, params![self.last_insert_rowid(), order.buyer_copy]).map(drop)
    }

    fn has_order(&self, order: OrderId, lookup: &[u8; 32]) -> Result<bool, DbError> {
        exists(self, HAS_ORDER, params![order.to_string(), lookup])
    }

    fn find_order(&self, order: OrderId) -> Result<Option<OrderRow>, DbError> {
        find(self, "where orders.id = ?1", [order.to_string()])
    }

    fn orders(&self, which: Which) -> Result<Vec<OrderRow>, DbError> {
        match which {
            Which::Lookup(lookup) => find_all(self, "where lookup = ?1", [lookup]),
            Which::All => find_all(self, "order by placed desc, seq desc", []),
            Which::OfChain(chain) => find_all(self, "where orders.chain = ?1", [chain.0]),
            Which::StatusUntil(chain, hour) => find_all(self, STATUS_UNTIL, [chain.0, hours(hour)]),
            Which::Old { chain, expired, placed } => {
                let condition = "where orders.chain = ?1 and (expires < ?2 or placed < ?3)
                    and not exists (select 1 from outbox where outbox.order_seq = seq)";
                find_all(self, condition, [chain.0, hours(expired), hours(placed)])
            }
            Which::ReservedUntil(hour) => find_all(self, RESERVED_UNTIL, [hours(hour)]),
            Which::Backordered => find_all(self, BACKORDERED, []),
        }
    }

    fn invoice(&self, order: OrderId) -> Result<Invoice, DbError> {
        let sql = "select invoice from orders where id = ?1";
        let found = first(self, sql, [order.to_string()], |row| {
            let invoice: String = row.get(0)?;
            read_invoice(&invoice)
        });
        found?.ok_or(DbError::Unreadable)
    }

    fn set_invoice(
        &self,
        order: OrderId,
        invoice: &Invoice,
        copies: OrderCopies,
        rechecked: bool,
    ) -> Result<(), DbError> {
        let id = order.to_string();
        let sql = "update orders set invoice = ?2 where id = ?1 and invoice <> ?2";
        execute(self, sql, params![id, write_invoice(invoice)?])?;
        // Apart from the invoice, which changes with each block: these are in indexes.
        let sql = "update orders
            set expires = ?2, rechecked = ?3, open = ?4, paid = ?5, underpaid = ?6, ends = ?7
            where id = ?1 and (expires <> ?2 or rechecked <> ?3 or open <> ?4 or paid <> ?5
                or underpaid <> ?6 or ends is not ?7)";
        let values = params![
            id,
            hours(invoice.expires()),
            rechecked,
            copies.open,
            copies.paid,
            copies.underpaid,
            copies.ends.map(hours),
        ];
        execute(self, sql, values).map(drop)
    }

    fn set_status(&self, order: OrderId, status: &OrderStatus) -> Result<(), DbError> {
        let sql = "update orders set phase = ?2, debt = ?3, status_until = ?4
            where id = ?1 and (phase <> ?2 or debt <> ?3 or status_until is not ?4)";
        let until = status.until.map(hours);
        let values = params![order.to_string(), status.phase.word(), status.debt.word(), until];
        execute(self, sql, values).map(drop)
    }

    fn set_cancelled(&self, order: OrderId) -> Result<(), DbError> {
        execute(self, "update orders set cancelled = 1 where id = ?1", [order.to_string()])
            .map(drop)
    }

    fn set_released(&self, order: OrderId, released: bool) -> Result<(), DbError> {
        let sql = "update orders set released = ?2 where id = ?1 and released <> ?2";
        execute(self, sql, params![order.to_string(), released]).map(drop)
    }

    fn note_underpaid(&self, order: OrderId) -> Result<(), DbError> {
        let sql = "insert into underpaid_notified (order_seq)
            select seq from orders where id = ?1 on conflict do nothing";
        execute(self, sql, [order.to_string()]).map(drop)
    }

    fn note_other_money(&self, order: OrderId) -> Result<(), DbError> {
        let sql = "insert into other_money_notified (order_seq)
            select seq from orders where id = ?1 on conflict do nothing";
        execute(self, sql, [order.to_string()]).map(drop)
    }

    fn buyer_copy(&self, order: OrderId) -> Result<Vec<u8>, DbError> {
        let sql = "select buyer_copy from buyer_copies join orders on seq = order_seq
            where id = ?1";
        let found = first(self, sql, [order.to_string()], |row| Ok(row.get(0)?));
        found?.ok_or(DbError::Unreadable)
    }

    fn replace_copy(&self, order: OrderId, old: &[u8], new: &[u8]) -> Result<bool, DbError> {
        let sql = "update buyer_copies set buyer_copy = ?3
            where order_seq = (select seq from orders where id = ?1) and buyer_copy = ?2";
        Ok(execute(self, sql, params![order.to_string(), old, new])? > 0)
    }

    fn remove_order(&self, order: OrderId) -> Result<(), DbError> {
        execute(self, "delete from orders where id = ?1", [order.to_string()]).map(drop)
    }

    fn count_orders(&self) -> Result<u64, DbError> {
        count(self, COUNT, [])
    }

    fn count_open(&self, ending: CoarseTime) -> Result<u64, DbError> {
        count(self, COUNT_OPEN, [hours(ending)])
    }

    fn count_open_put_away(&self, ending: CoarseTime) -> Result<u64, DbError> {
        count(self, COUNT_OPEN_PUT_AWAY, [hours(ending)])
    }

    fn count_cancelled(&self, placed_after: CoarseTime) -> Result<u64, DbError> {
        count(self, COUNT_CANCELLED, [hours(placed_after)])
    }

    fn oldest_order(&self, chain: Option<ChainNumber>) -> Result<Option<CoarseTime>, DbError> {
        let placed = match chain {
            Some(chain) => number_if_any(self, OLDEST_OF_CHAIN, [chain.0]),
            None => number_if_any(self, OLDEST, []),
        };
        placed?.map(read_hours).transpose()
    }

    fn rechecked(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        ids(self, RECHECKED, [chain.0])
    }

    fn ended(&self, chain: ChainNumber, now: CoarseTime) -> Result<Vec<OrderId>, DbError> {
        ids(self, ENDED, [chain.0, hours(now)])
    }

    fn underpaid_untold(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        ids(self, UNDERPAID_UNTOLD, [chain.0])
    }

    fn other_money_untold(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        ids(self, OTHER_MONEY_UNTOLD, [chain.0])
    }

    fn paid_unreleased(&self) -> Result<Vec<(OrderId, AssetId)>, DbError> {
        all(self, PAID_UNRELEASED, [], |row| {
            let order: String = row.get(0)?;
            let asset: String = row.get(1)?;
            Ok((read_id(&order)?, read_asset(&asset)?))
        })
    }

    fn unconfirmed(&self, chain: ChainNumber, tip: Height) -> Result<Vec<OrderId>, DbError> {
        let sql = "select distinct orders.id from transfers join orders on seq = order_seq
            where transfers.chain = ?1 and height is not null and height + needs > ?2 + 1";
        ids(self, sql, [chain.0, int(tip.0)])
    }

    fn watched(&self, chain: ChainNumber) -> Result<Vec<WatchedRow>, DbError> {
        all(self, WATCHED, [chain.0], |row| {
            let asset: String = row.get(0)?;
            let pay_to: String = row.get(1)?;
            Ok(WatchedRow {
                pay_to: read_pay_to(read_asset(&asset)?, &pay_to)?,
                placed: read_hours(row.get(2)?)?,
                paid: row.get(3)?,
            })
        })
    }
}

/// Reads the numbers of orders.
pub(super) fn ids(
    conn: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<Vec<OrderId>, DbError> {
    all(conn, sql, values, |row| {
        let id: String = row.get(0)?;
        read_id(&id)
    })
}

fn count(conn: &Connection, sql: &str, values: impl Params) -> Result<u64, DbError> {
    u64::try_from(number(conn, sql, values)?).map_err(|_| DbError::Unreadable)
}
