//! One open shop a folder, and how another command finds it.

use crate::{
    error::{CliError, WhileIo},
    shop_dir::ShopDir,
};
use nix::{sys::signal::Signal, unistd::Pid};
use shop_core::kind::Kind;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Write},
};

/// Held while the shop is open; the operating system frees it even after kill -9.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(dir: &ShopDir) -> Result<Self, CliError> {
        let mut file = open(dir)?;
        if !try_lock(&file)? {
            let what = format!("the shop in {} is open already", dir.path().display());
            return Err(CliError::new(Kind::Busy, what).hint("close the other one first"));
        }
        file.set_len(0)
            .and_then(|()| write!(file, "{}", std::process::id()))
            .doing_io(|| "writing the lock".into())?;
        Ok(Self { _file: file })
    }
}

/// Whether the shop is open now.
pub(crate) fn is_open(dir: &ShopDir) -> Result<bool, CliError> {
    Ok(dir.lock().exists() && !try_lock(&open(dir)?)?)
}

/// Has the running shop read its catalogue anew.
pub(crate) fn signal_reload(dir: &ShopDir) -> Result<(), CliError> {
    let not_open = || {
        CliError::new(Kind::NotFound, format!("the shop in {} is not open", dir.path().display()))
            .hint(format!("it will read the catalogue when it opens: {}", dir.command("serve")))
    };
    if !is_open(dir)? {
        return Err(not_open());
    }
    let mut text = String::new();
    open(dir)?.read_to_string(&mut text).doing_io(|| "reading the lock".into())?;
    let pid: i32 = text.trim().parse().map_err(|_| not_open())?;
    nix::sys::signal::kill(Pid::from_raw(pid), Signal::SIGHUP).map_err(|error| {
        CliError::new(Kind::Denied, format!("the running shop cannot be told: {error}"))
    })
}

fn open(dir: &ShopDir) -> Result<File, CliError> {
    let path = dir.lock();
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .doing_io(|| format!("opening {}", path.display()))
}

fn try_lock(file: &File) -> Result<bool, CliError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error).doing_io(|| "locking the shop".into()),
    }
}
