//! Exchange rates of a demo: made up, so that prices in a currency can be tried at once.

use shop_core::{
    money::{AssetId, Currency, Decimal, ExchangeRate, ExchangeRates, RateOrigin},
    time::CoarseTime,
};

/// Made-up prices of one whole coin, in units of a currency with two decimals.
const PRICES: [(AssetId, u128); 3] =
    [(AssetId::ETH, 4_000), (AssetId::BTC, 100_000), (AssetId::XMR, 200)];

/// Returns a rate for each built-in coin in each currency, as of this hour.
/// They are no market's: a unit of any currency with two decimals is worth the same.
pub(crate) fn made_up(hour: CoarseTime) -> ExchangeRates {
    let rates = |currency: Currency| {
        PRICES.into_iter().filter_map(move |(coin, price)| rate(coin, currency, price, hour))
    };
    Currency::all().flat_map(rates).collect()
}

fn rate(coin: AssetId, currency: Currency, price: u128, hour: CoarseTime) -> Option<ExchangeRate> {
    // The minor unit is worth the same: a hundredth, whatever its currency calls the whole.
    let price = Decimal::new(price * 100, currency.decimals())?;
    ExchangeRate::new(coin, currency, price, hour, RateOrigin::MadeUp).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::money::Amount;

    #[test]
    fn every_coin_has_a_made_up_rate_in_every_currency() {
        let rates = made_up(CoarseTime::from_hours(498_000));
        for currency in Currency::all() {
            for coin in AssetId::COINS {
                let rate = rates.rate(currency, coin).unwrap();
                assert_eq!(rate.origin(), &RateOrigin::MadeUp);
            }
        }
        let paid = |code, units| {
            let currency = Currency::parse(code).unwrap();
            let rate = rates.rate(currency, AssetId::ETH).unwrap();
            rate.asset_amount(Amount::new(currency, units)).unwrap().to_string()
        };
        assert_eq!(["CAD", "JPY", "KWD"].map(|code| paid(code, 2_500)), ["0.00625 ETH"; 3]);
    }
}
