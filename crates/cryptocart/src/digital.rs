//! Files in `digital/` that are handed out, and lists of codes.

pub(crate) mod held_codes;

use crate::{
    error::{CliError, IoContext},
    files,
    shop_dir::ShopDir,
};
use arc_swap::ArcSwap;
use shop_core::{
    catalog::Catalog,
    digital::{LARGEST_FILE, code_list},
    stock::StockKey,
};
use shop_db::{ListCodes, RedeemCode};
use shop_seal::FingerprintKey;
use std::{collections::HashMap, sync::Arc};

/// The largest list of codes, in bytes.
const LARGEST_LIST: u64 = 8 * 1024 * 1024;

/// Counts the codes in a list; an error says what is wrong with it.
pub(crate) fn count(dir: &ShopDir, list: &str) -> Result<u32, String> {
    let count = read(dir, list, |codes| codes.len()).map_err(|error| error.what().to_owned())?;
    u32::try_from(count).map_err(|_| format!("digital/{list} is too long"))
}

/// Reads a list, and makes something of its codes.
fn read<T>(dir: &ShopDir, list: &str, of: impl FnOnce(Vec<&str>) -> T) -> Result<T, CliError> {
    let text = files::read_text(&dir.digital().join(list), LARGEST_LIST)?;
    let codes = code_list(&text)
        .map_err(|error| CliError::misconfigured(format!("digital/{list}: {error}")))?;
    Ok(of(codes))
}

/// Checks that every file that is sold can be handed out; returns their number.
fn look(dir: &ShopDir, catalog: &Catalog) -> Result<usize, CliError> {
    let mut many = 0;
    for file in catalog.files() {
        let path = dir.digital().join(&file.name);
        let is = std::fs::symlink_metadata(&path).io_context(|| {
            let similar = files::similar(&dir.digital(), &file.name).unwrap_or_default();
            format!("reading {}{similar}", path.display())
        })?;
        let wrong = match is.len() {
            _ if is.is_symlink() => "is a symbolic link, which could point anywhere",
            _ if !is.is_file() => "is not a regular file",
            0 => "is empty",
            1..=LARGEST_FILE => {
                many += 1;
                continue;
            }
            _ => "is larger than 256 MiB, which takes about 15 minutes over Tor",
        };
        return Err(CliError::misconfigured(format!("{} {wrong}", path.display()))
            .hint("a file for sale must be in digital/ under the name it has in catalog.json"));
    }
    Ok(many)
}

/// Things that are sold and not sent.
pub(crate) struct HandedOut {
    /// Number of files.
    pub(crate) files: usize,
    /// Lists of codes.
    pub(crate) codes: Arc<Lists>,
}

/// Reads the lists of codes, and checks that every file that is sold can be handed out.
pub(crate) fn handed_out(
    dir: &ShopDir,
    catalog: &Catalog,
    lists: &CodeLists,
) -> Result<HandedOut, CliError> {
    let files = look(dir, catalog)?;
    let codes = lists.read(dir, catalog)?;
    Ok(HandedOut { files, codes })
}

/// Lists of codes, as the database asks for them: those of the catalogue shown.
pub(crate) struct CodeLists {
    marks: FingerprintKey,
    lists: ArcSwap<Lists>,
}

/// Function that takes back what was taken up.
pub(crate) type Undo = Box<dyn FnOnce() + Send>;

/// Lists that were read, by what is sold from them.
pub(crate) type Lists = HashMap<StockKey, Arc<[RedeemCode]>>;

impl CodeLists {
    /// Makes an empty set of lists. `secret`: the bytes that marks are derived from.
    pub(crate) fn new(secret: &[u8; 32]) -> Arc<Self> {
        Arc::new(Self { marks: FingerprintKey::from_bytes(secret), lists: ArcSwap::default() })
    }

    /// Reads the lists that this catalogue names; one that is held back has no code.
    /// Codes are given from those before until [`CodeLists::swapping`] is carried out.
    pub(crate) fn read(&self, dir: &ShopDir, catalog: &Catalog) -> Result<Arc<Lists>, CliError> {
        let held = held_codes::held(dir)?;
        let mut lists = self.read_all(dir, catalog)?;
        for (key, _) in catalog.code_lists().filter(|(_, list)| held.contains(*list)) {
            // Known and empty: sold out, and not sold without a count.
            lists.insert(key.clone(), Arc::default());
        }
        Ok(Arc::new(lists))
    }

    /// Reads the lists that this catalogue names, also those that are held back.
    pub(crate) fn read_all(&self, dir: &ShopDir, catalog: &Catalog) -> Result<Lists, CliError> {
        let mut lists = HashMap::new();
        let mut whose = HashMap::new();
        for (key, list) in catalog.code_lists() {
            let code = |code: &str| RedeemCode {
                code: Arc::from(code),
                fingerprint: self.marks.mark(code),
            };
            let codes: Arc<[RedeemCode]> =
                read(dir, list, |codes| codes.into_iter().map(code).collect())?;
            // It would be counted twice, and given once.
            let elsewhere =
                |code: &RedeemCode| whose.insert(code.fingerprint, list).filter(|was| *was != list);
            if let Some(other) = codes.iter().find_map(elsewhere) {
                let what = format!("digital/{list}: one of its codes is also in digital/{other}");
                return Err(CliError::misconfigured(what).hint("remove it from one of them"));
            }
            lists.insert(key.clone(), codes);
        }
        Ok(lists)
    }

    /// Gives codes from these lists from now on.
    pub(crate) fn take_up(&self, lists: Arc<Lists>) {
        self.lists.store(lists);
    }

    /// Returns a function that gives codes from these lists, and returns one that undoes it.
    pub(crate) fn swapping(self: &Arc<Self>, lists: Arc<Lists>) -> impl FnOnce() -> Undo + use<> {
        let all = Arc::clone(self);
        move || {
            let before = all.lists.swap(lists);
            Box::new(move || all.lists.store(before))
        }
    }

    /// Returns the lists as an order sealer takes them.
    pub(crate) fn codes(self: &Arc<Self>) -> ListCodes {
        let lists = Arc::clone(self);
        Arc::new(move |key| lists.lists.load().get(key).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    /// Makes a shop's folder with these lists.
    fn shop(lists: &[(&str, &str)]) -> (tempfile::TempDir, ShopDir) {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        files::private_folder(&dir.digital()).unwrap();
        for (name, text) in lists {
            files::write(&dir.digital().join(name), text.as_bytes(), false).unwrap();
        }
        (folder, dir)
    }

    /// Makes a catalogue that sells from these lists under these names.
    fn catalog(dir: &ShopDir, products: &[(&str, &str)]) -> Catalog {
        let product = |(id, list): &(&str, &str)| {
            format!(r#""{id}":{{"name":"X","price":1,"digital":{{"codes":"{list}"}}}}"#)
        };
        let products: Vec<String> = products.iter().map(product).collect();
        let text = format!(r#"{{"products":{{{}}}}}"#, products.join(","));
        Catalog::read(&text, &shop_core::money::Assets::default(), &|list| count(dir, list))
            .unwrap()
    }

    #[test]
    fn a_code_has_the_same_mark_under_every_name() {
        let (_folder, dir) = shop(&[("list.txt", "AAA-1\nBBB-2\n")]);
        let lists = CodeLists::new(&SECRET);
        let marks = |id: &str| -> Vec<_> {
            let read = lists.read(&dir, &catalog(&dir, &[(id, "list.txt")])).unwrap();
            read[&StockKey::product(id)].iter().map(|code| code.fingerprint).collect()
        };
        assert_eq!(marks("gift"), marks("voucher"));
        assert_ne!(marks("gift")[0], marks("gift")[1]);
    }

    #[test]
    fn list_that_is_held_back_is_known_and_empty() {
        let (_folder, dir) = shop(&[("a.txt", "AAA-1\n"), ("b.txt", "BBB-1\n")]);
        let both = catalog(&dir, &[("gift", "a.txt"), ("pass", "b.txt")]);
        files::private_folder(&dir.state()).unwrap();
        let held = held_codes::with(&dir, ["a.txt".to_owned()].into_iter()).unwrap();
        files::write(&dir.held_codes(), held.expect("a list").as_bytes(), true).unwrap();
        let lists = CodeLists::new(&SECRET);
        let read = lists.read(&dir, &both).unwrap();
        let count = |id: &str| read[&StockKey::product(id)].len();
        assert_eq!((count("gift"), count("pass")), (0, 1));
        assert_eq!(lists.read_all(&dir, &both).unwrap()[&StockKey::product("gift")].len(), 1);
    }

    #[test]
    fn a_code_that_is_in_two_lists_is_refused_without_being_named() {
        let (_folder, dir) = shop(&[("a.txt", "AAA-1\nBBB-2\n"), ("b.txt", "CCC-3\nBBB-2\n")]);
        let lists = CodeLists::new(&SECRET);
        let both = catalog(&dir, &[("gift", "a.txt"), ("pass", "b.txt")]);
        let refused = lists.read(&dir, &both).unwrap_err();
        assert!(refused.what().contains("b.txt") && !refused.what().contains("BBB"));
        assert!(lists.read(&dir, &catalog(&dir, &[("gift", "a.txt")])).is_ok());
    }
}
