//! Tests of notices that were queued before they are written.

use super::*;
use crate::invoice::{NotCounted, SellerNotice};
use SellerNotice::{
    BackInStock, CodesMissing, OutOfStock, Paid, Reconfirming, Reversed, Short, ToRelease, ToReview,
};

const ALL: [SellerNotice; 10] = [
    Paid,
    OutOfStock,
    BackInStock,
    CodesMissing,
    Reconfirming,
    Reversed,
    Short,
    ToReview,
    ToRelease,
    SellerNotice::NotCounted(NotCounted::Failed),
];

fn now(notice: SellerNotice, order: OrderFacts) -> NoticeNow {
    notice_now(notice, &NoticeFacts { order, codes_missing: true, names_payment: true })
}

#[test]
fn notice_that_does_not_hold_is_dropped() {
    let expired = in_state(State::Expired);
    for notice in [Paid, OutOfStock, BackInStock, CodesMissing, ToRelease] {
        assert_eq!(now(notice, expired), NoticeNow::Dropped, "{notice:?}");
    }
    assert_eq!(now(Paid, settled()), NoticeNow::Holds(Paid));
    assert_eq!(now(ToReview, settled()), NoticeNow::Dropped);
    let nothing = NoticeFacts { order: settled(), codes_missing: false, names_payment: false };
    assert_eq!(notice_now(CodesMissing, &nothing), NoticeNow::Dropped);
    assert_eq!(
        notice_now(ToReview, &NoticeFacts { order: expired, ..nothing }),
        NoticeNow::Dropped
    );
}

#[test]
fn reversed_moved_and_underpaid_are_said_anyway() {
    for notice in [Reversed, Reconfirming, Short] {
        assert_eq!(now(notice, settled()), NoticeNow::Overtaken, "{notice:?}");
    }
    assert_eq!(now(Short, underpaid()), NoticeNow::Holds(Short));
    let refunded = with(underpaid(), &[EventKind::Refunded]);
    assert_eq!(now(Short, refunded), NoticeNow::Overtaken, "nobody refunds twice");
}

#[test]
fn goods_gone_and_back_in_stock_exclude_each_other() {
    let gone = backordered(settled());
    for (notice, holds) in [(OutOfStock, true), (Paid, false), (BackInStock, false)] {
        let expected = |holds| if holds { NoticeNow::Holds(notice) } else { NoticeNow::Dropped };
        assert_eq!(now(notice, gone), expected(holds), "{notice:?}");
        assert_eq!(now(notice, settled()), expected(!holds), "{notice:?}");
    }
    let refunded = with(gone, &[EventKind::Refunded]);
    assert_eq!(now(OutOfStock, refunded), NoticeNow::Dropped);
}

#[test]
fn order_released_meanwhile_is_told_as_paid() {
    let waits = OrderFacts { digital: true, ..settled() };
    assert_eq!(now(ToRelease, waits), NoticeNow::Holds(ToRelease));
    let released = OrderFacts { released: true, ..waits };
    assert_eq!(now(ToRelease, released), NoticeNow::Holds(Paid));
}

#[test]
fn nothing_is_said_of_an_order_that_a_demo_left() {
    for state in states() {
        let order = put_away(in_state(state), PutAway::Demo);
        for notice in ALL {
            assert_eq!(now(notice, order), NoticeNow::Dropped, "{notice:?}");
        }
    }
}
