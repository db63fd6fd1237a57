//! Settings that every service has: its chain, its preview, its Tor.

use crate::{config::plan::NodeUrl, files};
use serde::Deserialize;
use shop_net::onion::TestNetwork;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Largest file of settings, in bytes.
pub(crate) const LARGEST: u64 = 64 << 10;

/// `[chain]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawChain {
    #[serde(default = "main_chain")]
    pub(crate) chain_id: u64,
    nodes: Vec<String>,
}

/// `[preview]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPreview {
    #[serde(default)]
    listen: String,
}

/// `[tor]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawTor {
    enabled: bool,
    memory_mib: u64,
    passphrase_file: String,
    test_network: String,
}

impl Default for RawTor {
    fn default() -> Self {
        Self {
            enabled: true,
            memory_mib: 256,
            passphrase_file: String::new(),
            test_network: String::new(),
        }
    }
}

/// Tor as `[tor]` has it.
pub(crate) struct TorSettings {
    pub(crate) memory_mib: u64,
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) test_network: Option<TestNetwork>,
}

const fn main_chain() -> u64 {
    1
}

impl RawChain {
    /// Reads the nodes.
    pub(crate) fn nodes(&self) -> Result<Vec<NodeUrl>, String> {
        let nodes = self.nodes.iter().map(|url| NodeUrl::parse(url)).collect::<Result<_, _>>();
        nodes.map_err(|why| format!("nodes: {why}"))
    }
}

impl RawPreview {
    /// Reads the address; none where it is empty.
    pub(crate) fn address(&self) -> Result<Option<SocketAddr>, String> {
        if self.listen.is_empty() {
            return Ok(None);
        }
        let address = self.listen.parse();
        address.map(Some).map_err(|_| "[preview] listen: write 127.0.0.1:8090".to_owned())
    }
}

impl RawTor {
    /// Reads the files that it names, from the folder of the settings; none where Tor is off.
    pub(crate) fn check(self, folder: &Path) -> Result<Option<TorSettings>, String> {
        if !self.enabled {
            return Ok(None);
        }
        let named = |name: &str| Some(folder.join(name)).filter(|_| !name.is_empty());
        let read = |path: PathBuf| {
            let text = files::read_text(&path, LARGEST).map_err(|error| error.to_string())?;
            serde_json::from_str(&text).map_err(|error| format!("test_network: {error}"))
        };
        Ok(Some(TorSettings {
            memory_mib: self.memory_mib,
            passphrase_file: named(&self.passphrase_file),
            test_network: named(&self.test_network).map(read).transpose()?,
        }))
    }
}
