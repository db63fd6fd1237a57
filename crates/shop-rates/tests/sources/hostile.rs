//! Sources that fail or lie: each fault is its error, and the next answer is read again.

use crate::stand::{NOW, Stand, pair};
use shop_core::time::UnixTime;
use shop_rates::{PriceError, Source, SourceError, fake::Fault};
use std::time::Duration;

/// Returns the error that a fault must be; none where only the time of the prices is wrong.
fn error(source: Source, fault: Fault) -> Option<SourceError> {
    let is_text = matches!(source.name, "kraken" | "coinbase");
    let price = |error| Some(SourceError::Price(error));
    match fault {
        Fault::Blocked => Some(SourceError::Blocked(403)),
        Fault::Throttled => {
            Some(SourceError::Throttled { retry_after: Some(Duration::from_secs(30)) })
        }
        Fault::Broken => Some(SourceError::Status(500)),
        Fault::Redirect => Some(SourceError::Status(302)),
        Fault::Page | Fault::Deep => Some(SourceError::NotJson),
        Fault::Huge => Some(SourceError::TooLarge),
        Fault::CutOff | Fault::Trickle | Fault::Silent => Some(SourceError::NoAnswer),
        Fault::OtherForm if source.name == "coingecko" => Some(SourceError::OtherPair),
        Fault::OtherForm => Some(SourceError::Malformed),
        Fault::OtherPair => Some(SourceError::OtherPair),
        Fault::Zero => Some(SourceError::Zero),
        Fault::Negative => price(PriceError::Negative),
        Fault::Exponent => price(PriceError::TooLarge),
        Fault::Word if is_text => price(PriceError::NotANumber),
        Fault::Word => Some(SourceError::NotJson),
        Fault::Old | Fault::Future => None,
    }
}

#[tokio::test(start_paused = true)]
async fn each_fault_is_its_error_and_passes() {
    for source in Source::ALL {
        let stand = Stand::new(source);
        for fault in Fault::ALL {
            stand.server.fail_next(fault);
            let fetched = stand.fetch().await;
            assert_eq!(fetched.error, error(source, fault), "{source:?} {fault:?}");
            let is_told = fetched.table.rate(pair("BTC/CAD")).is_some();
            assert_eq!(is_told, fetched.error.is_none(), "{source:?} {fault:?}");
            assert!(stand.rate("BTC/CAD").await.is_some(), "{source:?} after {fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn time_of_a_price_is_the_one_that_was_told() {
    for source in [Source::COINGECKO, Source::BISQ, Source::MEMPOOL] {
        let stand = Stand::new(source);
        for (fault, at) in [(Fault::Old, NOW - 86_400), (Fault::Future, NOW + 86_400)] {
            stand.server.fail_next(fault);
            let quote = stand.rate("BTC/CAD").await.expect("a price");
            assert_eq!(quote.at, UnixTime(at), "{source:?}");
        }
    }
}

/// A source that refuses is not asked for the other pairs, one by one.
#[tokio::test(start_paused = true)]
async fn source_that_refuses_is_asked_once() {
    for fault in [Fault::Blocked, Fault::Throttled, Fault::Broken, Fault::Page, Fault::Silent] {
        let stand = Stand::with(Source::COINBASE, &["ETH/CAD", "BTC/CAD", "USDC/CAD"]);
        stand.server.fail_next(fault);
        assert!(stand.fetch().await.table.is_empty());
        assert_eq!(stand.server.requests().len(), 1, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn error_repeats_no_word_of_the_answer() {
    for source in Source::ALL {
        let stand = Stand::new(source);
        stand.server.set(pair("BTC/CAD"), "\\u001b]0;gotcha\\u0007");
        let fetched = stand.fetch().await;
        let said = fetched.error.map(|error| format!("{error} {error:?}")).unwrap_or_default();
        assert!(fetched.table.is_empty() && !said.is_empty(), "{source:?}");
        assert!(said.is_ascii() && !said.contains("gotcha"), "{source:?}: {said}");
        assert!(said.bytes().all(|byte| byte >= b' '), "{source:?}: {said}");
    }
}
