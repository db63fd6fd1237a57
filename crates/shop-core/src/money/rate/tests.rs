use super::*;
use crate::money::{MOST_DECIMALS, MOST_PLACES};
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn hour() -> CoarseTime {
    CoarseTime::from_hours(498_000)
}

fn rate(asset: AssetId, code: &str, price: &str) -> ExchangeRate {
    let price = Decimal::parse(price).unwrap();
    ExchangeRate::new(asset, currency(code), price, hour(), RateOrigin::ByHand).unwrap()
}

fn token(decimals: u32, typed: u32) -> AssetId {
    AssetId::token(AssetId::ETH.chain(), "0xA0b8", "USDC", decimals, typed).unwrap()
}

#[test]
fn price_is_rounded_up_to_what_wallets_keep() {
    let cad = |units| Amount::new(currency("CAD"), units);
    let ether = rate(AssetId::ETH, "CAD", "4321.09");
    assert_eq!(ether.asset_amount(cad(2_500)).unwrap().to_string(), "0.00578558 ETH");
    assert_eq!(ether.asset_amount(cad(1)).unwrap().to_string(), "0.00000232 ETH");
    assert_eq!(ether.asset_amount(cad(0)).unwrap(), Amount::zero(AssetId::ETH));
    let coin = rate(token(6, 6), "CAD", "1.4");
    assert_eq!(coin.asset_amount(cad(2_500)).unwrap().to_string(), "17.857143 USDC");
    let whole = rate(token(0, 0), "CAD", "1000");
    assert_eq!(whole.asset_amount(cad(1)).unwrap().to_string(), "1 USDC");
    assert_eq!(whole.asset_amount(cad(100_001)).unwrap().to_string(), "2 USDC");
    let dinar = rate(token(0, 0), "KWD", "3");
    assert_eq!(dinar.asset_amount(Amount::new(currency("KWD"), 3_001)).unwrap().units(), 2);
    let yen = rate(AssetId::BTC, "JPY", "15000000");
    assert_eq!(yen.asset_amount(Amount::new(currency("JPY"), 15)).unwrap().units(), 100);
}

#[test]
fn other_currency_and_too_large_price_are_errors() {
    let rate = rate(AssetId::ETH, "CAD", "0.01");
    let euro = Amount::new(currency("EUR"), 1);
    let mixed = MoneyError::Mixed(currency("EUR").into(), currency("CAD").into());
    assert_eq!(rate.asset_amount(euro), Err(mixed));
    let huge = Amount::new(currency("CAD"), u128::MAX);
    assert_eq!(rate.asset_amount(huge), Err(MoneyError::Overflow));
}

#[test]
fn rate_of_nothing_or_without_a_plain_source_is_refused() {
    let new = |price, origin| {
        let price = Decimal::parse(price).unwrap();
        ExchangeRate::new(AssetId::ETH, currency("CAD"), price, hour(), origin).err()
    };
    assert_eq!(new("0", RateOrigin::ByHand), Some(RateError::Zero));
    for names in [vec![], vec![String::new()], vec!["a\nb".into()], vec!["x".repeat(41)]] {
        assert_eq!(new("1", RateOrigin::Sources(names)), Some(RateError::Sources));
    }
    let nine = vec!["Kraken".to_owned(); 9];
    assert_eq!(new("1", RateOrigin::Sources(nine)), Some(RateError::Sources));
}

#[test]
fn stored_rate_reads_back_and_a_bad_one_does_not() {
    let sources = RateOrigin::Sources(vec!["Kraken".into(), "Chainlink".into()]);
    let price = Decimal::parse("4321.090").unwrap();
    let rate = ExchangeRate::new(AssetId::ETH, currency("CAD"), price, hour(), sources).unwrap();
    let json = serde_json::to_string(&rate).unwrap();
    let origin = r#""origin":{"sources":["Kraken","Chainlink"]}"#;
    let head = r#"{"asset":"ETH","currency":"CAD","price":"4321.09","hour":498000,"#;
    assert_eq!(json, format!("{head}{origin}}}"));
    assert_eq!(serde_json::from_str::<ExchangeRate>(&json).unwrap(), rate);
    assert_eq!(rate.to_string(), "1 ETH = 4321.09 CAD");
    let zero = json.replace("4321.09", "0");
    assert!(serde_json::from_str::<ExchangeRate>(&zero).is_err());
}

#[test]
fn rates_know_pairs_and_an_empty_snapshot_knows_none() {
    let first = rate(AssetId::ETH, "CAD", "4000");
    let all = [first.clone(), rate(AssetId::ETH, "CAD", "9"), rate(AssetId::BTC, "EUR", "8")];
    let rates: ExchangeRates = all.into_iter().collect();
    assert_eq!(rates.rate(currency("CAD"), AssetId::ETH), Some(&first));
    assert_eq!(rates.rate(currency("CAD"), AssetId::BTC), None);
    assert_eq!(ExchangeRates::default().rate(currency("CAD"), AssetId::ETH), None);
}

/// Compares two products of numbers that do not fit 128 bits.
fn product(a: u128, b: u128) -> (u128, u128) {
    let low = |n: u128| n & u128::from(u64::MAX);
    let high = |n: u128| n >> 64;
    let middle = low(a) * high(b) + high(low(a) * low(b));
    let other = high(a) * low(b) + low(middle);
    let top = high(a) * high(b) + high(middle) + high(other);
    (top, (other << 64) | low(low(a) * low(b)))
}

proptest! {
    /// Checked against the exact fractions, in 256 bits:
    /// steps * mantissa * 10^down >= units * 10^up > (steps - 1) * mantissa * 10^down.
    #[test]
    fn conversion_is_the_quotient_rounded_up_by_less_than_a_step(
        index in 0usize..Currency::all().count(),
        decimals in 0..=MOST_DECIMALS,
        typed in 0..=MOST_DECIMALS,
        places in 0..=MOST_PLACES,
        mantissa in 1u128..1_000_000_000_000,
        units in 0u128..1_000_000_000_000,
    ) {
        let currency = Currency::all().nth(index).unwrap();
        let asset = token(decimals, typed.min(decimals));
        let price = Decimal::new(mantissa, places).unwrap();
        let rate = ExchangeRate::new(asset, currency, price, hour(), RateOrigin::ByHand).unwrap();
        let Ok(amount) = rate.asset_amount(Amount::new(currency, units)) else { return Ok(()) };
        prop_assert_eq!(amount.asset(), asset);
        prop_assert_eq!(amount.units() % asset.step(), 0);
        prop_assert_eq!(amount.is_zero(), units == 0);
        let up = price.places() + asset.typed_decimals();
        let down = currency.decimals();
        let steps = amount.units() / asset.step();
        let divisor = price.mantissa() * 10u128.pow(down.saturating_sub(up));
        let digits = up.saturating_sub(down);
        // 10^digits has at most 160 bits: it is taken to both sides in two halves.
        let Some(exact) = units.checked_mul(10u128.pow(digits.min(26))) else { return Ok(()) };
        let rest = 10u128.pow(digits.saturating_sub(26));
        prop_assert!(product(steps, divisor) >= product(exact, rest));
        if steps > 0 {
            prop_assert!(product(steps - 1, divisor) < product(exact, rest));
        }
    }

    #[test]
    fn dearer_goods_never_cost_less_of_an_asset(
        index in 0usize..Currency::all().count(),
        decimals in 0..=MOST_DECIMALS,
        typed in 0..=MOST_DECIMALS,
        places in 0..=MOST_PLACES,
        mantissa in 1u128..10u128.pow(34),
        less: u64,
        more: u64,
    ) {
        let currency = Currency::all().nth(index).unwrap();
        let asset = token(decimals, typed.min(decimals));
        let Some(price) = Decimal::new(mantissa, places) else { return Ok(()) };
        let rate = ExchangeRate::new(asset, currency, price, hour(), RateOrigin::ByHand).unwrap();
        let of = |units: u64| rate.asset_amount(Amount::new(currency, u128::from(units)));
        match (of(less.min(more)), of(less.max(more))) {
            (Ok(less), Ok(more)) => prop_assert!(less.units() <= more.units()),
            (Err(_), Ok(_)) => prop_assert!(false, "the larger one fits"),
            (_, Err(error)) => prop_assert_eq!(error, MoneyError::Overflow),
        }
    }

    #[test]
    fn any_amount_is_converted_or_too_large(
        index in 0usize..Currency::all().count(),
        decimals in 0..=MOST_DECIMALS,
        typed in 0..=MOST_DECIMALS,
        places in 0..=MOST_PLACES,
        mantissa: u128,
        units: u128,
    ) {
        let currency = Currency::all().nth(index).unwrap();
        let asset = token(decimals, typed.min(decimals));
        let Some(price) = Decimal::new(mantissa, places).filter(|price| !price.is_zero()) else {
            return Ok(());
        };
        let rate = ExchangeRate::new(asset, currency, price, hour(), RateOrigin::ByHand).unwrap();
        match rate.asset_amount(Amount::new(currency, units)) {
            Ok(amount) => prop_assert_eq!(amount.is_zero(), units == 0),
            Err(error) => prop_assert_eq!(error, MoneyError::Overflow),
        }
    }

    #[test]
    fn decimal_text_reads_back(mantissa in 0..=10u128.pow(34), places in 0..=MOST_PLACES) {
        let Some(number) = Decimal::new(mantissa, places) else { return Ok(()) };
        prop_assert_eq!(Decimal::parse(&number.to_string()), Ok(number));
    }
}
