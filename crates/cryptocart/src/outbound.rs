//! Places that the shop may dial: nodes of chains, and sources of exchange rates.
//!
//! The supervisor dials these targets for the shop role, each by its purpose; `check` dials those on
//! this machine itself.

use crate::{
    config::plan::{ChainPlan, NodeUrl, Plan},
    error::CliError,
};
use shop_chain::{
    ChainWatcher, WatchError,
    transport::{BoxFuture, Dial, Node, Stream},
    with_own_nodes,
};
use shop_core::{chain::ChainId, kind::Kind};
use shop_net::{outbound::Target, shop_side::Dialer};
use std::{io, sync::Arc};

/// Returns the targets the shop may reach out to.
pub(crate) fn targets(plan: &Plan) -> Result<Vec<Target>, CliError> {
    let mut targets = Vec::new();
    for chain in &plan.payments {
        for (i, node) in chain.nodes.iter().enumerate() {
            let target = node.target(&purpose(chain.chain, i));
            let wrong = |error| format!("shop.toml, {}.nodes: {error}", chain.section);
            targets.push(target.map_err(|error| CliError::new(Kind::Bug, wrong(error)))?);
        }
    }
    for source in &plan.rates.sources {
        for (place, url) in source.urls().iter().enumerate() {
            let target = url.target(&source.purpose(place));
            let wrong = |error| format!("shop.toml, rates.sources: {error}");
            targets.push(target.map_err(|error| CliError::new(Kind::Bug, wrong(error)))?);
        }
    }
    Ok(targets)
}

/// Returns the outbound purpose of a chain's n-th node.
fn purpose(chain: ChainId, index: usize) -> String {
    format!("{chain}-node-{}", index + 1)
}

/// Opens the watcher of a chain through its nodes.
pub(crate) fn watcher(
    chain: &ChainPlan,
    dialer: &Dialer,
) -> Result<Arc<dyn ChainWatcher>, WatchError> {
    let node = |(i, node): (usize, &NodeUrl)| {
        let dial = by_purpose(dialer, purpose(chain.chain, i));
        (Node { dial, host: node.authority(), path: node.path.clone() }, node.own)
    };
    let nodes = chain.nodes.iter().enumerate().map(node).collect();
    if let Some(view) = &chain.view {
        let account = view.account.as_ref().ok_or(WatchError::NoNodes)?;
        return with_own_nodes(nodes, |nodes| {
            Arc::clone(account).watcher(nodes, view.reads_unmined)
        });
    }
    let rules = shop_chain::rules(chain.chain).ok_or(WatchError::NoNodes)?;
    with_own_nodes(nodes, |nodes| rules.watcher(nodes, chain.network))
}

/// Returns a dialer of whatever a purpose leads to.
pub(crate) fn by_purpose(dialer: &Dialer, purpose: String) -> Arc<dyn Dial> {
    Arc::new(ByPurpose { dialer: dialer.clone(), purpose })
}

/// Joins what the chain asks for to what the doors give.
struct ByPurpose {
    dialer: Dialer,
    purpose: String,
}

impl Dial for ByPurpose {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            let stream = self.dialer.dial(&self.purpose).await?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}
