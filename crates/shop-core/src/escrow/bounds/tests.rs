//! Tests of each bound, at its last value and the first beyond.

use super::*;
use crate::{
    escrow::{
        Account,
        samples::{SHIP_BY, terms},
    },
    time::UnixTime,
};

const SECONDS: u32 = 86_400;

fn reasons(change: impl FnOnce(&mut Terms)) -> Vec<VoidReason> {
    let mut terms = terms();
    change(&mut terms);
    assert_eq!(terms.is_void(), !terms.void_reasons().is_empty());
    terms.void_reasons()
}

#[test]
fn windows_have_a_least_and_a_greatest_length() {
    for window in [SECONDS, 30 * SECONDS] {
        assert_eq!(reasons(|terms| terms.dispute_window = window), []);
    }
    for window in [0, SECONDS - 1, 30 * SECONDS + 1] {
        let broken = reasons(|terms| terms.dispute_window = window);
        assert_eq!(broken, [VoidReason::DisputeWindow]);
    }
    for window in [3 * SECONDS, 60 * SECONDS] {
        assert_eq!(reasons(|terms| terms.arbiter_window = window), []);
    }
    for window in [0, 3 * SECONDS - 1, 60 * SECONDS + 1] {
        let broken = reasons(|terms| terms.arbiter_window = window);
        assert_eq!(broken, [VoidReason::ArbiterWindow]);
    }
}

#[test]
fn fee_and_tip_have_a_greatest_value() {
    assert_eq!(reasons(|terms| terms.arbiter_fee_bps = 1_000), []);
    assert_eq!(reasons(|terms| terms.arbiter_fee_bps = 1_001), [VoidReason::ArbiterFee]);
    assert_eq!(reasons(|terms| terms.keeper_tip = terms.price / 20), []);
    let broken = reasons(|terms| terms.keeper_tip = terms.price / 20 + 1);
    assert_eq!(broken, [VoidReason::KeeperTip]);
}

#[test]
fn deadlines_are_in_order_and_not_too_far() {
    assert_eq!(reasons(|terms| terms.deliver_by = SHIP_BY), []);
    let at = |seconds: u64| UnixTime(SHIP_BY.0 + seconds);
    assert_eq!(reasons(|terms| terms.deliver_by = at(180 * DAY)), []);
    let broken = reasons(|terms| terms.deliver_by = at(180 * DAY + 1));
    assert_eq!(broken, [VoidReason::Deadlines]);
    let broken = reasons(|terms| terms.deliver_by = UnixTime(SHIP_BY.0 - 1));
    assert_eq!(broken, [VoidReason::Deadlines]);
    let last = UnixTime(LATEST - 60 * DAY - 1);
    let both = |terms: &mut Terms, time: UnixTime| {
        terms.ship_by = time;
        terms.deliver_by = time;
    };
    assert_eq!(reasons(|terms| both(terms, last)), []);
    let broken = reasons(|terms| both(terms, last.plus_seconds(1)));
    assert_eq!(broken, [VoidReason::Time]);
    assert_eq!(reasons(|terms| both(terms, UnixTime(u64::MAX))), [VoidReason::Time]);
}

#[test]
fn there_must_be_a_seller_and_a_price() {
    assert_eq!(reasons(|terms| terms.seller = Account::ZERO), [VoidReason::Seller]);
    let broken = reasons(|terms| {
        terms.price = 0;
        terms.keeper_tip = 0;
    });
    assert_eq!(broken, [VoidReason::Price]);
}
