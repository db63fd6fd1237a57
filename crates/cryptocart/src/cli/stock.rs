//! `cryptocart stock`.

mod codes;

use super::{
    database,
    folder::{Folder, NamedFolder},
};
use crate::{
    data_loss,
    digital::CodeLists,
    error::{CliError, Context},
    load,
    runtime::block_on,
    sealer,
    shop_dir::ShopDir,
    system::System,
    terminal,
};
use clap::{Args, Subcommand};
use shop_core::{kind::Kind, stock::StockKey};
use shop_db::StockLine;
use std::sync::Arc;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Stock {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    dir: Folder,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the stock: how many of each item are on hand and not sold.
    ///
    /// KEY is the product's name in catalog.json, followed by /VARIANT where a variant has its own
    /// stock; discount codes with a limit are counted too. CATALOGUE is the quantity the shop last
    /// read there. ON HAND is how many are left. RESERVED is how many of those are held for an hour
    /// or two for orders not paid yet: at most one in five.
    List(List),
    /// Set how many of an item you have, after a count or a delivery.
    ///
    /// Leave out what paid orders are still waiting for. An open shop shows the new number within
    /// seconds. Orders that were paid when the goods were gone get theirs first, unless you
    /// refunded them; a mail tells you. (Changing the quantity in catalog.json has the same effect
    /// once the catalogue is reloaded.)
    Set {
        /// The key, as `cryptocart stock` lists it.
        key: String,
        /// The number you have in stock.
        number: u32,
        #[command(flatten)]
        dir: NamedFolder,
    },
    /// After a restore: say how many codes of a product were given since the backup.
    ///
    /// A restored shop gives no code from the lists in digital/, because it does not know which
    /// were given after the backup. Codes are given in the order of the list. So this many of the
    /// next ones are skipped for good, and the rest is for sale again. Count the units in the mails
    /// of orders that were paid since the backup; a number that is too high is safe.
    Codes {
        /// The key, as `cryptocart stock` lists it.
        key: String,
        /// The number of codes that were given since the backup.
        #[arg(long)]
        given: usize,
        #[command(flatten)]
        dir: NamedFolder,
    },
}

impl Stock {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        match self.command {
            None => self.list.run(),
            Some(Command::List(list)) => list.run(),
            Some(Command::Set { key, number, dir }) => set(&dir.shop(), &key, number, system),
            Some(Command::Codes { key, given, dir }) => {
                codes::run(&dir.shop(), &key, given, system)
            }
        }
    }
}

impl List {
    fn run(&self) -> Result<(), CliError> {
        let lines = match database(&self.dir.shop())? {
            Some(db) => {
                block_on(async { db.stock().await.context(|| "reading the stock".into()) })?
            }
            None => Vec::new(),
        };
        if self.json {
            terminal::json(&as_json(&lines));
        } else {
            table(&lines);
        }
        Ok(())
    }
}

fn as_json(lines: &[StockLine]) -> serde_json::Value {
    let line = |line: &StockLine| {
        serde_json::json!({
            "key": line.key.as_str(),
            "catalogue": line.listed,
            "on_hand": line.level.on_hand,
            "reserved": line.level.reserved,
        })
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    serde_json::json!({ "version": 1, "stock": lines })
}

fn table(lines: &[StockLine]) {
    if lines.is_empty() {
        terminal::line("No stock is recorded yet: that starts when the shop is opened.");
        return;
    }
    let key = |line: &StockLine| shop_core::text::line(line.key.as_str());
    let widest = lines.iter().map(|line| key(line).chars().count()).max().unwrap_or(0).max(24);
    terminal::line(format!(
        "{:<widest$}  {:>9}  {:>9}  {:>9}",
        "KEY", "CATALOGUE", "ON HAND", "RESERVED"
    ));
    for line in lines {
        let listed = line.listed.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let there = line.level.on_hand;
        let aside = line.level.reserved;
        terminal::line(format!("{:<widest$}  {listed:>9}  {there:>9}  {aside:>9}", key(line)));
    }
}

fn set(dir: &ShopDir, key: &str, number: u32, system: &System) -> Result<(), CliError> {
    let db = database(dir)?.ok_or_else(|| unknown(dir, key, &[]))?;
    data_loss::key_is_right(dir)?;
    let secret = sealer::secret(&dir.cookie_key(), &*system.entropy)?;
    let lists = CodeLists::new(&secret);
    let catalog = load::catalog(dir)?;
    let lines = block_on(async { db.stock().await.context(|| "reading the stock".into()) })?;
    let mut known: Vec<&str> = lines.iter().map(|line| line.key.as_str()).collect();
    known.extend(catalog.code_lists().map(|(counted, _)| counted.as_str()));
    let key = meant(key, &known).ok_or_else(|| unknown(dir, key, &known))?;
    if let Some((_, list)) = catalog.code_lists().find(|(counted, _)| counted.as_str() == key) {
        let what = format!("the stock of {key:?} is its list of codes, digital/{list}");
        return Err(CliError::input(what).hint(format!(
            "add codes to the list or remove some, then run: {}",
            dir.command("catalog reload")
        )));
    }
    lists.take_up(lists.read(dir, &catalog)?);
    let sealer = sealer::sealer(&secret, &lists, system);
    let found = block_on(async {
        let db = db.with_sealer(sealer).with_notices(Arc::clone(&system.entropy));
        let found = db.set_stock(StockKey::from_stored(key.to_owned()), number).await;
        db.close().await;
        found.context(|| "writing the stock".into())
    })?;
    if !found {
        return Err(unknown(dir, key, &known));
    }
    terminal::line(format!("{key}: {number} on hand. An open shop shows it within seconds."));
    Ok(())
}

/// Returns the key that was typed, or the one that differs by spaces and capitals alone.
/// `m/forest` is `M / Forest`.
fn meant<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain =
        |key: &str| key.split('/').map(str::trim).collect::<Vec<_>>().join("/").to_lowercase();
    let same = known.iter().find(|key| **key == typed);
    let mut alike = known.iter().filter(|key| plain(key) == plain(typed));
    let only = alike.next().filter(|first| alike.all(|other| other == *first));
    same.or(only).copied()
}

fn unknown(dir: &ShopDir, typed: &str, known: &[&str]) -> CliError {
    let error = CliError::new(Kind::NotFound, format!("{typed:?} is not a stock key"));
    let below = format!("{typed}/");
    let variants: Vec<_> = known.iter().filter(|key| key.starts_with(&below)).take(3).collect();
    if !variants.is_empty() {
        let variants: Vec<_> = variants.iter().map(|key| format!("{key:?}")).collect();
        return error.hint(format!("each of its variants has its own: {} ..", variants.join(", ")));
    }
    if let Some(near) = shop_core::text::nearest(typed, known.iter().copied()) {
        return error.hint(format!("did you mean {near:?}?"));
    }
    error.hint(format!(
        "{} lists every key; a new product is added when an open shop reloads the catalogue",
        dir.command("stock")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_key_is_found_without_spaces_or_suggested() {
        let known = ["hoodie/M / Forest", "hoodie/L / Forest", "mug", "Mug", "cap"];
        assert_eq!(meant("hoodie/M/Forest", &known), Some("hoodie/M / Forest"));
        assert_eq!(meant("hoodie / m / forest", &known), Some("hoodie/M / Forest"));
        assert_eq!(meant("Mug", &known), Some("Mug"));
        assert_eq!(meant("MUG", &known), None, "either could be meant");
        assert_eq!(meant("hoodie/S/Forest", &known), None);
        let dir = ShopDir::new(std::path::Path::new("my-shop"));
        let hint = |typed| unknown(&dir, typed, &known).hint_text().unwrap().to_owned();
        assert_eq!(hint("hoodie/M/Forrest"), "did you mean \"hoodie/M / Forest\"?");
        assert!(hint("hoodie").contains("\"hoodie/L / Forest\""));
        assert!(hint("teapot").starts_with("cryptocart stock lists"));
    }
}
