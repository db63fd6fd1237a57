//! `cryptocart import`.

use crate::{error::CliError, import, say};
use std::path::Path;

pub(super) fn run(from: &Path, dir: &Path) -> Result<(), CliError> {
    let report = import::import(from, dir)?;
    say::line(report.to_string());
    say::line("");
    say::line(format!(
        "The shop is in {}. Before it can open it needs your public key:",
        dir.display()
    ));
    say::line(format!("  gpg --armor --export YOU > {}/seller.asc", dir.display()));
    say::line(format!("Then look it over:  cryptocart check {}", dir.display()));
    Ok(())
}
