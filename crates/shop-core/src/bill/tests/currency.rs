//! Bills in a currency, which are converted once.

use super::*;
use crate::money::{Currency, CurrencyAmount, Decimal, ExchangeRate, RateOrigin};

fn cad() -> Currency {
    Currency::parse("CAD").unwrap()
}

fn dollars(text: &str) -> Price {
    CurrencyAmount::parse(cad(), text).unwrap().into()
}

fn exchange(price: &str) -> ExchangeRate {
    let price = Decimal::parse(price).unwrap();
    ExchangeRate::new(AssetId::ETH, cad(), price, NOW, RateOrigin::ByHand).unwrap()
}

fn in_dollars(each: &str, quantity: u32) -> BillItem {
    let mut item = goods(1, quantity, 180);
    item.line.each = dollars(each);
    item.line.total = item.line.each.times(quantity).unwrap();
    item
}

fn rules() -> PriceRules {
    let five = Prices::new(vec![dollars("5.00"), eth(2_000_000)]).unwrap();
    PriceRules {
        shipping: zones(vec![("CA", vec![rate("Letter", Cost::Flat(five))])]),
        ..full_rules()
    }
}

#[test]
fn bill_in_dollars_adds_up_in_cents_and_is_converted_once() {
    let goods = [in_dollars("25.00", 2), in_dollars("9.99", 1)];
    let rate = exchange("4321.09");
    let wanted = BillRequest {
        unit: cad().into(),
        exchange: Some(&rate),
        discount: Some(DiscountNumber(1)),
        ..wanted(&goods, Some("CA-QC"))
    };
    let quote = calculate(&rules(), &wanted).unwrap();
    assert_eq!(
        shown(&quote),
        [
            "Subtotal  59.99",
            "Discount 1 6.00",
            "Shipping Letter 5.00",
            "TaxAdded VAT 8.83",
            "Total  67.82",
        ]
    );
    let bill = quote.ready().unwrap();
    // 67.82 / 4321.09 is 0.015695114...: the next step of eight decimals.
    assert_eq!(bill.to_pay().unwrap().to_string(), "0.01569512 ETH");
    assert_eq!(bill.converted().map(Converted::rate), Some(&rate));
    let json = serde_json::to_string(&bill).unwrap();
    assert!(serde_json::from_str::<Bill>(&json).unwrap() == bill);
}

#[test]
fn bill_in_dollars_without_a_rate_cannot_be_ordered() {
    let goods = [in_dollars("25.00", 1)];
    let wanted = BillRequest { unit: cad().into(), ..wanted(&goods, Some("CA-QC")) };
    let quote = calculate(&rules(), &wanted).unwrap();
    assert_eq!(quote.bill.to_pay(), None);
    assert_eq!(quote.impossible, [Impossible::NoExchangeRate(cad())]);
    assert!(quote.ready().is_err());
    let euro = Currency::parse("EUR").unwrap();
    let price = Decimal::parse("1").unwrap();
    let other = ExchangeRate::new(AssetId::ETH, euro, price, NOW, RateOrigin::ByHand).unwrap();
    let mixed = calculate(&rules(), &BillRequest { exchange: Some(&other), ..wanted });
    assert_eq!(mixed.unwrap_err(), MoneyError::Mixed(cad().into(), euro.into()));
}

/// A record that was stored before there were currencies.
#[test]
fn bill_of_an_older_record_is_in_its_asset() {
    let json = r#"{"lines":[],"rows":[{"kind":"subtotal","amount":{"asset":"ETH","units":"5"}}],
        "total":{"asset":"ETH","units":"5"}}"#;
    let bill: Bill = serde_json::from_str(json).unwrap();
    assert_eq!(bill.to_pay(), Some(Amount::new(AssetId::ETH, 5)));
    assert!(bill.converted().is_none());
    let written = serde_json::to_string(&bill).unwrap();
    assert!(!written.contains("converted"), "{written}");
}

proptest! {
    /// The whole is converted, not its rows: that costs less than a step, whatever is billed.
    #[test]
    fn converted_total_is_the_total_rounded_up_once(
        cents in 1u128..100_000_000, quantity in 1u32..99, price in 1u128..1_000_000_000,
    ) {
        let mut item = goods(1, quantity, 180);
        item.line.each = Price::new(cad().into(), cents);
        item.line.total = item.line.each.times(quantity).unwrap();
        let items = [item];
        let price = Decimal::new(price, 4).unwrap();
        let rate = ExchangeRate::new(AssetId::ETH, cad(), price, NOW, RateOrigin::ByHand).unwrap();
        let wanted =
            BillRequest { unit: cad().into(), exchange: Some(&rate), ..wanted(&items, Some("CA-QC")) };
        let bill = calculate(&rules(), &wanted).unwrap().ready().unwrap();
        let total = bill.total().in_currency().unwrap();
        prop_assert_eq!(bill.to_pay(), rate.asset_amount(total).ok());
        prop_assert_eq!(bill.rows().iter().filter(|row| row.kind == RowKind::Rounding).count(), 0);
    }
}
