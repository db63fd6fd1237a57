//! The attestor: asks carriers, and signs what they say of a parcel.
//!
//! A seller registers a parcel ([`desk`]). It is judged ([`judge`]), kept sealed ([`records`]), and
//! asked for at its carrier ([`polling`]) until it is certain enough. Then the attestor signs once
//! ([`signing`]) and publishes a file ([`signed`]). Anybody can fetch it ([`pages`]) and send it to the
//! contract; the attestor itself does, where its operator wants it to ([`keeper`]).

mod carriers;
mod claims;
mod desk;
mod extend;
mod extensions;
mod judge;
mod keeper;
mod pages;
mod polling;
mod records;
mod rights;
mod role;
mod sealed;
mod settings;
mod signed;
mod signing;
#[cfg(test)]
mod tests;

pub(crate) use desk::Chain;
pub(crate) use extend::{Extended, Which, extend};
pub(crate) use role::{create, create_keeper, host, run_role};

use crate::{error::CliError, shop_dir::ShopDir};
use shop_chain::ethereum::escrow::Key;
use std::path::{Path, PathBuf};

/// Files of an attestor's folder.
#[derive(Clone, Debug)]
pub(crate) struct AttestDir(ShopDir);

impl AttestDir {
    pub(crate) fn new(path: &Path) -> Self {
        Self(ShopDir::new(path))
    }

    /// Returns the folder as the host of services knows it.
    pub(crate) const fn shop_dir(&self) -> &ShopDir {
        &self.0
    }

    /// Returns the path of the settings.
    pub(crate) fn settings(&self) -> PathBuf {
        self.0.path().join("attest.toml")
    }

    /// Returns the path of the key that signs.
    fn key(&self) -> PathBuf {
        self.0.state().join("attestor.key")
    }

    /// Returns the path of the key that seals the records.
    fn records_key(&self) -> PathBuf {
        self.0.state().join("records.key")
    }

    /// Returns the folder of the records.
    fn records(&self) -> PathBuf {
        self.0.state().join("parcels")
    }

    /// Returns the folder of what was signed.
    fn signed(&self) -> PathBuf {
        self.0.state().join("signed")
    }

    /// Returns the folder of later deadlines that were signed.
    fn extended(&self) -> PathBuf {
        self.0.state().join("extended")
    }

    /// Returns the folder of the orders that the keeper looks after.
    fn kept(&self) -> PathBuf {
        self.0.state().join("kept")
    }

    /// Returns the usual path of the keeper key.
    fn keeper_key(&self) -> PathBuf {
        self.0.path().join(settings::KEEPER_KEY)
    }

    /// Reads the key that signs.
    pub(crate) fn read_key(&self) -> Result<Key, CliError> {
        read_key(&self.key(), "restore it from your backup: a new key is another attestor")
    }
}

/// Reads a key from a file that nobody else may read.
fn read_key(path: &Path, hint: &'static str) -> Result<Key, CliError> {
    let bytes = crate::files::read_secret(path, 64)?;
    let bytes = bytes.first_chunk::<32>().filter(|_| bytes.len() == 32);
    let key = bytes.and_then(|bytes| Key::from_bytes(bytes).ok());
    key.ok_or_else(|| CliError::misconfigured(format!("{} is damaged", path.display())).hint(hint))
}
