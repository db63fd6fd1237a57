//! What the roles are told to do.

use crate::{
    config::plan::{Money, NodeUrl, Plan},
    error::CliError,
    files,
};
use serde::{Deserialize, Serialize};
use shop_core::kind::Kind;
use shop_net::{onion::TestNetwork, outbound::Target};
use std::net::SocketAddr;

/// What the shop role is told first.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::serve) struct ShopPlan {
    pub(in crate::serve) dir: std::path::PathBuf,
    pub(in crate::serve) onion: Option<String>,
    pub(in crate::serve) preview: Option<SocketAddr>,
    pub(in crate::serve) targets: Vec<Target>,
}

/// What the shop role says to the terminal.
#[derive(Serialize, Deserialize)]
pub(in crate::serve) struct Note {
    pub(in crate::serve) subject: String,
    pub(in crate::serve) text: String,
}

/// The private Tor network the settings name, which is for tests.
pub(super) fn test_network(plan: &Plan) -> Result<Option<TestNetwork>, CliError> {
    let Some(path) = plan.tor.as_ref().and_then(|tor| tor.test_network.as_ref()) else {
        return Ok(None);
    };
    let text = files::read_text(path, 64 * 1024)?;
    let network = serde_json::from_str(&text);
    network.map_err(|error| CliError::misconfigured(format!("{}: {error}", path.display())))
}

/// Where the shop may reach out to.
pub(crate) fn targets(plan: &Plan) -> Result<Vec<Target>, CliError> {
    let Money::Ether(ether) = &plan.money else { return Ok(Vec::new()) };
    let target = |(i, node): (usize, &NodeUrl)| {
        node.target(&purpose(i))
            .map_err(|error| CliError::new(Kind::Bug, format!("shop.toml, ether.nodes: {error}")))
    };
    ether.nodes.iter().enumerate().map(target).collect()
}

/// The outbound purpose of the n-th node.
pub(in crate::serve) fn purpose(index: usize) -> String {
    format!("ethereum-rpc-{}", index + 1)
}
