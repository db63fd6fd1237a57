//! The sources, asked one by one what they say now.

use super::asker::{Asked, Asker};
use serde::{Deserialize, Serialize};
use shop_core::time::Clock;
use shop_rates::Pair;
use std::time::Duration;
use tokio::time::Instant;

/// Answer of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// Its name and where it is.
    name: String,
    /// Prices that it told, and what is wrong with it.
    said: String,
    /// True if it told a price.
    works: bool,
}

impl Answer {
    /// Asks a source for these pairs.
    pub(crate) async fn ask(asker: &Asker, pairs: &[Pair], clock: &dyn Clock) -> Self {
        let began = Instant::now();
        let asked = asker.ask(pairs, clock).await;
        let name = format!("{}, {}", asker.title, asker.place);
        Self::new(name, &asked, pairs, began.elapsed())
    }

    fn new(name: String, asked: &Asked, pairs: &[Pair], took: Duration) -> Self {
        let rate = |pair: &Pair| Some(format!("{pair} {}", asked.table.rate(*pair)?.price));
        let mut said: Vec<String> = pairs.iter().filter_map(rate).collect();
        let works = !said.is_empty();
        match &asked.error {
            Some(error) => said.push(error.clone()),
            None if !works => said.push("has none of these prices".into()),
            None => {}
        }
        said.push(match took.as_millis() {
            millis @ 0..10_000 => format!("{millis} ms"),
            _ => format!("{} s", took.as_secs()),
        });
        Self { name, said: said.join(", "), works }
    }

    /// Returns true if it told a price.
    pub(crate) const fn works(&self) -> bool {
        self.works
    }

    /// Returns a line about the source.
    pub(crate) fn line(&self) -> String {
        format!("{}: {}", self.name, self.said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::time::UnixTime;
    use shop_rates::{Code, Quote, QuotedPrice, Table};

    #[test]
    fn answer_has_prices_error_and_time() {
        let pair = Pair::new(Code::ETH, Code::USD);
        let missing = Pair::new(Code::XMR, Code::USD);
        let quote = Quote { price: QuotedPrice::parse("3012.50").unwrap(), at: UnixTime(0) };
        let line = |table: Table, error: Option<&str>| {
            let asked = Asked { table, error: error.map(str::to_owned), retry_after: None };
            let name = "Kraken, https://api.kraken.com".into();
            let answer = Answer::new(name, &asked, &[pair, missing], Duration::from_millis(812));
            (answer.line(), answer.works())
        };
        let told = "Kraken, https://api.kraken.com: ETH/USD 3012.5, 812 ms".to_owned();
        assert_eq!(line(Table::new([(pair, quote)]), None), (told, true));
        let (failed, works) = line(Table::default(), Some("cannot be reached"));
        assert!(failed.ends_with(": cannot be reached, 812 ms") && !works);
        let (empty, works) = line(Table::default(), None);
        assert!(empty.contains("has none of these prices") && !works);
    }
}
