//! `words.fr-CA.toml`: the seller's short words in another language.

use crate::{error::CliError, files, shop_dir::ShopDir};
use shop_web::{Glossary, Language, Languages};
use std::collections::BTreeMap;

/// Largest such file.
const LARGEST: u64 = 256 * 1024;

/// What stands for the seller's words in each language of the shop but its own.
pub(crate) fn load(dir: &ShopDir, languages: &Languages) -> Result<Glossary, CliError> {
    let mut glossary = Glossary::default();
    for language in languages.all() {
        let path = dir.words(*language);
        if *language == languages.own() || !path.exists() {
            continue;
        }
        let words: BTreeMap<String, String> = toml::from_str(&files::read_text(&path, LARGEST)?)
            .map_err(|error| {
                let what = format!("{}: {}", path.display(), error.to_string().trim_end());
                CliError::misconfigured(what).hint("a line of it: \"Clothing\" = \"Vêtements\"")
            })?;
        glossary.add(*language, words);
    }
    Ok(glossary)
}

/// The files that are for no language of this shop: their words are never shown.
pub(crate) fn idle(dir: &ShopDir, languages: &Languages) -> Vec<String> {
    let is_read =
        |language: &Language| *language != languages.own() && languages.all().contains(language);
    let read: Vec<_> = Language::ALL.iter().filter(|l| is_read(l)).map(|l| dir.words(*l)).collect();
    let all = std::fs::read_dir(dir.path()).into_iter().flatten().flatten().map(|e| e.path());
    let named = all.filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("words.") && name.ends_with(".toml")
    });
    let idle = named.filter(|path| !read.contains(path));
    idle.map(|path| path.display().to_string()).collect()
}
