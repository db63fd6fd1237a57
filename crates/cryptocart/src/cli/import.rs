//! `cryptocart import`.

use crate::{error::CliError, import, terminal};
use std::path::Path;

pub(super) fn run(from: &Path, dir: &Path) -> Result<(), CliError> {
    let report = import::import(from, dir)?;
    terminal::line(report.to_string());
    terminal::line("");
    terminal::line(format!(
        "Created the shop in {}. It needs your public key before it can open:",
        dir.display()
    ));
    terminal::line(format!("  gpg --armor --export YOU > {}/seller.asc", dir.display()));
    terminal::line(format!("Then check it:  cryptocart check {}", dir.display()));
    Ok(())
}
