//! Properties that hold for every bill.

use super::*;

/// Anything a seller may lay down, for the whole world.
fn rules() -> impl Strategy<Value = PriceRules> {
    let cost = prop_oneof![
        (0u64..5_000).prop_map(|nano| Cost::Flat(prices(nano))),
        (0u64..5_000).prop_map(|nano| Cost::PerKilogram(prices(nano))),
        (1u64..5_000, 0u64..50, 50u64..100).prop_map(|(up_to, small, large)| Cost::Weight(vec![
            WeightBand { up_to, price: prices(small) },
            WeightBand { up_to: u64::MAX, price: prices(large) },
        ])),
    ];
    let shipping = prop_oneof![
        Just(Shipping::Included),
        cost.prop_map(|cost| zones(vec![("*", vec![rate("Letter", cost)])])),
    ];
    let percent = || (0u32..=1_000_000).prop_map(|n| Percent::try_from(n).unwrap());
    let tax = (percent(), any::<bool>(), any::<bool>()).prop_map(|(percent, included, on)| {
        let rate = TaxRate { name: "VAT".into(), percent, included, on_shipping: on };
        Tax::new(vec![(vec![Area::Rest], rate)]).unwrap()
    });
    let gives = prop_oneof![
        percent().prop_map(DiscountEffect::Percent),
        (0u64..100_000).prop_map(|nano| DiscountEffect::Amount(prices(nano))),
        Just(DiscountEffect::FreeShipping),
    ];
    (shipping, tax, gives, 0u64..50_000).prop_map(|(shipping, tax, gives, minimum)| PriceRules {
        shipping,
        tax,
        discounts: Discounts::new(vec![discount(1, gives)]).unwrap(),
        minimum: prices(minimum),
    })
}

/// A price in single wei, so that rounding has something to do.
fn some_goods() -> impl Strategy<Value = Vec<BillItem>> {
    let one = (1u128..1 << 70, 1u32..100, 0u32..3_000).prop_map(|(wei, quantity, grams)| {
        let each = Price::new(AssetId::ETH.into(), wei);
        let mut goods = goods(1, quantity, grams);
        (goods.line.each, goods.line.total) = (each, each.times(quantity).unwrap());
        goods
    });
    prop::collection::vec(one, 1..6)
}

fn with_discount(goods: &[BillItem], used: bool) -> BillRequest<'_> {
    BillRequest { discount: used.then_some(DiscountNumber(1)), ..wanted(goods, Some("FR")) }
}

fn of_kind(bill: &Bill, kind: RowKind) -> u128 {
    bill.rows().iter().find(|row| row.kind == kind).map_or(0, |row| row.amount.units())
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_the_rows(rules in rules(), goods in some_goods(), used: bool) {
        let quote = calculate(&rules, &with_discount(&goods, used)).unwrap();
        let bill = &quote.bill;
        let lines: u128 = goods.iter().map(|goods| goods.line.total.units()).sum();
        prop_assert_eq!(of_kind(bill, RowKind::Subtotal), lines);
        let sum = lines - of_kind(bill, RowKind::Discount)
            + of_kind(bill, RowKind::Shipping)
            + of_kind(bill, RowKind::TaxAdded)
            + of_kind(bill, RowKind::Rounding);
        prop_assert_eq!(bill.total().units(), sum);
        prop_assert_eq!(of_kind(bill, RowKind::Total), sum);
        prop_assert_eq!(sum % AssetId::ETH.step(), 0, "wallets keep eight decimals");
        prop_assert!(of_kind(bill, RowKind::Rounding) < AssetId::ETH.step());
        prop_assert_eq!(of_kind(bill, RowKind::TaxAdded) % AssetId::ETH.step(), 0);
        prop_assert!(of_kind(bill, RowKind::Discount) <= lines);
        prop_assert!(of_kind(bill, RowKind::TaxIncluded) <= sum);
        prop_assert!(bill.rows().is_sorted_by_key(|row| row.kind));
        let nothing = quote.impossible.contains(&Impossible::NothingToPay);
        prop_assert_eq!(nothing, sum == 0);
    }

    #[test]
    fn more_goods_never_cost_less(
        rules in rules(), goods in some_goods(), used: bool, at: prop::sample::Index
    ) {
        let before = calculate(&rules, &with_discount(&goods, used)).unwrap().bill.total();
        let mut more = goods.clone();
        let line = &mut more[at.index(goods.len())].line;
        line.quantity += 1;
        line.total = line.each.times(line.quantity).unwrap();
        let after = calculate(&rules, &with_discount(&more, used)).unwrap().bill.total();
        prop_assert!(before.units() <= after.units());
    }

    #[test]
    fn a_discount_never_makes_an_order_dearer(rules in rules(), goods in some_goods()) {
        let total = |used| calculate(&rules, &with_discount(&goods, used)).unwrap().bill.total();
        prop_assert!(total(true).units() <= total(false).units());
    }

    #[test]
    fn a_bill_reads_back(rules in rules(), goods in some_goods(), used: bool) {
        let bill = calculate(&rules, &with_discount(&goods, used)).unwrap().bill;
        let bytes = serde_json::to_vec(&bill).unwrap();
        prop_assert!(serde_json::from_slice::<Bill>(&bytes).unwrap() == bill);
    }

    #[test]
    fn what_does_not_fit_is_an_error_and_no_wrong_sum(rules in rules(), wei: u128, other: u128) {
        let line = |wei| {
            let mut goods = goods(1, 1, 180);
            goods.line.each = Price::new(AssetId::ETH.into(), wei);
            goods.line.total = goods.line.each;
            goods
        };
        let goods = [line(wei), line(other)];
        match calculate(&rules, &wanted(&goods, Some("FR"))) {
            Ok(quote) => prop_assert!(quote.bill.total().units() >= wei.max(other)),
            Err(error) => prop_assert_eq!(error, MoneyError::Overflow),
        }
    }
}
