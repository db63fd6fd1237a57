//! Quotes of one source, and rates that follow from several of them.

use crate::{
    pair::{Code, Pair},
    price::QuotedPrice,
};
use shop_core::time::UnixTime;
use std::collections::BTreeMap;

/// QuotedPrice of one pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// QuotedPrice of one whole coin, or of one unit of a currency. It is not zero.
    pub price: QuotedPrice,
    /// Time for which it holds.
    pub at: UnixTime,
}

/// Quotes of one source at one time.
///
/// A pair that the source does not have is computed from two that it has: `ETH/CAD` is `ETH/USD`
/// over `CAD/USD`. Products and quotients are rounded half up at the eighteenth decimal place. Quotes
/// of two sources are never put together, so that each table stays one voice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table(BTreeMap<Pair, Quote>);

/// Codes through which two pairs are joined, the first that has both first.
const HUBS: [Code; 3] = [Code::USD, Code::EUR, Code::BTC];

impl Table {
    /// Creates a table of quotes. A price of zero is left out.
    #[must_use]
    pub fn new(quotes: impl IntoIterator<Item = (Pair, Quote)>) -> Self {
        let quotes = quotes.into_iter().filter(|(_, quote)| !quote.price.is_zero());
        Self(quotes.collect())
    }

    /// Returns true if there is no quote.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the quotes that the source told itself.
    pub fn iter(&self) -> impl Iterator<Item = (Pair, Quote)> {
        self.0.iter().map(|(pair, quote)| (*pair, *quote))
    }

    /// Returns the rate of a pair: as it was told, or joined from two quotes.
    /// It holds for the older time of the two.
    #[must_use]
    pub fn rate(&self, pair: Pair) -> Option<Quote> {
        if let Some(leg) = self.leg(pair) {
            return leg.quote();
        }
        let through = |hub: Code| {
            let first = self.leg(Pair::new(pair.base, hub))?;
            first.joined(self.leg(Pair::new(hub, pair.quote))?)
        };
        HUBS.into_iter().find_map(through)
    }

    fn leg(&self, pair: Pair) -> Option<Leg> {
        if let Some(quote) = self.0.get(&pair) {
            return Some(Leg { price: quote.price, is_inverse: false, at: quote.at });
        }
        let quote = self.0.get(&pair.inverse())?;
        Some(Leg { price: quote.price, is_inverse: true, at: quote.at })
    }
}

/// A step from one code to another.
#[derive(Clone, Copy)]
struct Leg {
    price: QuotedPrice,
    /// True if the price is that of the pair the other way round.
    is_inverse: bool,
    at: UnixTime,
}

impl Leg {
    fn quote(self) -> Option<Quote> {
        let price = if self.is_inverse { QuotedPrice::ONE.over(self.price)? } else { self.price };
        made(price, self.at)
    }

    /// Returns the price over both steps, with one rounding where that is possible.
    fn joined(self, next: Self) -> Option<Quote> {
        let price = match (self.is_inverse, next.is_inverse) {
            (false, false) => self.price.times(next.price)?,
            (false, true) => self.price.over(next.price)?,
            (true, false) => next.price.over(self.price)?,
            (true, true) => QuotedPrice::ONE.over(self.price.times(next.price)?)?,
        };
        made(price, self.at.min(next.at))
    }
}

/// Returns a quote, unless rounding has left nothing of its price.
fn made(price: QuotedPrice, at: UnixTime) -> Option<Quote> {
    (!price.is_zero()).then_some(Quote { price, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    fn pair(text: &str) -> Pair {
        let (base, quote) = text.split_once('/').unwrap();
        Pair::new(code(base), code(quote))
    }

    fn table(quotes: &[(&str, &str)]) -> Table {
        Table::new((0..).zip(quotes).map(|(at, (name, price))| {
            (
                pair(name),
                Quote { price: QuotedPrice::parse(price).unwrap(), at: UnixTime(100 + at) },
            )
        }))
    }

    fn rate(table: &Table, name: &str) -> Option<(String, u64)> {
        table.rate(pair(name)).map(|quote| (quote.price.to_string(), quote.at.0))
    }

    #[test]
    fn missing_pair_is_joined_from_two_of_one_source() {
        let feeds = table(&[("ETH/USD", "3012.5"), ("CAD/USD", "0.8"), ("USD/JPY", "150")]);
        assert_eq!(rate(&feeds, "ETH/USD"), Some(("3012.5".into(), 100)));
        assert_eq!(rate(&feeds, "ETH/CAD"), Some(("3765.625".into(), 100)));
        assert_eq!(rate(&feeds, "ETH/JPY"), Some(("451875".into(), 100)));
        assert_eq!(rate(&feeds, "USD/CAD"), Some(("1.25".into(), 101)));
        assert_eq!(rate(&feeds, "CAD/JPY"), Some(("120".into(), 101)));
        assert_eq!(rate(&feeds, "JPY/CAD"), Some(("0.008333333333333333".into(), 101)));
        assert_eq!(rate(&feeds, "XMR/CAD"), None);
        let node = table(&[("XMR/BTC", "0.005"), ("BTC/CAD", "80000")]);
        assert_eq!(rate(&node, "XMR/CAD"), Some(("400".into(), 100)));
    }

    #[test]
    fn told_pair_is_taken_before_a_joined_one() {
        let both = table(&[("ETH/CAD", "4000"), ("ETH/USD", "3000"), ("USD/CAD", "1.25")]);
        assert_eq!(rate(&both, "ETH/CAD"), Some(("4000".into(), 100)));
        assert_eq!(rate(&both, "CAD/ETH"), Some(("0.00025".into(), 100)));
    }

    #[test]
    fn price_of_zero_is_in_no_table() {
        assert!(table(&[("ETH/CAD", "0")]).is_empty());
        let tiny = table(&[("A/USD", "1e-12"), ("USD/B", "1e-12")]);
        assert_eq!(rate(&tiny, "A/B"), None, "nothing is left of it");
        assert_eq!(rate(&tiny, "B/A"), None, "it is too large");
    }
}
