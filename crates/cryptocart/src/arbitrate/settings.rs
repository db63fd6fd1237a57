//! `arbitrate.toml`.

use super::ArbiterDir;
use crate::{
    config::plan::NodeUrl,
    error::CliError,
    files,
    service::settings::{LARGEST, RawChain, RawPreview, RawTor, TorSettings},
};
use serde::Deserialize;
use shop_chain::ethereum::escrow::{checksum, parse_account};
use shop_core::escrow::Account;
use shop_net::outbound::{Target, TargetError};
use std::{net::SocketAddr, path::Path};

/// The settings as they are written when an arbiter is created.
const EXAMPLE: &str = include_str!("arbitrate.toml");

/// Settings of an arbiter, checked.
pub(super) struct Settings {
    /// Name on the pages.
    pub(super) name: String,
    /// Address of the key that rules.
    pub(super) account: Account,
    /// Words of the arbiter on the front page.
    pub(super) about: String,
    /// Most cases that are open at once.
    pub(super) most_cases: usize,
    /// Number of the chain (EIP-155).
    pub(super) chain_id: u64,
    /// Nodes that are asked; there may be none.
    pub(super) nodes: Vec<NodeUrl>,
    /// Address on this machine at which the pages can be looked at.
    pub(super) preview: Option<SocketAddr>,
    /// Tor.
    pub(super) tor: Option<TorSettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    account: String,
    #[serde(default)]
    about: String,
    #[serde(default = "most_cases")]
    most_cases: usize,
    chain: RawChain,
    #[serde(default)]
    preview: RawPreview,
    #[serde(default)]
    tor: RawTor,
}

const fn most_cases() -> usize {
    1_000
}

/// Returns the purpose by which a node is dialled.
pub(super) fn node_purpose(place: usize) -> String {
    format!("arbiter-node-{}", place + 1)
}

impl Settings {
    /// Returns the settings of a new arbiter.
    pub(super) fn example(account: Account) -> String {
        EXAMPLE.replace("ACCOUNT", &checksum(account))
    }

    /// Reads the settings of a folder.
    pub(super) fn load(dir: &ArbiterDir) -> Result<Self, CliError> {
        let path = dir.settings();
        if !path.exists() {
            let what = format!("there is no arbiter in {}", dir.shop_dir().path().display());
            let hint = "create one with: cryptocart arbitrate new FOLDER";
            return Err(CliError::input(what).hint(hint));
        }
        let text = files::read_text(&path, LARGEST)?;
        let named = |what: String| CliError::misconfigured(format!("{}: {what}", path.display()));
        let raw: Raw = toml::from_str(&text).map_err(|error| named(error.to_string()))?;
        Self::check(raw, dir.shop_dir().path()).map_err(named)
    }

    fn check(raw: Raw, folder: &Path) -> Result<Self, String> {
        let account = parse_account(&raw.account).map_err(|why| format!("account: {why}"))?;
        Ok(Self {
            name: raw.name,
            account,
            about: raw.about,
            most_cases: raw.most_cases,
            chain_id: raw.chain.chain_id,
            nodes: raw.chain.nodes()?,
            preview: raw.preview.address()?,
            tor: raw.tor.check(folder)?,
        })
    }

    /// Returns everything that the service may dial.
    pub(super) fn targets(&self) -> Result<Vec<Target>, TargetError> {
        let node = |(place, node): (usize, &NodeUrl)| node.target(&node_purpose(place));
        self.nodes.iter().enumerate().map(node).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_is_read_once_the_account_is_in_it() {
        let account = Account([0x5a; 20]);
        let raw: Raw = toml::from_str(&Settings::example(account)).unwrap();
        let settings = Settings::check(raw, Path::new("/srv/arbiter")).unwrap();
        assert_eq!(settings.account, account);
        assert!(settings.nodes.is_empty() && settings.tor.is_some());
        let raw: Raw = toml::from_str(EXAMPLE).unwrap();
        assert!(Settings::check(raw, Path::new("/srv/arbiter")).is_err());
    }
}
