//! Chains watched for each asset.

use crate::{
    config::plan::{Money, Plan},
    error::{CliError, Context},
    files, outbound,
};
use shop_chain::{ChainWatcher, fake::FakeChain};
use shop_core::money::AssetId;
use shop_net::shop_side::Dialer;
use std::{sync::Arc, time::Duration};

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
            let chain =
                outbound::ethereum(ether, dialer).context(|| "setting up Ethereum".into())?;
            Ok((Arc::new(chain), ETHEREUM_PAUSE))
        }
    }
}
