//! Truth of a notice to the seller, when it is written.

use super::{OrderFacts, debt, hand_out};
use crate::{invoice::SellerNotice, stock::ReservationStatus};

/// Facts by which a queued notice about an order is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeFacts {
    /// The order as it is now.
    pub order: OrderFacts,
    /// True if it has paid for redeem codes and there are too few.
    pub codes_missing: bool,
    /// True if a payment that was named for the order is as the notice says.
    /// It waits for the seller, or does not count.
    pub names_payment: bool,
}

/// Judgement on a queued notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeNow {
    /// It is so: this is written.
    Holds(SellerNotice),
    /// It was so, and is said all the same: the seller may have acted on what it takes back.
    Overtaken,
    /// It is not so any more, and is dropped. What is so now has a notice of its own.
    Dropped,
}

/// Judges a notice that was queued some time ago.
///
/// Payments that were reversed, moved or too small are always told. Of a demo's orders nothing is
/// told once the shop takes real money: its mails do not say that a payment was simulated.
#[must_use]
pub fn notice_now(notice: SellerNotice, facts: &NoticeFacts) -> NoticeNow {
    match notice {
        _ if facts.order.is_left_by_demo() => NoticeNow::Dropped,
        // It was released meanwhile: that it is paid was not told yet.
        SellerNotice::ToRelease if is_so(notice, facts) && !awaits_release(&facts.order) => {
            NoticeNow::Holds(SellerNotice::Paid)
        }
        _ if is_so(notice, facts) => NoticeNow::Holds(notice),
        SellerNotice::Reconfirming | SellerNotice::Reversed | SellerNotice::Short => {
            NoticeNow::Overtaken
        }
        _ => NoticeNow::Dropped,
    }
}

fn is_so(notice: SellerNotice, facts: &NoticeFacts) -> bool {
    let order = &facts.order;
    let is_backordered = order.reservation_status == ReservationStatus::Backordered;
    let is_refunded = order.events.refunded;
    let rest = match notice {
        SellerNotice::Paid | SellerNotice::BackInStock | SellerNotice::ToRelease => !is_backordered,
        SellerNotice::OutOfStock => is_backordered && !is_refunded,
        SellerNotice::CodesMissing => facts.codes_missing && !is_refunded,
        SellerNotice::Short => !is_refunded,
        SellerNotice::OtherMoney => debt::owes_other_money(order),
        SellerNotice::ToReview | SellerNotice::NotCounted(_) => facts.names_payment,
        // Each step is told once, and the letter says how it is now: one that was passed over would
        // never be told if a reorganisation brought the order back to it.
        SellerNotice::Escrow(_) => order.escrow.is_some(),
        SellerNotice::Reconfirming | SellerNotice::Reversed => true,
    };
    rest && notice.is_still_true(order.state)
}

fn awaits_release(order: &OrderFacts) -> bool {
    order.digital && hand_out::by_payment(order) == hand_out::HandOut::AwaitsSeller
}
