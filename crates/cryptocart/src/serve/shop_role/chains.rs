//! Chains that are watched.

use crate::{
    config::plan::Plan,
    error::{CliError, Context},
    files, outbound,
};
use shop_chain::{ChainWatcher, fake::FakeChain};
use shop_core::{chain::ChainId, kind::Kind};
use shop_net::shop_side::Dialer;
use std::{sync::Arc, time::Duration};

/// A person pays from the terminal and looks at the page.
const DEMO_PAUSE: Duration = Duration::from_secs(1);

/// Opens a chain; returns it with the time to wait at its tip.
pub(super) fn open(
    plan: &Plan,
    chain: ChainId,
    dialer: &Dialer,
) -> Result<(Arc<dyn ChainWatcher>, Duration), CliError> {
    let Some(chain) = plan.chain(chain) else {
        if !plan.is_demo() {
            return Err(CliError::new(Kind::Bug, format!("{chain} is not in the settings")));
        }
        let path = plan.dir.demo_chain(chain);
        path.parent().map_or(Ok(()), files::private_folder)?;
        let chain = FakeChain::open(&path, chain).context(|| "opening the demo chain".into())?;
        return Ok((Arc::new(chain), DEMO_PAUSE));
    };
    let watcher = outbound::watcher(chain, dialer);
    let watcher = watcher.context(|| format!("setting up {}", chain.chain))?;
    let rules = shop_chain::rules(chain.chain);
    Ok((watcher, rules.map_or(DEMO_PAUSE, |rules| rules.poll_interval(chain.network))))
}
