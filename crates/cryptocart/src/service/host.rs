//! Supervisor of a service.

use super::role::ServicePlan;
use crate::{
    error::{CliError, Context, IoContext},
    files,
    onion_key::OnionKeyFile,
    program::{self, Role},
    role_process,
    secret_file::Passphrase,
    shop_dir::ShopDir,
    shop_lock,
    supervising::{self, Signals, spawn},
    system::System,
    terminal,
    tor_lines::{Row, TorLines},
};
use shop_core::kind::Kind;
use shop_net::{
    isolate,
    link::{Link, Message},
    onion::{ArtiPlan, BackendPlan, OnionKey, TestNetwork, TorPlan, limits::Limits},
    outbound::{CarrierDialer, LoopbackDialer, Target},
    preview::Preview,
    roles::{Event, RoleProcess, Start, Watchdog},
    service_manager::ServiceManager,
    status::Status,
};
use std::{future::ready, net::SocketAddr, os::fd::OwnedFd, path::PathBuf, sync::Arc};
use tokio::{sync::mpsc, time::Instant};

/// Tor of a service.
pub(crate) struct ServiceTor {
    /// Memory it may use, in MiB.
    pub(crate) memory_mib: u64,
    /// File of the passphrase that opens the onion key, if it is sealed.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Private network, for tests.
    pub(crate) test_network: Option<TestNetwork>,
}

/// Service that is to be hosted.
pub(crate) struct Hosted {
    /// Name, as lines and pages say it.
    pub(crate) name: &'static str,
    /// Folder: settings, and `state/`.
    pub(crate) dir: ShopDir,
    /// Role that answers.
    pub(crate) role: Role,
    /// Settings as the role is told them.
    pub(crate) settings: serde_json::Value,
    /// Tor; none where only this machine is to see the service.
    pub(crate) tor: Option<ServiceTor>,
    /// Address on this machine at which its pages can be looked at.
    pub(crate) preview: Option<SocketAddr>,
    /// Everything the role may dial.
    pub(crate) targets: Vec<Target>,
}

/// Host that runs.
struct Host {
    hosted: Hosted,
    manager: Option<ServiceManager>,
    lines: TorLines,
    here: LoopbackDialer,
    carriers: CarrierDialer,
    introductions: mpsc::Sender<(Arc<Link>, Arc<Link>)>,
    opened: bool,
}

/// Hosts a service until a signal.
pub(crate) fn run(hosted: Hosted, system: &System) -> Result<(), CliError> {
    terminal::never_wait().io_context(|| "starting".into())?;
    files::private_folder(&hosted.dir.state())?;
    let _lock = shop_lock::Lock::take(&hosted.dir)?;
    isolate::harden().io_context(|| "protecting this process's memory".into())?;
    let key = match &hosted.tor {
        None => None,
        Some(tor) => {
            let file = OnionKeyFile::of(&hosted.dir);
            let passphrase = Passphrase::new(tor.passphrase_file.as_deref());
            Some(file.open(&passphrase, &*system.entropy)?)
        }
    };
    terminal::line(format!("{} in {}", hosted.name, hosted.dir.path().display()));
    let manager = ServiceManager::from_env();
    let manager = manager.io_context(|| "reading NOTIFY_SOCKET".into())?;
    role_process::block_on(Host::keep(hosted, key, manager))
}

impl Host {
    async fn keep(
        hosted: Hosted,
        key: Option<OnionKey>,
        manager: Option<ServiceManager>,
    ) -> Result<(), CliError> {
        let mut signals = Signals::new()?;
        let preview = match hosted.preview {
            None => None,
            Some(at) => {
                let what = || format!("opening the preview at {at}");
                Some(Preview::bind(at).await.context(what)?)
            }
        };
        let at = preview.as_ref().map(Preview::local_addr).transpose();
        let at = at.io_context(|| "opening the preview".into())?;
        let plan = ServicePlan {
            dir: hosted.dir.path().to_owned(),
            onion: key.as_ref().map(|key| key.address().to_string()),
            preview: at,
            targets: hosted.targets.clone(),
            settings: hosted.settings.clone(),
        };
        let role = hosted.role;
        let mut answering = RoleProcess::new(move || ready(start(role, &plan)), Watchdog::USUAL);
        if let (Some(preview), Some(at)) = (preview, at) {
            terminal::line(format!("preview      http://{at}  (this machine only)"));
            spawn(preview.serve(answering.links()));
        }
        let mut tor = hosted.tor.as_ref().zip(key).map(|(tor, key)| {
            let plan = tor_plan(&hosted, tor, key);
            RoleProcess::new(move || ready(start(Role::Tor, &plan)), Watchdog::USUAL)
        });
        let mut host = Self {
            here: LoopbackDialer::new(hosted.targets.clone()),
            carriers: CarrierDialer::new(hosted.targets.clone()),
            hosted,
            manager,
            lines: TorLines::default(),
            introductions: supervising::introductions(),
            opened: false,
        };
        let ended = host.keep_open(&mut answering, &mut tor, &mut signals).await;
        host.manager.iter().for_each(ServiceManager::stopping);
        supervising::stop(answering, tor, async |_| (), &mut signals).await;
        if ended.is_ok() {
            terminal::line(format!("{} closed", host.hosted.name));
        }
        ended
    }

    async fn keep_open(
        &mut self,
        role: &mut RoleProcess,
        tor: &mut Option<RoleProcess>,
        signals: &mut Signals,
    ) -> Result<(), CliError> {
        let mut heartbeat = supervising::heartbeat(self.manager.as_ref());
        loop {
            tokio::select! {
                () = supervising::beat(heartbeat.as_mut()) => {
                    self.manager.iter().for_each(ServiceManager::alive);
                }
                _ = signals.interrupt.recv() => return Ok(()),
                _ = signals.terminate.recv() => return Ok(()),
                _ = signals.hang_up.recv() => {}
                event = role.next() => {
                    if matches!(event, Event::Started(_)) {
                        self.introduce(role, tor.as_ref());
                    }
                    self.hear_role(event)?;
                }
                event = supervising::next(tor.as_mut()) => {
                    if matches!(event, Event::Started(_)) {
                        self.introduce(role, tor.as_ref());
                    }
                    self.hear_tor(event);
                }
            }
        }
    }

    /// Joins the two roles, if both run.
    fn introduce(&self, role: &RoleProcess, tor: Option<&RoleProcess>) {
        if let (Some(role), Some(tor)) = (role.link(), tor.and_then(RoleProcess::link)) {
            drop(self.introductions.try_send((role, tor)));
        }
    }

    /// Handles an event of the role that answers. An error ends the host: it was never open.
    fn hear_role(&mut self, event: Event) -> Result<(), CliError> {
        let name = self.hosted.name;
        match event {
            Event::Said(message, fd) => self.hear_word(message, fd),
            // Its plan names nothing that could end.
            Event::Started(_) | Event::Outdated => {}
            Event::Stuck => terminal::warn(format!("{name}: its process does not answer")),
            Event::Ended(status) => {
                if let (false, Some(code)) = (self.opened, status.code()) {
                    let kinds = Kind::ALL.into_iter();
                    let kind = kinds.rev().find(|kind| i32::from(kind.exit_code()) == code);
                    let what = format!("the {name} did not open");
                    return Err(CliError::new(kind.unwrap_or(Kind::Bug), what));
                }
                terminal::warn(format!("{name}: its process ended, and is started again"));
            }
            Event::NotStarted(error) if !self.opened => {
                return Err(error).io_context(|| format!("starting the {name}"));
            }
            Event::NotStarted(error) => terminal::warn(format!("{name}: not started: {error}")),
        }
        Ok(())
    }

    fn hear_word(&mut self, message: Message, fd: Option<OwnedFd>) {
        match (message, fd) {
            (Message::Status(Status::Open), _) if !self.opened => {
                self.opened = true;
                terminal::line(format!("{} is open", self.hosted.name));
                self.manager.iter().for_each(ServiceManager::ready);
            }
            (Message::Dial { purpose }, Some(fd)) if self.carriers.has(&purpose) => {
                let carriers = self.carriers.clone();
                spawn(async move { carriers.answer(&purpose, fd).await });
            }
            (Message::Dial { purpose }, Some(fd)) => {
                let here = self.here.clone();
                spawn(async move { here.answer(&purpose, fd).await });
            }
            _ => {}
        }
    }

    fn hear_tor(&mut self, event: Event) {
        match event {
            Event::Said(Message::Status(status), _) => {
                for Row { subject, text, .. } in self.lines.hear(&status, Instant::now()) {
                    terminal::line(format!("{subject:<12} {text}"));
                }
            }
            Event::Started(_) | Event::Said(..) | Event::Outdated => {}
            Event::Stuck => terminal::warn("tor: its process does not answer"),
            Event::Ended(_) => {
                self.lines.ended(true);
                terminal::warn("tor: its process ended, and is started again");
            }
            Event::NotStarted(error) => terminal::warn(format!("tor: not started: {error}")),
        }
    }
}

fn tor_plan(hosted: &Hosted, tor: &ServiceTor, key: OnionKey) -> TorPlan {
    let folder = hosted.dir.tor_state();
    TorPlan {
        targets: hosted.targets.clone(),
        limits: Limits::default(),
        backend: BackendPlan::Arti(ArtiPlan {
            state_dir: folder.join("state"),
            cache_dir: folder.join("cache"),
            key,
            memory_bytes: tor.memory_mib << 20,
            bridges: Vec::new(),
            transports: Vec::new(),
            client_only: false,
            test_network: tor.test_network.clone(),
        }),
    }
}

fn start(role: Role, plan: &impl serde::Serialize) -> std::io::Result<Start> {
    let plan = serde_json::to_value(plan)?;
    Ok(Start { command: program::command(role).into(), plan, until: Vec::new() })
}
