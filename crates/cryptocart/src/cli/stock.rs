//! `cryptocart stock`.

use super::{block_on, database};
use crate::{
    clerk,
    config::plan::Plan,
    digital::CodeLists,
    error::{CliError, While},
    load, memory, say,
    shop_dir::ShopDir,
};
use clap::{Args, Subcommand};
use shop_core::{kind::Kind, stock::StockKey};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Stock {
    #[command(subcommand)]
    command: Option<Command>,
    /// The shop's folder.
    #[arg(default_value = "my-shop")]
    dir: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what is counted: how many are there that nobody has paid for.
    ///
    /// KEY is the product's name in catalog.json, followed by /VARIANT where a variant is counted by
    /// itself; codes with a limit are counted too. CATALOGUE is the quantity the shop last read there.
    /// THERE is how many are left of it. ASIDE are those among them that are kept for an hour or two
    /// for orders not paid yet: at most one in five.
    List {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
    /// Say how many of a thing are there: you have counted, or new ones have come.
    ///
    /// Do not count what paid orders wait for. An open shop shows it within seconds. Orders that were
    /// paid when the goods were gone get theirs first, unless you gave the money back; a mail says so.
    /// (Changing the quantity in catalog.json does the same when the catalogue is read.)
    Set {
        /// The key, as `cryptocart stock` lists it.
        key: String,
        /// How many there are.
        number: u32,
        /// The shop's folder.
        #[arg(long, default_value = "my-shop")]
        dir: PathBuf,
    },
}

impl Stock {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self.command {
            None => list(&ShopDir::at(&self.dir)),
            Some(Command::List { dir }) => list(&ShopDir::at(&dir)),
            Some(Command::Set { key, number, dir }) => set(&ShopDir::at(&dir), &key, number),
        }
    }
}

fn list(dir: &ShopDir) -> Result<(), CliError> {
    let lines = match database(dir)? {
        Some(db) => block_on(async { db.stock().await.doing(|| "reading the stock".into()) })?,
        None => Vec::new(),
    };
    if lines.is_empty() {
        say::line("Nothing is counted yet: the shop counts when it is open.");
        return Ok(());
    }
    let key = |line: &shop_db::StockLine| shop_core::text::line(line.key.as_str());
    let widest = lines.iter().map(|line| key(line).chars().count()).max().unwrap_or(0).max(24);
    say::line(format!("{:<widest$}  {:>9}  {:>9}  {:>9}", "KEY", "CATALOGUE", "THERE", "ASIDE"));
    for line in &lines {
        let listed = line.listed.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let (there, aside) = (line.shelf.on_hand, line.shelf.aside);
        say::line(format!("{:<widest$}  {listed:>9}  {there:>9}  {aside:>9}", key(line)));
    }
    Ok(())
}

fn set(dir: &ShopDir, key: &str, number: u32) -> Result<(), CliError> {
    let unknown = || {
        CliError::new(Kind::NotFound, format!("{key:?} is not counted")).hint(
            "cryptocart stock lists what is; a new product is counted when an open shop reads the \
             catalogue",
        )
    };
    let plan = Plan::load(dir)?;
    let db = database(dir)?.ok_or_else(unknown)?;
    memory::key_is_there(dir)?;
    let secret = clerk::secret(&dir.cookie_key())?;
    let (lists, catalog) = (CodeLists::new(&secret), load::catalog(dir)?);
    if let Some((_, list)) = catalog.code_lists().find(|(counted, _)| counted.as_str() == key) {
        let what = format!("{key:?} is counted by its list of codes, digital/{list}");
        return Err(CliError::input(what)
            .hint("add codes to the list or take some out; then: cryptocart catalog reload"));
    }
    lists.swap(lists.read(dir, &catalog)?);
    let clerk = clerk::clerk(&plan, &secret, load::seal_cert(&plan)?, &lists);
    let found = block_on(async {
        let db = db.with_clerk(clerk);
        let found = db.set_stock(StockKey::from_stored(key.to_owned()), number).await;
        db.close().await;
        found.doing(|| "writing the stock".into())
    })?;
    if !found {
        return Err(unknown());
    }
    say::line(format!("{key}: {number} counted. An open shop shows it within seconds."));
    Ok(())
}
