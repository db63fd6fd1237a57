//! `cryptocart serve`: a supervisor and the two roles it keeps alive.
//!
//! The supervisor (this process) owns the loopback preview and reports to the terminal. The *shop*
//! role has pages, database and sealing, and no network. The *tor* role speaks Tor and nothing
//! else. Each role's standard input is its link to the supervisor.

mod allocator;
mod board;
mod control;
mod lock;
mod onion_key;
mod program;
mod seen;
mod shop_role;
mod supervisor;

pub(crate) use lock::is_open;
pub(crate) use onion_key::{OnionKeyFile, ask};
pub(crate) use shop_role::ethereum;
pub(crate) use supervisor::targets;

use crate::{
    cli,
    config::plan::Plan,
    error::{CliError, While, WhileIo},
    files, load, memory, pictures, sample, say,
    shop_dir::ShopDir,
};
use shop_net::{isolate, link::Link};
use std::path::Path;

/// What a child process of the supervisor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Role {
    /// Pages, database, sealing; no network.
    Shop,
    /// Tor and nothing else.
    Tor,
    /// Reads pictures: a child of any process that needs some made, `serve` or not.
    Pictures,
}

impl Role {
    /// As it stands on a command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Tor => "tor",
            Self::Pictures => "pictures",
        }
    }
}

/// Opens a shop; makes the sample one first if there is none.
///
/// `after_loss`: although the database or its key is lost.
pub(crate) fn run(path: &Path, after_loss: bool) -> Result<(), CliError> {
    let dir = ShopDir::at(path);
    if !dir.config().exists() {
        sample::create(path)?;
        say::line(format!("Made a sample shop in {}", path.display()));
    }
    let plan = Plan::load(&dir)?;
    load::seal_cert(&plan)?;
    // The catalogue is read by the role that shows it, once: it takes longest, and what is wrong is said from there.
    files::private_folder(&dir.state())?;
    let _lock = lock::Lock::take(&dir)?;
    if !after_loss {
        memory::look(&dir)?;
    }
    cli::block_on(memory::begin(&plan, after_loss))?;
    let phrase = plan.passphrase_file.as_deref();
    let key = plan.tor.as_ref().map(|_| OnionKeyFile::of(&dir).open(phrase)).transpose()?;
    isolate::harden().doing_io(|| "keeping other programs out of this one's memory".into())?;
    let board = board::Board::new(&plan, cli::to_do(&plan));
    runtime()?.block_on(supervisor::Supervisor::new(plan, key, board)?.run())
}

/// Runs one of the roles, until the supervisor says stop or is gone.
pub(crate) fn run_role(role: Role) -> Result<(), CliError> {
    log_to_stderr(role);
    match role {
        Role::Shop => {
            let network = isolate::empty_network();
            isolate::harden().doing_io(|| "starting the shop".into())?;
            runtime()?.block_on(async {
                shop_role::run(link()?, network.err().map(|error| error.to_string())).await
            })
        }
        Role::Pictures => pictures::role::run(),
        Role::Tor => {
            isolate::harden().doing_io(|| "starting Tor".into())?;
            runtime()?.block_on(async {
                shop_net::onion::run(link()?).await.doing(|| "the Tor process".into())
            })
        }
    }
}

fn link() -> Result<Link, CliError> {
    Link::from_stdin().map_err(|_| {
        CliError::input("a role is started by cryptocart serve, not by hand")
            .hint("run: cryptocart serve")
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .doing_io(|| "starting".into())
}

/// Warnings and errors alone, and without the time of day: a log must not match visits to moments.
fn log_to_stderr(role: Role) {
    let filter = match role {
        Role::Shop | Role::Pictures => "warn",
        Role::Tor => shop_net::onion::arti::LOG_FILTER,
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .without_time()
        .init();
}
