//! State of the roles and of the address, for `cryptocart status`.

use crate::{
    config::plan::Plan,
    control::{RoleState, Roles, ShopStatus, Status, VERSION},
};
use shop_net::{onion::OnionAddress, status::Status as TorStatus};
use std::{
    collections::BTreeMap,
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
            preview: None,
            shop: None,
            failed_transports: BTreeMap::new(),
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

    /// Records that the tor role was stopped, and starts when its transport is ready.
    pub(super) fn tor_waits(&self) {
        self.change(|status| {
            status.roles.tor = Some(RoleState::Starting);
            status.reachable = Some(false);
        });
    }

    /// Records that a transport works, or why not.
    pub(super) fn transport(&self, names: &str, failure: Option<&str>) {
        self.change(|status| {
            match failure {
                Some(why) => status.failed_transports.insert(names.to_owned(), why.to_owned()),
                None => status.failed_transports.remove(names),
            };
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
