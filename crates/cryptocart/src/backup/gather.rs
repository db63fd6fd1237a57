//! The files of a shop that go into a backup.

use super::names::{self, MOST_BYTES, MOST_FILES, Names, OUTSIDE};
use crate::{
    config::{Config, plan::Plan},
    digital::held_codes,
    error::{CliError, IoContext},
    shop_dir::ShopDir,
};
use shop_core::text;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The files of a shop that go into a backup.
/// Three more are made for it: the database, `shop-id.toml`, and the names of lists that are held back.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Paths on the disk, by their names in the backup.
    pub(super) files: BTreeMap<PathBuf, PathBuf>,
    /// Bytes of all of them.
    bytes: u64,
    /// File that holds every list of codes back.
    pub(super) held_codes: Option<String>,
    /// Names in the shop's folder that are in no backup, for the seller.
    pub(crate) left_out: Vec<String>,
    /// Files outside of the shop's folder, as settings name them, and their names in the backup.
    pub(crate) outside: Vec<(String, PathBuf)>,
}

impl Contents {
    /// Finds the files of a shop.
    ///
    /// # Errors
    /// A file is too large or cannot be looked at, or one that a shop needs is missing.
    pub(crate) fn gather(plan: &Plan) -> Result<Self, CliError> {
        let dir = &plan.dir;
        let config = Config::load(dir)?;
        let names = Names::with(&config);
        let shop = ShopDir::new(Path::new(""));
        let mut contents = Self::default();
        let known = [shop.config(), shop.onion_address(), shop.moved_addresses()].into_iter();
        for known in known.chain(names::secrets(&shop)) {
            let path = dir.path().join(&known);
            if path.exists() {
                contents.add(&names, known, path)?;
            }
        }
        contents.add_folder(&names, dir, &shop.demo_chains())?;
        for named in names::named_by(&config) {
            contents.add_named(&names, dir, named)?;
        }
        contents.add_folder(&names, dir, Path::new(""))?;
        let own = [plan.mailbox.parent(), Some(&dir.state())];
        contents.held_codes = held_codes::with(dir, contents.names_in(&shop.digital()))?;
        contents.list_left_out(dir, &own.map(|path| path.map(Path::to_owned)))?;
        Ok(contents)
    }

    /// Returns the bytes of all files but those that are made for the backup.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the number of files, with those that are made for the backup.
    pub(crate) fn count(&self) -> usize {
        self.files.len().saturating_add(2 + usize::from(self.held_codes.is_some()))
    }

    /// Returns the names of files right in this folder, of those that are UTF-8.
    fn names_in(&self, folder: &Path) -> impl Iterator<Item = String> {
        let inside = self.files.keys().filter(move |name| name.parent() == Some(folder));
        inside.filter_map(|name| Some(name.file_name()?.to_str()?.to_owned()))
    }

    fn add(&mut self, names: &Names, name: PathBuf, path: PathBuf) -> Result<(), CliError> {
        let shop = ShopDir::new(Path::new(""));
        let made = [shop.shop_id(), shop.held_codes(), shop.database()];
        let most = names.most_bytes(&name).filter(|_| !made.contains(&name));
        let Some(most) = most else { return Ok(()) };
        let length = path.metadata().io_context(|| format!("reading {}", path.display()))?.len();
        if length > most {
            let what = format!("{} is larger than {} MiB", path.display(), (most >> 20).max(1));
            return Err(CliError::misconfigured(what)
                .hint("the shop cannot use it: make it smaller, or take it out of the folder"));
        }
        if self.files.insert(name, path).is_none() {
            self.bytes = self.bytes.saturating_add(length);
        }
        if self.count() > MOST_FILES || self.bytes > MOST_BYTES {
            let what = format!(
                "the shop is too large for a backup: more than {MOST_FILES} files, or {} GiB",
                MOST_BYTES >> 30
            );
            return Err(CliError::input(what).hint("copy images/ and digital/ by other means"));
        }
        Ok(())
    }

    /// Adds what is known of a folder and those in it. Links are followed.
    fn add_folder(&mut self, names: &Names, dir: &ShopDir, name: &Path) -> Result<(), CliError> {
        let folder = dir.path().join(name);
        if !folder.is_dir() {
            return Ok(());
        }
        for entry in entries(&folder)? {
            let name = name.join(&entry);
            let path = folder.join(&entry);
            if path.is_file() {
                self.add(names, name, path)?;
            } else if names::is_plain(&name) && name != ShopDir::new(Path::new("")).state() {
                self.add_folder(names, dir, &name)?;
            }
        }
        Ok(())
    }

    /// Adds a file that the settings name.
    fn add_named(&mut self, names: &Names, dir: &ShopDir, named: &str) -> Result<(), CliError> {
        let path = dir.resolve(named);
        let inside = PathBuf::from(named);
        if names::is_plain(&inside) {
            return self.add(names, inside, path);
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut name = Path::new(OUTSIDE).join(&file);
        let mut n = 2;
        while self.files.get(&name).is_some_and(|other| *other != path) {
            name = Path::new(OUTSIDE).join(format!("{n}-{file}"));
            n += 1;
        }
        self.outside.push((named.to_owned(), name.clone()));
        self.add(names, name, path)
    }

    /// Lists what of the folder's first level is in no backup, but for what the program knows.
    fn list_left_out(&mut self, dir: &ShopDir, own: &[Option<PathBuf>]) -> Result<(), CliError> {
        let taken: BTreeSet<_> = self.files.keys().filter_map(|name| name.iter().next()).collect();
        let mut left_out = Vec::new();
        for entry in entries(dir.path())? {
            let path = dir.path().join(&entry);
            let is_own = path == dir.shop_id() || own.contains(&Some(path));
            if !is_own && !taken.contains(entry.as_os_str()) {
                left_out.push(text::line(&entry.to_string_lossy()));
            }
        }
        self.left_out = left_out;
        Ok(())
    }
}

/// Returns the names in a folder, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let doing = || format!("reading {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).io_context(doing)? {
        names.push(PathBuf::from(entry.io_context(doing)?.file_name()));
    }
    names.sort();
    Ok(names)
}
