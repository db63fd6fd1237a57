//! Judging orders, and which of them: those a block cannot have changed are left alone, so that
//! many old orders cost nothing.

use super::{
    codec::{hours, int, read_id, read_invoice, write_invoice},
    transfers::{self, Touched},
};
use crate::{
    error::DbError,
    model::{Judged, NewsMail, NewsOf},
};
use rusqlite::{Connection, Params, params};
use shop_core::{
    invoice::{Invoice, State},
    money::AssetId,
    order::OrderId,
    time::CoarseTime,
    view::{Height, Transfer, View},
};
use std::collections::BTreeSet;

/// How well the chain is seen.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    /// The newest block read.
    pub(super) tip: Option<Height>,
    /// Whether there is nothing left to read. While there is, a payment that is missing may stand
    /// in a block not read yet: nobody is told that it is gone.
    pub(super) whole: bool,
}

/// The questions asked with every advance, which must look at few orders however many there are:
/// by index, never through the table.
#[cfg(test)]
pub(super) const QUERIES: [&str; 2] = [RESTLESS, ENDED];
const RESTLESS: &str = "select id from orders where asset = ?1 and restless = 1";
const ENDED: &str =
    "select id from orders where asset = ?1 and state = 'awaiting' and expires < ?2";

pub(super) struct Court<'a> {
    conn: &'a Connection,
    asset: AssetId,
    sight: Sight,
    now: CoarseTime,
    letters: &'a NewsMail,
    summoned: BTreeSet<OrderId>,
}

impl<'a> Court<'a> {
    pub(super) const fn new(
        conn: &'a Connection,
        asset: AssetId,
        sight: Sight,
        now: CoarseTime,
        letters: &'a NewsMail,
    ) -> Self {
        Self { conn, asset, sight, now, letters, summoned: BTreeSet::new() }
    }

    pub(super) fn summon(&mut self, orders: Touched) {
        self.summoned.extend(orders);
    }

    /// Those that change with every block, and those whose offer has ended with nothing paid.
    pub(super) fn summon_restless(&mut self) -> Result<(), DbError> {
        self.summon_where(RESTLESS, [self.asset.code()])?;
        self.summon_where(ENDED, params![self.asset.code(), hours(self.now)])
    }

    /// Those not deep enough under a tip that has come down. Others of the same branch lie as deep
    /// as before, or deeper.
    pub(super) fn summon_shallow(&mut self) -> Result<(), DbError> {
        let Some(tip) = self.sight.tip else { return Ok(()) };
        let shallow = "select distinct orders.id from transfers
            join orders on orders.id = transfers.order_id
            where transfers.asset = ?1 and height is not null and height + needs > ?2";
        self.summon_where(shallow, params![self.asset.code(), int(tip.0).saturating_add(1)])
    }

    pub(super) fn judge(self) -> Result<Judged, DbError> {
        let mut judged = Judged::default();
        for order in &self.summoned {
            self.judge_one(*order, &mut judged)?;
        }
        Ok(judged)
    }

    fn summon_where(&mut self, sql: &str, values: impl Params) -> Result<(), DbError> {
        let mut query = self.conn.prepare_cached(sql)?;
        let mut rows = query.query(values)?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            self.summoned.insert(read_id(&id)?);
        }
        Ok(())
    }

    fn judge_one(&self, order: OrderId, judged: &mut Judged) -> Result<(), DbError> {
        let id = order.to_string();
        let invoice: String = self
            .conn
            .prepare_cached("select invoice from orders where id = ?1")?
            .query_row([&id], |row| row.get(0))?;
        let invoice = read_invoice(&invoice)?;
        let transfers = transfers::of_order(self.conn, order, invoice.pay_to())?;
        let Some(tip) = self.sight.tip else { return self.store(&id, &invoice, true) };
        let view = View { tip, transfers };
        judged.judged += 1;
        // One order whose amounts do not add up must not keep all the others from being judged.
        let Ok(transition) = invoice.clone().assess(&view, self.now) else {
            judged.unjudged += 1;
            return Ok(());
        };
        let next = transition.next();
        if transition.changes() && !self.sight.whole && is_loss(next.state()) {
            return self.store(&id, &invoice, true);
        }
        self.store(&id, next, is_restless(next.state(), &view.transfers))?;
        judged.changed += usize::from(transition.changes());
        let Some(news) = transition.news() else { return Ok(()) };
        let news = NewsOf { order, news, invoice: next, transfers: &view.transfers };
        if let Some(mail) = (self.letters)(&news) {
            super::outbox::put(self.conn, &id, &mail)?;
            judged.mails += 1;
        }
        Ok(())
    }

    fn store(&self, id: &str, invoice: &Invoice, restless: bool) -> Result<(), DbError> {
        self.conn
            .prepare_cached(
                "update orders set invoice = ?2, state = ?3, restless = ?4
                 where id = ?1 and (invoice <> ?2 or restless <> ?4)",
            )?
            .execute(params![id, write_invoice(invoice)?, invoice.state().word(), restless])?;
        Ok(())
    }
}

/// What must not be said before everything is read.
const fn is_loss(state: State) -> bool {
    matches!(state, State::Expired | State::Reversed { .. })
}

/// Whether the next block changes it by itself: while its depth grows.
fn is_restless(state: State, transfers: &[Transfer]) -> bool {
    match state {
        State::Confirming { .. } => true,
        State::Reversed { .. } => transfers.iter().any(|transfer| transfer.block.is_some()),
        _ => false,
    }
}
