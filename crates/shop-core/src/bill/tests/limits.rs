//! Limits between one answer and the next, and what is read back from rules and bills.

use super::*;

#[test]
fn bill_names_its_goods_and_the_percentages_of_its_rows() {
    let goods = [goods(51_990_000, 2, 180)];
    let asked = BillRequest { discount: Some(DiscountNumber(1)), ..wanted(&goods, Some("CA-QC")) };
    let bill = calculate(&full_rules(), &asked).unwrap().bill;
    assert!(bill.lines() == [goods[0].line.clone()]);
    let percent = |row: &Row| row.percent.map(|percent| percent.to_string());
    let percents: Vec<_> = bill.rows().iter().map(percent).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(percents, [None, some("10"), None, some("14.975"), None]);
}

#[test]
fn goods_worth_the_least_order_are_enough() {
    let rules = PriceRules { minimum: prices(5_000), ..PriceRules::default() };
    let of = |nano| calculate(&rules, &wanted(&[goods(nano, 1, 180)], None)).unwrap().impossible;
    assert_eq!(of(5_000), []);
    assert_eq!(of(4_999), [Impossible::BelowMinimum { minimum: eth(5_000) }]);
}

/// 546 satoshi are the least that any wallet sends, to any form of address.
#[test]
fn total_that_no_wallet_sends_is_refused() {
    let of = |satoshi: u128| {
        let price = Price::from(Amount::new(AssetId::BTC, satoshi));
        let mut item = goods(1, 1, 0);
        item.line.each = price;
        item.line.total = price;
        let goods = [item];
        let unit = AssetId::BTC.into();
        let asked = BillRequest { unit, ..wanted(&goods, None) };
        calculate(&PriceRules::default(), &asked).unwrap().impossible
    };
    let least = Amount::least_payment(AssetId::BTC);
    assert_eq!((least.units(), of(546)), (546, vec![]));
    assert_eq!(of(545), [Impossible::Dust { least }]);
    assert_eq!(of(0), [Impossible::NothingToPay]);
    for asset in [AssetId::ETH, AssetId::XMR] {
        assert!(Amount::least_payment(asset).is_zero(), "any amount can be sent");
    }
}

#[test]
fn weight_is_that_of_all_units() {
    let bands = vec![WeightBand { up_to: 500, price: prices(100) }];
    let shipping = zones(vec![("CA", vec![rate("Letter", Cost::Weight(bands))])]);
    let rules = PriceRules { shipping, ..PriceRules::default() };
    let of = |quantity, grams| {
        calculate(&rules, &wanted(&[goods(6_000, quantity, grams)], Some("CA"))).unwrap().impossible
    };
    assert_eq!(of(2, 250), []);
    assert_eq!(of(2, 251), [Impossible::NoRate]);
}

#[test]
fn tax_that_differs_by_country_waits_for_the_country() {
    let tax = tax(&[("*", "10", false, true), ("CA", "5", false, true)]);
    let rules = PriceRules { tax, ..PriceRules::default() };
    let goods = [goods(1_000, 1, 0)];
    let total = |to| calculate(&rules, &wanted(&goods, to)).unwrap().bill.total();
    assert_eq!([None, Some("CA"), Some("FR")].map(total), [eth(1_000), eth(1_050), eth(1_100)]);
}

#[test]
fn rules_name_their_countries_once_and_serve_their_zones() {
    let letter = || vec![rate("Letter", Cost::Flat(prices(1)))];
    let rules = PriceRules {
        shipping: zones(vec![("CA-YT CA", letter()), ("US", letter())]),
        tax: tax(&[("FR", "20", false, true), ("CA-QC", "14.975", false, true)]),
        ..PriceRules::default()
    };
    let codes: Vec<_> = rules.named().into_iter().map(Country::code).collect();
    assert_eq!(codes, ["CA", "US", "FR"]);
    let serves = |code| rules.serves(Place::parse(code).unwrap());
    assert_eq!(["CA-YT", "CA", "US", "FR"].map(serves), [true, true, true, false]);
    let Shipping::Zones(zones) = &rules.shipping else { panic!("zones") };
    let names: Vec<_> = zones.entries().flat_map(Zone::rates).map(|rate| &rate.name).collect();
    assert_eq!(names, ["Letter", "Letter"]);
}

#[test]
fn bands_of_value_reach_further_one_by_one() {
    let band = |nano| AmountBand { up_to: prices(nano), price: prices(1) };
    let zone = |first, second| {
        Zone::new(vec![rate("x", Cost::Amount(vec![band(first), band(second)]))]).err()
    };
    assert_eq!(zone(1_000, 2_000), None);
    assert_eq!(zone(1_000, 1_000), Some(ShippingError::BandOrder(2)));
    assert_eq!(zone(2_000, 1_000), Some(ShippingError::BandOrder(2)));
}

#[test]
fn prices_hold_one_amount_for_each_asset() {
    let monero = Price::new(AssetId::XMR.into(), 7);
    let both = Prices::new(vec![eth(5), monero]).unwrap();
    assert_eq!(both.iter().collect::<Vec<_>>(), [eth(5), monero]);
    assert_eq!([AssetId::ETH, AssetId::BTC].map(|asset| both.of(asset)), [Some(eth(5)), None]);
    assert_eq!([both.is_empty(), Prices::default().is_empty()], [false, true]);
    assert_eq!(Prices::new(vec![eth(5), eth(6)]), None);
}

#[test]
fn discounts_are_listed_in_the_order_of_the_seller() {
    let all =
        vec![discount(2, DiscountEffect::FreeShipping), discount(1, DiscountEffect::FreeShipping)];
    assert_eq!(Discounts::new(all.clone()).unwrap().all(), all);
}
