//! Numbered addresses: those that follow from a key, one for each number.
//!
//! The settings name the first number. `state/addresses.toml` names a later one, from which the shop
//! goes on after a loss. The file moves the numbers, and no more: the database alone decides which
//! addresses were given, so a file that is lost has none given twice.

use crate::{error::CliError, files, shop_dir::ShopDir};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shop_core::money::AssetId;
use std::{collections::BTreeMap, ops::Range};

/// Most addresses that are watched of one key.
pub(crate) const MOST_WATCHED: u32 = 20_000;
/// Number that no address of a key has any more (BIP-32).
pub(super) const KEY_END: u32 = 1 << 31;
/// Largest file, in bytes.
const LARGEST: u64 = 64 << 10;

/// First line of the file.
const HEADING: &str = "# Written by cryptocart: the numbers from which addresses go on.\n";

/// Numbers of a key's addresses that a shop uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Numbered {
    /// Section of `shop.toml`.
    pub(crate) section: &'static str,
    /// Short name of the key, which tells nothing of its addresses.
    pub(crate) key: String,
    /// All that are watched. Those before `next` are not given to an order any more.
    pub(crate) watched: Range<u32>,
    /// First number that may be given.
    pub(crate) next: u32,
    /// Number that no address has any more.
    end_of_key: u32,
}

/// The file: for each section of `shop.toml`, where its addresses go on.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    sections: BTreeMap<String, MovedSection>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MovedSection {
    /// Short name of the key. With another key the numbers begin at the settings'.
    key: String,
    next: u32,
}

impl Numbered {
    /// Returns the numbers of a section's addresses: `addresses` of them from `first` on, or from
    /// where they go on; none where one of them would be `end_of_key` or beyond.
    pub(crate) fn read(
        dir: &ShopDir,
        section: &'static str,
        key: String,
        first: u32,
        addresses: u32,
        end_of_key: u32,
    ) -> Result<Option<Self>, CliError> {
        let moved = read(dir)?.sections.remove(section).filter(|moved| moved.key == key);
        let next = moved.map_or(first, |moved| moved.next.max(first));
        let end = next.checked_add(addresses).filter(|end| *end <= end_of_key);
        let Some(end) = end else { return Ok(None) };
        let from = end.saturating_sub(MOST_WATCHED).clamp(first, next);
        Ok(Some(Self { section, key, watched: from..end, next, end_of_key }))
    }

    /// Returns how many of the watched ones, from the first on, are not given any more.
    pub(crate) fn retired(&self) -> usize {
        usize::try_from(self.next - self.watched.start).unwrap_or(usize::MAX)
    }

    /// Returns the number at a place among the watched ones.
    pub(crate) fn at(&self, place: usize) -> u32 {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.watched.start.saturating_add(place)
    }

    /// Returns the numbers, going on with this one; none if the key has fewer.
    pub(crate) fn moved_to(&self, next: u32) -> Option<Self> {
        let end =
            next.checked_add(self.watched.end - self.next).filter(|end| *end <= self.end_of_key)?;
        let start = end.saturating_sub(MOST_WATCHED).clamp(self.watched.start, next);
        Some(Self { watched: start..end, next, ..self.clone() })
    }

    /// Writes where the addresses go on.
    pub(crate) fn write(&self, dir: &ShopDir) -> Result<(), CliError> {
        let mut moved = read(dir)?;
        let section = MovedSection { key: self.key.clone(), next: self.next };
        moved.sections.insert(self.section.to_owned(), section);
        let text = toml::to_string(&moved).unwrap_or_default();
        files::private_folder(&dir.state())?;
        files::write(&dir.moved_addresses(), format!("{HEADING}{text}").as_bytes(), true)
    }
}

/// Returns a short name of an account's address, which tells nothing of it.
pub(crate) fn short_name(address: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(address.as_bytes())[..4])
}

/// Returns in words how far the seller's wallet must look to show all payments.
pub(crate) fn wallet_setting(asset: AssetId, gap_limit: u32) -> String {
    if asset == AssetId::XMR {
        return format!(
            "set your wallet's subaddress lookahead to {gap_limit} or more (monero-wallet-cli: \
             --subaddress-lookahead 1:{gap_limit}), or it does not show all payments"
        );
    }
    format!("set your wallet's gap limit to {gap_limit} or more, or it does not show all payments")
}

fn read(dir: &ShopDir) -> Result<Moved, CliError> {
    let path = dir.moved_addresses();
    if !path.exists() {
        return Ok(Moved::default());
    }
    toml::from_str(&files::read_text(&path, LARGEST)?).map_err(|_| {
        CliError::misconfigured(format!("{} cannot be read", path.display())).hint(
            "restore it, or remove it and run: cryptocart addresses skip (no address is given \
             twice)",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(dir: &ShopDir, first: u32, addresses: u32) -> Option<Numbered> {
        Numbered::read(dir, "bitcoin", "k".into(), first, addresses, KEY_END).unwrap()
    }

    #[test]
    fn numbers_go_on_where_the_file_says_for_the_same_key_alone() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        let at_first = numbered(&dir, 5, 10).unwrap();
        assert_eq!((at_first.watched.clone(), at_first.next, at_first.retired()), (5..15, 5, 0));
        at_first.moved_to(100).unwrap().write(&dir).unwrap();
        let moved = numbered(&dir, 5, 10).unwrap();
        assert_eq!((moved.watched.clone(), moved.next, moved.retired()), (5..110, 100, 95));
        assert_eq!(moved.at(95), 100);
        let other =
            Numbered::read(&dir, "bitcoin", "other".into(), 5, 10, KEY_END).unwrap().unwrap();
        assert_eq!(other.next, 5);
        assert_eq!(numbered(&dir, 200, 10).unwrap().next, 200, "the settings may be further");
    }

    #[test]
    fn watched_numbers_are_the_last_ones_and_no_more_than_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        numbered(&dir, 0, 1_000).unwrap().moved_to(50_000).unwrap().write(&dir).unwrap();
        let moved = numbered(&dir, 0, 1_000).unwrap();
        assert_eq!((moved.watched.clone(), moved.next), (31_000..51_000, 50_000));
        let all = numbered(&dir, 0, MOST_WATCHED).unwrap();
        assert_eq!(all.watched, 50_000..70_000);
        assert!(numbered(&dir, KEY_END - 1, 1).is_some() && numbered(&dir, KEY_END, 1).is_none());
        assert!(moved.moved_to(KEY_END).is_none());
    }

    #[test]
    fn file_that_is_damaged_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        files::private_folder(&dir.state()).unwrap();
        files::write(&dir.moved_addresses(), b"{", true).unwrap();
        let error = Numbered::read(&dir, "bitcoin", "k".into(), 0, 1, KEY_END).unwrap_err();
        assert!(error.hint_text().is_some_and(|hint| hint.contains("addresses skip")));
    }
}
