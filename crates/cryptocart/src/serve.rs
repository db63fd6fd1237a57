//! `cryptocart serve`: a supervisor and the two roles it keeps alive.
//!
//! The supervisor (this process) owns the loopback preview and reports to the terminal. The *shop*
//! role has pages, database and sealing, and no network. The *tor* role speaks Tor and nothing
//! else. Each role's standard input is its link to the supervisor.

mod control;
mod display;
mod preparing;
mod seen;
mod shop_role;
mod shop_word;
mod supervisor;

use crate::{
    config::{overrides::Overrides, plan::Plan},
    error::{CliError, Context, IoContext},
    files, owner, pictures,
    program::{self, Role},
    sample,
    shop_dir::ShopDir,
    shop_lock,
    system::System,
    terminal,
};
use shop_core::kind::Kind;
use shop_net::{
    isolate,
    link::{Link, LinkError},
    onion::TorPlan,
};
use std::path::Path;

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
    block_on(supervisor::Supervisor::new(plan, prepared.identity, board, &*system.entropy)?.run())
}

/// Runs one of the roles, until it is done, or the supervisor says stop or is gone. The shop's folder and
/// `after_loss` are for [`Role::Prepare`] alone.
pub(crate) fn start_role(
    role: Role,
    dir: &Path,
    after_loss: bool,
    system: &System,
) -> Result<(), CliError> {
    program::set_name();
    match role {
        Role::Shop => run_shop(system),
        Role::Tor => run_tor(),
        Role::Pictures => pictures::role::run(),
        Role::Attest => crate::attest::run_role(system),
        Role::Prepare => preparing::run(dir, after_loss, system),
    }
}

/// Runs the shop role. Its rights are taken from it while the process has one thread.
fn run_shop(system: &System) -> Result<(), CliError> {
    let told = read_plan()?;
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
    let (config, plan, paths) = shop_role::prepare(&told)?;
    missing.extend(in_words(&isolate::confine(isolate::Confinement::Shop, &paths)));
    log_to_stderr("warn")?;
    block_on(async { shop_role::run(link()?, told, (config, plan), missing, system).await })
}

fn run_tor() -> Result<(), CliError> {
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

/// Reads the plan of a role, which comes first over its link.
pub(crate) fn read_plan<T: serde::de::DeserializeOwned>() -> Result<T, CliError> {
    shop_net::link::read_plan().map_err(|error| match error {
        // The supervisor is gone before it told this process anything.
        LinkError::Closed => {
            CliError::new(Kind::Unavailable, "the parent process closed the connection")
        }
        _ => by_hand(),
    })
}

/// Returns the link of a role: its standard input.
pub(crate) fn link() -> Result<Link, CliError> {
    Link::from_stdin().map_err(|_| by_hand())
}

fn by_hand() -> CliError {
    CliError::input("roles are started by cryptocart serve, not by hand")
        .hint("run: cryptocart serve")
}

/// Runs this on a runtime, and does not wait for what it leaves on threads.
pub(crate) fn block_on(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .io_context(|| "starting".into())?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

/// Logs warnings and errors alone, without the time of day.
/// A log must not match visits to moments.
pub(crate) fn log_to_stderr(filter: &str) -> Result<(), CliError> {
    terminal::never_wait().io_context(|| "starting".into())?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| terminal::LogWriter)
        .with_target(false)
        .without_time()
        .init();
    Ok(())
}
