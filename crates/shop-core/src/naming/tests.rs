use super::*;
use crate::{
    invoice::{ClaimFit, Fit, Invoice},
    money::AssetId,
    pay_to::{Offer, PayTo},
    time::CoarseTime,
    view::{Confirmations, Height, Transfer, TransferId, View},
};
use proptest::prelude::*;

const STEP: u128 = AssetId::ETH.step();

fn eth(text: &str) -> Amount {
    Amount::parse(AssetId::ETH, text).unwrap()
}

fn order(name: Name) -> Invoice {
    let pay_to = PayTo::new(AssetId::ETH, "demo-wallet").unwrap();
    let offer = Offer { pay_to, due: name.due, matching: name.matching() };
    Invoice::open(offer, Confirmations(3), CoarseTime::from_hours(100)).unwrap()
}

/// An order of this price whose amount ends in these steps more.
fn named(price: &str, naming: u16) -> Invoice {
    let price = eth(price);
    let due = Amount::from_steps(price.asset(), price.steps() + u128::from(naming)).unwrap();
    order(Name { due, naming })
}

fn short(invoice: Invoice, paid: Amount) -> Invoice {
    let transfer = Transfer {
        id: TransferId("1".into()),
        pay_to: invoice.pay_to().clone(),
        amount: paid,
        block: None,
    };
    let view = View { tip: Height(9), transfers: vec![transfer] };
    invoice.assess(&view, CoarseTime::from_hours(1)).unwrap().next().clone()
}

/// Returns what a wallet keeps of an amount with so many decimals, cut or rounded up.
fn rounded(amount: Amount, places: u32) -> [Amount; 2] {
    let unit = 10u128.pow(18 - places);
    let cut = amount.units() / unit * unit;
    let up = amount.units().div_ceil(unit) * unit;
    [cut, up].map(|units| Amount::new(AssetId::ETH, units))
}

#[test]
fn names_of_a_price_are_all_steps_but_those_that_end_in_zero() {
    for price in ["0.05", "0.05199", "0.12345678", "0.00000001"] {
        let names: Vec<_> = names(eth(price), 0).collect();
        assert!((8_999..=9_000).contains(&names.len()), "{price}");
        let first = names.iter().map(|name| name.naming).min().unwrap();
        let last = names.iter().map(|name| name.naming).max().unwrap();
        assert!(first <= 2 && (9_998..=9_999).contains(&last), "{first} to {last}");
        assert!(names.iter().all(|name| name.due.steps() % 10 != 0));
    }
}

#[test]
fn names_begin_after_the_start_and_go_round() {
    let steps = |start| {
        let found: Vec<_> = names(eth("0.05"), start).map(|name| name.naming).collect();
        (found[0], found[1], *found.last().unwrap())
    };
    assert_eq!(steps(0), (1, 2, 9_999));
    assert_eq!(steps(9_998), (9_999, 1, 9_998));
    assert_eq!(steps(9_999), (1, 2, 9_999), "start is any number");
    assert_eq!(steps(u64::MAX), steps(u64::MAX % 9_999));
}

#[test]
fn fit_of_an_amount_ignores_digits_below_the_eighth_decimal() {
    let invoice = named("0.05", 1_234);
    for (units, wanted) in [
        ("0.05001234", Fit::Exact),
        ("0.050012340000000001", Fit::Exact),
        ("0.050012339999999999", Fit::Exact),
        ("0.050012345", Fit::Unnamed),
        ("0.05001235", Fit::Unnamed),
        ("0.05", Fit::Unnamed),
        ("0.04001234", Fit::Digits),
        ("0.5000123400001", Fit::Digits),
        ("7.00001234", Fit::Digits),
    ] {
        assert_eq!(invoice.fit(eth(units)), wanted, "{units}");
    }
    let bitcoin = Amount::new(AssetId::BTC, invoice.due().steps());
    assert_eq!(invoice.fit(bitcoin), Fit::Unnamed);
}

#[test]
fn claim_fit_of_each_kind_of_amount_is_as_the_rule_says() {
    let invoice = named("0.05", 1_234);
    for (came, wanted) in [
        ("0.050012", ClaimFit::Rounded),
        ("0.050013", ClaimFit::Rounded),
        ("0.0500123", ClaimFit::Rounded),
        ("0.05001235", ClaimFit::OfOthers),
        ("0.05001233", ClaimFit::OfOthers),
        ("0.050011", ClaimFit::OfOthers),
        ("0.050014", ClaimFit::OfOthers),
        ("0.05001", ClaimFit::OfOthers),
        ("0.05", ClaimFit::Unclear),
        ("0.5", ClaimFit::Unclear),
        ("0.04001234", ClaimFit::Unclear),
        ("0.04005678", ClaimFit::OfOthers),
        ("0.00000001", ClaimFit::OfOthers),
    ] {
        assert_eq!(invoice.claim_fit(eth(came)), wanted, "{came}");
    }
}

/// A price may end in digits of its own: paying it without the name is no stranger's payment.
#[test]
fn claim_fit_of_the_plain_price_is_for_the_seller_to_say() {
    assert_eq!(named("0.05199", 7).claim_fit(eth("0.05199")), ClaimFit::Rounded, "cut to six");
    assert_eq!(named("0.05199", 777).claim_fit(eth("0.05199")), ClaimFit::Unclear);
    assert_eq!(named("0.05199", 777).claim_fit(eth("0.05198")), ClaimFit::OfOthers);
}

#[test]
fn with_digits_is_the_least_amount_that_ends_in_them() {
    let text = |least, digits| with_digits(eth(least), digits).unwrap().decimal();
    assert_eq!(text("0.02", 1_234), "0.02001234");
    assert_eq!(text("0.02001234", 1_234), "0.02001234");
    assert_eq!(text("0.020012340000000001", 1_234), "0.02011234");
    assert_eq!(text("0.02001235", 1_234), "0.02011234");
}

#[test]
fn rest_of_an_order_names_it_and_is_recognised() {
    let invoice = named("0.05", 1_234);
    let half = short(invoice, eth("0.02001234"));
    assert_eq!(half.state().word(), "short");
    assert_eq!(half.missing(), eth("0.02998766"), "of the price");
    assert_eq!(half.asked(), eth("0.02991234").plus(eth("0.0001")).unwrap());
    assert_eq!(half.fit(half.asked()), Fit::Digits);
    assert_eq!(half.claim_fit(eth("0.030012")), ClaimFit::Rounded, "the rest, cut to six");
    let both = eth("0.02001234").plus(half.asked()).unwrap();
    assert!(half.is_covered_by(both) && half.excess(both).is_zero());
}

/// A price of some steps of the eighth decimal, and where to look for a name from.
fn price_and_start() -> impl Strategy<Value = (Amount, u64)> {
    let price = (1u128..40_000_000_000).prop_map(|steps| Amount::new(AssetId::ETH, steps * STEP));
    (price, any::<u64>())
}

proptest! {
    /// Amounts asked have eight decimals, and at most 0.0001 of them is not the price.
    #[test]
    fn names_have_eight_decimals_and_cost_at_most_a_ten_thousandth(
        (price, start) in price_and_start(),
    ) {
        for name in names(price, start).take(20) {
            prop_assert_eq!(name.due.units() % STEP, 0);
            let more = name.due.minus(price).unwrap();
            prop_assert_eq!(more.units(), u128::from(name.naming) * STEP);
            prop_assert!((1..=9_999).contains(&name.naming));
            prop_assert!(more.units() <= 100_000_000_000_000);
            prop_assert_eq!(order(name).price(), price);
        }
    }

    /// Two different amounts asked for at one address never fit each other's order exactly.
    #[test]
    fn no_two_open_orders_are_ambiguous(
        (one, start) in price_and_start(), (two, other) in price_and_start(), near in any::<bool>(),
    ) {
        let two = if near { one } else { two };
        let first = names(one, start).next().unwrap();
        let second = names(two, other).find(|name| name.due != first.due).unwrap();
        let first = order(first);
        let second = order(second);
        prop_assert_eq!(first.fit(first.due()), Fit::Exact);
        prop_assert_ne!(first.fit(second.due()), Fit::Exact);
        prop_assert_ne!(second.fit(first.due()), Fit::Exact);
    }

    /// Amounts cut to eight decimals or more are exact; those cut to fewer name no order at all.
    /// Claims find the latter, down to six decimals.
    #[test]
    fn every_rounding_of_a_wallet_is_classified(
        (price, start) in price_and_start(), places in 3u32..=18,
    ) {
        let invoice = order(names(price, start).next().unwrap());
        for came in rounded(invoice.due(), places) {
            let fit = invoice.fit(came);
            prop_assert_eq!(fit == Fit::Exact, places >= 8);
            let claimed = invoice.claim_fit(came);
            if places >= 6 {
                prop_assert_eq!(claimed, ClaimFit::Rounded);
            }
            if places < 8 {
                prop_assert_eq!(fit, Fit::Unnamed);
                // Nor does it name any other order.
                let other = order(names(price, start ^ 0x55).next().unwrap());
                prop_assert_eq!(other.fit(came), Fit::Unnamed);
            }
        }
    }

    /// A claim that settles by itself is within a millionth of a coin of what was asked.
    #[test]
    fn claims_that_settle_are_within_a_millionth(
        (price, start) in price_and_start(), off in -3_000i128..3_000,
    ) {
        let invoice = order(names(price, start).next().unwrap());
        let due = i128::try_from(invoice.due().units()).unwrap();
        let units = due + off * 1_000_000_000;
        prop_assume!(units > 0);
        let came = Amount::new(AssetId::ETH, units.unsigned_abs());
        if invoice.claim_fit(came) == ClaimFit::Rounded {
            prop_assert!(came.units().abs_diff(invoice.due().units()) < 1_000_000_000_000);
        }
    }
}
