//! Mempool explorer: the price of Bitcoin.
//!
//! `GET /api/v1/prices` answers `{"time":1795348800,"USD":61000,"EUR":..,"GBP":..,"CAD":..}`.

use crate::{
    json::Value,
    pair::{Code, Pair},
    price::QuotedPrice,
    question::{Question, codes},
    source_error::SourceError,
    table::Quote,
};
use shop_core::time::UnixTime;

/// Returns the one request there is.
pub(crate) fn questions(wanted: &[Pair]) -> Vec<Question> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let currencies = codes(wanted).into_iter().filter(|code| *code != Code::BTC);
    let pairs = currencies.map(|currency| Pair::new(Code::BTC, currency)).collect();
    vec![Question { path: "/api/v1/prices".into(), pairs }]
}

/// Reads the prices. A currency that it does not have is left out.
pub(crate) fn parse(
    body: &[u8],
    question: &Question,
    _: UnixTime,
) -> Result<Vec<(Pair, Quote)>, SourceError> {
    let answer = Value::parse(body)?;
    let at = answer.field("time")?.number()?.parse().map_err(|_| SourceError::Malformed)?;
    let told = answer.fields()?;
    let mut quotes = Vec::new();
    for pair in &question.pairs {
        if let Some(price) = told.get(pair.quote.as_str()) {
            let price = QuotedPrice::parse(price.number()?)?;
            quotes.push((*pair, Quote { price, at: UnixTime(at) }));
        }
    }
    Ok(quotes)
}
