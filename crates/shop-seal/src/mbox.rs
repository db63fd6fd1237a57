//! Delivery into an mbox file that mutt reads.

use crate::mail::SealedMail;
use shop_core::kind::{HasKind, Kind};
use std::{io, path::PathBuf};

/// An mbox file.
#[derive(Clone, Debug)]
pub struct Mbox {
    path: PathBuf,
}

/// What a delivery did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The message was written.
    Now,
    /// The whole message was there before.
    Already,
}

/// Why a message was not delivered. The file then holds what it held before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MboxError {
    /// Reading or writing failed.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The mbox.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl HasKind for MboxError {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }
}

impl Mbox {
    /// The mbox at this path, which need not exist yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Appends a message, unless it is there already. Blocks on locks and the disk.
    ///
    /// # Errors
    /// [`MboxError`]; trying again later is safe.
    pub fn deliver(&self, _mail: &SealedMail) -> Result<Delivered, MboxError> {
        Err(MboxError::Io { path: self.path.clone(), source: io::ErrorKind::Unsupported.into() })
    }
}
