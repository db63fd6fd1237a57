//! Facts about an order, from which its status follows: made from its row in one place.

use crate::{
    error::DbError,
    rows::{EscrowRow, OrderCopies, OrderRow, Rows},
};
use shop_core::{
    invoice::{Invoice, State},
    order::OrderId,
    order_status::{OnChain, OrderFacts, OrderStatus, OtherMoney, PutAway, derive},
    stock::ReservationStatus,
};

impl OrderRow {
    /// Returns the facts from which its status follows.
    pub(crate) fn facts(&self) -> OrderFacts {
        OrderFacts {
            cancelled: self.cancelled,
            digital: self.digital,
            released: self.released,
            reservation_status: self.reservation.unwrap_or(ReservationStatus::Untracked),
            on_chain: self.on_chain(),
            underpaid_notified: self.underpaid_notified,
            other_money: match (self.has_other_money, self.other_money_notified) {
                (false, _) => OtherMoney::None,
                (true, false) => OtherMoney::Seen,
                (true, true) => OtherMoney::Told,
            },
            has_open_claim: self.claims.iter().any(|claim| claim.is_undecided()),
            may_be_paid_unread: self.may_be_paid_unread(),
            events: self.events.iter().copied().collect(),
            escrow: self.escrow.as_ref().map(EscrowRow::facts),
            ..OrderFacts::new(&self.invoice, self.placed)
        }
    }

    /// Returns the status as it was in the hour the order was placed in.
    /// It is for those who ask for nothing that an hour changes.
    pub(super) fn first_status(&self) -> OrderStatus {
        derive(&self.facts(), self.placed)
    }

    pub(super) const fn state(&self) -> State {
        self.invoice.state()
    }

    /// Returns the standing of the order with its chain.
    /// Its payment is being checked where nodes report another branch, and while it is gone from the
    /// blocks read so far and more are to be read.
    fn on_chain(&self) -> OnChain {
        let contested =
            self.chain.contested.is_some_and(|from| self.highest.is_some_and(|top| top >= from));
        let is_checked = contested || self.rechecked && self.state().is_paid();
        let away = if self.chain.demo == Some(true) { PutAway::Demo } else { PutAway::Real };
        OnChain {
            is_checked: self.chain.followed && is_checked,
            put_away: (!self.chain.followed).then_some(away),
        }
    }

    /// Returns true if the order could have been paid in a block whose logs are not read.
    /// The hour of a block is its miner's word, and ours may be the next one.
    pub(super) fn may_be_paid_unread(&self) -> bool {
        self.newest_unread.is_some_and(|time| self.placed <= time.plus_hours(1))
    }
}

/// Returns the copies of what follows from an invoice, by which queries find its order.
pub(super) fn copies(invoice: &Invoice) -> OrderCopies {
    let state = invoice.state();
    OrderCopies {
        open: state.is_open(),
        paid: state.is_paid(),
        underpaid: matches!(state, State::Underpaid { .. }),
        ends: matches!(state, State::Awaiting).then(|| invoice.expires()),
    }
}

/// Reads the order of this number, which there must be.
pub(super) fn of_order(rows: &dyn Rows, order: OrderId) -> Result<OrderRow, DbError> {
    rows.find_order(order)?.ok_or(DbError::Unreadable)
}
