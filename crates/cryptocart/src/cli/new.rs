//! `cryptocart new`.

use crate::{error::CliError, sample, say};
use std::path::Path;

pub(super) fn run(dir: &Path) -> Result<(), CliError> {
    let made = sample::create(dir)?;
    let (dir, seller) = (dir.display(), made.seller.display());
    say::line(format!("Created a sample shop in {dir}"));
    say::line("  shop.toml      the settings, with comments");
    say::line("  catalog.json   twelve products, pictures in images/, texts in pages/");
    say::line("  seller.asc     the public half of a throw-away key; orders are encrypted to it");
    say::line(format!("The secret half of that key is in {seller}, outside the shop."));
    say::line("");
    say::line(format!("Open it:  cryptocart serve {dir}"));
    Ok(())
}
