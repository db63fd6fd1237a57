//! Answers of sources, in their own form.

use super::{FakeSource, Fault};
use crate::{
    coingecko,
    kraken::{self, Listed},
    pair::{Code, Pair},
};

const DAY: u64 = 86_400;

/// Prices of an answer, with a fault put into them.
struct Prices<'a> {
    prices: Vec<(Pair, String)>,
    path: &'a str,
    now: u64,
}

/// Returns the body of an answer; none for a path that the source does not have.
pub(super) fn body(source: &FakeSource, path: &str, fault: Option<Fault>) -> Option<String> {
    let told = source.state().prices.clone();
    let prices = told.into_iter().map(|(pair, price)| {
        let price = fault.and_then(Fault::price).map_or(price, str::to_owned);
        let other = Pair::new(Code::built_in("ZZZ"), Code::built_in("YYY"));
        (if fault == Some(Fault::OtherPair) { other } else { pair }, price)
    });
    let now = source.clock.now().0;
    let now = match fault {
        Some(Fault::Old) => now.saturating_sub(DAY),
        Some(Fault::Future) => now.saturating_add(DAY),
        _ => now,
    };
    let prices = Prices { prices: prices.collect(), path, now };
    match source.source.name {
        "kraken" => prices.kraken(),
        "coinbase" => prices.coinbase(),
        "coingecko" => prices.coingecko(),
        "bisq" => prices.bisq(),
        _ => prices.mempool(),
    }
}

impl Prices<'_> {
    fn asked(&self, name: &str) -> Vec<&str> {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let found = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        found.map_or_else(Vec::new, |list| list.split(',').collect())
    }

    /// Refuses everything if it does not know one of the pairs.
    fn kraken(&self) -> Option<String> {
        if !self.path.starts_with("/0/public/Ticker?") {
            return None;
        }
        let mut tickers = Vec::new();
        for name in self.asked("pair") {
            let Some(Listed { base, quote, answered, .. }) =
                kraken::LISTED.iter().find(|listed| listed.asked == name)
            else {
                return Some(r#"{"error":["EQuery:Unknown asset pair"]}"#.into());
            };
            let is_listed =
                |pair: &Pair| pair.base.as_str() == *base && pair.quote.as_str() == *quote;
            if let Some((_, price)) = self.prices.iter().find(|(pair, _)| is_listed(pair)) {
                tickers.push(format!(
                    r#""{answered}":{{"a":["{price}","1","1.000"],"b":["{price}","2","2.000"],"c":["{price}","0.1"],"o":"{price}"}}"#
                ));
            }
        }
        Some(format!(r#"{{"error":[],"result":{{{}}}}}"#, tickers.join(",")))
    }

    fn coinbase(&self) -> Option<String> {
        let pair = self.path.strip_prefix("/v2/prices/")?.strip_suffix("/spot")?;
        let (base, quote) = pair.split_once('-')?;
        let pair = Pair::new(Code::parse(base)?, Code::parse(quote)?);
        let other = |(told, _): &&(Pair, String)| *told == pair || told.base.as_str() == "ZZZ";
        let (told, price) = self.prices.iter().find(other)?;
        Some(format!(
            r#"{{"data":{{"amount":"{price}","base":"{}","currency":"{}"}}}}"#,
            told.base, told.quote
        ))
    }

    fn coingecko(&self) -> Option<String> {
        if !self.path.starts_with("/api/v3/simple/price?") {
            return None;
        }
        let currencies = self.asked("vs_currencies");
        let coins = self.asked("ids").into_iter().filter_map(|id| {
            let (code, _) = coingecko::COINS.into_iter().find(|(_, name)| *name == id)?;
            let told = self.prices.iter().filter_map(|(pair, price)| {
                let currency = pair.quote.as_str().to_ascii_lowercase();
                let is_asked =
                    pair.base.as_str() == code && currencies.contains(&currency.as_str());
                is_asked.then(|| format!(r#""{currency}":{price},"#))
            });
            let told = told.collect::<String>();
            Some(format!(r#""{id}":{{{told}"last_updated_at":{}}}"#, self.now))
        });
        Some(format!("{{{}}}", coins.collect::<Vec<_>>().join(",")))
    }

    fn bisq(&self) -> Option<String> {
        if self.path != "/getAllMarketPrices" {
            return None;
        }
        let entry = |(pair, price): &(Pair, String)| {
            let code = if pair.base == Code::BTC { pair.quote } else { pair.base };
            // As a node of Java writes a time.
            let time = format!("{}000", self.now);
            format!(
                r#"{{"currencyCode":"{code}","price":{price},"timestampSec":{time},"provider":"AGGREGATE"}}"#
            )
        };
        let mut entries: Vec<String> = self.prices.iter().map(entry).collect();
        entries.push(r#"{"currencyCode":"USDT-E","price":"?","timestampSec":0}"#.into());
        Some(format!(r#"{{"bitcoinFeesTs":0,"data":[{}]}}"#, entries.join(",")))
    }

    fn mempool(&self) -> Option<String> {
        if self.path != "/api/v1/prices" {
            return None;
        }
        let prices =
            self.prices.iter().map(|(pair, price)| format!(r#","{}":{price}"#, pair.quote));
        Some(format!(r#"{{"time":{}{}}}"#, self.now, prices.collect::<String>()))
    }
}
