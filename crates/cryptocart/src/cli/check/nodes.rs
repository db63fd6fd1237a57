//! Capabilities of the nodes, asked by the open shop through its own Tor.
//!
//! If the shop is not open they are asked directly, and then those on this machine alone.

use super::dialing::with_dialer;
use crate::{
    config::plan::{ChainPlan, NodeUrl, Plan},
    control::{self, Question},
    error::{CliError, Context},
    nodes::Answer,
    outbound,
    runtime::block_on,
};
use shop_chain::{WatchError, ethereum::escrow::PINNED};
use shop_core::escrow::Hash;

/// Findings about the nodes of a shop.
pub(super) struct Nodes {
    /// One for each node that was asked.
    pub(super) answers: Result<Vec<Answer>, CliError>,
    /// Number of nodes not asked: the shop is not open, and they are elsewhere.
    pub(super) not_asked: usize,
    /// Sections whose nodes were not asked because their account was not opened.
    pub(super) unopened: Vec<&'static str>,
    /// Code at the address of the escrow contract, if the nodes were asked.
    pub(super) contract: Option<Result<String, CliError>>,
}

impl Nodes {
    fn new(answers: Result<Vec<Answer>, CliError>) -> Self {
        Self { answers, not_asked: 0, unopened: Vec::new(), contract: None }
    }

    /// Says whose nodes were not asked without a view key.
    pub(super) fn not_opened(&self) -> impl Iterator<Item = String> {
        self.unopened.iter().map(|section| {
            format!(
                "the nodes of [{section}] were not checked, because its view key was not read. Run \
                 this again while the shop is open"
            )
        })
    }
}

/// Asks the nodes of a shop that takes real money; none in a demo.
pub(super) fn ask(plan: &Plan) -> Option<Nodes> {
    if plan.is_demo() {
        return None;
    }
    let open = match control::open_shop(&plan.dir) {
        Ok(open) => open,
        Err(error) => return Some(Nodes::new(Err(error))),
    };
    if let Some(shop) = open {
        return Some(Nodes::new(shop.ask(Question::Nodes)));
    }
    let chains = || plan.payments.iter();
    let unopened = chains().filter(|chain| chain.is_unopened());
    let unopened = unopened.map(|chain| chain.section).collect();
    let opened = || chains().filter(|chain| !chain.is_unopened());
    let all = || opened().flat_map(|chain| &chain.nodes);
    let here = all().filter(|node| node.is_loopback()).count();
    let not_asked = all().count() - here;
    if here == 0 {
        return Some(Nodes { not_asked, unopened, ..Nodes::new(Ok(Vec::new())) });
    }
    Some(match block_on(ask_here(plan)) {
        Ok((answers, contract)) => Nodes { answers: Ok(answers), not_asked, unopened, contract },
        Err(error) => Nodes { not_asked, unopened, ..Nodes::new(Err(error)) },
    })
}

/// Answers of the nodes, and what they show of the escrow contract.
type Found = (Vec<Answer>, Option<Result<String, CliError>>);

/// Asks the nodes on this machine.
async fn ask_here(plan: &Plan) -> Result<Found, CliError> {
    let targets = outbound::targets(plan)?;
    with_dialer(targets, async |dialer| {
        let mut answers = Vec::new();
        let mut contract = None;
        for chain in plan.payments.iter().filter(|chain| !chain.is_unopened()) {
            let watcher =
                outbound::watcher(chain, &dialer).context(|| "asking the nodes".into())?;
            let node = |number: usize| chain.nodes.get(number.saturating_sub(1));
            let mut reports = watcher.probe().await;
            reports.retain(|report| node(report.number).is_some_and(NodeUrl::is_loopback));
            answers.extend(Answer::of_chain(Some(chain), &reports));
            let escrow = plan.escrow.as_ref().filter(|it| it.asset.chain() == chain.chain);
            let all_are_here = chain.deciding().all(NodeUrl::is_loopback);
            if let Some(escrow) = escrow.filter(|_| all_are_here) {
                contract = Some(code(watcher.code_hash(escrow.contract).await));
            }
        }
        Ok((answers, contract))
    })
    .await
}

/// Compares the code that the nodes show with the contract that this program knows.
fn code(told: Result<Hash, WatchError>) -> Result<String, CliError> {
    match told {
        Ok(hash) if hash == PINNED.code_hash => Ok("the nodes show the contract's code".into()),
        Ok(_) => {
            let what = "the nodes show other code at the contract's address, or none";
            let hint = "escrow is not offered: set escrow.enabled = false for this chain";
            Err(CliError::misconfigured(what).hint(hint))
        }
        Err(error) => Err(CliError::misconfigured(format!("asking for the contract: {error}"))),
    }
}

/// Returns a line for each chain whose nodes are elsewhere: about what they send in a day.
pub(super) fn bytes_a_day(plan: &Plan) -> Vec<String> {
    let said = |chain: &ChainPlan| {
        let megabytes = chain.bytes_a_day()? / 1_000_000;
        let amount = match megabytes {
            0..1_000 => format!("{megabytes} MB"),
            _ => format!("{}.{} GB", megabytes / 1_000, megabytes % 1_000 / 100),
        };
        let coin = chain.assets.first().map_or("", |taken| taken.asset.name());
        Some(format!("up to about {amount} a day through Tor, to read {coin} (docs/nodes.md)"))
    };
    plan.payments.iter().filter_map(said).collect()
}
