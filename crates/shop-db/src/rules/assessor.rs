//! Choice of the orders to assess, and their assessment.
//!
//! Orders a block cannot have changed are left alone, so that many old orders cost nothing.

use super::{
    backorders, clock, codes, escrow, facts, notices, other_money, release, reservations, statuses,
    sync_status::SyncStatus,
    transfers::{self, Touched},
    tx_context::TxContext,
    underpaid,
};
use crate::{
    error::DbError,
    model::Assessed,
    rows::{ChainNumber, Rows},
};
use shop_core::{
    chain::ChainId,
    invoice::{Invoice, SellerNotice, State, Transition},
    order::OrderId,
    stock::ReservationStatus,
    time::CoarseTime,
    view::{Transfer, View},
};
use std::collections::BTreeSet;

pub(super) struct OrderAssessor<'a> {
    rows: &'a dyn Rows,
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

/// Assesses these orders by the blocks read so far.
pub(super) fn assess_touched(
    rows: &dyn Rows,
    tx: &TxContext,
    chain_id: ChainId,
    touched: Touched,
    now: CoarseTime,
) -> Result<Assessed, DbError> {
    let Some(chain) = rows.followed(chain_id)? else { return Ok(Assessed::default()) };
    // How much is still to be read is not known here, so nothing is said to be gone.
    let sight = SyncStatus { tip: rows.tip(chain)?, whole: false };
    let now = clock::believed(rows, chain, now)?;
    let mut assessor = OrderAssessor::new(rows, tx, chain, sight, now);
    assessor.enqueue(touched);
    assessor.assess_all()
}

impl<'a> OrderAssessor<'a> {
    pub(super) const fn new(
        rows: &'a dyn Rows,
        tx: &'a TxContext,
        chain: ChainNumber,
        sight: SyncStatus,
        now: CoarseTime,
    ) -> Self {
        Self { rows, tx, chain, sight, now, summoned: BTreeSet::new() }
    }

    pub(super) fn enqueue(&mut self, orders: impl IntoIterator<Item = OrderId>) {
        self.summoned.extend(orders);
    }

    /// Summons orders that change with every block, and those whose offer has ended unpaid.
    pub(super) fn enqueue_rechecked(&mut self) -> Result<(), DbError> {
        self.enqueue(self.rows.rechecked(self.chain)?);
        self.enqueue(self.rows.escrows_not_deep(self.chain)?);
        self.enqueue(self.rows.ended(self.chain, self.now)?);
        Ok(())
    }

    /// Summons orders not deep enough under a tip that has come down.
    /// Others of the same branch lie as deep as before, or deeper.
    pub(super) fn enqueue_unconfirmed(&mut self) -> Result<(), DbError> {
        if let Some(tip) = self.sight.tip {
            self.enqueue(self.rows.unconfirmed(self.chain, tip)?);
        }
        Ok(())
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
            backorders::allocate_if(freed, self.rows, self.tx)?;
        }
        for order in &self.summoned {
            escrow::follow(self.rows, self.tx, *order, self.sight)?;
        }
        other_money::tell(self.rows, self.tx, self.chain, self.sight.tip)?;
        if self.sight.whole {
            underpaid::tell(self.rows, self.tx, self.chain, self.now)?;
        }
        judged.mails = self.tx.mailed();
        Ok(judged)
    }

    /// Assesses an order. Returns nothing if there is nothing to judge by.
    fn assess(&self, order: OrderId, judged: &mut Assessed) -> Result<Option<Assessment>, DbError> {
        let invoice = self.rows.invoice(order)?;
        let transfers = transfers::shown(self.rows, order, invoice.due().asset())?;
        let Some(tip) = self.sight.tip else {
            self.store(order, &invoice, true)?;
            return Ok(None);
        };
        let view = View { tip, transfers };
        judged.judged += 1;
        let now = self.hour_for(order, &invoice)?;
        // One order whose amounts do not add up must not keep all the others from being judged.
        let Ok(transition) = invoice.clone().assess(&view, now) else {
            judged.unjudged += 1;
            return Ok(None);
        };
        Ok(Some(Assessment { order, invoice, transition, transfers: view.transfers }))
    }

    /// Returns the hour by which an offer ends.
    /// It does not end while its payment may stand in a block whose logs are not read.
    fn hour_for(&self, order: OrderId, invoice: &Invoice) -> Result<CoarseTime, DbError> {
        let ended = self.now > invoice.expires();
        let may_be_paid = ended && facts::of_order(self.rows, order)?.may_be_paid_unread();
        Ok(if may_be_paid { invoice.expires() } else { self.now })
    }

    /// Writes an assessment. Returns true if goods came free.
    fn apply(&self, verdict: &Assessment, judged: &mut Assessed) -> Result<bool, DbError> {
        let Assessment { order, invoice, transition, transfers } = verdict;
        let next = transition.next();
        if transition.changes() && !self.sight.whole && is_loss(transition) {
            self.store(*order, invoice, true)?;
            return Ok(false);
        }
        self.store(*order, next, is_rechecked_each_block(next.state(), transfers))?;
        if !transition.changes() {
            // Codes were held back if it was settled while it was being checked, and are due if it is
            // not any more.
            if next.state().is_paid() {
                codes::give(self.rows, self.tx, *order)?;
            }
            return Ok(false);
        }
        judged.changed += 1;
        let (reservation_status, freed) =
            reservations::follow(self.rows, self.tx, *order, next.state())?;
        statuses::write(self.rows, *order)?;
        let awaits_seller =
            next.state().is_paid() && release::awaits_seller(self.rows, self.tx, *order)?;
        if let Some(news) = transition.notice() {
            let news = match (news, reservation_status) {
                (SellerNotice::Paid, ReservationStatus::Backordered) => SellerNotice::OutOfStock,
                (SellerNotice::Paid, _) if awaits_seller => SellerNotice::ToRelease,
                (news, _) => news,
            };
            notices::tell(self.rows, self.tx, *order, news)?;
        }
        if next.state().is_paid() {
            codes::give(self.rows, self.tx, *order)?;
        }
        Ok(freed)
    }

    fn store(&self, order: OrderId, invoice: &Invoice, rechecked: bool) -> Result<(), DbError> {
        self.rows.set_invoice(order, invoice, facts::copies(invoice), rechecked)
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
