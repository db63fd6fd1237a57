//! `cryptocart serve`: a supervisor and the two roles it keeps alive.
//!
//! The supervisor (this process) owns the loopback preview and reports to the terminal. The *shop*
//! role has pages, database and sealing, and no network. The *tor* role speaks Tor and nothing
//! else. Each role's standard input is its link to the supervisor.

mod control;
mod display;
pub(crate) mod preparing;
mod seen;
mod shop_role;
mod shop_word;
mod supervisor;

use crate::{
    config::{overrides::Overrides, plan::Plan},
    error::{CliError, Context, IoContext},
    files, owner,
    role_process::{block_on, link, log_to_stderr, read_plan},
    sample,
    shop_dir::ShopDir,
    shop_lock,
    system::System,
    terminal,
};
use shop_net::{isolate, onion::TorPlan};

/// Opens a shop; makes the sample one first if there is none.
///
/// `after_loss`: although the database or its key is lost.
pub(crate) fn run(dir: ShopDir, after_loss: bool, system: &System) -> Result<(), CliError> {
    terminal::never_wait().io_context(|| "starting".into())?;
    if !dir.config().exists() {
        sample::create(dir.path(), system)?;
        terminal::line(format!("Created a sample shop in {}", dir.path().display()));
    }
    let plan = Plan::load(&dir)?;
    files::private_folder(&dir.state())?;
    let _lock = shop_lock::Lock::take(&dir)?;
    isolate::harden().io_context(|| "protecting this process's memory".into())?;
    let mut board = display::StatusDisplay::new(&plan);
    board.heading();
    if let Some(said) = Overrides::from_env()?.words() {
        board.note("settings", &said);
    }
    // The catalogue is read by the role that shows it, once: it takes longest, and what is wrong is said from there.
    let prepared = preparing::have_done(&dir, after_loss)?;
    board.prepared(prepared.throw_away, prepared.to_do);
    let preparing::Prepared { identity, view_keys, .. } = prepared;
    let keys = supervisor::Keys { identity, view_keys };
    block_on(supervisor::Supervisor::new(plan, keys, board, &*system.entropy)?.run())
}

/// Runs the shop role. Its rights are taken from it while the process has one thread.
pub(crate) fn run_shop(system: &System) -> Result<(), CliError> {
    let mut told = read_plan()?;
    let mut missing = Vec::new();
    match isolate::empty_network() {
        Ok(()) => {}
        Err(error) if error.harmless() => {
            missing.push(format!("the shop's process still has network access: {error}"));
        }
        Err(error) => {
            return Err(CliError::misconfigured(format!("removing network access: {error}")));
        }
    }
    isolate::harden().io_context(|| "starting the shop".into())?;
    let (config, plan, paths) = shop_role::prepare(&mut told)?;
    missing.extend(in_words(&isolate::confine(isolate::Confinement::Shop, &paths)));
    log_to_stderr("warn")?;
    block_on(async { shop_role::run(link()?, told, (config, plan), missing, system).await })
}

/// Runs the tor role.
pub(crate) fn run_tor() -> Result<(), CliError> {
    let plan: TorPlan = read_plan()?;
    isolate::harden().io_context(|| "starting Tor".into())?;
    let paths = plan.prepare_folders().io_context(|| "creating Tor's folders".into())?;
    // Tor looks up this process's user, to judge who may write to its folders.
    owner::load_user_database();
    // The shop role has said what is missing: it is the same kernel.
    let _ = isolate::confine(plan.confinement(), &paths);
    log_to_stderr(shop_net::onion::arti::LOG_FILTER)?;
    block_on(async {
        shop_net::onion::run(link()?, plan).await.context(|| "running the Tor process".into())
    })
}

fn in_words(missing: &[isolate::Missing]) -> Vec<String> {
    missing.iter().map(|missing| missing.words().to_owned()).collect()
}
