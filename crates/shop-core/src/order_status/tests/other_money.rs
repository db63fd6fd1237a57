//! Money of another asset than the order asks for.

use super::*;
use crate::invoice::SellerNotice;

fn other(facts: OrderFacts, other_money: OtherMoney) -> OrderFacts {
    OrderFacts { other_money, ..facts }
}

#[test]
fn other_money_is_owed_until_it_is_given_back() {
    for facts in [placed(), settled(), underpaid(), in_state(State::Expired)] {
        let owes = |facts| derive(&facts, ENDED).owes_other_money;
        assert!(!owes(facts) && !owes(other(facts, OtherMoney::Seen)));
        let told = other(facts, OtherMoney::Told);
        assert!(owes(told) && derive(&told, ENDED).can_be_refunded);
        assert!(!owes(with(told, &[EventKind::Refunded])));
        assert!(!owes(with(told, &[EventKind::Difference])));
        assert!(owes(with(told, &[EventKind::Sent, EventKind::Note])));
        // It changes nothing of what the order asks for.
        let [before, after] = [facts, told].map(|facts| derive(&facts, ENDED));
        assert_eq!((before.phase, before.debt), (after.phase, after.debt));
    }
}

#[test]
fn other_money_keeps_an_unpaid_order_longer() {
    let keep = |facts| derive(&facts, ENDED).keep_until(TERMS).hours();
    let expired = in_state(State::Expired);
    assert_eq!(keep(expired), 534);
    assert_eq!(keep(other(expired, OtherMoney::Seen)), 600, "as money on its way");
    let told = other(expired, OtherMoney::Told);
    assert_eq!(keep(told), 900, "four times, while it is owed");
    assert_eq!(keep(with(told, &[EventKind::Refunded])), 600);
}

#[test]
fn order_with_other_money_is_forgotten_when_it_is_given_back() {
    let forget = |facts| derive(&facts, ENDED).can_forget;
    for facts in [settled(), in_state(State::Expired)] {
        assert_eq!(forget(facts), Ok(()));
        for standing in [OtherMoney::Seen, OtherMoney::Told] {
            assert_eq!(forget(other(facts, standing)), Err(ForgetRefusal::Owed));
        }
        let told = other(facts, OtherMoney::Told);
        assert_eq!(forget(with(told, &[EventKind::Difference])), Ok(()));
    }
}

#[test]
fn notice_of_other_money_holds_while_it_is_owed() {
    let now = |order| {
        let facts = NoticeFacts { order, codes_missing: false, names_payment: false };
        notice_now(SellerNotice::OtherMoney, &facts)
    };
    let told = other(placed(), OtherMoney::Told);
    assert_eq!(now(told), NoticeNow::Holds(SellerNotice::OtherMoney));
    assert_eq!(now(with(told, &[EventKind::Refunded])), NoticeNow::Dropped);
    assert_eq!(now(placed()), NoticeNow::Dropped, "the chain took it back");
}
