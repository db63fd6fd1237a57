//! Status of an order: its phase, who owes money to whom, and what may be done with it now.
//!
//! This is the one place for these rules. Pages, commands and the database gather [`OrderFacts`]
//! and call [`derive()`]. What is stored of a status ([`Phase`], [`Debt`]) is a copy for queries; it
//! holds until [`OrderStatus::until`], and nothing is decided by it alone.

mod cancelling;
mod debt;
mod escrow;
mod events;
mod facts;
mod forgetting;
mod hand_out;
mod notices;
mod phase;
mod retention;

#[cfg(test)]
mod tests;

pub use crate::escrow::EscrowStep;
pub use cancelling::CancelRefusal;
pub use debt::Debt;
pub use escrow::EscrowFacts;
pub use events::{EventKind, SellerEvents};
pub use facts::{OnChain, OrderFacts, OtherMoney, PutAway};
pub use forgetting::ForgetRefusal;
pub use hand_out::HandOut;
pub use notices::{NoticeFacts, NoticeNow, notice_now};
pub use phase::Phase;
pub use retention::{Retention, RetentionPolicy};

use crate::time::CoarseTime;

/// Status of an order in one hour, as [`derive()`] finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderStatus {
    /// Phase of its life.
    pub phase: Phase,
    /// Money that the seller owes its buyer, of the asset that it asks for.
    pub debt: Debt,
    /// True if money of another asset came for it, and is owed.
    pub owes_other_money: bool,
    /// First hour in which phase and debt may differ although nothing happened; none if no hour.
    pub until: Option<CoarseTime>,
    /// True if the seller has, or had, money of it that could be given back.
    pub can_be_refunded: bool,
    /// The buyer may end the offer now, or the reason against it.
    pub can_cancel: Result<(), CancelRefusal>,
    /// The buyer may have the record deleted now, or the reason against it.
    pub can_forget: Result<(), ForgetRefusal>,
    /// Decision on handing out its digital goods, as far as payment, goods and chain go.
    pub hand_out: HandOut,
    /// True if it is paid, and its digital goods wait for the seller's word.
    pub awaits_release: bool,
    /// Rule by which its record is kept.
    retention: Retention,
    placed: CoarseTime,
    expires: CoarseTime,
}

/// Derives the status of an order in the hour `now`.
///
/// It depends on nothing but its arguments.
///
/// ```
/// use shop_core::invoice::{Invoice, State};
/// use shop_core::money::{Amount, AssetId};
/// use shop_core::order_status::{Debt, OrderFacts, Phase, derive};
/// use shop_core::pay_to::{Matching, Offer, PayTo};
/// use shop_core::stock::ReservationStatus;
/// use shop_core::time::CoarseTime;
/// use shop_core::view::Confirmations;
///
/// let hour = CoarseTime::from_hours(498_000);
/// let due = Amount::parse(AssetId::ETH, "0.05")?;
/// let pay_to = PayTo::new(AssetId::ETH, "demo-eth-1")?;
/// let offer = Offer { pay_to, due, matching: Matching::PayTo };
/// let invoice = Invoice::open(offer, Confirmations(12), hour.plus_hours(24))?;
/// let order = OrderFacts::new(&invoice, hour);
/// assert_eq!(derive(&order, hour).phase, Phase::Awaiting);
///
/// // It was paid when the goods were gone: the seller owes all of it.
/// let state = State::Settled { paid: due };
/// let sold_out = OrderFacts { state, reservation_status: ReservationStatus::Backordered, ..order };
/// assert_eq!(derive(&sold_out, hour).debt, Debt::Payment(due));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn derive(facts: &OrderFacts, now: CoarseTime) -> OrderStatus {
    let phase = phase::of(facts, now);
    let debt = debt::of(facts, phase);
    let owes_other_money = debt::owes_other_money(facts);
    let awaits_release = facts.digital && hand_out::by_payment(facts) == HandOut::AwaitsSeller;
    OrderStatus {
        phase,
        debt,
        owes_other_money,
        until: phase::until(facts, phase),
        can_be_refunded: debt::can_be_refunded(facts),
        can_cancel: cancelling::decide(facts, now),
        can_forget: forgetting::decide(facts, phase),
        hand_out: hand_out::decide(facts),
        awaits_release,
        retention: retention::rule(
            facts,
            phase,
            debt != Debt::None || owes_other_money,
            awaits_release,
        ),
        placed: facts.placed,
        expires: facts.expires,
    }
}

impl OrderStatus {
    /// Returns true if its digital goods may be fetched now.
    #[must_use]
    pub const fn downloads_open(&self) -> bool {
        self.hand_out.is_open()
    }

    /// Returns true if the seller is asked to release its digital goods: they are there.
    #[must_use]
    pub fn is_release_due(&self) -> bool {
        self.awaits_release && self.phase != Phase::Backordered
    }

    /// Returns the last hour in which its record is kept, by these terms.
    /// It holds while the facts are as they are. A mail that is not delivered keeps it longer.
    #[must_use]
    pub const fn keep_until(&self, terms: RetentionPolicy) -> CoarseTime {
        self.retention.end(self.placed, self.expires, terms)
    }
}
