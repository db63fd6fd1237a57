//! Lists from which no code is given after a restore.
//!
//! The shop does not know which of their codes are used by then, and the seller can tell.

use crate::{
    error::{CliError, IoContext},
    files,
    shop_dir::ShopDir,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most bytes of the file.
const LARGEST: u64 = 32 << 20;

const HEADING: &str = "\
# Written by cryptocart after a restore. No code is given from these files in digital/ until you say
# how many were given since the backup: cryptocart stock codes KEY --given NUMBER
";

/// The file.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    lists: BTreeSet<String>,
}

/// Returns the names of the lists that are held back.
pub(crate) fn held(dir: &ShopDir) -> Result<BTreeSet<String>, CliError> {
    let path = dir.held_codes();
    if !path.try_exists().io_context(|| format!("looking for {}", path.display()))? {
        return Ok(BTreeSet::new());
    }
    let text = files::read_text(&path, LARGEST)?;
    let held = toml::from_str::<Held>(&text).map_err(|_| {
        CliError::misconfigured(format!("{} is damaged", path.display())).hint(
            "restore the backup again. Or take out of the lists in digital/ all codes that may have \
             been given, and remove the file",
        )
    })?;
    Ok(held.lists)
}

/// Returns the file that also holds these lists back, for a backup.
/// There is none if it would name no list.
pub(crate) fn with(
    dir: &ShopDir,
    more: impl Iterator<Item = String>,
) -> Result<Option<String>, CliError> {
    let mut lists = held(dir)?;
    lists.extend(more);
    Ok(if lists.is_empty() { None } else { Some(text(lists)) })
}

/// Holds a list back no more.
pub(crate) fn release(dir: &ShopDir, list: &str) -> Result<(), CliError> {
    let mut lists = held(dir)?;
    lists.remove(list);
    files::write(&dir.held_codes(), text(lists).as_bytes(), true)
}

fn text(lists: BTreeSet<String>) -> String {
    format!("{HEADING}{}", toml::to_string(&Held { lists }).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_held_until_each_is_released() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        files::private_folder(&dir.state()).unwrap();
        assert!(
            with(&dir, std::iter::empty()).unwrap().is_none() && held(&dir).unwrap().is_empty()
        );
        let lists = ["gifts.txt", "passes.txt"].map(str::to_owned);
        let text = with(&dir, lists.into_iter()).unwrap().expect("two lists");
        files::write(&dir.held_codes(), text.as_bytes(), true).unwrap();
        release(&dir, "gifts.txt").unwrap();
        assert_eq!(held(&dir).unwrap(), BTreeSet::from(["passes.txt".to_owned()]));
        release(&dir, "passes.txt").unwrap();
        assert!(held(&dir).unwrap().is_empty());
        files::write(&dir.held_codes(), b"lists = 3", true).unwrap();
        assert!(held(&dir).is_err(), "a damaged file holds nothing back, so it is refused");
    }
}
