//! One source, asked by its own outbound purpose.

use crate::{
    config::plan::{NodeUrl, RatesPlan, SourcePlan},
    error::{CliError, Context},
    outbound,
};
use shop_chain::ethereum::{Client, Feed, FeedAnswer, Node, read_feeds};
use shop_core::time::Clock;
use shop_net::shop_side::Dialer;
use shop_rates::{Code, Pair, Quote, QuotedPrice, Server, Source, Table, codes};
use std::time::Duration;

/// A source that can be asked.
pub(crate) struct Asker {
    /// Name that people read.
    pub(crate) title: &'static str,
    /// Its place, for the seller's eyes.
    pub(crate) place: String,
    way: Way,
}

/// Way in which a source is asked.
enum Way {
    Server {
        source: Source,
        server: Server,
    },
    Feeds {
        client: Client,
        feeds: Vec<Feed>,
    },
    /// It cannot be asked.
    Nowhere(&'static str),
}

/// Outcome of asking a source.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// All that it told.
    pub(crate) table: Table,
    /// First error, in words. A table may have other pairs all the same.
    pub(crate) error: Option<String>,
    /// Time it asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

/// Returns the sources of a plan, each at its purpose.
pub(crate) fn all(plan: &RatesPlan, dialer: &Dialer) -> Result<Vec<Asker>, CliError> {
    plan.sources.iter().map(|source| Asker::new(source, dialer)).collect()
}

impl Asker {
    pub(crate) fn new(plan: &SourcePlan, dialer: &Dialer) -> Result<Self, CliError> {
        let way = match plan {
            _ if plan.unusable().is_some() => Way::Nowhere(plan.unusable().unwrap_or_default()),
            SourcePlan::Server { source, url } => {
                let dial = outbound::by_purpose(dialer, plan.purpose(0));
                let prefix = url.path.trim_end_matches('/').to_owned();
                let server = Server { dial, host: url.authority(), prefix };
                Way::Server { source: *source, server }
            }
            SourcePlan::Feeds { nodes, network, feeds } => {
                let node = |(place, url): (usize, &NodeUrl)| Node {
                    dial: outbound::by_purpose(dialer, plan.purpose(place)),
                    host: url.authority(),
                    path: url.path.clone(),
                };
                let nodes = nodes.iter().enumerate().map(node).collect();
                let client = Client::new(nodes, *network);
                let client = client.context(|| "setting up the price feeds".into())?;
                Way::Feeds { client, feeds: feeds.clone() }
            }
        };
        let places: Vec<String> = plan.urls().iter().map(NodeUrl::name).collect();
        let place = match places.as_slice() {
            [one] => one.clone(),
            many => format!("{} nodes", many.len()),
        };
        Ok(Self { title: plan.title(), place, way })
    }

    /// Returns a source at a server that tests run.
    #[cfg(test)]
    pub(crate) fn at(source: Source, server: Server) -> Self {
        let place = "https://fake.test".into();
        Self { title: source.title, place, way: Way::Server { source, server } }
    }

    /// Asks for what these pairs need.
    pub(crate) async fn ask(&self, pairs: &[Pair], clock: &dyn Clock) -> Asked {
        match &self.way {
            Way::Server { source, server } => {
                let fetched = source.fetch(server, pairs, clock).await;
                let retry_after = fetched.error.and_then(|error| error.retry_after());
                let error = fetched.error.map(|error| error.to_string());
                Asked { table: fetched.table, error, retry_after }
            }
            Way::Feeds { client, feeds } => ask_feeds(client, feeds, pairs).await,
            Way::Nowhere(why) => Asked { error: Some((*why).to_owned()), ..Asked::default() },
        }
    }
}

/// Reads the feeds that these pairs need, and no others.
async fn ask_feeds(client: &Client, feeds: &[Feed], pairs: &[Pair]) -> Asked {
    let codes = codes(pairs);
    let pair = |feed: &Feed| {
        Some(Pair::new(Code::parse(&feed.base)?, Code::parse(&feed.quote)?))
            .filter(|pair| codes.contains(&pair.base) && codes.contains(&pair.quote))
    };
    let needed: Vec<(Pair, Feed)> =
        feeds.iter().filter_map(|feed| Some((pair(feed)?, feed.clone()))).collect();
    if needed.is_empty() {
        let error = Some("has no feed of what is wanted".to_owned());
        return Asked { error, ..Asked::default() };
    }
    let read: Vec<Feed> = needed.iter().map(|(_, feed)| feed.clone()).collect();
    let answers = match read_feeds(client, &read).await {
        Ok(answers) => answers,
        Err(error) => {
            let retry_after = error.retry_after();
            return Asked { error: Some(error.to_string()), retry_after, ..Asked::default() };
        }
    };
    let mut error = None;
    let mut quotes = Vec::new();
    for ((pair, _), answer) in needed.into_iter().zip(answers) {
        match answer {
            Ok(answer) => quotes.extend(quote(answer).map(|quote| (pair, quote))),
            Err(failed) => {
                error.get_or_insert_with(|| format!("{pair}: {failed}"));
            }
        }
    }
    Asked { table: Table::new(quotes), error, retry_after: None }
}

/// Returns a feed's answer as a quote of the block it was read in.
/// Between two writings a feed stands for a price that has hardly moved.
fn quote(answer: FeedAnswer) -> Option<Quote> {
    let price = QuotedPrice::from_units(answer.answer, answer.decimals)?;
    Some(Quote { price, at: answer.read_at })
}
