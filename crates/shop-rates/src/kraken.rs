//! Kraken: its public ticker.
//!
//! `GET /0/public/Ticker?pair=ETHCAD,XBTCAD` answers with strings, and names pairs as it did long ago:
//! `XETHZCAD`. One unknown pair makes it refuse all, so that only pairs of this file are asked for.

use crate::{
    json::Value,
    pair::{Code, Pair},
    price::QuotedPrice,
    question::{Question, codes},
    source_error::SourceError,
    table::Quote,
};
use shop_core::time::UnixTime;

/// A pair as Kraken has it.
pub(crate) struct Listed {
    pub(crate) base: &'static str,
    pub(crate) quote: &'static str,
    /// Name that it is asked by.
    pub(crate) asked: &'static str,
    /// Name in the answer.
    pub(crate) answered: &'static str,
}

const fn listed_as(
    base: &'static str,
    quote: &'static str,
    asked: &'static str,
    answered: &'static str,
) -> Listed {
    Listed { base, quote, asked, answered }
}

/// The pairs that are asked for.
pub(crate) const LISTED: [Listed; 31] = [
    listed_as("ETH", "USD", "ETHUSD", "XETHZUSD"),
    listed_as("ETH", "EUR", "ETHEUR", "XETHZEUR"),
    listed_as("ETH", "CAD", "ETHCAD", "XETHZCAD"),
    listed_as("ETH", "GBP", "ETHGBP", "XETHZGBP"),
    listed_as("ETH", "JPY", "ETHJPY", "XETHZJPY"),
    listed_as("ETH", "CHF", "ETHCHF", "ETHCHF"),
    listed_as("ETH", "AUD", "ETHAUD", "ETHAUD"),
    listed_as("BTC", "USD", "XBTUSD", "XXBTZUSD"),
    listed_as("BTC", "EUR", "XBTEUR", "XXBTZEUR"),
    listed_as("BTC", "CAD", "XBTCAD", "XXBTZCAD"),
    listed_as("BTC", "GBP", "XBTGBP", "XXBTZGBP"),
    listed_as("BTC", "JPY", "XBTJPY", "XXBTZJPY"),
    listed_as("BTC", "CHF", "XBTCHF", "XBTCHF"),
    listed_as("BTC", "AUD", "XBTAUD", "XBTAUD"),
    listed_as("XMR", "USD", "XMRUSD", "XXMRZUSD"),
    listed_as("XMR", "EUR", "XMREUR", "XXMRZEUR"),
    listed_as("USDC", "USD", "USDCUSD", "USDCUSD"),
    listed_as("USDC", "EUR", "USDCEUR", "USDCEUR"),
    listed_as("USDC", "CAD", "USDCCAD", "USDCCAD"),
    listed_as("USDT", "USD", "USDTUSD", "USDTZUSD"),
    listed_as("USDT", "EUR", "USDTEUR", "USDTEUR"),
    listed_as("USDT", "CAD", "USDTCAD", "USDTCAD"),
    listed_as("DAI", "USD", "DAIUSD", "DAIUSD"),
    listed_as("DAI", "EUR", "DAIEUR", "DAIEUR"),
    listed_as("EUR", "USD", "EURUSD", "ZEURZUSD"),
    listed_as("EUR", "CAD", "EURCAD", "EURCAD"),
    listed_as("GBP", "USD", "GBPUSD", "ZGBPZUSD"),
    listed_as("AUD", "USD", "AUDUSD", "AUDUSD"),
    listed_as("USD", "CAD", "USDCAD", "ZUSDZCAD"),
    listed_as("USD", "JPY", "USDJPY", "ZUSDZJPY"),
    listed_as("USD", "CHF", "USDCHF", "USDCHF"),
];

/// Widest spread of the best offers, in parts per million of the lower one: 5 %.
const WIDEST: u32 = 50_000;

/// Returns the listed pairs between the codes that are wanted.
fn listed(wanted: &[Pair]) -> impl Iterator<Item = (Pair, &'static Listed)> {
    let codes = codes(wanted);
    LISTED.iter().filter_map(move |listed| {
        let pair = Pair::new(Code::built_in(listed.base), Code::built_in(listed.quote));
        let is_wanted = codes.contains(&pair.base) && codes.contains(&pair.quote);
        is_wanted.then_some((pair, listed))
    })
}

/// Returns one request for all.
pub(crate) fn questions(wanted: &[Pair]) -> Vec<Question> {
    let (pairs, names): (Vec<_>, Vec<_>) =
        listed(wanted).map(|(pair, listed)| (pair, listed.asked)).unzip();
    if pairs.is_empty() {
        return Vec::new();
    }
    let path = format!("/0/public/Ticker?pair={}", names.join(","));
    vec![Question { path, pairs }]
}

/// Reads a ticker. Pairs that were not asked for are passed over.
pub(crate) fn parse(
    body: &[u8],
    question: &Question,
    now: UnixTime,
) -> Result<Vec<(Pair, Quote)>, SourceError> {
    let answer = Value::parse(body)?;
    if !answer.field("error")?.items()?.is_empty() {
        return Err(SourceError::Refused);
    }
    let told = answer.field("result")?.fields()?;
    let mut quotes = Vec::new();
    let mut is_thin = false;
    for (pair, listed) in listed(&question.pairs) {
        let ticker = told.get(listed.answered).or_else(|| told.get(listed.asked));
        match ticker.map(middle) {
            Some(Ok(price)) => quotes.push((pair, Quote { price, at: now })),
            // One empty market says nothing of the others.
            Some(Err(SourceError::Thin)) => is_thin = true,
            Some(Err(error)) => return Err(error),
            None => {}
        }
    }
    if quotes.is_empty() && is_thin { Err(SourceError::Thin) } else { Ok(quotes) }
}

/// Returns the middle of the best offers: the last trade may be long ago.
fn middle(ticker: &Value<'_>) -> Result<QuotedPrice, SourceError> {
    let best = |side: &str| {
        let offers = ticker.field(side)?.items()?;
        let price = offers.first().ok_or(SourceError::Malformed)?.text()?;
        Ok::<_, SourceError>(QuotedPrice::parse(price)?)
    };
    let ask = best("a")?;
    let bid = best("b")?;
    if ask.is_zero() || bid.is_zero() {
        return Err(SourceError::Zero);
    }
    // An offer to buy above one to sell would be taken at once: no market shows it for long.
    if bid > ask || !bid.is_within(ask, WIDEST) {
        return Err(SourceError::Thin);
    }
    Ok(bid.middle(ask))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_listed_pair_is_there_once() {
        for (place, listed) in LISTED.iter().enumerate() {
            let Listed { base, quote, asked, answered } = listed;
            let same = |other: &Listed| other.base == *base && other.quote == *quote;
            assert_eq!(LISTED.iter().position(same), Some(place), "{asked}");
            assert_eq!(*asked, format!("{base}{quote}").replace("BTC", "XBT"));
            let named = answered.replace(['Z'], "").replace("XXBT", "XBT").replace("XETH", "ETH");
            assert_eq!(named.replace("XXMR", "XMR"), *asked);
        }
    }

    #[test]
    fn pair_without_a_market_is_asked_for_through_the_dollar() {
        let cad = Code::built_in("CAD");
        let asked = questions(&[Pair::new(Code::XMR, cad)]);
        assert_eq!(asked[0].path, "/0/public/Ticker?pair=XMRUSD,USDCAD");
        assert!(questions(&[Pair::new(Code::built_in("NIX"), Code::built_in("ZZZ"))]).is_empty());
    }
}
