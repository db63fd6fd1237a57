//! State of the roles and of the address, for `cryptocart status`.

use crate::{
    config::plan::{Plan, TransportProgram},
    control::{RoleState, Roles, ShopStatus, Status, TransportStatus, VERSION},
};
use shop_net::{onion::OnionAddress, status::Status as TorStatus};
use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

/// State that is known now.
pub(super) struct Seen(Mutex<Status>);

impl Seen {
    /// Makes the state of a shop that is being opened.
    pub(super) fn new(plan: &Plan) -> Self {
        let tor = plan.tor.is_some();
        Self(Mutex::new(Status {
            version: VERSION,
            healthy: false,
            problems: Vec::new(),
            name: plan.name.clone(),
            demo: plan.is_demo(),
            roles: Roles { shop: RoleState::Starting, tor: tor.then_some(RoleState::Starting) },
            onion: None,
            reachable: tor.then_some(false),
            transports: transports(plan),
            preview: None,
            shop: None,
        }))
    }

    /// Records that the shop role serves pages.
    pub(super) fn shop_is_open(&self, preview: Option<SocketAddr>) {
        self.change(|status| {
            status.roles.shop = RoleState::Running;
            status.preview = preview.map(|at| format!("http://{at}/"));
        });
    }

    /// Records a status of the tor role.
    pub(super) fn tor(&self, said: &TorStatus) {
        self.change(|status| match said {
            TorStatus::Address { onion } => status.onion = Some(OnionAddress::to_string(onion)),
            TorStatus::Started => status.roles.tor = Some(RoleState::Running),
            TorStatus::Reachable => status.reachable = Some(true),
            TorStatus::Waiting { .. } | TorStatus::Announcing => status.reachable = Some(false),
            TorStatus::Bootstrap { .. } | TorStatus::Open => {}
        });
    }

    /// Records that a transport works, or why not.
    pub(super) fn transport(&self, names: &str, failure: Option<&str>) {
        self.change(|status| {
            for known in status.transports.iter_mut().filter(|known| known.name == names) {
                known.works = failure.is_none();
                known.why = failure.map(str::to_owned);
            }
        });
    }

    /// Records that a role ended and is started again.
    pub(super) fn restarting(&self, role: &str) {
        self.change(|status| match role {
            "tor" => {
                status.roles.tor = Some(RoleState::Restarting);
                status.reachable = Some(false);
            }
            _ => status.roles.shop = RoleState::Restarting,
        });
    }

    /// Returns the whole state, with what the shop role says.
    pub(super) fn status(&self, shop: Option<ShopStatus>) -> Status {
        let status = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Status { shop, ..status }.judged()
    }

    fn change(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Returns the transports of these settings, before they are started.
fn transports(plan: &Plan) -> Vec<TransportStatus> {
    let programs = plan.tor.iter().flat_map(|tor| &tor.programs);
    let starting = |program: &TransportProgram| TransportStatus {
        name: program.names.join(", "),
        works: false,
        why: None,
    };
    programs.map(starting).collect()
}
