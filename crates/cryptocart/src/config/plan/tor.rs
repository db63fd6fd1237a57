//! Settings of Tor, checked.

use super::{key, named};
use crate::{
    config::{
        Config,
        tor::{Backend, FrontSettings},
    },
    error::CliError,
    shop_dir::ShopDir,
};
use std::path::PathBuf;

/// Settings of Tor.
#[derive(Clone, Debug)]
pub(crate) struct TorSettings {
    pub(crate) backend: TorBackend,
    /// True if the seller accepts that Debian's tor stores the key unsealed.
    pub(crate) unsealed_key: bool,
    pub(crate) test_network: Option<PathBuf>,
}

/// The Tor implementation.
#[derive(Clone, Debug)]
pub(crate) enum TorBackend {
    /// Built in.
    Arti {
        /// Most memory of its queues.
        memory_mib: u64,
    },
    /// Each tor that hands streams to the shop; at least one.
    Socket(Vec<FrontSettings>),
}

impl TorSettings {
    /// Reads `[tor]`; none if the shop is not on Tor.
    pub(super) fn read(dir: &ShopDir, config: &Config) -> Result<Option<Self>, CliError> {
        let tor = &config.tor;
        if !tor.enabled {
            return Ok(None);
        }
        let backend = match tor.backend {
            Backend::Arti => {
                if !tor.fronts.is_empty() {
                    let hint = "write backend = \"socket\" as well, or take the fronts out";
                    return Err(key("tor.fronts", "only Debian's tor has fronts", hint));
                }
                TorBackend::Arti { memory_mib: tor.memory_mib.clamp(64, 64 * 1024) }
            }
            Backend::Socket => TorBackend::Socket(fronts(&tor.fronts)?),
        };
        let test_network = named(dir, &tor.test_network);
        Ok(Some(Self { backend, unsealed_key: tor.unsealed_key, test_network }))
    }

    /// Returns true if Debian's tor holds the onion key.
    pub(crate) const fn is_outside(&self) -> bool {
        matches!(self.backend, TorBackend::Socket(_))
    }
}

fn fronts(fronts: &[FrontSettings]) -> Result<Vec<FrontSettings>, CliError> {
    if fronts.is_empty() {
        return Ok(vec![FrontSettings::default()]);
    }
    for (at, front) in fronts.iter().enumerate() {
        if front.socket.is_empty() {
            let hint = "write socket = \"/run/cryptocart-tor/onion.sock\"";
            return Err(key("tor.fronts", "a front has no socket", hint));
        }
        if fronts.iter().take(at).any(|other| other.socket == front.socket) {
            let what = format!("two fronts have the socket {}", front.socket);
            let hint = "each tor needs a socket of its own, because each counts its own circuits";
            return Err(key("tor.fronts", &what, hint));
        }
    }
    Ok(fronts.to_vec())
}
