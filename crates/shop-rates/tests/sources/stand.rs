//! Sources to be tested, each with its fake server and its clock.

use shop_core::time::{SetClock, UnixTime};
use shop_rates::{Code, Fetched, Pair, Quote, QuotedPrice, Source, fake::FakeSource};
use std::sync::Arc;

/// 22 November 2026, noon in Greenwich.
pub(crate) const NOW: u64 = 1_795_348_800;

/// A source, its server, and the pairs that it is asked for.
pub(crate) struct Stand {
    pub(crate) source: Source,
    pub(crate) server: Arc<FakeSource>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) wanted: Vec<Pair>,
}

pub(crate) fn pair(text: &str) -> Pair {
    let (base, quote) = text.split_once('/').expect("a pair");
    Pair::new(Code::parse(base).expect("a code"), Code::parse(quote).expect("a code"))
}

pub(crate) fn price(text: &str) -> QuotedPrice {
    QuotedPrice::parse(text).expect("a price")
}

impl Stand {
    /// Returns a source that knows the price of Bitcoin, which all of them have.
    pub(crate) fn new(source: Source) -> Self {
        let stand = Self::with(source, &["BTC/CAD"]);
        stand.server.set(pair("BTC/CAD"), "83809.6");
        stand
    }

    /// Returns a source without prices that is asked for these pairs.
    pub(crate) fn with(source: Source, wanted: &[&str]) -> Self {
        let clock = Arc::new(SetClock::new(UnixTime(NOW)));
        let server = FakeSource::new(source, clock.clone());
        let wanted = wanted.iter().map(|text| pair(text)).collect();
        Self { source, server, clock, wanted }
    }

    pub(crate) async fn fetch(&self) -> Fetched {
        self.source.fetch(&self.server.server(), &self.wanted, &*self.clock).await
    }

    /// Returns the rate of a pair by what the source says now.
    pub(crate) async fn rate(&self, text: &str) -> Option<Quote> {
        self.fetch().await.table.rate(pair(text))
    }
}
