//! `cryptocart nodes try`: every operator of a chain, asked through Tor.

use super::{ListArgs, list};
use crate::{
    config::plan::operators::{self, ENOUGH, Operator},
    error::{CliError, Context},
    files,
    home_dial::{self, HomeDialer},
    home_tor::HomeTor,
    nodes,
    runtime::block_on,
    system::System,
    terminal::{self, many},
};
use clap::Args;
use serde_json::{Value, json};
use shop_chain::{Chain, Held, NodeReport, WatchError, WatchList};
use shop_core::{chain::ChainId, kind::Kind};
use shop_net::{onion::TestNetwork, socks_dialer::SocksPort};
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

/// Most nodes that are recommended: each more costs bytes, and of five two may fail.
const MOST: usize = 5;
/// Time by which a node may be behind the newest one.
const MOST_BEHIND: Duration = Duration::from_secs(600);
/// Blocks by which it may be behind on any chain.
const FEW: u64 = 2;

/// Beginning of the names of the nodes' purposes.
const PREFIX: &str = "try-node";
/// Port that is not asked: no entry is elsewhere.
const NO_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

#[derive(Debug, Args)]
pub(crate) struct Try {
    /// The chain, as its section in shop.toml: ether, bitcoin or monero.
    chain: String,
    /// Use the tor of this machine, whose SOCKS port is at ADDRESS, instead of the built-in one.
    /// Debian's is 127.0.0.1:9050, and the Tor Browser's 127.0.0.1:9150.
    #[arg(long, value_name = "ADDRESS")]
    tor: Option<SocksPort>,
    /// A private Tor network, for tests.
    #[arg(long, value_name = "FILE", hide = true)]
    test_network: Option<PathBuf>,
    #[command(flatten)]
    list: ListArgs,
}

/// An operator's node, and what it told.
struct Tried<'a> {
    entry: &'a Operator,
    report: NodeReport,
    /// True if it tells the block that most of those tell that could be used; none if it was not
    /// asked for it.
    agrees: Option<bool>,
}

impl Try {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        let operators = self.list.operators()?;
        let chain = operators::chain(&self.chain)?;
        let entries = operators.of_chain(chain);
        let section = operators::section_name(chain);
        if entries.is_empty() {
            let what = format!("the list has no entry about {section}");
            return Err(CliError::new(Kind::NotFound, what).hint("cryptocart nodes list"));
        }
        if !self.list.json {
            terminal::line(self.asking(entries.len()));
        }
        let asked = block_on(self.ask(chain, operators.network(chain), &entries, system));
        let (tried, problem) = asked?;
        let chosen = chosen(&tried);
        if self.list.json {
            let tried: Vec<Value> = tried.iter().map(Tried::as_json).collect();
            let nodes: Vec<&str> = chosen.iter().map(|tried| tried.entry.node.as_str()).collect();
            let is_enough = nodes.len() >= ENOUGH;
            terminal::json(&json!({
                "version": 1,
                "section": section,
                "seen": operators.seen,
                "tried": tried,
                "nodes": is_enough.then_some(nodes),
            }));
        } else {
            tried.iter().for_each(|tried| terminal::line(tried.line()));
        }
        if chosen.len() < ENOUGH {
            return Err(too_few(chosen.len(), entries.len(), problem.as_ref()));
        }
        if !self.list.json {
            lines(section, &chosen).into_iter().for_each(terminal::line);
        }
        Ok(())
    }

    fn asking(&self, count: usize) -> String {
        let count = many(count, "operator", "operators");
        match &self.tor {
            Some(port) => {
                format!("Asking {count} through the tor at {port}. This takes a minute or two.")
            }
            None => format!(
                "Asking {count} through Tor, which is entered first. This takes two or three minutes."
            ),
        }
    }

    /// Asks all entries through the Tor that is wanted.
    async fn ask<'e>(
        &self,
        chain: ChainId,
        network: u64,
        entries: &[&'e Operator],
        system: &System,
    ) -> Result<Asked<'e>, CliError> {
        let entropy = &*system.entropy;
        let targets = home_dial::targets(entries.iter().map(|entry| &entry.url), PREFIX);
        let targets = targets.map_err(|error| CliError::new(Kind::Bug, error.to_string()))?;
        let here = SocksPort::Loopback(NO_PORT);
        let port = match &self.tor {
            None if home_dial::needs_tor(&targets) => {
                let tor = HomeTor::enter(targets, self.test_network()?, entropy).await?;
                let dialer = HomeDialer::through(&tor, PREFIX);
                let asked = Asking { chain, network, dialer }.ask(entries).await;
                tor.end().await;
                return asked;
            }
            None => &here,
            Some(port) => port,
        };
        let dialer = HomeDialer::new(targets, PREFIX, port, entropy);
        Asking { chain, network, dialer }.ask(entries).await
    }

    fn test_network(&self) -> Result<Option<TestNetwork>, CliError> {
        let Some(path) = &self.test_network else { return Ok(None) };
        let network = serde_json::from_str(&files::read_text(path, 64 << 10)?);
        network.map_err(|error| CliError::misconfigured(format!("{}: {error}", path.display())))
    }
}

/// Entries that were asked, and the reason if they do not agree on a block.
type Asked<'e> = (Vec<Tried<'e>>, Option<WatchError>);

/// A chain to be asked, and the way to its nodes.
struct Asking {
    chain: ChainId,
    network: u64,
    dialer: HomeDialer,
}

impl Asking {
    /// Asks all entries, and then those that could be used for one block.
    /// Returns the reason too if those do not agree on one.
    async fn ask<'e>(&self, entries: &[&'e Operator]) -> Result<Asked<'e>, CliError> {
        let rules = self.rules()?;
        let node = |(number, entry): (usize, &&Operator)| self.dialer.node(number, &entry.url);
        let nodes = (1..).zip(entries).map(node).collect();
        let watcher = rules.prober(nodes, self.network);
        let reports = watcher.context(|| "asking the operators".into())?.probe().await;
        if let Some(hint) = self.dialer.missing_tor() {
            let what = "nobody was asked, because there is no Tor";
            return Err(CliError::new(Kind::Unavailable, what).hint(hint));
        }
        let tried = |report: NodeReport| {
            let entry = *entries.get(report.number.checked_sub(1)?)?;
            Some(Tried { entry, report, agrees: None })
        };
        let mut tried: Vec<Tried<'_>> = reports.into_iter().filter_map(tried).collect();
        let problem = self.compare(rules, &mut tried).await.err();
        Ok((tried, problem))
    }

    /// Reads a block as a shop would, from those that could be used, and asks each for it.
    async fn compare(&self, rules: &dyn Chain, tried: &mut [Tried<'_>]) -> Result<(), WatchError> {
        let most_behind = rules.blocks_in(MOST_BEHIND).max(FEW);
        let usable = tried.iter_mut().filter(|tried| tried.is_usable(most_behind));
        let mut usable: Vec<&mut Tried<'_>> = usable.collect();
        let nodes = usable.iter().map(|it| self.dialer.node(it.report.number, &it.entry.url));
        let watcher = rules.prober(nodes.collect(), self.network)?;
        let update = watcher.next_update(&[], &WatchList::default()).await?;
        let block = update.blocks.last().copied().ok_or(WatchError::Moved)?;
        for told in watcher.compare(block).await {
            let place = told.number.saturating_sub(1);
            if let Some(tried) = usable.get_mut(place) {
                tried.agrees = Some(told.held == Ok(Held::Same));
            }
        }
        Ok(())
    }

    fn rules(&self) -> Result<&'static dyn Chain, CliError> {
        let unknown = || CliError::new(Kind::Bug, format!("{} has no rules", self.chain));
        shop_chain::rules(self.chain).ok_or_else(unknown)
    }
}

impl Tried<'_> {
    /// Returns true if it has proved a block, and is not far behind the others.
    fn is_usable(&self, most_behind: u64) -> bool {
        let NodeReport { trouble, block_proved, blocks_behind, .. } = &self.report;
        let is_near = blocks_behind.is_none_or(|behind| behind <= most_behind);
        trouble.is_none() && *block_proved && is_near
    }

    fn line(&self) -> String {
        let Operator { operator, node, forwards, .. } = self.entry;
        let mut line = format!("  {operator}, {node}: {}", nodes::said(&self.report));
        if self.agrees == Some(false) {
            line.push_str(", and DOES NOT TELL THE BLOCK that most tell");
        }
        if *forwards {
            line.push_str("; it passes questions on to others, and counts for no operator");
        }
        line
    }

    fn as_json(&self) -> Value {
        let NodeReport { tip, blocks_behind, trouble, took, .. } = &self.report;
        let mut json = list::as_json(self.entry);
        json["works"] = self.is_usable(u64::MAX).into();
        json["newest_block"] = tip.map(|tip| tip.0).into();
        json["blocks_behind"] = (*blocks_behind).into();
        json["milliseconds"] = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).into();
        json["trouble"] = trouble.as_ref().map(ToString::to_string).into();
        json["agrees"] = self.agrees.into();
        json
    }
}

/// Returns those to recommend: of each operator the quickest, the quickest operators first.
fn chosen<'t, 'e>(tried: &'t [Tried<'e>]) -> Vec<&'t Tried<'e>> {
    let counts = |tried: &&Tried<'_>| tried.agrees == Some(true) && !tried.entry.forwards;
    let mut agreeing: Vec<&Tried<'_>> = tried.iter().filter(counts).collect();
    agreeing.sort_by_key(|tried| tried.report.took);
    let mut seen = BTreeSet::new();
    agreeing.retain(|tried| seen.insert(tried.entry.operator.as_str()));
    agreeing.truncate(MOST);
    agreeing
}

/// Returns the lines for `shop.toml`, and what to think of.
fn lines(section: &str, chosen: &[&Tried<'_>]) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        "They answered now, from here. Whoever runs them is unknown to us: if most of them lie"
            .to_owned(),
        "together, payments are made up or hidden. If you take them, put this into shop.toml:"
            .to_owned(),
        String::new(),
        format!("[{section}]"),
        "nodes = [".to_owned(),
    ];
    let node = |tried: &&Tried<'_>| format!("  {:?}, # {}", tried.entry.node, tried.entry.operator);
    lines.extend(chosen.iter().map(node));
    lines.push("]".to_owned());
    lines
}

fn too_few(chosen: usize, asked: usize, problem: Option<&WatchError>) -> CliError {
    let count = match chosen {
        1 => "1 different operator answers and tells".to_owned(),
        chosen => format!("{chosen} different operators answer and tell"),
    };
    let why = problem.map(|error| format!("; {error}")).unwrap_or_default();
    let what = format!("of {asked} entries {count} the same block, and {ENOUGH} are needed{why}");
    CliError::new(Kind::Unavailable, what).hint(
        "no line for shop.toml is printed. Try again later, or run a node of your own (docs/nodes.md)",
    )
}
