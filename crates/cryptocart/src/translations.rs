//! `words.fr-CA.toml`: the seller's short words in another language.

use crate::{error::CliError, files, shop_dir::ShopDir};
use shop_web::{Glossary, Language, Languages};
use std::{collections::BTreeMap, path::PathBuf};

/// Largest such file.
const LARGEST: u64 = 256 * 1024;

/// Reads the translations of the seller's words into the shop's other languages.
pub(crate) fn load(dir: &ShopDir, languages: &Languages) -> Result<Glossary, CliError> {
    let mut glossary = Glossary::default();
    for language in others(languages) {
        let path = dir.words(language);
        if !path.exists() {
            continue;
        }
        let words: BTreeMap<String, String> = toml::from_str(&files::read_text(&path, LARGEST)?)
            .map_err(|error| {
                let what = format!("{}: {}", path.display(), error.to_string().trim_end());
                CliError::misconfigured(what).hint("write lines like: \"Clothing\" = \"Vêtements\"")
            })?;
        glossary.add(language, words);
    }
    Ok(glossary)
}

/// Returns the names of such files that are for no language of this shop.
/// Their words are never shown.
pub(crate) fn idle(dir: &ShopDir, languages: &Languages) -> Vec<String> {
    let read: Vec<_> = others(languages).map(|language| dir.words(language)).collect();
    let all = std::fs::read_dir(dir.path()).into_iter().flatten().flatten().map(|e| e.path());
    let idle = all.filter(|path| !read.contains(path));
    let name = |path: PathBuf| Some(path.file_name()?.to_str()?.to_owned());
    idle.filter_map(name)
        .filter(|name| name.starts_with("words.") && name.ends_with(".toml"))
        .collect()
}

fn others(languages: &Languages) -> impl Iterator<Item = Language> {
    let own = languages.own();
    languages.all().iter().copied().filter(move |language| *language != own)
}
