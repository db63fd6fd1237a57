//! Tor that is built in, for the time of one command.

use crate::{
    error::{CliError, IoContext},
    program::{self, Role},
};
use shop_core::{entropy::Entropy, kind::Kind};
use shop_net::{
    link::{Link, Message},
    onion::{
        ArtiPlan, BackendPlan, OnionKey, TestNetwork, TorPlan, default_memory, limits::Limits,
    },
    outbound::Target,
    roles::{self, RoleHandle},
    shop_side::{Dialer, ShopSide},
    status::Status,
};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, timeout_at};

/// Longest time until Tor has been entered: its list of relays comes first.
const PATIENCE: Duration = Duration::from_secs(180);
/// Time the process may take to end.
const ENDING: Duration = Duration::from_millis(1_500);

/// Tor in a process of its own, whose folders are thrown away.
///
/// It enters the network by relays that it picks for this once, publishes nothing, and connects to
/// the places on its list alone.
pub(crate) struct HomeTor {
    role: RoleHandle,
    side: ShopSide,
    /// End of the link on which a supervisor would be.
    _supervisor: Link,
    _folder: TempDir,
}

impl HomeTor {
    /// Starts the process, and waits until it has entered the network.
    ///
    /// # Errors
    /// It cannot be started, or does not enter the network in time: the reason, in words.
    pub(crate) async fn enter(
        targets: Vec<Target>,
        test_network: Option<TestNetwork>,
        entropy: &dyn Entropy,
    ) -> Result<Self, CliError> {
        let starting = || "starting Tor".to_owned();
        let folder = tempfile::tempdir().io_context(starting)?;
        let backend = BackendPlan::Arti(ArtiPlan {
            state_dir: folder.path().join("state"),
            cache_dir: folder.path().join("cache"),
            // Its service is never published.
            key: OnionKey::generate(entropy),
            memory_bytes: default_memory(),
            bridges: Vec::new(),
            transports: Vec::new(),
            client_only: true,
            test_network,
        });
        let plan = TorPlan { targets: targets.clone(), limits: Limits::default(), backend };
        let plan = serde_json::to_value(plan);
        let plan = plan.map_err(|error| CliError::new(Kind::Bug, error.to_string()))?;
        let role = RoleHandle::spawn(program::command(Role::Tor).into()).io_context(starting)?;
        let link = role.link();
        let ended = |_| CliError::new(Kind::Unavailable, "the process of Tor ended");
        link.send(&Message::Plan(plan), None).await.map_err(ended)?;
        wait_until_entered(&link).await?;
        let (supervisor, theirs) = Link::pair().io_context(starting)?;
        let side = ShopSide::start(Link::from_fd(theirs).io_context(starting)?, targets);
        roles::introduce(&link, &supervisor).await.map_err(ended)?;
        Ok(Self { role, side, _supervisor: supervisor, _folder: folder })
    }

    /// Returns the dialer of the places on the list.
    pub(crate) fn dialer(&self) -> Dialer {
        self.side.dialer()
    }

    /// Ends the process.
    pub(crate) async fn end(self) {
        // It is killed if it does not end.
        drop(self.role.stop(ENDING).await);
    }
}

async fn wait_until_entered(link: &Link) -> Result<(), CliError> {
    let until = Instant::now() + PATIENCE;
    let mut why = "it takes too long".to_owned();
    loop {
        let Ok(said) = timeout_at(until, link.recv()).await else {
            let what = format!("Tor was not entered: {why}");
            return Err(CliError::new(Kind::Unavailable, what)
                .hint("try again, or name a tor of this machine: --tor 127.0.0.1:9050"));
        };
        let ended = |_| CliError::new(Kind::Unavailable, "the process of Tor ended");
        match said.map_err(ended)?.0 {
            Message::Status(Status::Bootstrap { percent: 100, .. }) => return Ok(()),
            Message::Status(Status::Waiting { reason }) => why = reason,
            _ => {}
        }
    }
}
