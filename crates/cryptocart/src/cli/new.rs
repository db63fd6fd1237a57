//! `cryptocart new`.

use crate::{error::CliError, sample, system::System, terminal};
use std::path::Path;

pub(super) fn run(dir: &Path, system: &System) -> Result<(), CliError> {
    let made = sample::create(dir, system)?;
    let dir = dir.display();
    let seller = made.seller.display();
    terminal::line(format!("Created a sample shop in {dir}"));
    terminal::line("  shop.toml      the settings, with comments");
    terminal::line("  catalog.json   twelve products, pictures in images/, texts in pages/");
    terminal::line(
        "  seller.asc     the public half of a throw-away key; orders are encrypted to it",
    );
    terminal::line(format!("The secret half of that key is in {seller}, outside the shop."));
    terminal::line("");
    terminal::line(format!("Open it:  cryptocart serve {dir}"));
    Ok(())
}
