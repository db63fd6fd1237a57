//! Task of the tor role with arti.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    isolate::Paths,
    onion::{Bridge, OnionKey},
    transports::TransportAddress,
};

/// Files in which the Tor library looks up this process's user, to judge folder permissions.
const USERS: [&str; 3] = ["/etc/nsswitch.conf", "/etc/passwd", "/etc/group"];

/// Folder of the states with bridges, in that of the state without.
const BRIDGES: &str = "bridges";

/// Bytes of a digest that name the state with some bridges.
const NAME_BYTES: usize = 8;

/// Settings of arti. No `Debug`: it holds the key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtiPlan {
    /// Folder in which Tor keeps guards and vanguards, which must survive; made if missing, 0700.
    pub state_dir: PathBuf,
    /// Folder in which Tor keeps files it can fetch again.
    pub cache_dir: PathBuf,
    /// The shop's key. It stays in memory: no key file is written.
    pub key: OnionKey,
    /// Most memory that Tor's queues may use together, in bytes.
    #[serde(default = "default_memory")]
    pub memory_bytes: u64,
    /// Lines of bridges, which are secrets; none: Tor is entered by its own guards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bridges: Vec<String>,
    /// The transports that bridges use, as they run now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transports: Vec<TransportAddress>,
    /// True if places on the list are connected to, and no onion service is published.
    #[serde(default)]
    pub client_only: bool,
    /// A private Tor network, for tests; absent: the real one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_network: Option<TestNetwork>,
}

impl ArtiPlan {
    /// Makes Tor's folders, for nobody else, and returns the files the role may use.
    pub(in crate::onion) fn prepare_folders(&self) -> io::Result<Paths> {
        let write = vec![self.state_dir.clone(), self.cache_dir.clone()];
        let state = self.state_folder();
        for folder in write.iter().chain([&state]) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        remove_others(&self.state_dir.join(BRIDGES), &state)?;
        let read = USERS.map(PathBuf::from).to_vec();
        Ok(Paths { read, write, connect: self.ports(), ..Paths::default() })
    }

    /// Returns the folder of Tor's state: with bridges, one of its own for these lines.
    ///
    /// The library knows a bridge by its fingerprint. One whose address, transport or arguments have
    /// changed since it was remembered is never used again.
    pub(in crate::onion) fn state_folder(&self) -> PathBuf {
        if self.bridges.is_empty() {
            return self.state_dir.clone();
        }
        let mut lines: Vec<&str> = self.bridges.iter().map(String::as_str).collect();
        lines.sort_unstable();
        let digest = Sha256::digest(lines.join("\n"));
        let name = HEXLOWER.encode(digest.get(..NAME_BYTES).unwrap_or_default());
        self.state_dir.join(BRIDGES).join(name)
    }

    /// Returns the ports that the role may connect to; none if they can be any.
    /// With bridges those are of the bridges, and of the transports on this machine.
    fn ports(&self) -> Option<Vec<u16>> {
        if self.bridges.is_empty() {
            return None;
        }
        let bridges = self.bridges.iter().flat_map(|line| Bridge::parse(line));
        let transports = self.transports.iter().map(|transport| transport.address.port());
        Some(bridges.flat_map(|bridge| bridge.ports()).chain(transports).collect())
    }
}

/// Removes all folders in `folder` but this one: other bridges are not remembered.
fn remove_others(folder: &Path, keep: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path != keep {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}

/// Returns 256 MiB: enough for 200 circuits, and far from the library's third of the machine.
#[must_use]
pub const fn default_memory() -> u64 {
    256 << 20
}

/// A private Tor network on loopback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestNetwork {
    /// Its directory authorities.
    pub authorities: Vec<TestAuthority>,
}

/// One directory authority of a private Tor network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestAuthority {
    /// The directory identity, 40 hexadecimal digits.
    pub v3ident: String,
    /// The relay's RSA identity, 40 hexadecimal digits.
    pub rsa: String,
    /// The relay's Ed25519 identity, 64 hexadecimal digits.
    pub ed: String,
    /// The relay's port on 127.0.0.1.
    pub orport: u16,
}
