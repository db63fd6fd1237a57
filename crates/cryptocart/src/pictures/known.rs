//! Content of picture files that is known from the last time.
//!
//! It is known by name, size and time if they are the same, and by its hash otherwise. A shop that
//! was copied or restored makes nothing again.

use super::{LARGEST_FILE, child::Failure, inspected::Inspected};
use crate::{error::CliError, files, shop_dir::ShopDir};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The lists there are: pictures of products, and the logo.
pub(super) const IMAGES: &str = "images";
pub(super) const THEME: &str = "theme";
const LISTS: [&str; 2] = [IMAGES, THEME];
/// Version of what is made of a content: changed when something else is made of it.
const RECIPE: &str = "2";

/// The known files of one folder.
pub(super) struct Known {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Entry>,
    is_changed: bool,
}

/// One file as it was when it was last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    times: Times,
    content: String,
}

/// Size and time of a file's last change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Times {
    size: u64,
    seconds: i64,
    nanos: i64,
}

impl Times {
    fn of(look: &Inspected<'_>) -> Self {
        Self { size: look.meta.len(), seconds: look.meta.mtime(), nanos: look.meta.mtime_nsec() }
    }
}

impl Known {
    /// Reads what is known of the shop's pictures, or of its logo.
    /// An entry that cannot be read is not known.
    pub(super) fn open(dir: &ShopDir, list: &str) -> Self {
        let path = dir.picture_cache().join(format!("{list}.json"));
        let text = files::read(&path, LARGEST_FILE).unwrap_or_default();
        let files = serde_json::from_slice(&text).unwrap_or_default();
        Self { path, state: Mutex::new(State { files, is_changed: false }) }
    }

    /// Returns the name of a file's content, and its bytes if they had to be read for it.
    pub(super) fn content(
        &self,
        look: &Inspected<'_>,
    ) -> Result<(String, Option<Vec<u8>>), Failure> {
        if let Some(content) = self.unchanged_content(look) {
            return Ok((content, None));
        }
        let bytes = look.read()?;
        let content = name_of(&bytes);
        let mut state = self.state();
        let entry = Entry { times: Times::of(look), content: content.clone() };
        state.files.insert(look.name.to_owned(), entry);
        state.is_changed = true;
        Ok((content, Some(bytes)))
    }

    /// Returns the name of a file's content if the file is as it was when it was last read.
    pub(super) fn unchanged_content(&self, look: &Inspected<'_>) -> Option<String> {
        let now = Times::of(look);
        let state = self.state();
        let entry = state.files.get(look.name).filter(|entry| entry.times == now)?;
        Some(entry.content.clone())
    }

    /// Writes what is known if that has changed; returns true if it had.
    pub(super) fn save(&self) -> Result<bool, CliError> {
        let mut state = self.state();
        if !state.is_changed {
            return Ok(false);
        }
        let text = serde_json::to_vec(&state.files).unwrap_or_default();
        files::write(&self.path, &text, true)?;
        state.is_changed = false;
        Ok(true)
    }

    /// Forgets all files but these; if any has changed, removes what was made of the others.
    pub(super) fn keep(self, dir: &ShopDir, names: &BTreeSet<&str>) -> Result<(), CliError> {
        self.retain(names);
        if self.save()? {
            prune(dir);
        }
        Ok(())
    }

    /// Forgets all files but these, and always looks for what to remove.
    /// Called after files were made known one by one with [`Known::save`], which removes nothing.
    pub(super) fn keep_only(self, dir: &ShopDir, names: &BTreeSet<&str>) -> Result<(), CliError> {
        self.retain(names);
        self.save()?;
        prune(dir);
        Ok(())
    }

    fn retain(&self, names: &BTreeSet<&str>) {
        let mut state = self.state();
        let before = state.files.len();
        state.files.retain(|name, _| names.contains(name.as_str()));
        state.is_changed |= state.files.len() != before;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes what was made of contents that no list has, and what earlier builds made.
fn prune(dir: &ShopDir) {
    let lists = LISTS.map(|list| Known::open(dir, list));
    let contents: BTreeSet<String> = lists
        .iter()
        .flat_map(|known| {
            known.state().files.values().map(|e| e.content.clone()).collect::<Vec<_>>()
        })
        .collect();
    for entry in std::fs::read_dir(dir.picture_cache()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let content = name.split('.').next().unwrap_or_default();
        if name.ends_with(".webp") && !contents.contains(content) {
            // One that stays costs room, nothing else.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Returns the first half of the SHA-256, and the recipe.
fn name_of(bytes: &[u8]) -> String {
    let mut name = String::new();
    for byte in Sha256::digest(bytes).iter().take(16) {
        let _ = write!(name, "{byte:02x}");
    }
    name + "-" + RECIPE
}
