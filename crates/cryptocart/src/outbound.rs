//! Nodes that the shop may dial, and the chain that is read through them.
//!
//! The supervisor dials these targets for the shop role, each by its purpose; `check` dials those on
//! this machine itself.

use crate::{
    config::plan::{EtherPlan, Money, NodeUrl, Plan},
    error::CliError,
};
use shop_chain::{
    WatchError,
    ethereum::{Ethereum, Node, Settings},
    transport::{BoxFuture, Dial, Stream},
};
use shop_core::kind::Kind;
use shop_net::{outbound::Target, shop_side::Dialer};
use std::{io, sync::Arc};

/// Returns the targets the shop may reach out to.
pub(crate) fn targets(plan: &Plan) -> Result<Vec<Target>, CliError> {
    let Money::Ether(ether) = &plan.money else { return Ok(Vec::new()) };
    let target = |(i, node): (usize, &NodeUrl)| {
        node.target(&purpose(i))
            .map_err(|error| CliError::new(Kind::Bug, format!("shop.toml, ether.nodes: {error}")))
    };
    ether.nodes.iter().enumerate().map(target).collect()
}

/// Returns the outbound purpose of the n-th node.
fn purpose(index: usize) -> String {
    format!("ethereum-rpc-{}", index + 1)
}

/// Opens Ethereum through these nodes.
pub(crate) fn ethereum(ether: &EtherPlan, dialer: &Dialer) -> Result<Ethereum, WatchError> {
    let node = |(i, node): (usize, &NodeUrl)| Node {
        dial: Arc::new(ByPurpose { dialer: dialer.clone(), purpose: purpose(i) }),
        host: node.authority(),
        path: node.path.clone(),
    };
    let nodes = ether.nodes.iter().enumerate().map(node).collect();
    Ethereum::new(nodes, Settings { chain_id: ether.chain_id, ..Settings::default() })
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
