//! CoinGecko: its simple prices.
//!
//! `GET /api/v3/simple/price?ids=ethereum&vs_currencies=cad,usd` answers with numbers, and with the
//! time of each coin: `{"ethereum":{"cad":3809.6,"last_updated_at":1795348800}}`.

use crate::{
    json::Value,
    pair::{Code, Pair},
    price::QuotedPrice,
    question::Question,
    source_error::SourceError,
    table::Quote,
};
use shop_core::time::UnixTime;
use std::collections::BTreeSet;

/// Codes of coins, and their names there.
pub(crate) const COINS: [(&str, &str); 6] = [
    ("ETH", "ethereum"),
    ("BTC", "bitcoin"),
    ("XMR", "monero"),
    ("USDC", "usd-coin"),
    ("USDT", "tether"),
    ("DAI", "dai"),
];

fn coin(code: Code) -> Option<&'static str> {
    COINS.into_iter().find(|(known, _)| *known == code.as_str()).map(|(_, name)| name)
}

/// Returns one request for all. Two currencies are compared through Bitcoin's price in both.
pub(crate) fn questions(wanted: &[Pair]) -> Vec<Question> {
    let mut bases = BTreeSet::new();
    let mut quotes = BTreeSet::new();
    for pair in wanted {
        quotes.insert(pair.quote);
        if coin(pair.base).is_some() {
            bases.insert(pair.base);
        } else {
            bases.insert(Code::BTC);
            quotes.insert(pair.base);
        }
    }
    let pairs: Vec<Pair> =
        bases.iter().flat_map(|base| quotes.iter().map(|quote| Pair::new(*base, *quote))).collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = bases.iter().filter_map(|base| coin(*base)).collect();
    let currencies: Vec<String> =
        quotes.iter().map(|quote| quote.as_str().to_ascii_lowercase()).collect();
    let path = format!(
        "/api/v3/simple/price?ids={}&vs_currencies={}&include_last_updated_at=true&precision=full",
        names.join(","),
        currencies.join(",")
    );
    vec![Question { path, pairs }]
}

/// Reads prices. A pair that it does not have is left out.
pub(crate) fn parse(
    body: &[u8],
    question: &Question,
    _: UnixTime,
) -> Result<Vec<(Pair, Quote)>, SourceError> {
    let answer = Value::parse(body)?;
    let coins = answer.fields()?;
    let mut quotes = Vec::new();
    for pair in &question.pairs {
        let Some(told) = coin(pair.base).and_then(|name| coins.get(name)) else { continue };
        let price = told.fields()?.get(&pair.quote.as_str().to_ascii_lowercase());
        if let Some(price) = price {
            let at = told.field("last_updated_at")?.number()?;
            let at = UnixTime(at.parse().map_err(|_| SourceError::Malformed)?);
            quotes.push((*pair, Quote { price: QuotedPrice::parse(price.number()?)?, at }));
        }
    }
    Ok(quotes)
}
