use super::*;
use crate::{
    money::{AssetId, MoneyError},
    place::{Country, Place},
    priced_cart::PricedCart,
    stock::{ReservedItems, StockKey},
    time::CoarseTime,
};
use proptest::prelude::*;

mod currency;
mod downloads;
mod limits;
mod properties;

/// Some hour.
pub(super) const NOW: CoarseTime = CoarseTime::from_hours(500_000);

/// Ether in 1e-9 of the coin, as price lists count.
pub(super) fn eth(nano: u64) -> Price {
    Price::from_price_list(AssetId::ETH.into(), nano).unwrap()
}

pub(super) fn prices(nano: u64) -> Prices {
    Prices::new(vec![eth(nano)]).unwrap()
}

pub(crate) fn goods(nano: u64, quantity: u32, grams: u32) -> BillItem {
    let each = eth(nano);
    BillItem {
        line: PricedLine {
            product: "tee".into(),
            name: "Tee".into(),
            option: None,
            sku: None,
            quantity,
            each,
            total: each.times(quantity).unwrap(),
            digital: None,
        },
        ships: grams > 0,
        grams,
    }
}

pub(super) fn rate(name: &str, cost: Cost) -> Rate {
    Rate { id: Rate::id_from_name(name), name: name.into(), cost, free_over: Prices::default() }
}

pub(super) fn zones(entries: Vec<(&str, Vec<Rate>)>) -> Shipping {
    let entry = |(areas, rates): (&str, Vec<Rate>)| {
        let areas = areas.split(' ').map(|code| Area::parse(code).unwrap()).collect();
        (areas, Zone::new(rates).unwrap())
    };
    Shipping::Zones(ByArea::new(entries.into_iter().map(entry).collect()).unwrap())
}

pub(super) fn tax(entries: &[(&str, &str, bool, bool)]) -> Tax {
    let entry = |(area, percent, included, on_shipping): &(&str, &str, bool, bool)| {
        let rate = TaxRate {
            name: "VAT".into(),
            percent: Percent::parse(percent).unwrap(),
            included: *included,
            on_shipping: *on_shipping,
        };
        (vec![Area::parse(area).unwrap()], rate)
    };
    Tax::new(entries.iter().map(entry).collect()).unwrap()
}

pub(super) fn discount(number: u32, gives: DiscountEffect) -> Discount {
    Discount {
        number: DiscountNumber(number),
        hash: DiscountCodeHash([u8::try_from(number).unwrap(); 32]),
        gives,
        from: None,
        until: None,
        uses: None,
        minimum: Prices::default(),
    }
}

/// Returns the bill of goods alone, whose prices include the shipping.
pub(crate) fn bill_of(cart: &PricedCart) -> Bill {
    calculate(&PriceRules::default(), &wanted(&cart.goods(), None)).unwrap().bill
}

pub(crate) fn wanted<'a>(goods: &'a [BillItem], to: Option<&str>) -> BillRequest<'a> {
    BillRequest {
        goods,
        unit: AssetId::ETH.into(),
        exchange: None,
        to: to.map(|code| Place::parse(code).unwrap()),
        rate: None,
        discount: None,
        now: NOW,
    }
}

/// Something of everything, in Canada.
pub(crate) fn full_rules() -> PriceRules {
    PriceRules {
        shipping: zones(vec![("CA", vec![rate("Letter", Cost::Flat(prices(2_000_000)))])]),
        tax: tax(&[("CA-QC", "14.975", false, true), ("CA", "5", false, true)]),
        discounts: Discounts::new(vec![discount(
            1,
            DiscountEffect::Percent(Percent::parse("10").unwrap()),
        )])
        .unwrap(),
        minimum: Prices::default(),
    }
}

/// The rows in short: kind, label, decimal.
fn shown(quote: &Quote) -> Vec<String> {
    let row = |row: &Row| format!("{:?} {} {}", row.kind, row.label, row.amount.decimal());
    quote.bill.rows().iter().map(row).collect()
}

#[test]
fn bill_rows_go_from_goods_to_total_in_a_fixed_order() {
    let rules = full_rules();
    let goods = [goods(51_990_000, 2, 180)];
    let asked = BillRequest { discount: Some(DiscountNumber(1)), ..wanted(&goods, Some("CA-QC")) };
    let quote = calculate(&rules, &asked).unwrap();
    assert_eq!(
        shown(&quote),
        [
            "Subtotal  0.10398",
            "Discount 1 0.010398",
            "Shipping Letter 0.002",
            "TaxAdded VAT 0.0143134",
            "Total  0.1098954",
        ]
    );
    let elsewhere = calculate(&rules, &BillRequest { to: Place::parse("CA-AB"), ..asked }).unwrap();
    assert_eq!(shown(&elsewhere)[3], "TaxAdded VAT 0.0047791");
    assert!(quote.ready().is_ok());
}

#[test]
fn total_of_nine_decimal_prices_is_rounded_up_to_eight() {
    let goods = [goods(1_251, 1, 180)];
    let quote = calculate(&PriceRules::default(), &wanted(&goods, None)).unwrap();
    let rows = ["Subtotal  0.000001251", "ShippingIncluded  0", "Rounding  0.000000009"];
    assert_eq!(shown(&quote)[..3], rows);
    assert_eq!(shown(&quote)[3], "Total  0.00000126");
}

/// A percentage of a price with eight decimals has more: what is left is rounded up.
#[test]
fn discounts_of_a_percentage_have_eight_decimals() {
    let gives = DiscountEffect::Percent(Percent::parse("14.975").unwrap());
    let discounts = Discounts::new(vec![discount(1, gives)]).unwrap();
    let goods = [goods(1_110, 1, 180)];
    let asked = BillRequest { discount: Some(DiscountNumber(1)), ..wanted(&goods, None) };
    let quote = calculate(&PriceRules { discounts, ..PriceRules::default() }, &asked).unwrap();
    let rows = ["Subtotal  0.00000111", "Discount 1 0.00000016", "ShippingIncluded  0"];
    assert_eq!(shown(&quote)[..3], rows, "not 0.000000166");
    assert_eq!(shown(&quote)[3], "Total  0.00000095");
}

#[test]
fn tax_that_is_included_is_said_and_not_added() {
    let rules = PriceRules { tax: tax(&[("*", "25", true, true)]), ..PriceRules::default() };
    let goods = [goods(1_250, 1, 180)];
    let quote = calculate(&rules, &wanted(&goods, None)).unwrap();
    assert_eq!(
        shown(&quote),
        [
            "Subtotal  0.00000125",
            "ShippingIncluded  0",
            "TaxIncluded VAT 0.00000025",
            "Total  0.00000125"
        ]
    );
    assert!(quote.missing.is_empty(), "one tax for the world needs no country");
}

#[test]
fn shipping_is_taxed_unless_the_seller_says_otherwise() {
    let shipping = zones(vec![("*", vec![rate("Letter", Cost::Flat(prices(100)))])]);
    let goods = [goods(1_000, 1, 180)];
    let with = |on_shipping| {
        let tax = tax(&[("*", "10", false, on_shipping)]);
        let rules = PriceRules { shipping: shipping.clone(), tax, ..PriceRules::default() };
        calculate(&rules, &wanted(&goods, Some("FR"))).unwrap().bill.total()
    };
    assert_eq!((with(true), with(false)), (eth(1_210), eth(1_200)));
}

#[test]
fn nothing_that_ships_asks_for_no_place_and_has_no_shipping() {
    let rules = PriceRules {
        shipping: zones(vec![("CA", vec![rate("Letter", Cost::Flat(prices(100)))])]),
        ..PriceRules::default()
    };
    let goods = [goods(1_000, 1, 0)];
    let quote = calculate(&rules, &wanted(&goods, None)).unwrap();
    assert_eq!(shown(&quote), ["Subtotal  0.000001", "Total  0.000001"]);
    assert!(quote.clone().ready().is_ok());
    let far = calculate(&rules, &wanted(&goods, Some("FR"))).unwrap();
    assert!(far.ready().is_ok(), "a place that is not served does not matter either");
}

#[test]
fn what_is_missing_is_asked_for_step_by_step() {
    let two = |nano| {
        vec![
            rate("Letter", Cost::Flat(prices(nano))),
            rate("Courier", Cost::Flat(prices(9 * nano))),
        ]
    };
    let rules = PriceRules {
        shipping: zones(vec![("CA-YT", two(500)), ("CA", two(100)), ("US", two(200))]),
        ..PriceRules::default()
    };
    let goods = [goods(1_000, 1, 180)];
    let ask = |to, rate| {
        let quote = calculate(&rules, &BillRequest { rate, ..wanted(&goods, to) }).unwrap();
        (quote.missing.clone(), quote.bill.total(), quote.ready().is_ok())
    };
    assert_eq!(ask(None, None), (vec![Missing::Country], eth(1_000), false));
    assert_eq!(ask(Some("CA"), None), (vec![Missing::Region], eth(1_000), false));
    // The cheapest, until another one is chosen.
    assert_eq!(ask(Some("US"), None), (vec![], eth(1_200), true));
    assert_eq!(ask(Some("US"), Some("nonsense")), (vec![], eth(1_200), true));
    assert_eq!(ask(Some("US"), Some("courier")), (vec![], eth(2_800), true));
    assert_eq!(ask(Some("CA-YT"), Some("letter")), (vec![], eth(1_500), true));
    assert_eq!(ask(Some("CA-ON"), Some("letter")), (vec![], eth(1_100), true));
    let country = |code| Country::parse(code).unwrap();
    assert!(rules.asks_region(country("CA"), true) && !rules.asks_region(country("CA"), false));
    assert!(!rules.asks_region(country("US"), true));
    assert_eq!(rules.served(), ShippingArea::Countries(vec![country("CA"), country("US")]));
}

#[test]
fn tax_by_place_asks_for_the_place_of_goods_not_sent_too() {
    let tax = tax(&[("*", "0", false, true), ("CA-QC", "14.975", false, true)]);
    let rules = PriceRules { tax, ..PriceRules::default() };
    let goods = [goods(1_000, 1, 0)];
    let ask = |to| calculate(&rules, &wanted(&goods, to)).unwrap();
    assert_eq!(ask(None).missing, [Missing::Country]);
    assert_eq!(ask(Some("CA")).missing, [Missing::Region]);
    assert_eq!(shown(&ask(Some("FR"))), ["Subtotal  0.000001", "Total  0.000001"]);
}

#[test]
fn what_cannot_be_ordered_says_why() {
    let bands = vec![WeightBand { up_to: 500, price: prices(100) }];
    let shipping = zones(vec![("CA", vec![rate("Letter", Cost::Weight(bands))])]);
    let rules = PriceRules { shipping, minimum: prices(5_000), ..PriceRules::default() };
    let light = [goods(6_000, 1, 500)];
    let heavy = [goods(6_000, 1, 501)];
    let why =
        |goods: &[BillItem], to| calculate(&rules, &wanted(goods, Some(to))).unwrap().impossible;
    assert_eq!(why(&light, "CA"), []);
    assert_eq!(why(&light, "FR"), [Impossible::NotServed]);
    assert_eq!(why(&heavy, "CA"), [Impossible::NoRate]);
    let few = [goods(4_999, 1, 500)];
    assert_eq!(why(&few, "CA"), [Impossible::BelowMinimum { minimum: eth(5_000) }]);
    let mut monero = goods(6_000, 1, 500);
    (monero.line.each, monero.line.total) =
        (Price::new(AssetId::XMR.into(), 6), Price::new(AssetId::XMR.into(), 6));
    let monero = [monero];
    let asked = BillRequest { unit: AssetId::XMR.into(), ..wanted(&monero, Some("CA")) };
    let quote = calculate(&rules, &asked).unwrap();
    assert_eq!(quote.impossible, [Impossible::NoRateIn(AssetId::XMR.into())]);
    assert_eq!(
        quote.ready().unwrap_err(),
        CheckoutBlocker::Impossible(Impossible::NoRateIn(AssetId::XMR.into()))
    );
    let mixed = calculate(&rules, &wanted(&monero, Some("CA")));
    assert_eq!(mixed.unwrap_err(), MoneyError::Mixed(AssetId::ETH.into(), AssetId::XMR.into()));
}

#[test]
fn rates_go_by_weight_by_kilogram_and_by_value() {
    let weight = |up_to, nano| WeightBand { up_to, price: prices(nano) };
    let by_weight = rate("w", Cost::Weight(vec![weight(500, 1), weight(2_000, 2)]));
    let by_kilogram = rate("k", Cost::PerKilogram(prices(10)));
    let by_value = rate(
        "v",
        Cost::Amount(vec![
            AmountBand { up_to: prices(1_000), price: prices(7) },
            AmountBand { up_to: Prices::default(), price: prices(3) },
        ]),
    );
    let price = |rate: &Rate, grams, nano| {
        rate.price(Parcel { grams, value: eth(nano) }).unwrap().map(|price| price.units())
    };
    let one = 1_000_000_000;
    assert_eq!(price(&by_weight, 500, 1), Some(one));
    assert_eq!(price(&by_weight, 501, 1), Some(2 * one));
    assert_eq!(price(&by_weight, 2_001, 1), None);
    assert_eq!(price(&by_kilogram, 0, 1), Some(10 * one), "at least one is begun");
    assert_eq!(price(&by_kilogram, 1_000, 1), Some(10 * one));
    assert_eq!(price(&by_kilogram, 1_001, 1), Some(20 * one));
    assert_eq!(price(&by_value, 0, 1_000), Some(7 * one));
    assert_eq!(price(&by_value, 0, 1_001), Some(3 * one));
    let free = Rate { free_over: prices(500), ..by_kilogram };
    assert_eq!((price(&free, 9, 499), price(&free, 9, 500)), (Some(10 * one), Some(0)));
    let huge = Parcel { grams: u64::MAX, value: eth(1) };
    assert_eq!(free.price(huge), Err(MoneyError::Overflow));
}

#[test]
fn a_zone_that_cannot_work_is_refused() {
    let flat = || Cost::Flat(prices(1));
    assert_eq!(Zone::new(vec![]), Err(ShippingError::NoRates));
    let twice = Zone::new(vec![rate("A B", flat()), rate("a-b", flat())]);
    assert_eq!(twice, Err(ShippingError::SameId("a-b".into())));
    let odd = Rate { id: "Ä".into(), ..rate("x", flat()) };
    assert_eq!(Zone::new(vec![odd]), Err(ShippingError::Id("Ä".into())));
    assert_eq!(Zone::new(vec![rate("x", Cost::Weight(vec![]))]), Err(ShippingError::NoBands));
    let band = |up_to| WeightBand { up_to, price: prices(1) };
    let same = vec![rate("x", Cost::Weight(vec![band(5), band(5)]))];
    assert_eq!(Zone::new(same), Err(ShippingError::BandOrder(2)));
    let any = || AmountBand { up_to: Prices::default(), price: prices(1) };
    let after_any = vec![rate("x", Cost::Amount(vec![any(), any()]))];
    assert_eq!(Zone::new(after_any), Err(ShippingError::BandOrder(2)));
}

#[test]
fn a_discount_takes_at_most_the_goods() {
    let rules = PriceRules {
        shipping: zones(vec![("*", vec![rate("Letter", Cost::Flat(prices(100)))])]),
        discounts: Discounts::new(vec![
            discount(1, DiscountEffect::Amount(prices(5_000))),
            discount(2, DiscountEffect::Percent(Percent::parse("100").unwrap())),
            discount(3, DiscountEffect::FreeShipping),
        ])
        .unwrap(),
        ..PriceRules::default()
    };
    let sent = [goods(1_000, 1, 180)];
    let file = [goods(1_000, 1, 0)];
    let total = |goods: &[BillItem], number| {
        let discount = Some(DiscountNumber(number));
        let quote =
            calculate(&rules, &BillRequest { discount, ..wanted(goods, Some("FR")) }).unwrap();
        (quote.bill.total(), quote.impossible, quote.discount)
    };
    assert_eq!(total(&sent, 1), (eth(100), vec![], Some(DiscountNumber(1))));
    assert_eq!(total(&sent, 2), (eth(100), vec![], Some(DiscountNumber(2))));
    assert_eq!(total(&sent, 3), (eth(1_000), vec![], Some(DiscountNumber(3))));
    let nothing = vec![Impossible::NothingToPay];
    assert_eq!(total(&file, 2), (eth(0), nothing, Some(DiscountNumber(2))));
    assert_eq!(total(&file, 3), (eth(1_000), vec![], None), "nothing is sent");
    assert_eq!(total(&sent, 9), (eth(1_100), vec![], None), "the seller took it back");
}

#[test]
fn every_code_that_does_not_hold_gets_the_same_answer() {
    let fine = || discount(1, DiscountEffect::Percent(Percent::parse("10").unwrap()));
    let hash = fine().hash;
    let goods = [goods(1_000, 1, 180)];
    let find = |discount: Discount, hash: &DiscountCodeHash, used_up: &[DiscountNumber]| {
        let discounts = Discounts::new(vec![discount]).unwrap();
        let rules = PriceRules { discounts, ..PriceRules::default() };
        accept(&rules, &wanted(&goods, None), hash, used_up).unwrap()
    };
    let hour = |hours| Some(CoarseTime::from_hours(NOW.hours() + hours));
    assert_eq!(find(fine(), &hash, &[]), Some(DiscountNumber(1)));
    let open = Discount { from: hour(0), until: hour(1), minimum: prices(1_000), ..fine() };
    assert_eq!(find(open, &hash, &[]), Some(DiscountNumber(1)));
    assert_eq!(find(fine(), &DiscountCodeHash([9; 32]), &[]), None, "wrong");
    assert_eq!(find(fine(), &hash, &[DiscountNumber(1)]), None, "used up");
    for (why, discount) in [
        ("not begun", Discount { from: hour(1), ..fine() }),
        ("ended", Discount { until: hour(0), ..fine() }),
        ("too little", Discount { minimum: prices(1_001), ..fine() }),
        ("free anyhow", Discount { gives: DiscountEffect::FreeShipping, ..fine() }),
        ("other coins", Discount { gives: DiscountEffect::Amount(Prices::default()), ..fine() }),
        ("other coins", {
            let monero = vec![Price::new(AssetId::XMR.into(), 1)];
            Discount { minimum: Prices::new(monero).unwrap(), ..fine() }
        }),
    ] {
        assert_eq!(find(discount, &hash, &[]), None, "{why}");
    }
}

#[test]
fn a_limit_on_uses_is_a_shelf_taken_at_once() {
    let limited = Discount { uses: Some(50), ..discount(7, DiscountEffect::FreeShipping) };
    let discounts =
        Discounts::new(vec![limited.clone(), discount(8, DiscountEffect::FreeShipping)]).unwrap();
    assert_eq!(discounts.levels().collect::<Vec<_>>(), [(StockKey::discount("7"), 50)]);
    let mut hold = ReservedItems::default();
    limited.take_use(&mut hold);
    discounts.numbered(DiscountNumber(8)).unwrap().take_use(&mut hold);
    assert_eq!(hold.items.len(), 1);
    assert!(hold.items[0].on_placement && hold.items[0].units == 1);
    let twice = Discounts::new(vec![limited.clone(), limited]);
    assert_eq!(twice, Err(DiscountTwice(DiscountNumber(7))));
}

#[test]
fn nothing_of_a_buyer_shows_in_debug_output() {
    let goods = [goods(1_000, 1, 180)];
    let asked = wanted(&goods, Some("CA-QC"));
    let quote = calculate(&PriceRules::default(), &asked).unwrap();
    let debug = format!("{asked:?} {quote:?} {:?} {:?}", quote.bill, quote.bill.rows());
    let rows = "[Row(Subtotal, ..), Row(ShippingIncluded, ..), Row(Total, ..)]";
    assert_eq!(debug, format!("BillRequest(..) Quote(..) Bill(..) {rows}"));
}
