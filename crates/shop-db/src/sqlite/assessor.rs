//! Assessment of orders, and the choice of which.
//!
//! Orders a block cannot have changed are left alone, so that many old orders cost nothing.

use super::{
    chains::ChainNumber,
    codec::{hours, int, read_id, read_invoice, write_invoice},
    codes, logs_unread, notices, release, reservations, statuses,
    transfers::{self, Touched},
    tx_context::TxContext,
    underpaid,
};
use crate::{error::DbError, model::Assessed};
use rusqlite::{Connection, Params, params};
use shop_core::{
    invoice::{Invoice, SellerNotice, State, Transition},
    order::OrderId,
    stock::ReservationStatus,
    time::CoarseTime,
    view::{Height, Transfer, View},
};
use std::collections::BTreeSet;

/// Completeness of what is known of the chain.
#[derive(Clone, Copy)]
pub(super) struct SyncStatus {
    /// The newest block read.
    pub(super) tip: Option<Height>,
    /// True if there is nothing left to read.
    /// While there is, a payment that is missing may stand in a block not read yet: nobody is told
    /// that it is gone.
    pub(super) whole: bool,
}

/// Queries made with every advance.
/// They must look at few orders however many there are: by index, never through the table.
#[cfg(test)]
pub(super) const QUERIES: [&str; 3] = [RECHECKED, ENDED, underpaid::UNTOLD];
const RECHECKED: &str = "select id from orders where chain = ?1 and recheck_each_block = 1";
const ENDED: &str =
    "select id from orders where chain = ?1 and state = 'awaiting' and expires < ?2";

pub(super) struct OrderAssessor<'a> {
    conn: &'a Connection,
    tx: &'a TxContext,
    chain: ChainNumber,
    sight: SyncStatus,
    now: CoarseTime,
    summoned: BTreeSet<OrderId>,
}

/// Result of assessing one order, before anything is written.
struct Assessment {
    order: OrderId,
    invoice: Invoice,
    transition: Transition,
    transfers: Vec<Transfer>,
}

impl Assessment {
    /// Returns the height at which the order was paid: who paid first takes first.
    fn turn(&self) -> u64 {
        let height = |t: &Transfer| t.block.map_or(u64::MAX, |block| block.height.0);
        self.transfers.iter().map(height).max().unwrap_or(u64::MAX)
    }

    fn is_covered(&self) -> bool {
        self.transition.next().state().is_covered()
    }
}

impl<'a> OrderAssessor<'a> {
    pub(super) const fn new(
        conn: &'a Connection,
        tx: &'a TxContext,
        chain: ChainNumber,
        sight: SyncStatus,
        now: CoarseTime,
    ) -> Self {
        Self { conn, tx, chain, sight, now, summoned: BTreeSet::new() }
    }

    pub(super) fn enqueue(&mut self, orders: Touched) {
        self.summoned.extend(orders);
    }

    /// Summons orders that change with every block, and those whose offer has ended unpaid.
    pub(super) fn enqueue_rechecked(&mut self) -> Result<(), DbError> {
        self.enqueue_where(RECHECKED, [self.chain.0])?;
        let chain = self.chain.0;
        let now = hours(self.now);
        self.enqueue_where(ENDED, params![chain, now])
    }

    /// Summons orders not deep enough under a tip that has come down.
    /// Others of the same branch lie as deep as before, or deeper.
    pub(super) fn enqueue_unconfirmed(&mut self) -> Result<(), DbError> {
        let Some(tip) = self.sight.tip else { return Ok(()) };
        let shallow = "select distinct orders.id from transfers
            join orders on orders.id = transfers.order_id
            where transfers.chain = ?1 and height is not null and height + needs > ?2";
        let chain = self.chain.0;
        self.enqueue_where(shallow, params![chain, int(tip.0).saturating_add(1)])
    }

    pub(super) fn assess_all(self) -> Result<Assessed, DbError> {
        let mut judged = Assessed::default();
        let mut verdicts = Vec::new();
        for order in &self.summoned {
            verdicts.extend(self.assess(*order, &mut judged)?);
        }
        verdicts.sort_by_key(Assessment::turn);
        let (paid, unpaid): (Vec<_>, Vec<_>) =
            verdicts.into_iter().partition(Assessment::is_covered);
        // Goods that come back go to who has missed them, when all that is lost is lost, and before
        // others take any.
        for verdicts in [unpaid, paid] {
            let mut freed = false;
            for verdict in verdicts {
                freed |= self.apply(&verdict, &mut judged)?;
            }
            if freed {
                reservations::allocate_backorders(self.conn, self.tx)?;
            }
        }
        if self.sight.whole {
            underpaid::tell(self.conn, self.tx, self.chain, self.now)?;
        }
        judged.mails = self.tx.mailed();
        Ok(judged)
    }

    fn enqueue_where(&mut self, sql: &str, values: impl Params) -> Result<(), DbError> {
        let mut query = self.conn.prepare_cached(sql)?;
        let mut rows = query.query(values)?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            self.summoned.insert(read_id(&id)?);
        }
        Ok(())
    }

    /// Assesses an order. Returns nothing if there is nothing to judge by.
    fn assess(&self, order: OrderId, judged: &mut Assessed) -> Result<Option<Assessment>, DbError> {
        let id = order.to_string();
        let invoice: String = self
            .conn
            .prepare_cached("select invoice from orders where id = ?1")?
            .query_row([&id], |row| row.get(0))?;
        let invoice = read_invoice(&invoice)?;
        let transfers = transfers::of_order(self.conn, order, invoice.pay_to())?;
        let Some(tip) = self.sight.tip else {
            self.store(&id, &invoice, true)?;
            return Ok(None);
        };
        let view = View { tip, transfers };
        judged.judged += 1;
        let now = self.hour_for(&id, &invoice)?;
        // One order whose amounts do not add up must not keep all the others from being judged.
        let Ok(transition) = invoice.clone().assess(&view, now) else {
            judged.unjudged += 1;
            return Ok(None);
        };
        Ok(Some(Assessment { order, invoice, transition, transfers: view.transfers }))
    }

    /// Returns the hour by which an offer ends.
    /// It does not end while its payment may stand in a block whose logs are not read.
    fn hour_for(&self, id: &str, invoice: &Invoice) -> Result<CoarseTime, DbError> {
        if self.now <= invoice.expires() || !logs_unread::may_hide_payment(self.conn, id)? {
            return Ok(self.now);
        }
        Ok(invoice.expires())
    }

    /// Writes an assessment. Returns true if goods came free.
    fn apply(&self, verdict: &Assessment, judged: &mut Assessed) -> Result<bool, DbError> {
        let Assessment { order, invoice, transition, transfers } = verdict;
        let id = order.to_string();
        let next = transition.next();
        if transition.changes() && !self.sight.whole && is_loss(transition) {
            self.store(&id, invoice, true)?;
            return Ok(false);
        }
        self.store(&id, next, is_rechecked_each_block(next.state(), transfers))?;
        if !transition.changes() {
            // Codes were held back if it was settled while it was being checked, and are due if it is
            // not any more.
            if next.state().is_paid() {
                codes::give(self.conn, self.tx, *order)?;
            }
            return Ok(false);
        }
        judged.changed += 1;
        let (reservation_status, freed) =
            reservations::follow(self.conn, self.tx, *order, next.state())?;
        statuses::write(self.conn, *order)?;
        let awaits_seller =
            next.state().is_paid() && release::awaits_seller(self.conn, self.tx, *order)?;
        if let Some(news) = transition.notice() {
            let news = match (news, reservation_status) {
                (SellerNotice::Paid, ReservationStatus::Backordered) => SellerNotice::OutOfStock,
                (SellerNotice::Paid, _) if awaits_seller => SellerNotice::ToRelease,
                (news, _) => news,
            };
            notices::tell(self.conn, self.tx, *order, news)?;
        }
        if next.state().is_paid() {
            codes::give(self.conn, self.tx, *order)?;
        }
        Ok(freed)
    }

    fn store(&self, id: &str, invoice: &Invoice, recheck_each_block: bool) -> Result<(), DbError> {
        self.conn
            .prepare_cached(
                "update orders set invoice = ?2, state = ?3, recheck_each_block = ?4
                 where id = ?1 and (invoice <> ?2 or recheck_each_block <> ?4)",
            )?
            .execute(params![
                id,
                write_invoice(invoice)?,
                invoice.state().word(),
                recheck_each_block
            ])?;
        Ok(())
    }
}

/// Returns true for what must not be said before everything is read.
/// No goods may be given to others for it either.
fn is_loss(transition: &Transition) -> bool {
    let state = transition.next().state();
    transition.uncovers()
        || matches!(state, State::Expired | State::Reversed { .. })
        || matches!(transition.notice(), Some(SellerNotice::Reconfirming))
}

/// Returns true if the next block changes the order by itself: while its depth grows.
fn is_rechecked_each_block(state: State, transfers: &[Transfer]) -> bool {
    match state {
        State::Confirming { .. } => true,
        State::Reversed { .. } => transfers.iter().any(|transfer| transfer.block.is_some()),
        _ => false,
    }
}
