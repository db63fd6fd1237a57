//! The process that owns the terminal, the preview and the two roles.
//!
//! Its loop waits for nothing that a role, a terminal or a visitor could hold up: each role is kept
//! by a task of its own, lines are written by a thread, and whatever is sent is sent beside it.

mod files;
mod pictures;
mod plans;
mod transports;

pub(super) use plans::{Keys, ShopPlan};

use super::{control::Control, display::StatusDisplay, shop_word::ShopWord};
use crate::{
    config::plan::Plan,
    error::{CliError, Context, IoContext},
    supervising::{self, Signals, spawn},
};
use files::SellersFiles;
use pictures::PictureProcesses;
use plans::RolePlans;
use shop_core::entropy::Entropy;
use shop_core::kind::Kind;
use shop_net::{
    clear_web::{AddressKey, ClearWeb, VisitorEnder},
    link::{Link, Message},
    outbound::LoopbackDialer,
    preview::Preview,
    roles::{Event, RoleProcess, Watchdog},
    service_manager::ServiceManager,
    status::Status,
};
use std::{future::ready, net::SocketAddr, os::fd::OwnedFd, process::ExitStatus, sync::Arc};
use tokio::{sync::mpsc, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use transports::Transports;

/// The supervisor.
pub(super) struct Supervisor {
    plan: Plan,
    plans: Arc<RolePlans>,
    board: StatusDisplay,
    manager: Option<ServiceManager>,
    address_key: Option<AddressKey>,
}

/// The two roles, and who sees to what they ask for.
struct Roles {
    shop: RoleProcess,
    tor: Option<RoleProcess>,
    transports: Transports,
    door: LoopbackDialer,
    pictures: PictureProcesses,
    files: SellersFiles,
    introductions: mpsc::Sender<(Arc<Link>, Arc<Link>)>,
    clear_web: Option<VisitorEnder>,
    preview: Option<SocketAddr>,
    opened: bool,
}

impl Supervisor {
    pub(super) fn new(
        plan: Plan,
        keys: Keys,
        board: StatusDisplay,
        entropy: &dyn Entropy,
    ) -> Result<Self, CliError> {
        let plans = Arc::new(RolePlans::new(&plan, keys, board.tells_orders())?);
        let manager = ServiceManager::from_env();
        let manager = manager.io_context(|| "reading NOTIFY_SOCKET".into())?;
        let address_key = plan.clear_web.is_some().then(|| AddressKey::random(entropy));
        Ok(Self { plan, plans, board, manager, address_key })
    }

    /// Opens the shop and keeps it open until a signal.
    pub(super) async fn run(mut self) -> Result<(), CliError> {
        let mut signals = Signals::new()?;
        let preview = self.bind_preview().await?;
        let at = preview.as_ref().map(Preview::local_addr).transpose();
        let at = at.io_context(|| "opening the preview".into())?;
        if let Some(at) = at {
            self.board.preview(at);
        }
        let clear_web = self.bind_clear_web()?;
        if let Some(plan) = &self.plan.clear_web {
            self.board.clear_web(&plan.address());
        }
        let plans = Arc::clone(&self.plans);
        let shop = RoleProcess::new(move || ready(plans.shop(at)), Watchdog::USUAL);
        let control = Control::open(&self.plan.dir, self.board.seen(), shop.links())?;
        let commands = CancellationToken::new();
        let answers = TaskTracker::new();
        answers.spawn(commands.clone().run_until_cancelled_owned(control.serve()));
        if let Some(preview) = preview {
            spawn(preview.serve(shop.links()));
        }
        let ender = clear_web.as_ref().map(ClearWeb::ender);
        if let Some(clear_web) = clear_web {
            let serving = clear_web.serve(shop.links());
            answers.spawn(commands.clone().run_until_cancelled_owned(serving));
        }
        let transports = Transports::start(&self.plan);
        let tor = self.plans.has_tor().then(|| {
            let plans = Arc::clone(&self.plans);
            let ports = transports.ports();
            let start = move || {
                let plans = Arc::clone(&plans);
                let ports = ports.clone();
                async move { plans.tor(ports.wait().await?) }
            };
            RoleProcess::new(start, Watchdog::USUAL)
        });
        let mut roles = Roles {
            shop,
            tor,
            transports,
            door: LoopbackDialer::new(self.plans.targets().to_vec()),
            pictures: PictureProcesses::new(),
            files: SellersFiles::new(&self.plan)?,
            introductions: supervising::introductions(),
            clear_web: ender,
            preview: at,
            opened: false,
        };
        let ended = self.keep_open(&mut roles, &mut signals).await;
        if let Some(manager) = &self.manager {
            manager.stopping();
        }
        if ended.is_ok() {
            self.board.closing();
        }
        let Roles { shop, tor, transports, .. } = roles;
        let rest = async |over: &CancellationToken| transports.stop(over).await;
        supervising::stop(shop, tor, rest, &mut signals).await;
        // The runtime waits for no task, and its socket is removed when this one is dropped.
        commands.cancel();
        answers.close();
        answers.wait().await;
        if ended.is_ok() {
            self.board.closed();
        }
        ended
    }

    async fn keep_open(
        &mut self,
        roles: &mut Roles,
        signals: &mut Signals,
    ) -> Result<(), CliError> {
        let mut heartbeat = supervising::heartbeat(self.manager.as_ref());
        loop {
            tokio::select! {
                () = supervising::beat(heartbeat.as_mut()) => self.manager.iter().for_each(ServiceManager::alive),
                _ = signals.interrupt.recv() => return Ok(()),
                _ = signals.terminate.recv() => return Ok(()),
                _ = signals.hang_up.recv() => roles.reload(),
                event = roles.shop.next() => self.hear_shop(roles, event)?,
                event = supervising::next(roles.tor.as_mut()) => self.hear_tor(roles, event),
                (names, event) = roles.transports.next() => self.board.transport(&names, event),
                () = self.board.is_due() => self.board.pass(),
            }
        }
    }

    /// Handles an event of the shop role.
    /// An error ends the supervisor: a shop that was never open.
    fn hear_shop(&mut self, roles: &mut Roles, event: Event) -> Result<(), CliError> {
        match event {
            Event::Started(_) => roles.introduce(),
            Event::Said(message, fd) => self.hear_word_of_shop(roles, message, fd),
            Event::Stuck => self.board.stuck("shop"),
            Event::Ended(status) => {
                roles.pictures.end_all();
                match failed_to_open(status) {
                    Some(error) if !roles.opened => return Err(error),
                    _ => self.board.restarting("shop"),
                }
            }
            // Its plan names nothing that could end.
            Event::Outdated => {}
            Event::NotStarted(error) if !roles.opened => {
                return Err(error).io_context(|| "starting the shop".into());
            }
            Event::NotStarted(error) => self.board.not_started("shop", &error),
        }
        Ok(())
    }

    fn hear_word_of_shop(&mut self, roles: &mut Roles, message: Message, fd: Option<OwnedFd>) {
        match (message, fd) {
            (Message::Status(Status::Open), _) => {
                self.board.shop_is_open(roles.preview);
                if !roles.opened {
                    roles.opened = true;
                    self.board.open();
                    self.manager.iter().for_each(ServiceManager::ready);
                }
            }
            (Message::Dial { purpose }, Some(fd)) => {
                let door = roles.door.clone();
                spawn(async move { door.answer(&purpose, fd).await });
            }
            (Message::EndCircuit { circuit }, _) => {
                roles.clear_web.iter().for_each(|door| door.end(circuit));
            }
            (Message::Pictures, Some(fd)) => spawn(roles.pictures.clone().run(fd)),
            (Message::OpenFile { path }, Some(fd)) => spawn(roles.files.clone().pass(path, fd)),
            (Message::Word(word), _) => {
                if let Ok(word) = serde_json::from_value::<ShopWord>(word) {
                    self.board.hear(word);
                }
            }
            _ => {}
        }
    }

    fn hear_tor(&mut self, roles: &Roles, event: Event) {
        match event {
            Event::Started(_) => roles.introduce(),
            Event::Said(Message::Status(status), _) => self.board.tor(&status),
            Event::Said(..) => {}
            Event::Stuck => self.board.stuck("tor"),
            Event::Ended(_) => self.board.restarting("tor"),
            // The line about the transport says why.
            Event::Outdated => self.board.waits_for_transport(),
            Event::NotStarted(error) => self.board.not_started("tor", &error),
        }
    }

    fn bind_clear_web(&mut self) -> Result<Option<ClearWeb>, CliError> {
        let (Some(plan), Some(key)) = (&self.plan.clear_web, self.address_key.take()) else {
            return Ok(None);
        };
        let door = ClearWeb::bind(&plan.socket, key).context(|| "opening the clear web".into());
        door.map(Some).map_err(|error| {
            error.hint("change shop.toml, [clear_web] socket, or set enabled = false there")
        })
    }

    async fn bind_preview(&self) -> Result<Option<Preview>, CliError> {
        let Some(at) = self.plan.preview else { return Ok(None) };
        let preview = Preview::bind(at).await.context(|| format!("opening the preview at {at}"));
        preview.map(Some).map_err(|error| {
            error.hint("choose another port in shop.toml, [preview] listen; 0 picks any free one")
        })
    }
}

impl Roles {
    /// Joins the two roles, if both run. Each start of either calls for it.
    fn introduce(&self) {
        let tor = self.tor.as_ref().and_then(RoleProcess::link);
        if let (Some(shop), Some(tor)) = (self.shop.link(), tor) {
            // They are made one after the other: the last one counts for both.
            drop(self.introductions.try_send((shop, tor)));
        }
    }

    /// Tells the shop role to read the catalogue. One that is gone reads it when it is back.
    fn reload(&self) {
        if let Some(link) = self.shop.link() {
            spawn(async move {
                drop(timeout(supervising::SENDING, link.send(&Message::Reload, None)).await)
            });
        }
    }
}

/// Returns the error of a shop role that ended by itself.
/// It has said on standard error what is wrong. There is nothing to say for one that was killed:
/// that is no reason not to try again.
fn failed_to_open(status: ExitStatus) -> Option<CliError> {
    let code = status.code()?;
    let kind = Kind::ALL.into_iter().find(|kind| i32::from(kind.exit_code()) == code);
    Some(CliError::new(kind.unwrap_or(Kind::Bug), "the shop did not open"))
}
