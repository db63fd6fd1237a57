//! Nodes of the chain that a service looks at.

use crate::{
    config::plan::NodeUrl,
    error::{CliError, Context},
    outbound,
};
use shop_chain::ethereum::{Client, Node};
use shop_net::shop_side::Dialer;

/// Opens the chain through nodes that are dialled by purpose.
pub(crate) fn client(
    nodes: &[NodeUrl],
    chain_id: u64,
    purpose: fn(usize) -> String,
    dialer: &Dialer,
) -> Result<Client, CliError> {
    let node = |(place, node): (usize, &NodeUrl)| Node {
        dial: outbound::by_purpose(dialer, purpose(place)),
        host: node.authority(),
        path: node.path.clone(),
    };
    let nodes = nodes.iter().enumerate().map(node).collect();
    Client::new(nodes, chain_id).context(|| "opening the chain".into())
}
