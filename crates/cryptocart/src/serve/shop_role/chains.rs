//! Chains watched for each asset, and the streams they are read through.

use crate::{
    config::plan::{EtherPlan, Money, NodeUrl, Plan},
    error::{CliError, Context},
    files,
    serve::supervisor::purpose,
};
use shop_chain::{
    ChainWatcher, WatchError,
    ethereum::{Ethereum, Node, Settings},
    fake::FakeChain,
    transport::{BoxFuture, Dial, Stream},
};
use shop_core::money::AssetId;
use shop_net::shop_side::Dialer;
use std::{io, sync::Arc, time::Duration};

/// An Ethereum block comes every twelve seconds.
const ETHEREUM_PAUSE: Duration = Duration::from_secs(12);
/// A person pays from the terminal and looks at the page.
const DEMO_PAUSE: Duration = Duration::from_secs(1);

/// Opens the chain of an asset; returns it with the time to wait at its tip.
pub(super) fn open(
    plan: &Plan,
    asset: AssetId,
    dialer: &Dialer,
) -> Result<(Arc<dyn ChainWatcher>, Duration), CliError> {
    match &plan.money {
        Money::Demo { .. } => {
            let path = plan.dir.demo_chain(asset.code());
            path.parent().map_or(Ok(()), files::private_folder)?;
            let chain =
                FakeChain::open(&path, asset).context(|| "opening the demo chain".into())?;
            Ok((Arc::new(chain), DEMO_PAUSE))
        }
        Money::Ether(ether) => {
            let chain = ethereum(ether, dialer).context(|| "setting up Ethereum".into())?;
            Ok((Arc::new(chain), ETHEREUM_PAUSE))
        }
    }
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
