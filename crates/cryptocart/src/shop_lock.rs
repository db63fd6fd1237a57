//! One open shop a folder, and how another command finds it.

use crate::{
    error::{CliError, IoContext},
    shop_dir::ShopDir,
};
use shop_core::kind::Kind;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::Write,
};

/// Held while the shop is open; the operating system frees it even after kill -9.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(dir: &ShopDir) -> Result<Self, CliError> {
        let mut file = open(dir)?;
        if !try_lock(&file)? {
            let what = format!("the shop in {} is already open", dir.path().display());
            return Err(CliError::new(Kind::Busy, what).hint("close it there first"));
        }
        file.set_len(0)
            .and_then(|()| write!(file, "{}", std::process::id()))
            .io_context(|| "writing the lock".into())?;
        Ok(Self { _file: file })
    }
}

/// Returns true if the shop is open now.
/// It fails for a user who may not look into the shop's folder.
pub(crate) fn is_open(dir: &ShopDir) -> Result<bool, CliError> {
    let path = dir.lock();
    let exists = path.try_exists().io_context(|| format!("checking {}", path.display()))?;
    Ok(exists && !try_lock(&open(dir)?)?)
}

fn open(dir: &ShopDir) -> Result<File, CliError> {
    let path = dir.lock();
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .io_context(|| format!("opening {}", path.display()))
}

fn try_lock(file: &File) -> Result<bool, CliError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error).io_context(|| "locking the shop".into()),
    }
}
