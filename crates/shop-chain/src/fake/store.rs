//! Store of a fake chain: in memory, or in a file that processes share.

use super::{FakeError, chain::Chain};
use shop_core::chain::ChainId;
use std::{
    ffi::OsString,
    fs::File,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

#[derive(Clone, Debug)]
pub(super) enum Store {
    Memory(Arc<Mutex<Chain>>),
    File { path: Arc<Path>, chain: ChainId },
}

impl Store {
    pub(super) fn in_memory(chain: ChainId) -> Self {
        Self::Memory(Arc::new(Mutex::new(Chain::new(chain))))
    }

    pub(super) fn at(path: &Path, chain: ChainId) -> Result<Self, FakeError> {
        let store = Self::File { path: Arc::from(path), chain };
        // Makes the file, or finds out now that it cannot be used.
        store.change(|_| Ok(()))?;
        Ok(store)
    }

    /// Reads the chain as it is. No lock: the file is only ever replaced whole.
    pub(super) fn read(&self) -> Result<Chain, FakeError> {
        match self {
            Self::Memory(chain) => Ok(chain.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Self::File { path, chain } => read(path, *chain),
        }
    }

    /// Changes the chain, alone; if `change` fails, nothing has happened.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&mut Chain) -> Result<T, FakeError>,
    ) -> Result<T, FakeError> {
        match self {
            Self::Memory(shared) => {
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                let mut chain = shared.clone();
                let result = change(&mut chain)?;
                *shared = chain;
                Ok(result)
            }
            Self::File { path, chain } => {
                // Held until the file is replaced; the system releases it when a process dies.
                let lock = File::create(beside(path, ".lock"))?;
                lock.lock()?;
                let mut chain = read(path, *chain)?;
                let result = change(&mut chain)?;
                replace(path, &chain)?;
                Ok(result)
            }
        }
    }
}

fn read(path: &Path, name: ChainId) -> Result<Chain, FakeError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Chain::new(name)),
        Err(error) => return Err(error.into()),
    };
    let chain: Chain = serde_json::from_slice(&bytes).map_err(|_| FakeError::Damaged)?;
    if chain.is_sound(name) { Ok(chain) } else { Err(FakeError::Damaged) }
}

fn replace(path: &Path, chain: &Chain) -> Result<(), FakeError> {
    let bytes = serde_json::to_vec(chain).map_err(io::Error::from)?;
    let new = beside(path, ".new");
    let mut file = File::create(&new)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
