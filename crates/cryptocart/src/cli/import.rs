//! `cryptocart import`.

use crate::{error::CliError, import, say};
use std::path::Path;

pub(super) fn run(from: &Path, dir: &Path) -> Result<(), CliError> {
    let report = import::import(from, dir)?;
    say::line(report.to_string());
    say::line("");
    say::line(format!(
        "Created the shop in {}. It needs your public key before it can open:",
        dir.display()
    ));
    say::line(format!("  gpg --armor --export YOU > {}/seller.asc", dir.display()));
    say::line(format!("Then check it:  cryptocart check {}", dir.display()));
    Ok(())
}
