//! The sources that are built in: how each is asked, and how its answers are read.

use crate::{
    bisq, coinbase, coingecko,
    http::Server,
    kraken, mempool,
    pair::Pair,
    question::Question,
    source_error::SourceError,
    table::{Quote, Table},
};
use shop_core::time::{Clock, UnixTime};

/// A server that tells prices over HTTP, by the form of its answers.
#[derive(Clone, Copy)]
pub struct Source {
    /// Name in settings: `kraken`.
    pub name: &'static str,
    /// Name for people: `Kraken`.
    pub title: &'static str,
    /// URL where the source is found if the settings name no other.
    pub url: &'static str,
    questions: fn(&[Pair]) -> Vec<Question>,
    parse: Parse,
}

/// Function that reads an answer to a question, at a time.
type Parse = fn(&[u8], &Question, UnixTime) -> Result<Vec<(Pair, Quote)>, SourceError>;

/// Outcome of asking a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// All that it told.
    pub table: Table,
    /// First error. A table may have other pairs all the same.
    pub error: Option<SourceError>,
}

impl Source {
    /// Kraken, an exchange: the middle of the best offers to buy and to sell.
    pub const KRAKEN: Self = Self {
        name: "kraken",
        title: "Kraken",
        url: "https://api.kraken.com",
        questions: kraken::questions,
        parse: kraken::parse,
    };
    /// Coinbase, an exchange: its spot price.
    pub const COINBASE: Self = Self {
        name: "coinbase",
        title: "Coinbase",
        url: "https://api.coinbase.com",
        questions: coinbase::questions,
        parse: coinbase::parse,
    };
    /// CoinGecko, which computes a mean of many exchanges.
    pub const COINGECKO: Self = Self {
        name: "coingecko",
        title: "CoinGecko",
        url: "https://api.coingecko.com",
        questions: coingecko::questions,
        parse: coingecko::parse,
    };
    /// A price node of the Bisq network, which is an onion service.
    pub const BISQ: Self = Self {
        name: "bisq",
        title: "Bisq",
        url: "http://wizpriceje6q5tdrxkyiazsgu7irquiqjy2dptezqhrtu7l2qelqktid.onion",
        questions: bisq::questions,
        parse: bisq::parse,
    };
    /// A mempool explorer, which is an onion service: the price of Bitcoin alone.
    pub const MEMPOOL: Self = Self {
        name: "mempool",
        title: "mempool",
        url: "http://mempoolhqx4isw62xs7abwphsq7ldayuidyx2v2oethdhhj6mlo2r6ad.onion",
        questions: mempool::questions,
        parse: mempool::parse,
    };

    /// Every source that is built in.
    pub const ALL: [Self; 5] =
        [Self::KRAKEN, Self::COINBASE, Self::COINGECKO, Self::BISQ, Self::MEMPOOL];

    /// Returns the source of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name == name)
    }

    /// Returns the requests that tell what the wanted pairs need. There may be none.
    #[must_use]
    pub fn questions(&self, wanted: &[Pair]) -> Vec<Question> {
        (self.questions)(wanted)
    }

    /// Reads the answer to a question. Prices without a time hold for `now`.
    ///
    /// # Errors
    /// The answer is not one of this source, or has no price in it.
    pub fn parse(
        &self,
        body: &[u8],
        question: &Question,
        now: UnixTime,
    ) -> Result<Vec<(Pair, Quote)>, SourceError> {
        let quotes = (self.parse)(body, question, now)?;
        if quotes.iter().any(|(_, quote)| quote.price.is_zero()) {
            return Err(SourceError::Zero);
        }
        if quotes.is_empty() { Err(SourceError::OtherPair) } else { Ok(quotes) }
    }

    /// Asks for what the wanted pairs need, one request after the other.
    /// The first error that other requests would meet too ends it.
    pub async fn fetch(&self, server: &Server, wanted: &[Pair], clock: &dyn Clock) -> Fetched {
        let mut quotes = Vec::new();
        let mut error = None;
        for question in self.questions(wanted) {
            let answer = server.get(&question.path).await;
            let told = answer.and_then(|body| self.parse(&body, &question, clock.now()));
            match told {
                Ok(told) => quotes.extend(told),
                Err(failed) => {
                    error.get_or_insert(failed);
                    if !is_about_one_pair(failed) {
                        break;
                    }
                }
            }
        }
        Fetched { table: Table::new(quotes), error }
    }
}

/// Returns true if another request may do better.
const fn is_about_one_pair(error: SourceError) -> bool {
    matches!(
        error,
        SourceError::Status(400 | 404)
            | SourceError::Refused
            | SourceError::OtherPair
            | SourceError::Zero
            | SourceError::Price(_)
            | SourceError::Thin
    )
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
