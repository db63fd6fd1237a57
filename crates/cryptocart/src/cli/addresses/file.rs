//! The pool file at home.

use super::wallet::Source;
use crate::{error::CliError, files, import::USED_ADDRESS};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

/// Largest pool file, in bytes.
const LARGEST: u64 = 8 << 20;
/// Addresses that are looked for behind the last one found, so that gaps do no harm.
const LOOK_AHEAD: u32 = 1_000;
/// Beginning of the comment before the addresses of one run.
///
/// It outlives them if they are removed.
const COMMENT: &str = "# addresses";

/// A pool file: one address a line, and comments.
pub(super) struct PoolFile {
    path: PathBuf,
    text: String,
}

impl PoolFile {
    /// Reads the file; one that is not there is empty.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let text = if path.exists() { files::read_text(path, LARGEST)? } else { String::new() };
        Ok(Self { path: path.to_owned(), text })
    }

    /// Returns true if it has no address.
    pub(super) fn is_empty(&self) -> bool {
        self.addresses().next().is_none()
    }

    fn addresses(&self) -> impl Iterator<Item = &str> {
        let lines = self.text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
    }

    /// Returns the addresses that a comment names as used.
    fn used(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter_map(|line| line.trim().strip_prefix(USED_ADDRESS)).map(str::trim)
    }

    /// Returns the number after the last address of this wallet; none if it has none of them.
    pub(super) fn next(&self, source: &Source) -> Result<Option<u32>, CliError> {
        let known: HashSet<&str> = self.addresses().chain(self.used()).collect();
        let mut next = self.noted(&source.fingerprint());
        let mut index = source.first();
        while !known.is_empty() && index < next.unwrap_or(source.first()).saturating_add(LOOK_AHEAD)
        {
            if known.contains(source.address(index)?.as_str()) {
                next = next.max(Some(index + 1));
            }
            index += 1;
        }
        Ok(next)
    }

    /// Returns the number after the last address that a comment names.
    fn noted(&self, fingerprint: &str) -> Option<u32> {
        let ends = self.text.lines().filter_map(|line| {
            let (numbers, wallet) = line.trim().strip_prefix(COMMENT)?.split_once(" of key ")?;
            let (_, last) = numbers.split_once(" to ")?;
            let last: u32 = last.trim().parse().ok()?;
            (wallet.trim() == fingerprint).then(|| last.saturating_add(1))
        });
        ends.max()
    }

    /// Adds addresses at the end, below a comment that says which they are.
    pub(super) fn append(
        &mut self,
        source: &Source,
        first: u32,
        addresses: &[String],
    ) -> Result<(), CliError> {
        let known: HashSet<&str> = self.addresses().chain(self.used()).collect();
        if let Some(twice) = addresses.iter().find(|address| known.contains(address.as_str())) {
            let what = format!("{twice} is in {} already", self.path.display());
            return Err(CliError::input(what).hint("choose a higher number: --from"));
        }
        let mut text = self.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let last = u32::try_from(addresses.len()).unwrap_or(u32::MAX).saturating_add(first) - 1;
        let key = source.fingerprint();
        text.push_str(&format!("{COMMENT} {first} to {last} of key {key}\n"));
        for address in addresses {
            text.push_str(address);
            text.push('\n');
        }
        files::write(&self.path, text.as_bytes(), true)?;
        self.text = text;
        Ok(())
    }
}
