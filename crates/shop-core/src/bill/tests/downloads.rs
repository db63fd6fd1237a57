//! Goods that are not sent count neither for postage nor for free postage.

use super::*;

fn price_of_sending(rates: Vec<Rate>, goods: &[BillItem], off: Option<DiscountEffect>) -> u128 {
    let mut rules = PriceRules { shipping: zones(vec![("CA", rates)]), ..PriceRules::default() };
    if let Some(gives) = off {
        rules.discounts = Discounts::new(vec![discount(1, gives)]).unwrap();
    }
    let wanted = BillRequest { discount: Some(DiscountNumber(1)), ..wanted(goods, Some("CA")) };
    let quote = calculate(&rules, &wanted).unwrap();
    let row = quote.bill.rows().iter().find(|row| row.kind == RowKind::Shipping).cloned();
    row.unwrap().amount.units() / eth(1).units()
}

fn free_over_1000() -> Vec<Rate> {
    vec![Rate { free_over: prices(1_000), ..rate("Post", Cost::Flat(prices(40))) }]
}

fn by_value() -> Vec<Rate> {
    let band = |up_to: Option<u64>, price| AmountBand {
        up_to: up_to.map(prices).unwrap_or_default(),
        price: prices(price),
    };
    vec![rate("Insured", Cost::Amount(vec![band(Some(1_000), 20), band(None, 90)]))]
}

#[test]
fn downloads_do_not_count_for_postage() {
    let mug = goods(400, 2, 300);
    let film = goods(700, 1, 0);
    for (rates, alone) in [(free_over_1000(), 40), (by_value(), 20)] {
        assert_eq!(price_of_sending(rates.clone(), std::slice::from_ref(&mug), None), alone);
        assert_eq!(price_of_sending(rates, &[mug.clone(), film.clone()], None), alone);
    }
    let mugs = goods(400, 3, 300);
    assert_eq!(price_of_sending(free_over_1000(), &[mugs.clone(), film.clone()], None), 0);
    assert_eq!(price_of_sending(by_value(), &[mugs, film], None), 90);
}

#[test]
fn discount_counts_against_what_is_sent() {
    let mugs = goods(400, 3, 300);
    let film = goods(700, 1, 0);
    let both = [mugs.clone(), film];
    let percent = |text| Some(DiscountEffect::Percent(Percent::parse(text).unwrap()));
    let amount = |nano| Some(DiscountEffect::Amount(prices(nano)));
    for (off, goods, price) in [
        (percent("10"), &both[..], 0),
        (percent("20"), &both[..], 40),
        (percent("20"), &both[..1], 40),
        (amount(200), &both[..1], 0),
        (amount(201), &both[..1], 40),
        // It is taken off the film first.
        (amount(900), &both[..], 0),
        (amount(901), &both[..], 40),
    ] {
        assert_eq!(price_of_sending(free_over_1000(), goods, off.clone()), price, "{off:?}");
    }
}
