//! QuotedPrice node of the Bisq network.
//!
//! `GET /getAllMarketPrices` answers with a list under `data`:
//! `{"currencyCode":"CAD","price":80000.5,"timestampSec":1795348800}`. For a currency it is the price of 1
//! BTC in it, for a coin the price of 1 coin in BTC. Nodes have written the time in milliseconds too.

use crate::{
    json::Value,
    pair::{Code, Pair},
    price::QuotedPrice,
    question::{Question, codes},
    source_error::SourceError,
    table::Quote,
};
use shop_core::time::UnixTime;

/// Coins, which are priced in Bitcoin; everything else is what Bitcoin is priced in.
const COINS: [&str; 5] = ["ETH", "XMR", "USDC", "USDT", "DAI"];
/// Least number that must be milliseconds: as seconds it would be in the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;

/// Returns the one request there is.
pub(crate) fn questions(wanted: &[Pair]) -> Vec<Question> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let other = codes(wanted).into_iter().filter(|code| *code != Code::BTC);
    let pairs = other.map(pair).collect();
    vec![Question { path: "/getAllMarketPrices".into(), pairs }]
}

/// Returns the pair that a price under this code is of.
fn pair(code: Code) -> Pair {
    let is_coin = COINS.contains(&code.as_str());
    if is_coin { Pair::new(code, Code::BTC) } else { Pair::new(Code::BTC, code) }
}

/// Reads the prices that were asked for; of hundreds most are of no concern.
pub(crate) fn parse(
    body: &[u8],
    question: &Question,
    _: UnixTime,
) -> Result<Vec<(Pair, Quote)>, SourceError> {
    let answer = Value::parse(body)?;
    let mut quotes: Vec<(Pair, Quote)> = Vec::new();
    for entry in answer.field("data")?.items()? {
        let code = Code::parse(entry.field("currencyCode")?.text()?);
        let Some(pair) = code.map(pair).filter(|pair| question.pairs.contains(pair)) else {
            continue;
        };
        if quotes.iter().any(|(known, _)| *known == pair) {
            return Err(SourceError::Malformed);
        }
        let price = QuotedPrice::parse(entry.field("price")?.number()?)?;
        quotes.push((pair, Quote { price, at: time(entry.field("timestampSec")?.number()?)? }));
    }
    Ok(quotes)
}

fn time(number: &str) -> Result<UnixTime, SourceError> {
    let number = QuotedPrice::parse(number).map_err(|_| SourceError::Malformed)?;
    let (units, places) = number.to_units();
    let whole = u64::try_from(units).ok().filter(|_| places == 0);
    let seconds = whole.ok_or(SourceError::Malformed)?;
    Ok(UnixTime(if seconds >= MILLISECONDS { seconds / 1_000 } else { seconds }))
}
