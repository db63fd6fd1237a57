//! `cryptocart addresses skip`: addresses go on further along.

use crate::{
    address_numbers::{self, NumberedPool, SKIPPED},
    cli::{catalog, database, folder::Folder},
    config::plan::{AssetPlan, ChainPlan, Plan, wallet_setting},
    control,
    error::CliError,
    runtime::block_on,
    secret_file::Passphrase,
    shop_dir::ShopDir,
    terminal, view_accounts,
};
use shop_core::money::AssetId;
use shop_db::Db;

#[derive(Debug, clap::Args)]
pub(crate) struct Skip {
    #[command(flatten)]
    dir: Folder,
    /// The coin, where several have numbered addresses: BTC or XMR.
    #[arg(long, value_name = "COIN")]
    coin: Option<String>,
    /// Go on this many numbers beyond the highest one that was given or paid.
    #[arg(long, value_name = "N", default_value_t = SKIPPED)]
    by: u32,
    /// Go on with this number, instead: one beyond the highest that your wallet shows as paid.
    #[arg(long, value_name = "NUMBER", conflicts_with = "by")]
    to: Option<u32>,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

/// Numbers of a coin that were moved.
struct Moved {
    section: &'static str,
    coin: &'static str,
    next: u32,
    gap_limit: u32,
    setting: String,
}

impl Skip {
    pub(super) fn run(&self) -> Result<(), CliError> {
        let dir = self.dir.shop();
        let db = database(&dir)?.ok_or_else(|| {
            CliError::input("this shop was never opened, and has given no address")
                .hint("to begin with a later number, set `first` in shop.toml")
        })?;
        let moved = block_on(async {
            let moved = self.skip(&dir, &db).await;
            db.close().await;
            moved
        })?;
        if self.json {
            terminal::json(&as_json(&moved));
        } else {
            moved.iter().flat_map(said).for_each(terminal::line);
        }
        match control::open_shop(&dir)? {
            Some(_) if !self.json => catalog::reload(&dir),
            _ => Ok(()),
        }
    }

    async fn skip(&self, dir: &ShopDir, db: &Db) -> Result<Vec<Moved>, CliError> {
        let mut plan = self.opened(dir)?;
        let mut moved = Vec::new();
        for coin in self.coins(&plan)? {
            let pool = address_numbers::all(&plan).find(|pool| pool.asset == coin);
            let Some(pool) = pool else { continue };
            let next = self.next(pool, db).await?;
            let section = pool.numbered.section;
            plan = pool.go_on(db, &plan, next).await?;
            let taken = plan.taken().find(|taken| taken.asset == coin);
            let gap_limit = taken.and_then(AssetPlan::gap_limit).unwrap_or(next);
            let setting = wallet_setting(coin, gap_limit);
            moved.push(Moved { section, coin: coin.code(), next, gap_limit, setting });
        }
        Ok(moved)
    }

    /// Returns the settings, with the accounts opened whose addresses are meant.
    fn opened(&self, dir: &ShopDir) -> Result<Plan, CliError> {
        let mut plan = Plan::load(dir)?;
        let is_needed = |chain: &ChainPlan| {
            chain.is_unopened() && chain.assets.iter().any(|taken| self.is_meant(taken.asset))
        };
        if plan.payments.iter().any(is_needed) {
            let passphrase = Passphrase::new(plan.passphrase_file.as_deref());
            let keys = view_accounts::read_keys(&plan, &passphrase)?;
            view_accounts::open(&mut plan, &keys)?;
        }
        Ok(plan)
    }

    fn is_meant(&self, coin: AssetId) -> bool {
        self.coin.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(coin.code()))
    }

    /// Returns the coins whose numbers are to be moved.
    fn coins(&self, plan: &Plan) -> Result<Vec<AssetId>, CliError> {
        let all = address_numbers::all(plan).map(|pool| pool.asset);
        let coins: Vec<_> = all.filter(|coin| self.is_meant(*coin)).collect();
        if coins.is_empty() {
            let of = self.coin.as_ref().map(|coin| format!(" of {coin}")).unwrap_or_default();
            let what = format!("this shop has no numbered addresses{of}");
            return Err(CliError::input(what).hint(
                "they are those that follow from a key in shop.toml. In a pool's file, put new \
                 addresses at its end and take out none",
            ));
        }
        Ok(coins)
    }

    async fn next(&self, pool: NumberedPool<'_>, db: &Db) -> Result<u32, CliError> {
        let after = pool.after(pool.used(db).await?);
        match self.to {
            None => after.checked_add(self.by).ok_or_else(address_numbers::beyond),
            Some(to) if to < after => {
                let what = format!("{}: number {to} may have been given before", pool.asset.code());
                Err(CliError::input(what).hint(format!("the first that can be is {after}")))
            }
            Some(to) => Ok(to),
        }
    }
}

fn said(moved: &Moved) -> Vec<String> {
    let Moved { section, coin, next, setting, .. } = moved;
    vec![
        format!(
            "{coin} ([{section}]): addresses go on with number {next}. None before it is given \
             any more; payments there are still seen."
        ),
        format!("In your wallet: {setting}."),
    ]
}

fn as_json(moved: &[Moved]) -> serde_json::Value {
    let coins = moved.iter().map(|moved| {
        serde_json::json!({
            "coin": moved.coin, "section": moved.section, "next": moved.next,
            "gap_limit": moved.gap_limit,
        })
    });
    serde_json::json!({ "version": 1, "coins": coins.collect::<Vec<_>>() })
}
