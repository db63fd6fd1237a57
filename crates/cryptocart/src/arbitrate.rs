//! The arbiter: takes what both sides of a dispute say, and rules at home.
//!
//! Its service has no key but those of its own records. What a side sends is sealed to the arbiter's
//! OpenPGP certificate as it arrives ([`letter`]), and kept for the side itself under a case code
//! ([`cases`]). A side proves that it is one ([`proof`]). The key that rules is at the arbiter's home ([`ruling`]); a signed ruling is copied
//! to the server, where both sides see it and anybody can send it to the contract ([`pages`]).

mod cases;
mod intake;
mod letter;
mod pages;
mod proof;
mod role;
pub(crate) mod ruling;
mod settings;
mod side;
mod standing;
#[cfg(test)]
mod tests;

pub(crate) use role::{create, host, run_role};

use crate::shop_dir::ShopDir;
use std::path::{Path, PathBuf};

/// Files of an arbiter's folder.
#[derive(Clone, Debug)]
pub(crate) struct ArbiterDir(ShopDir);

impl ArbiterDir {
    pub(crate) fn new(path: &Path) -> Self {
        Self(ShopDir::new(path))
    }

    /// Returns the folder as the host of services knows it.
    pub(crate) const fn shop_dir(&self) -> &ShopDir {
        &self.0
    }

    /// Returns the path of the settings.
    pub(crate) fn settings(&self) -> PathBuf {
        self.0.path().join("arbitrate.toml")
    }

    /// Returns the path of the certificate that letters are sealed to.
    fn certificate(&self) -> PathBuf {
        self.0.path().join("arbiter.asc")
    }

    /// Returns the folder that signed rulings are copied into.
    fn rulings(&self) -> PathBuf {
        self.0.path().join("rulings")
    }

    /// Returns the path of the key that seals the records.
    fn records_key(&self) -> PathBuf {
        self.0.state().join("records.key")
    }

    /// Returns the folder of what each side has sent, under its case code.
    fn cases(&self) -> PathBuf {
        self.0.state().join("cases")
    }

    /// Returns the folder of the letters to the arbiter.
    fn letters(&self) -> PathBuf {
        self.0.state().join("letters")
    }
}
