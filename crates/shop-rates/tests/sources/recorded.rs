//! Answers in the forms that the sources publish.

use crate::stand::{pair, price};
use shop_core::time::UnixTime;
use shop_rates::{Pair, QuotedPrice, Source, SourceError, Table};

const NOW: UnixTime = UnixTime(1_795_348_800);

/// Reads an answer to the first request for these pairs.
fn table(source: Source, wanted: &[&str], body: &str) -> Result<Table, SourceError> {
    let wanted: Vec<Pair> = wanted.iter().map(|text| pair(text)).collect();
    let question = source.questions(&wanted).remove(0);
    source.parse(body.as_bytes(), &question, NOW).map(Table::new)
}

fn rate(table: &Table, text: &str) -> Option<(QuotedPrice, u64)> {
    table.rate(pair(text)).map(|quote| (quote.price, quote.at.0))
}

#[test]
fn kraken_ticker_is_read_in_its_old_names() {
    let body = r#"{"error":[],"result":{
        "XETHZCAD":{"a":["4185.10000","1","1.000"],"b":["4184.90000","2","2.000"],
            "c":["4190.00000","0.11"],"v":["1.2","3.4"],"p":["4180","4181"],"t":[10,20],
            "l":["4100","4100"],"h":["4200","4200"],"o":"4150.00"},
        "XXBTZCAD":{"a":["84000.1","1","1.000"],"b":["83999.9","2","2.000"],"c":["84000","1"],
            "o":"83000"},
        "DOGEUSD":{"a":["0.1"],"b":["0.1"]}}}"#;
    let told = table(Source::KRAKEN, &["ETH/CAD", "BTC/CAD"], body).unwrap();
    assert_eq!(rate(&told, "ETH/CAD"), Some((price("4185"), NOW.0)));
    assert_eq!(rate(&told, "BTC/CAD"), Some((price("84000"), NOW.0)));
    assert_eq!(told.iter().count(), 2);
}

#[test]
fn kraken_market_without_a_middle_is_left_out() {
    let ticker = |ask: &str, bid: &str| {
        format!(
            r#"{{"error":[],"result":{{"XETHZCAD":{{"a":["{ask}"],"b":["{bid}"]}},
                "XETHZUSD":{{"a":["3000"],"b":["3000"]}}}}}}"#
        )
    };
    let told = |ask, bid| table(Source::KRAKEN, &["ETH/CAD"], &ticker(ask, bid)).unwrap();
    assert_eq!(rate(&told("105", "100"), "ETH/CAD"), Some((price("102.5"), NOW.0)));
    assert_eq!(rate(&told("105.01", "100"), "ETH/CAD"), None);
    assert_eq!(rate(&told("100", "101"), "ETH/CAD"), None, "crossed");
    assert!(rate(&told("105.01", "100"), "ETH/USD").is_some());
    let alone = r#"{"error":[],"result":{"XETHZCAD":{"a":["200"],"b":["100"]}}}"#;
    assert_eq!(table(Source::KRAKEN, &["ETH/CAD"], alone), Err(SourceError::Thin));
}

#[test]
fn kraken_error_is_a_refusal() {
    let body = r#"{"error":["EQuery:Unknown asset pair"]}"#;
    assert_eq!(table(Source::KRAKEN, &["ETH/CAD"], body), Err(SourceError::Refused));
}

#[test]
fn coinbase_spot_must_name_the_pair_that_was_asked_for() {
    let body = r#"{"data":{"amount":"4184.905","base":"ETH","currency":"CAD"}}"#;
    let told = table(Source::COINBASE, &["ETH/CAD"], body).unwrap();
    assert_eq!(rate(&told, "ETH/CAD"), Some((price("4184.905"), NOW.0)));
    let other = body.replace("CAD", "USD");
    assert_eq!(table(Source::COINBASE, &["ETH/CAD"], &other), Err(SourceError::OtherPair));
}

#[test]
fn coingecko_numbers_are_read_from_their_text() {
    let body = r#"{"ethereum":{"cad":4184.9051234567891,"usd":3012.2,"last_updated_at":1795348700},
        "monero":{"cad":4.2e2,"last_updated_at":1795348650}}"#;
    let told = table(Source::COINGECKO, &["ETH/CAD", "XMR/CAD"], body).unwrap();
    assert_eq!(rate(&told, "ETH/CAD"), Some((price("4184.9051234567891"), 1_795_348_700)));
    assert_eq!(rate(&told, "XMR/CAD"), Some((price("420"), 1_795_348_650)));
    let timeless = r#"{"ethereum":{"cad":4184.9}}"#;
    assert_eq!(table(Source::COINGECKO, &["ETH/CAD"], timeless), Err(SourceError::Malformed));
}

#[test]
fn bisq_times_are_seconds_or_milliseconds() {
    for (time, at) in [
        ("1795348700", 1_795_348_700),
        ("1795348700123", 1_795_348_700),
        ("1.7953487E12", 1_795_348_700),
    ] {
        let body = format!(
            r#"{{"data":[{{"currencyCode":"CAD","price":84000.5,"timestampSec":{time},"provider":"A"}},
                {{"currencyCode":"ETH","price":0.0498,"timestampSec":{time}}},
                {{"currencyCode":"ZWL","price":-1,"timestampSec":null}}]}}"#
        );
        let told = table(Source::BISQ, &["ETH/CAD"], &body).unwrap();
        assert_eq!(rate(&told, "BTC/CAD"), Some((price("84000.5"), at)), "{time}");
        assert_eq!(rate(&told, "ETH/CAD"), Some((price("4183.2249"), at)), "{time}");
    }
    for time in ["1.5", "-1", "1e30", "\"1795348700\""] {
        let body = format!(
            r#"{{"data":[{{"currencyCode":"CAD","price":84000.5,"timestampSec":{time}}}]}}"#
        );
        let told = table(Source::BISQ, &["ETH/CAD"], &body);
        assert_eq!(told, Err(SourceError::Malformed), "{time}");
    }
}

#[test]
fn bisq_pair_that_comes_twice_is_refused() {
    let entry = r#"{"currencyCode":"CAD","price":84000.5,"timestampSec":1795348700}"#;
    let body = format!(r#"{{"data":[{entry},{entry}]}}"#);
    assert_eq!(table(Source::BISQ, &["ETH/CAD"], &body), Err(SourceError::Malformed));
}

#[test]
fn mempool_prices_are_those_of_bitcoin() {
    let body = r#"{"time":1795348700,"USD":60000,"EUR":55000,"GBP":47000,"CAD":84000}"#;
    let told = table(Source::MEMPOOL, &["BTC/CAD"], body).unwrap();
    assert_eq!(rate(&told, "BTC/CAD"), Some((price("84000"), 1_795_348_700)));
    assert_eq!(rate(&told, "USD/CAD"), Some((price("1.4"), 1_795_348_700)));
    assert_eq!(rate(&told, "BTC/EUR"), None, "it was not asked for");
}
