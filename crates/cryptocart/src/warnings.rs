//! Warnings about things that can be read, and are hardly meant.
//!
//! `check`, `catalog reload` and the opening shop print them. Nothing is refused for them.

mod currencies;
mod dust;
mod texts;

use crate::{config::plan::Plan, digital::held_codes, error::CliError, shop_dir::ShopDir};
pub(crate) use currencies::warnings as of_currencies;
use shop_core::catalog::Catalog;

/// Most warnings that are given.
/// One field that the old cart's seeder wrote into 10,000 products would hide the rest.
const MOST: usize = 40;

/// Returns all warnings, each with its file and, where that is known, its line.
pub(crate) fn all(plan: &Plan, catalog: &Catalog) -> Result<Vec<String>, CliError> {
    let dir = &plan.dir;
    let listed = catalog.warnings().iter().map(|warning| format!("catalog.json, {warning}"));
    let mut all = currencies::warnings(plan, catalog);
    all.extend(listed);
    all.extend(dust::warnings(catalog));
    all.extend(texts::warnings(dir, catalog)?);
    all.extend(held(dir, catalog)?);
    let more = all.len().saturating_sub(MOST);
    if more > 0 {
        all.truncate(MOST);
        all.push(format!("and {more} more of the kind"));
    }
    Ok(all)
}

/// Says from which lists no code is given since a restore.
fn held(dir: &ShopDir, catalog: &Catalog) -> Result<Vec<String>, CliError> {
    let held = held_codes::held(dir)?;
    let lists = catalog.code_lists().filter(|(_, list)| held.contains(*list));
    let said = |(key, list): (&shop_core::stock::StockKey, &str)| {
        let key = key.as_str();
        format!(
            "digital/{list}: no code of {key:?} is given since the restore; say how many were given \
             since the backup: {}",
            dir.command(&format!("stock codes {key:?} --given NUMBER"))
        )
    };
    Ok(lists.map(said).collect())
}
