//! The seller's own files, and pictures: parsers of the program, which has no library.
//!
//! Their sources are compiled here as they stand. A library of the program would bring Tor into every
//! build with sanitizers.

use crate::{
    config::{Config, plan::Plan, rules},
    pictures,
    shop_dir::ShopDir,
    theme, translations,
};
use std::fs;

/// The files by the first byte of an input.
const FILES: [&str; 6] = [
    "shop.toml",
    "shipping.toml",
    "tax.toml",
    "discounts.toml",
    "words.fr-CA.toml",
    "theme/theme.toml",
];

/// Reads a shop's settings, rules, words or theme.
/// The first byte says which file the rest is.
pub fn toml(bytes: &[u8]) {
    let Some((which, text)) = bytes.split_first() else { return };
    let file = FILES[usize::from(*which) % FILES.len()];
    let folder = crate::folder();
    let dir = ShopDir::new(folder.path());
    fs::create_dir(folder.path().join("theme")).expect("a folder");
    fs::write(folder.path().join(file), text).expect("a file");
    match file {
        "shop.toml" => settings(&dir, text),
        "shipping.toml" => drop(rules::shipping(&dir)),
        "tax.toml" => drop(rules::tax(&dir)),
        "discounts.toml" => drop(rules::discounts(&dir)),
        "theme/theme.toml" => {
            let found = theme::load(&dir);
            assert!(!found.theme.css().contains("//"), "an address of somebody else");
        }
        _ => drop(glossary(&dir)),
    }
}

fn settings(dir: &ShopDir, text: &[u8]) {
    let _ = Plan::load(dir);
    let Ok(text) = str::from_utf8(text) else { return };
    let Ok(config) = Config::parse(text) else { return };
    let again = Config::parse(&config.to_toml()).ok().expect("settings the program wrote itself");
    assert_eq!(config, again);
    assert!(config.differences(&again).is_empty());
    let redacted = config.redacted();
    assert!(redacted.ether.nodes.iter().all(|node| node == "[redacted]"));
}

fn glossary(dir: &ShopDir) -> Option<shop_web::Glossary> {
    let own = shop_web::Language::from_tag("en")?;
    let other = shop_web::Language::from_tag("fr-CA")?;
    translations::load(dir, &shop_web::Languages::new(own, &[own, other])).ok()
}

/// Reads the header of a picture, and the picture where its header promises a small one.
pub fn picture(bytes: &[u8]) {
    pictures::read(bytes);
}
