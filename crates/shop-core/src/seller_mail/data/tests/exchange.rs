//! An order whose bill is in a currency.

use super::*;
use crate::money::{Currency, CurrencyAmount, Decimal, ExchangeRate, Price, RateOrigin};

fn in_dollars(origin: RateOrigin) -> OrderDetails {
    use crate::bill::tests::{full_rules, goods, wanted};
    let cad = Currency::parse("CAD").unwrap();
    let mut item = goods(1, 2, 0);
    item.line.each = Price::from(CurrencyAmount::parse(cad, "25.00").unwrap());
    item.line.total = item.line.each.times(2).unwrap();
    let items = [item];
    let price = Decimal::parse("4321.09").unwrap();
    let hour = CoarseTime::from_hours(498_707);
    let rate = ExchangeRate::new(AssetId::ETH, cad, price, hour, origin).unwrap();
    let asked =
        BillRequest { unit: cad.into(), exchange: Some(&rate), ..wanted(&items, Some("CA-AB")) };
    let mut order = receipt(checked(&filled()).unwrap());
    order.bill = calculate(&full_rules(), &asked).unwrap().ready().unwrap();
    let naming = Amount::new(AssetId::ETH, 77);
    order.due = order.bill.to_pay().unwrap().plus(naming).unwrap();
    order
}

fn sources() -> RateOrigin {
    RateOrigin::Sources(vec!["Kraken".into(), "Chainlink".into()])
}

#[test]
fn mail_about_an_order_in_dollars_names_rate_hour_and_sources() {
    let order = in_dollars(sources());
    let SellerLetter { body, json, .. } = letters().placed(&order);
    let converted = "\nConverted\n  Total: 0.01214972 ETH\n  \
                     Rate:  1 ETH = 4321.09 CAD, from Kraken, Chainlink\n  \
                     Of:    2026-11-22 11:00 UTC\n";
    assert!(body.contains("  2 x Tee  at 25.00 CAD  = 50.00 CAD\n"), "{body}");
    assert!(body.contains(" 52.50 CAD\n"), "{body}");
    assert!(body.contains(converted), "{body}");
    assert!(body.contains("  Amount: 0.012149720000000077 ETH\n"), "{body}");
    assert!(body.contains("plus a tiny amount that identifies the order"), "{body}");
    let data = MailData::read(&json).unwrap();
    let read = data.details.as_ref().unwrap();
    let exchange = read.exchange.as_ref().unwrap();
    assert_eq!((&*exchange.asset, &*exchange.origin), ("ETH", "sources"));
    assert_eq!(exchange.price.to_string(), "4321.09 CAD");
    assert_eq!(
        (&*exchange.hour, &*exchange.sources),
        ("2026-11-22 11:00 UTC", &["Kraken".into(), "Chainlink".into()][..])
    );
    assert_eq!(exchange.total.to_string(), "0.01214972 ETH");
    assert_eq!(read.items[0].total.to_string(), "50.00 CAD");
    assert!(json.len() <= OrderData::new(&order).room() + 512);
    let mut names = BTreeSet::new();
    fields(&serde_json::from_str(&json).unwrap(), &mut names);
    for name in names {
        assert!(PROMISES.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn rates_by_hand_and_of_a_demo_are_called_what_they_are() {
    for (origin, word, said) in [
        (RateOrigin::ByHand, "by_hand", "CAD, set by you\n"),
        (RateOrigin::MadeUp, "made_up", "CAD, made up for a demo\n"),
        (sources(), "sources", "CAD, from Kraken, Chainlink\n"),
    ] {
        let SellerLetter { body, json, .. } = letters().placed(&in_dollars(origin));
        assert!(body.contains(said), "{body}");
        let data = MailData::read(&json).unwrap();
        assert_eq!(data.details.unwrap().exchange.unwrap().origin, word);
        assert!(PROMISES.contains(&format!("`{word}`")), "{word}");
    }
}

#[test]
fn order_in_dollars_reads_back_with_its_rate() {
    let order = in_dollars(sources());
    let bytes = order.to_bytes();
    let read = OrderDetails::from_bytes(&bytes).unwrap();
    assert!(read.bill == order.bill && read.due == order.due);
    assert!(bytes.capacity() >= bytes.len());
    // An order in an asset says nothing of rates.
    let plain = full_order().to_bytes();
    assert!(!String::from_utf8_lossy(&plain).contains("converted"));
}
