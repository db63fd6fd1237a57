//! Coinbase: its spot prices.
//!
//! `GET /v2/prices/ETH-CAD/spot` answers `{"data":{"amount":"..","base":"ETH","currency":"CAD"}}`. A
//! pair is a request of its own. It has no Monero. It refused exits of Tor when this was written.

use crate::{
    json::Value,
    pair::{Code, Pair},
    price::QuotedPrice,
    question::Question,
    source_error::SourceError,
    table::Quote,
};
use shop_core::time::UnixTime;

/// Returns one request a pair.
pub(crate) fn questions(wanted: &[Pair]) -> Vec<Question> {
    let sold = wanted.iter().filter(|pair| pair.base != Code::XMR);
    sold.map(|pair| Question {
        path: format!("/v2/prices/{}-{}/spot", pair.base, pair.quote),
        pairs: vec![*pair],
    })
    .collect()
}

/// Reads one spot price.
pub(crate) fn parse(
    body: &[u8],
    question: &Question,
    now: UnixTime,
) -> Result<Vec<(Pair, Quote)>, SourceError> {
    let answer = Value::parse(body)?;
    let data = answer.field("data")?;
    let code = |name: &str| Ok::<_, SourceError>(Code::parse(data.field(name)?.text()?));
    let base = code("base")?;
    let quote = code("currency")?;
    let price = QuotedPrice::parse(data.field("amount")?.text()?)?;
    let told = base.zip(quote).map(|(base, quote)| Pair::new(base, quote));
    let asked = question.pairs.iter().filter(|pair| told == Some(**pair));
    Ok(asked.map(|pair| (*pair, Quote { price, at: now })).collect())
}
