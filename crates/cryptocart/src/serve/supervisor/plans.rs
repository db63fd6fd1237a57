//! Plans that the roles are given each time they are started.

use crate::{
    config::plan::{Plan, TorBackend, TorSettings},
    error::CliError,
    files, outbound,
    program::{self, Role},
    serve::preparing::OnionIdentity,
    shop_dir::ShopDir,
    tor_fronts,
    view_key::ViewKeys,
};
use serde::{Deserialize, Serialize};
use shop_net::{
    onion::{ArtiPlan, BackendPlan, Front, SocketPlan, TestNetwork, TorPlan, limits::Limits},
    outbound::Target,
    roles::Start,
    transports::{Running, TransportAddress},
};
use std::{io, net::SocketAddr};

/// Plan that the shop role is given first.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::serve) struct ShopPlan {
    pub(in crate::serve) dir: std::path::PathBuf,
    pub(in crate::serve) onion: Option<String>,
    pub(in crate::serve) preview: Option<SocketAddr>,
    /// Name of the shop on the clear web, as browsers send it.
    pub(in crate::serve) clear_web: Option<String>,
    pub(in crate::serve) targets: Vec<Target>,
    /// Keys that show the payments of chains. The role takes them out when it starts.
    pub(in crate::serve) view_keys: ViewKeys,
    /// True if the role tells the numbers of new orders, for a person at a terminal.
    pub(in crate::serve) tells_orders: bool,
}

/// Secrets of a shop, as they were opened.
pub(in crate::serve) struct Keys {
    /// The shop on Tor, if it is.
    pub(in crate::serve) identity: Option<OnionIdentity>,
    /// Keys that show the payments of chains.
    pub(in crate::serve) view_keys: ViewKeys,
}

/// Everything the roles are told.
pub(super) struct RolePlans {
    dir: ShopDir,
    identity: Option<OnionIdentity>,
    view_keys: ViewKeys,
    fronts: Vec<Front>,
    tor: Option<TorSettings>,
    test_network: Option<TestNetwork>,
    targets: Vec<Target>,
    clear_web: Option<String>,
    tells_orders: bool,
}

impl RolePlans {
    pub(super) fn new(
        plan: &Plan,
        Keys { identity, view_keys }: Keys,
        tells_orders: bool,
    ) -> Result<Self, CliError> {
        Ok(Self {
            dir: plan.dir.clone(),
            identity,
            view_keys,
            fronts: tor_fronts::fronts(plan)?,
            tor: plan.tor.clone(),
            test_network: test_network(plan)?,
            targets: outbound::targets(plan)?,
            clear_web: plan.clear_web.as_ref().map(|clear| clear.host.clone()),
            tells_orders,
        })
    }

    pub(super) fn has_tor(&self) -> bool {
        self.tor.is_some() && self.identity.is_some()
    }

    pub(super) fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Returns the command and the plan that start the shop role.
    pub(super) fn shop(&self, preview: Option<SocketAddr>) -> io::Result<Start> {
        let plan = ShopPlan {
            dir: self.dir.path().to_owned(),
            onion: self.identity.as_ref().map(|own| own.address().to_string()),
            preview,
            clear_web: self.clear_web.clone(),
            targets: self.targets.clone(),
            view_keys: self.view_keys.clone(),
            tells_orders: self.tells_orders,
        };
        start(Role::Shop, &plan)
    }

    /// Returns the command and the plan that start the tor role.
    /// The plan holds while these transports run.
    pub(super) fn tor(&self, transports: Vec<Running>) -> io::Result<Start> {
        let until = transports.iter().map(|running| running.ended.clone()).collect();
        let addresses = transports.into_iter().flat_map(|running| running.addresses).collect();
        let backend = self.backend(addresses).ok_or(io::ErrorKind::Unsupported)?;
        let targets = self.targets.clone();
        let plan = TorPlan { targets, limits: Limits::default(), backend };
        Ok(Start { until, ..start(Role::Tor, &plan)? })
    }

    fn backend(&self, transports: Vec<TransportAddress>) -> Option<BackendPlan> {
        let tor = self.tor.as_ref()?;
        match (&tor.backend, self.identity.as_ref()?) {
            (TorBackend::Arti { memory_mib }, OnionIdentity::Key(key)) => {
                let folder = self.dir.tor_state();
                Some(BackendPlan::Arti(ArtiPlan {
                    state_dir: folder.join("state"),
                    cache_dir: folder.join("cache"),
                    key: key.clone(),
                    memory_bytes: memory_mib << 20,
                    bridges: tor.bridges.clone(),
                    transports,
                    client_only: false,
                    test_network: self.test_network.clone(),
                }))
            }
            (TorBackend::Socket(_), identity) => Some(BackendPlan::Socket(SocketPlan {
                address: identity.address(),
                fronts: self.fronts.clone(),
            })),
            // Whoever prepares the shop reads the same settings.
            (TorBackend::Arti { .. }, OnionIdentity::Address(_)) => None,
        }
    }
}

fn start(role: Role, plan: &impl Serialize) -> io::Result<Start> {
    let plan = serde_json::to_value(plan)?;
    Ok(Start { command: program::command(role).into(), plan, until: Vec::new() })
}

/// Reads the private Tor network the settings name, which is for tests.
fn test_network(plan: &Plan) -> Result<Option<TestNetwork>, CliError> {
    let Some(path) = plan.tor.as_ref().and_then(|tor| tor.test_network.as_ref()) else {
        return Ok(None);
    };
    let text = files::read_text(path, 64 * 1024)?;
    let network = serde_json::from_str(&text);
    network.map_err(|error| CliError::misconfigured(format!("{}: {error}", path.display())))
}
