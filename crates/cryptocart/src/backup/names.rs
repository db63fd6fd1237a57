//! Files that may be in a backup: their names, and how large they may be.

use crate::{config::Config, shop_dir::ShopDir, view_key};
use shop_core::digital::LARGEST_FILE;
use std::path::{Component, Path, PathBuf};

/// Folder that everything in an archive is in.
pub(crate) const TOP: &str = "my-shop";
/// Folder of files that the settings name and that are not in the shop's folder.
pub(crate) const OUTSIDE: &str = "outside";
/// Most files of a backup.
pub(crate) const MOST_FILES: usize = 100_000;
/// Most bytes of all its files.
pub(crate) const MOST_BYTES: u64 = 64 << 30;

/// Most bytes of a text that the program reads or writes. The catalogue is the largest.
const LARGEST_TEXT: u64 = 32 << 20;
/// Most bytes of the database.
const LARGEST_DATABASE: u64 = 256 << 20;
/// Most bytes of a key.
const LARGEST_KEY: u64 = 4 << 10;
/// Most folders and names of a path.
const DEEPEST: usize = 5;
/// Most bytes of a name: what a file system takes.
const LONGEST_NAME: usize = 255;

/// Names of the files that a shop's backup may have, relative to its folder.
#[derive(Default)]
pub(crate) struct Names {
    /// Files in the shop's folder that its settings name: the seller's key and pools.
    named: Vec<PathBuf>,
}

impl Names {
    /// Also takes the files that these settings name in the shop's folder.
    pub(crate) fn with(config: &Config) -> Self {
        let named = named_by(config).into_iter().map(PathBuf::from);
        Self { named: named.filter(|path| is_plain(path)).collect() }
    }

    /// Returns the most bytes of a file of this name; none if a backup has no such file.
    pub(crate) fn most_bytes(&self, path: &Path) -> Option<u64> {
        if !is_plain(path) {
            return None;
        }
        let shop = ShopDir::new(Path::new(""));
        if path == shop.database() {
            return Some(LARGEST_DATABASE);
        }
        if secrets(&shop).iter().any(|secret| secret == path) {
            return Some(LARGEST_KEY);
        }
        if is_text(&shop, path) || self.named.iter().any(|named| named == path) {
            return Some(LARGEST_TEXT);
        }
        // Pictures are what the seller has; the program reads smaller ones alone.
        let sold = [shop.images(), shop.digital()];
        let is_sold = sold.iter().any(|folder| path.parent() == Some(folder));
        is_sold.then_some(LARGEST_FILE)
    }
}

/// Returns the files of keys that only this shop has.
pub(super) fn secrets(shop: &ShopDir) -> Vec<PathBuf> {
    let onion = [shop.cookie_key(), shop.onion_key(), shop.sealed_onion_key()];
    let view = view_key::SECTIONS.iter();
    let view = view.flat_map(|section| [shop.view_key(section), shop.sealed_view_key(section)]);
    onion.into_iter().chain(view).collect()
}

/// Returns the files that settings name: the seller's key and pools.
pub(crate) fn named_by(config: &Config) -> Vec<&str> {
    let mut named = vec![config.shop.seller_key.as_str()];
    named.extend(config.pools());
    named
}

fn is_text(shop: &ShopDir, path: &Path) -> bool {
    let files = [
        shop.shop_id(),
        shop.config(),
        shop.catalog(),
        shop.shipping(),
        shop.tax(),
        shop.discounts(),
        shop.onion_address(),
        shop.held_codes(),
        shop.moved_addresses(),
        // The sample shop's, about its pictures.
        PathBuf::from("README.md"),
    ];
    let folders = [shop.pages(), shop.identity(), shop.theme(), PathBuf::from(OUTSIDE)];
    let has_ending = |ending| path.to_string_lossy().ends_with(ending);
    let is_words = path.components().count() == 1
        && path.to_string_lossy().starts_with("words.")
        && has_ending(".toml");
    let is_demo = path.parent() == Some(&shop.demo_chains()) && has_ending(".json");
    let is_in = |folder: &PathBuf| path.starts_with(folder) && path != folder;
    is_words || is_demo || files.iter().any(|file| file == path) || folders.iter().any(is_in)
}

/// Returns true if a path stays in its folder and has no character that a terminal obeys.
pub(crate) fn is_plain(path: &Path) -> bool {
    let Some(text) = path.to_str() else { return false };
    let is_name = |part: Component<'_>| match part {
        Component::Normal(name) => name.len() <= LONGEST_NAME,
        _ => false,
    };
    // `components` passes over a dot and a second slash.
    let is_normal = path.components().collect::<PathBuf>().as_os_str() == path.as_os_str();
    let count = path.components().count();
    let is_clean = !text.chars().any(char::is_control);
    is_normal && is_clean && (1..=DEEPEST).contains(&count) && path.components().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const _: () = assert!(crate::load::LARGEST_CATALOG <= LARGEST_TEXT);

    #[test]
    fn known_names_have_a_size_and_others_have_none() {
        let mut config = Config::default();
        config.ether.pool = "money/pool.txt".into();
        let names = Names::with(&config);
        let most = |path: &str| names.most_bytes(Path::new(path));
        for text in [
            "shop-id.toml",
            "shop.toml",
            "words.fr-CA.toml",
            "seller.asc",
            "money/pool.txt",
            "theme/templates/footer.html",
            "state/demo/ethereum.json",
            "outside/pool.txt",
        ] {
            assert_eq!(most(text), Some(32 << 20), "{text}");
        }
        assert_eq!(most("images/a mug é.jpg"), Some(256 << 20));
        assert_eq!(most("digital/zine.pdf"), Some(256 << 20));
        assert_eq!(most("state/shop.db"), Some(256 << 20));
        assert_eq!(most("state/onion/hs_ed25519_secret_key"), Some(4 << 10));
        assert_eq!(most("state/view-keys/monero"), Some(4 << 10));
        assert_eq!(most("state/view-keys/monero.sealed"), Some(4 << 10));
        for unknown in [
            "",
            "/etc/passwd",
            "../shop.toml",
            "images/../shop.toml",
            "./shop.toml",
            "images//mug.jpg",
            "images/",
            "images",
            "theme",
            "images/deep/mug.jpg",
            "images/mug\u{1b}[2J.jpg",
            "state/shop.db-wal",
            "state/control.sock",
            "state/tor/keys",
            "state/view-keys/other",
            "state/pictures/mug.webp",
            "mailorders/root",
            "money/other.txt",
            "notes.txt",
            "words.toml.d/x.toml",
            "theme/a/b/c/d/e/f",
        ] {
            assert_eq!(most(unknown), None, "{unknown}");
        }
        assert_eq!(Names::default().most_bytes(Path::new("money/pool.txt")), None);
    }

    #[test]
    fn name_that_no_file_system_takes_is_unknown() {
        let long = format!("images/{}", "m".repeat(256));
        assert_eq!(Names::default().most_bytes(Path::new(&long)), None);
        let longest = format!("images/{}", "m".repeat(255));
        assert!(Names::default().most_bytes(Path::new(&longest)).is_some());
    }
}
