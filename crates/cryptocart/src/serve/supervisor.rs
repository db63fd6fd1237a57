//! The process that owns the terminal, the preview and the two roles.

mod plans;

pub(crate) use plans::targets;
pub(super) use plans::{Note, ShopPlan, purpose};

use super::{board::Board, control::Control, program};
use crate::{
    cli,
    config::plan::Plan,
    error::{CliError, While, WhileIo},
};
use serde::Serialize;
use shop_core::kind::Kind;
use shop_net::{
    link::{Link, LinkError, Message},
    onion::{OnionKey, TestNetwork, TorPlan, limits::Limits},
    outbound::{LoopbackDoor, Target},
    preview::Preview,
    roles::{self, Backoff, Role},
    status::Status,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::{Instant, interval_at},
};

/// How long a role may take to finish what is open.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often an open shop looks whether the seller's key lapses soon.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The supervisor.
pub(super) struct Supervisor {
    plan: Plan,
    key: Option<OnionKey>,
    test_network: Option<TestNetwork>,
    targets: Vec<Target>,
    board: Board,
}

/// A role that runs, or will again.
struct Kept {
    role: Option<Role>,
    started: Instant,
    backoff: Backoff,
    /// When it is to be started again, once it has ended.
    again: Instant,
}

impl Supervisor {
    pub(super) fn new(plan: Plan, key: Option<OnionKey>, board: Board) -> Result<Self, CliError> {
        let targets = plans::targets(&plan)?;
        let test_network = plans::test_network(&plan)?;
        Ok(Self { plan, key, test_network, targets, board })
    }

    /// Opens the shop and keeps it open until a signal.
    pub(super) async fn run(mut self) -> Result<(), CliError> {
        let mut interrupt = on(SignalKind::interrupt())?;
        let mut terminate = on(SignalKind::terminate())?;
        let mut hang_up = on(SignalKind::hangup())?;
        self.board.heading();
        let (shop_link, shop_link_seen) = watch::channel(None);
        let control = Control::open(&self.plan.dir, self.board.seen(), shop_link_seen.clone())?;
        spawn(control.serve());
        let preview = self.open_preview(shop_link_seen).await?;
        let door = LoopbackDoor::new(self.targets.clone());
        let mut shop = Kept::new(Some(self.start_shop(preview, &shop_link).await?));
        let mut tor = Kept::new(None);
        self.start_tor(&mut tor, &shop).await?;
        let mut opened = false;
        let mut day = interval_at(Instant::now() + DAY, DAY);
        loop {
            tokio::select! {
                _ = interrupt.recv() => break,
                _ = terminate.recv() => break,
                _ = hang_up.recv() => {
                    if let Some(link) = shop.link() {
                        // A shop that is gone reads the catalogue when it is back.
                        drop(link.send(&Message::Reload, None).await);
                    }
                }
                heard = hear(shop.link()) => match heard {
                    Ok((Message::Status(Status::Open), _)) => {
                        self.board.shop_is_open(preview);
                        if !opened {
                            self.board.open(preview);
                        }
                        opened = true;
                    }
                    Ok((Message::Dial { purpose }, Some(fd))) => {
                        let door = door.clone();
                        spawn(async move { door.answer(&purpose, fd).await });
                    }
                    Ok((Message::Word(word), _)) => {
                        if let Ok(note) = serde_json::from_value::<Note>(word) {
                            self.board.note(&note.subject, &note.text);
                        }
                    }
                    Ok(_) | Err(LinkError::NotAMessage | LinkError::TooLong | LinkError::TooManyFds) => {}
                    Err(_) => {
                        let code = shop.end().await;
                        if !opened {
                            return Err(failed_to_open(code));
                        }
                        self.board.restarting("shop");
                        tokio::time::sleep_until(shop.again).await;
                        shop.replace(self.start_shop(preview, &shop_link).await?);
                        if let (Some(shop), Some(tor)) = (shop.link(), tor.link()) {
                            drop(roles::introduce(&shop, &tor).await);
                        }
                    }
                },
                heard = hear(tor.link()), if tor.role.is_some() => match heard {
                    Ok((Message::Status(status), _)) => self.board.tor(&status),
                    Ok(_) | Err(LinkError::NotAMessage | LinkError::TooLong | LinkError::TooManyFds) => {}
                    Err(_) => {
                        tor.end().await;
                        self.board.restarting("tor");
                    }
                },
                _ = day.tick() => {
                    let told = cli::key_lapses(&self.plan);
                    if let Some(what) = told.unwrap_or_else(|error| Some(error.what().into())) {
                        self.board.note("key", &what);
                    }
                }
                () = tokio::time::sleep_until(tor.again), if tor.role.is_none() && self.plan.tor.is_some() => {
                    self.start_tor(&mut tor, &shop).await?;
                }
            }
        }
        for role in [tor.role, shop.role].into_iter().flatten() {
            role.stop(PATIENCE).await.doing_io(|| "closing the shop".into())?;
        }
        Ok(())
    }

    async fn open_preview(
        &self,
        shop: watch::Receiver<Option<Arc<Link>>>,
    ) -> Result<Option<SocketAddr>, CliError> {
        let Some(at) = self.plan.preview else { return Ok(None) };
        let preview = Preview::bind(at)
            .await
            .doing(|| format!("opening the preview at {at}"))
            .map_err(|error| {
                error.hint(
                    "choose another port in shop.toml, [preview] listen; 0 takes any free one",
                )
            })?;
        let at = preview.local_addr().doing_io(|| "opening the preview".into())?;
        spawn(preview.serve(shop));
        Ok(Some(at))
    }

    async fn start_shop(
        &self,
        preview: Option<SocketAddr>,
        seen: &watch::Sender<Option<Arc<Link>>>,
    ) -> Result<Role, CliError> {
        let role = Role::spawn(program::command(super::Role::Shop)?)
            .doing_io(|| "starting the shop".into())?;
        let plan = ShopPlan {
            dir: self.plan.dir.path().to_owned(),
            onion: self.key.as_ref().map(|key| key.address().to_string()),
            preview,
            targets: self.targets.clone(),
        };
        tell_plan(&role, &plan).await?;
        seen.send_replace(Some(role.link()));
        Ok(role)
    }

    async fn start_tor(&self, tor: &mut Kept, shop: &Kept) -> Result<(), CliError> {
        let (Some(settings), Some(key)) = (&self.plan.tor, &self.key) else { return Ok(()) };
        let role =
            Role::spawn(program::command(super::Role::Tor)?).doing_io(|| "starting Tor".into())?;
        let folder = self.plan.dir.tor_state();
        let plan = TorPlan {
            state_dir: folder.join("state"),
            cache_dir: folder.join("cache"),
            key: key.clone(),
            targets: self.targets.clone(),
            limits: Limits::default(),
            memory_bytes: settings.memory_mib << 20,
            test_network: self.test_network.clone(),
        };
        tell_plan(&role, &plan).await?;
        if let Some(shop) = shop.link() {
            // If one of them is gone already, its end is noticed and it is introduced anew.
            drop(roles::introduce(&shop, &role.link()).await);
        }
        tor.replace(role);
        Ok(())
    }
}

impl Kept {
    fn new(role: Option<Role>) -> Self {
        Self { role, started: Instant::now(), backoff: Backoff::new(), again: Instant::now() }
    }

    fn link(&self) -> Option<Arc<Link>> {
        self.role.as_ref().map(Role::link)
    }

    fn replace(&mut self, role: Role) {
        self.role = Some(role);
        self.started = Instant::now();
    }

    /// Waits for the process behind a closed link, and sets when it is to be started again.
    async fn end(&mut self) -> Option<i32> {
        let role = self.role.take()?;
        let status = role.stop(PATIENCE).await.ok();
        self.again = Instant::now() + self.backoff.after(self.started.elapsed());
        status.and_then(|status| status.code())
    }
}

/// The next message of a role; never, if there is none.
async fn hear(
    link: Option<Arc<Link>>,
) -> Result<(Message, Option<std::os::fd::OwnedFd>), LinkError> {
    match link {
        Some(link) => link.recv().await,
        None => std::future::pending().await,
    }
}

async fn tell_plan(role: &Role, plan: &impl Serialize) -> Result<(), CliError> {
    let plan = serde_json::to_value(plan)
        .map_err(|error| CliError::new(Kind::Bug, format!("writing a plan: {error}")))?;
    role.link().send(&Message::Plan(plan), None).await.map_err(|error| {
        CliError::new(Kind::Unavailable, format!("a process of the shop does not start: {error}"))
    })
}

fn failed_to_open(code: Option<i32>) -> CliError {
    // The role has said on standard error what is wrong.
    let kind = Kind::ALL.into_iter().find(|kind| Some(i32::from(kind.exit_code())) == code);
    CliError::new(kind.unwrap_or(Kind::Bug), "the shop did not open")
}

/// The supervisor's few tasks end with it.
#[expect(clippy::disallowed_methods, reason = "the supervisor owns these until the process ends")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

fn on(kind: SignalKind) -> Result<tokio::signal::unix::Signal, CliError> {
    signal(kind).doing_io(|| "listening for signals".into())
}
