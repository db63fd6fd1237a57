//! Duties of each source with honest answers.

use crate::stand::{NOW, Stand, pair, price};
use shop_core::time::UnixTime;
use shop_rates::{Quote, Source};

fn quote(text: &str) -> Option<Quote> {
    Some(Quote { price: price(text), at: UnixTime(NOW) })
}

#[tokio::test(start_paused = true)]
async fn price_is_read_exactly_and_with_its_time() {
    for source in Source::ALL {
        let stand = Stand::new(source);
        for text in ["83809.6", "83809.60000", "83809", "83809.123456789012345678", "8.38e4"] {
            stand.server.set(pair("BTC/CAD"), text);
            assert_eq!(stand.rate("BTC/CAD").await, quote(text), "{source:?} {text}");
        }
        assert_eq!(stand.fetch().await.error, None, "{source:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn request_says_nothing_of_shop_or_program() {
    for source in Source::ALL {
        let stand = Stand::new(source);
        stand.fetch().await;
        stand.fetch().await;
        let requests = stand.server.requests();
        assert_eq!(requests.len(), 2, "{source:?}");
        assert_eq!(requests[0], requests[1], "{source:?}: each request is the same");
        let head = requests[0].to_ascii_lowercase();
        let mut names: Vec<&str> =
            head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0)).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "connection", "host", "user-agent"]);
        assert!(!head.contains("cryptocart") && head.starts_with("get /"), "{head}");
    }
}

#[tokio::test(start_paused = true)]
async fn onions_are_asked_for_the_same_whatever_the_shop_sells() {
    for source in [Source::BISQ, Source::MEMPOOL] {
        let paths = |wanted: &[&str]| -> Vec<String> {
            let wanted: Vec<_> = wanted.iter().map(|text| pair(text)).collect();
            source.questions(&wanted).into_iter().map(|question| question.path).collect()
        };
        assert_eq!(paths(&["ETH/CAD"]), paths(&["XMR/EUR", "BTC/JPY"]), "{source:?}");
        assert!(source.url.contains(".onion"), "{source:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_where_nothing_is_wanted() {
    for source in Source::ALL {
        assert_eq!(source.questions(&[]), [], "{source:?}");
        let stand = Stand::with(source, &[]);
        assert!(stand.fetch().await.table.is_empty() && stand.server.requests().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn monero_is_priced_through_what_the_source_has() {
    let kraken = Stand::with(Source::KRAKEN, &["XMR/CAD"]);
    kraken.server.set(pair("XMR/USD"), "300");
    kraken.server.set(pair("USD/CAD"), "1.4");
    assert_eq!(kraken.rate("XMR/CAD").await, quote("420"));
    let bisq = Stand::with(Source::BISQ, &["XMR/CAD"]);
    bisq.server.set(pair("XMR/BTC"), "5.0E-3");
    bisq.server.set(pair("BTC/CAD"), "84000.5");
    assert_eq!(bisq.rate("XMR/CAD").await, quote("420.0025"));
    let coingecko = Stand::with(Source::COINGECKO, &["XMR/CAD"]);
    coingecko.server.set(pair("XMR/CAD"), "419.99");
    assert_eq!(coingecko.rate("XMR/CAD").await, quote("419.99"));
    for source in [Source::COINBASE, Source::MEMPOOL] {
        let stand = Stand::with(source, &["XMR/CAD"]);
        stand.server.set(pair("BTC/CAD"), "84000");
        assert_eq!(stand.rate("XMR/CAD").await, None, "{source:?} has no Monero");
    }
}

#[tokio::test(start_paused = true)]
async fn two_currencies_are_compared_by_each_source() {
    for source in [Source::BISQ, Source::MEMPOOL, Source::COINGECKO] {
        let stand = Stand::with(source, &["USD/CAD"]);
        stand.server.set(pair("BTC/USD"), "60000");
        stand.server.set(pair("BTC/CAD"), "84000");
        assert_eq!(stand.rate("USD/CAD").await, quote("1.4"), "{source:?}");
    }
    for source in [Source::KRAKEN, Source::COINBASE] {
        let stand = Stand::with(source, &["USD/CAD"]);
        stand.server.set(pair("USD/CAD"), "1.40");
        assert_eq!(stand.rate("USD/CAD").await, quote("1.4"), "{source:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pair_that_one_request_lacks_leaves_the_others() {
    let stand = Stand::with(Source::COINBASE, &["ETH/CAD", "BTC/CAD"]);
    stand.server.set(pair("BTC/CAD"), "84000");
    let fetched = stand.fetch().await;
    assert_eq!(fetched.table.rate(pair("BTC/CAD")), quote("84000"));
    assert_eq!(fetched.error, Some(shop_rates::SourceError::Status(404)));
}
