//! A picture file of the seller's, as the folder shows it.

use super::{
    LARGEST_FILE,
    child::{Failure, refused},
};
use crate::{error::IoContext, files};
use std::{
    fs::Metadata,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// A picture file, looked at once: with thousands of them each look counts.
pub(super) struct Inspected<'a> {
    pub(super) name: &'a str,
    pub(super) path: PathBuf,
    pub(super) meta: Metadata,
}

impl<'a> Inspected<'a> {
    /// Looks for a file; none if there is no such file.
    pub(super) fn at(folder: &Path, name: &'a str) -> Result<Option<Self>, Failure> {
        let path = folder.join(name);
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_file() => Ok(Some(Self { name, path, meta })),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let doing = || format!("opening {}", path.display());
                Err(error).io_context(doing).map_err(Failure::Stop)
            }
        }
    }

    /// Reads the file's bytes; one that is too large is not read at all.
    pub(super) fn read(&self) -> Result<Vec<u8>, Failure> {
        if self.meta.len() > LARGEST_FILE {
            return Err(refused(self.name, "the file is larger than 10 MiB"));
        }
        files::read(&self.path, LARGEST_FILE).map_err(Failure::Refused)
    }
}
