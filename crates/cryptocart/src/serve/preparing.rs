//! Work that is done once before a shop opens, in a process of its own.
//!
//! It checks keys and settings and makes the database. The supervisor uses nothing of that again, and
//! would keep the memory it took for as long as the shop is open.

use crate::{
    config::plan::Plan,
    control::AnswerLine,
    data_loss,
    error::{CliError, IoContext},
    load,
    onion_key::OnionKeyFile,
    program::{self, Role},
    role_process, runtime,
    secret_file::Passphrase,
    shop_dir::ShopDir,
    shop_lock,
    system::System,
    terminal, to_do, tor_fronts, view_accounts,
    view_key::ViewKeys,
};
use nix::sys::{prctl, signal::Signal};
use serde::{Deserialize, Serialize};
use shop_core::{entropy::Entropy, kind::Kind};
use shop_net::{
    isolate,
    onion::{OnionAddress, OnionKey},
};
use std::{
    io::{self, IsTerminal, Read},
    path::Path,
    process::Stdio,
};
use zeroize::Zeroizing;

/// The result.
#[derive(Serialize, Deserialize)]
pub(super) struct Prepared {
    /// The shop on Tor, if it is.
    pub(super) identity: Option<OnionIdentity>,
    /// Changes to make before taking real money.
    pub(super) to_do: Vec<String>,
    /// Keys that show the payments of chains.
    pub(super) view_keys: ViewKeys,
    /// True if the seller's key is one for trying things out.
    pub(super) throw_away: bool,
}

/// Identity of a shop on Tor.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum OnionIdentity {
    /// The key, for the Tor that is built in.
    Key(OnionKey),
    /// The address alone: Debian's tor has the key.
    Address(OnionAddress),
}

impl OnionIdentity {
    pub(super) fn address(&self) -> OnionAddress {
        match self {
            Self::Key(key) => key.address(),
            Self::Address(address) => address.clone(),
        }
    }
}

/// Has the shop in this folder prepared. This process holds the shop's lock; the one that
/// does it may ask for a passphrase on its terminal.
pub(super) fn have_done(dir: &ShopDir, after_loss: bool) -> Result<Prepared, CliError> {
    let mut command = program::command(Role::Prepare);
    command.arg("--dir").arg(dir.path()).stdin(Stdio::inherit()).stdout(Stdio::piped());
    if after_loss {
        command.arg("--after-loss");
    }
    let doing = || "preparing the shop".to_owned();
    let mut child = command.spawn().io_context(doing)?;
    // The onion key and view keys pass here.
    let mut line = Zeroizing::new(Vec::new());
    if let Some(mut out) = child.stdout.take() {
        out.read_to_end(&mut line).io_context(doing)?;
    }
    let status = child.wait().io_context(doing)?;
    if line.is_empty() {
        let what = format!("the process that prepares the shop ended before it was done: {status}");
        return Err(CliError::new(Kind::Bug, what));
    }
    AnswerLine::read(&line)
}

/// The role: says on standard output what came of it, or why nothing did.
pub(crate) fn run(dir: &Path, after_loss: bool, system: &System) -> Result<(), CliError> {
    // With the supervisor its lock is gone.
    let ends = prctl::set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from);
    ends.io_context(|| "preparing the shop".into())?;
    isolate::harden().io_context(|| "preparing the shop".into())?;
    let dir = ShopDir::new(dir);
    if io::stdout().is_terminal() || !shop_lock::is_open(&dir)? {
        return Err(role_process::by_hand());
    }
    let line = Zeroizing::new(AnswerLine::new(prepare(&dir, after_loss, system)).line());
    terminal::raw(&String::from_utf8_lossy(&line));
    Ok(())
}

/// Opens the onion key, or returns the address alone where Debian's tor holds the key.
fn identity(
    plan: &Plan,
    passphrase: &Passphrase,
    entropy: &dyn Entropy,
) -> Result<Option<OnionIdentity>, CliError> {
    let Some(tor) = &plan.tor else { return Ok(None) };
    let file = OnionKeyFile::of(&plan.dir);
    let open = || file.open(passphrase, entropy);
    if tor.is_outside() {
        let address = tor_fronts::address(plan, &file, || Ok(open()?.address()))?;
        return Ok(Some(OnionIdentity::Address(address)));
    }
    Ok(Some(OnionIdentity::Key(open()?)))
}

fn prepare(dir: &ShopDir, after_loss: bool, system: &System) -> Result<Prepared, CliError> {
    let mut plan = Plan::load(dir)?;
    let today = system.hour();
    let cert = load::seal_cert(&plan, today)?;
    if !after_loss {
        data_loss::look(dir)?;
    }
    let passphrase = Passphrase::new(plan.passphrase_file.as_deref());
    let view_keys = view_accounts::read_keys(&plan, &passphrase)?;
    if after_loss {
        // Only then all their addresses are needed here.
        view_accounts::open(&mut plan, &view_keys)?;
    }
    runtime::block_on(data_loss::begin(&plan, after_loss, &*system.entropy))?;
    let identity = identity(&plan, &passphrase, &*system.entropy)?;
    let to_do = to_do::to_do(&plan, Some(&cert), today);
    Ok(Prepared { identity, view_keys, to_do, throw_away: cert.is_throw_away() })
}
