//! Sources of exchange rates that answer anything: what is read from them is a price.

use shop_core::time::UnixTime;
use shop_rates::{Code, NoRate, Pair, QuotedPrice, Rules, Source, Table, Voice, decide};
use std::collections::BTreeMap;

const NOW: UnixTime = UnixTime(1_795_348_800);

/// Reads bytes as an answer of every source.
pub fn rates(bytes: &[u8]) {
    let code = |text| Code::parse(text).expect("a code");
    let pairs = [("ETH", "CAD"), ("XMR", "CAD"), ("BTC", "EUR"), ("USD", "CAD")];
    let wanted = pairs.map(|(base, quote)| Pair::new(code(base), code(quote)));
    for source in Source::ALL {
        for question in source.questions(&wanted) {
            let Ok(quotes) = source.parse(bytes, &question, NOW) else { continue };
            assert!(!quotes.is_empty());
            for (pair, quote) in &quotes {
                assert!(question.pairs.contains(pair), "{pair} was not asked for");
                let written = quote.price.to_string();
                assert_eq!(QuotedPrice::parse(&written), Ok(quote.price));
            }
            let table = Table::new(quotes);
            for pair in wanted {
                let Some(quote) = table.rate(pair) else { continue };
                assert!(!quote.price.is_zero() && quote.price.to_decimal().is_some());
                alone(source.title, Voice { price: quote.price, at: quote.at });
            }
        }
    }
}

/// Whatever one source says, it decides nothing alone.
fn alone(title: &'static str, voice: Voice) {
    let voices = BTreeMap::from([(title, voice)]);
    let decided = decide(&voices, None, NOW, &Rules::default());
    assert!(matches!(decided, Err(NoRate::Alone(_) | NoRate::Old)));
}
