use super::*;
use crate::{
    money::AssetId,
    pay_to::{Offer, PayTo},
    time::CoarseTime,
    view::{BlockAt, BlockHash, Confirmations, Height, Transfer, TransferId, View},
};
use proptest::prelude::*;

const STEP: u128 = AssetId::ETH.step();
/// 0.05 ETH.
const PRICE: u128 = 5_000_000 * STEP;
/// 0.00002 ETH.
const FLOOR: u128 = 2_000 * STEP;

fn amount(units: u128) -> Amount {
    Amount::new(AssetId::ETH, units)
}

fn open(due: u128, matching: Matching) -> Invoice {
    let pay_to = PayTo::new(AssetId::ETH, "demo-1").unwrap();
    let offer = Offer { pay_to, due: amount(due), matching };
    Invoice::open(offer, Confirmations(1), CoarseTime::from_hours(100)).unwrap()
}

fn pooled() -> Invoice {
    open(PRICE, Matching::PayTo).ignoring(amount(FLOOR))
}

fn named(naming: u16) -> Invoice {
    let matching = Matching::Amount { naming };
    open(PRICE + u128::from(naming) * STEP, matching).ignoring(amount(FLOOR))
}

/// The order, when so much stands deep enough.
fn paid(invoice: &Invoice, units: u128) -> Invoice {
    let height = Height(1);
    let hash = BlockHash([1; 32]);
    let block = BlockAt { height, hash, time: CoarseTime::from_hours(1) };
    let transfer = Transfer {
        id: TransferId("1".into()),
        pay_to: invoice.pay_to().clone(),
        amount: amount(units),
        block: Some(block),
    };
    let view = View { tip: Height(1), transfers: vec![transfer] };
    let now = CoarseTime::from_hours(1);
    invoice.clone().assess(&view, now).unwrap().next().clone()
}

fn word(invoice: &Invoice, units: u128) -> &'static str {
    paid(invoice, units).state().word()
}

#[test]
fn difference_below_the_floor_is_nobodys_debt_and_at_it_is_one() {
    let order = pooled();
    assert_eq!(word(&order, PRICE - FLOOR), "short");
    assert_eq!(word(&order, PRICE - FLOOR + 1), "settled");
    assert_eq!(word(&order, PRICE - 1), "settled");
    assert_eq!(word(&order, PRICE), "settled");
    assert_eq!(word(&order, PRICE + 1), "settled");
    assert_eq!(word(&order, PRICE + FLOOR - 1), "settled");
    assert_eq!(word(&order, PRICE + FLOOR), "over");
    assert_eq!(order.excess(amount(PRICE + FLOOR - 1)), amount(0));
    assert_eq!(order.excess(amount(PRICE + FLOOR)), amount(FLOOR));
}

#[test]
fn naming_digits_are_owed_by_nobody() {
    for naming in [1, 1_234, 9_999] {
        let order = named(naming);
        let due = order.due().units();
        assert_eq!(order.price(), amount(PRICE));
        assert_eq!(word(&order, PRICE - FLOOR), "short", "{naming}");
        assert_eq!(word(&order, PRICE - FLOOR + 1), "settled", "{naming}");
        assert_eq!(word(&order, PRICE), "settled", "{naming}");
        assert_eq!(word(&order, due), "settled", "{naming}");
        // The rest of an order may be asked with a name of its own.
        assert_eq!(word(&order, PRICE + 10_000 * STEP), "settled", "{naming}");
    }
    let order = named(9_999);
    let due = order.due().units();
    assert_eq!(word(&order, due + FLOOR - 1), "settled");
    assert_eq!(word(&order, due + FLOOR), "over");
    assert_eq!(named(1).excess(amount(PRICE + 10_000 * STEP + 1)), amount(9_999 * STEP + 1));
}

#[test]
fn order_without_a_floor_is_exact_to_the_last_unit() {
    let order = open(PRICE, Matching::PayTo);
    assert_eq!([word(&order, PRICE - 1), word(&order, PRICE + 1)], ["short", "over"]);
    assert_eq!(order.clone().ignoring(amount(0)), order);
    let other = Amount::new(AssetId::BTC, 7);
    assert_eq!(order.clone().ignoring(other), order);
}

#[test]
fn floor_is_at_most_a_hundredth_of_the_price() {
    let cheap = open(1_000 * STEP, Matching::PayTo).ignoring(amount(FLOOR));
    assert_eq!(word(&cheap, 990 * STEP), "short");
    assert_eq!(word(&cheap, 990 * STEP + 1), "settled");
    assert_eq!(word(&cheap, 1_010 * STEP), "over");
    assert_eq!(word(&open(50, Matching::PayTo).ignoring(amount(FLOOR)), 49), "short");
}

#[test]
fn another_asset_covers_nothing() {
    assert!(!pooled().is_covered_by(Amount::new(AssetId::BTC, u128::MAX)));
}

#[test]
fn rest_of_a_pool_order_has_eight_decimals() {
    let half = paid(&pooled(), PRICE / 2 + 1);
    assert_eq!(half.missing(), amount(PRICE / 2 - 1));
    assert_eq!(half.asked(), amount(PRICE / 2));
    assert_eq!(pooled().asked(), amount(PRICE));
}

#[test]
fn unpaid_order_owes_what_is_due_and_a_paid_one_nothing() {
    let fine = open(PRICE + 1, Matching::PayTo);
    assert_eq!(fine.asked(), fine.due(), "a price with more decimals");
    let order = named(1_234);
    assert_eq!(order.asked(), order.due());
    assert_eq!(paid(&order, order.due().units()).asked(), amount(0));
}

#[test]
fn missing_tenth_may_be_a_fee_and_more_is_none() {
    let tenth = PRICE / 10;
    assert!(paid(&pooled(), PRICE - tenth).may_lack_a_fee());
    assert!(!paid(&pooled(), PRICE - tenth - 1).may_lack_a_fee());
    assert!(!paid(&pooled(), PRICE).may_lack_a_fee());
    assert!(!pooled().may_lack_a_fee());
}

proptest! {
    /// Nobody owes anything to both sides, and what is paid exactly is settled.
    #[test]
    fn debts_are_of_one_side_and_not_below_the_floor(
        naming in 1u16..=9_999, off in -30_000i64..30_000, pool in any::<bool>(),
    ) {
        let order = if pool { pooled() } else { named(naming) };
        let units = i128::try_from(order.due().units()).unwrap() + i128::from(off) * 1_000_000_000;
        let came = amount(units.unsigned_abs());
        let covered = order.is_covered_by(came);
        let excess = order.excess(came);
        prop_assert!(covered || excess.is_zero());
        prop_assert!(excess.is_zero() || excess.units() >= FLOOR);
        if !covered {
            prop_assert!(PRICE - came.units() >= FLOOR);
        }
        let wanted = match (covered, excess.is_zero()) {
            (false, _) => "short",
            (true, true) => "settled",
            (true, false) => "over",
        };
        prop_assert_eq!(word(&order, came.units()), wanted);
    }

    #[test]
    fn amount_asked_for_the_rest_settles_the_order_exactly(
        naming in 1u16..=9_999, first in 1u128..PRICE - FLOOR, pool in any::<bool>(),
    ) {
        let order = if pool { pooled() } else { named(naming) };
        let half = paid(&order, first);
        prop_assert_eq!(half.state().word(), "short");
        let rest = half.asked();
        prop_assert_eq!(rest.units() % STEP, 0);
        prop_assert_eq!(word(&order, first + rest.units()), "settled");
    }
}
