//! `cryptocart demo`: the simulated chain, from the terminal.

use super::{database, folder::NamedFolder, orders};
use crate::{
    config::plan::Plan,
    error::{CliError, Context},
    payments::DEMO_NEEDS,
    runtime::block_on,
    shop_dir::ShopDir,
    terminal,
};
use clap::Subcommand;
use shop_chain::fake::FakeChain;
use shop_core::{
    chain::ChainId,
    kind::Kind,
    money::{Amount, AssetId, Assets},
    time::CoarseTime,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Demo {
    /// Pay an order as its buyer would, and mine a block.
    Pay {
        /// The order's number, such as K7Q2-9FXD.
        order: String,
        /// Amount in whole coins, to pay too little or too much [default: the amount due].
        #[arg(long)]
        amount: Option<String>,
        /// Pay in this currency, which the order does not ask for, as by mistake. It must be on the
        /// same chain. The amount is then the number that is due.
        #[arg(long)]
        currency: Option<String>,
        #[command(flatten)]
        dir: NamedFolder,
    },
    /// Mine empty blocks, to confirm payments.
    Mine {
        /// Number of blocks.
        #[arg(default_value_t = 1)]
        blocks: u32,
        /// A currency of the chain [default: ETH].
        #[arg(long)]
        currency: Option<String>,
        #[command(flatten)]
        dir: NamedFolder,
    },
    /// Undo blocks, as in a chain reorganisation; the payments in them disappear.
    Reorg {
        /// Number of blocks.
        #[arg(default_value_t = 1)]
        blocks: u32,
        /// A currency of the chain [default: ETH].
        #[arg(long)]
        currency: Option<String>,
        #[command(flatten)]
        dir: NamedFolder,
    },
}

impl Demo {
    pub(super) fn run(self, now: CoarseTime) -> Result<(), CliError> {
        match self {
            Self::Pay { order, amount, currency, dir } => {
                pay(&dir.shop(), &order, amount.as_deref(), currency.as_deref(), now)
            }
            Self::Mine { blocks, currency, dir } => {
                let tip = chain_of(&dir.shop(), currency.as_deref())?
                    .mine(blocks, now)
                    .context(|| "mining".into())?;
                let mined = terminal::many(blocks, "block", "blocks");
                terminal::line(format!("Mined {mined}. The demo chain is at block {}.", tip.0));
                Ok(())
            }
            Self::Reorg { blocks, currency, dir } => {
                chain_of(&dir.shop(), currency.as_deref())?
                    .reorg(blocks, now)
                    .context(|| "undoing blocks".into())?;
                terminal::line(match blocks {
                    1 => "Replaced the last block with an empty one.".to_owned(),
                    blocks => format!("Replaced the last {blocks} blocks with empty ones."),
                });
                Ok(())
            }
        }
    }
}

fn pay(
    dir: &ShopDir,
    number: &str,
    amount: Option<&str>,
    currency: Option<&str>,
    now: CoarseTime,
) -> Result<(), CliError> {
    let plan = plan(dir)?;
    let id = orders::parse(dir, number)?;
    let unknown = || orders::unknown(dir, id);
    let db = database(dir)?.ok_or_else(unknown)?;
    let all = block_on(async { db.orders().await.context(|| "reading the orders".into()) })?;
    let order = all.into_iter().find(|order| order.id == id).ok_or_else(unknown)?;
    let due = order.facts.due;
    let asset = currency.map_or(Ok(due.asset()), |code| asset(&plan, code))?;
    let digits = due.to_string();
    let digits = digits.split_whitespace().next().unwrap_or_default();
    let amount = match amount {
        None if asset == due.asset() => due,
        text => {
            let text = text.unwrap_or(digits);
            Amount::parse(asset, text)
                .map_err(|error| CliError::input(format!("{text}: {error}")))?
        }
    };
    let chain = chain(dir, due.asset().chain())?;
    let txid = chain.pay(&order.pay_to.with_asset(asset), amount).context(|| "paying".into())?;
    let tip = chain.mine(1, now).context(|| "mining".into())?;
    terminal::line(format!("Paid {amount} for order {id}, in block {} of the demo chain.", tip.0));
    terminal::line(format!("  transaction {txid}"));
    let mut mine = format!("demo mine {}", DEMO_NEEDS.0.saturating_sub(1));
    if order.facts.due.asset().chain() != Assets::default().usual().chain() {
        mine = format!("{mine} --currency {}", order.facts.due.asset().code());
    }
    terminal::line(format!("To confirm it, mine more blocks:  {}", dir.command(&mine)));
    Ok(())
}

/// Reads the settings; those of a demo alone.
fn plan(dir: &ShopDir) -> Result<Plan, CliError> {
    let plan = Plan::load(dir)?;
    if plan.is_demo() {
        return Ok(plan);
    }
    let what = "this shop takes real money, so payments cannot be simulated";
    Err(CliError::new(Kind::Denied, what))
}

/// Opens the chain on which this currency is paid.
fn chain_of(dir: &ShopDir, code: Option<&str>) -> Result<FakeChain, CliError> {
    let plan = plan(dir)?;
    let asset = match code {
        None => plan.assets.usual(),
        Some(code) => asset(&plan, code)?,
    };
    chain(dir, asset.chain())
}

/// Returns the asset with this code.
fn asset(plan: &Plan, code: &str) -> Result<AssetId, CliError> {
    let found = plan.assets.find(code);
    found.ok_or_else(|| CliError::input(format!("{code:?} is not a currency of this shop")))
}

fn chain(dir: &ShopDir, chain: ChainId) -> Result<FakeChain, CliError> {
    let path = dir.demo_chain(chain);
    if let Some(folder) = path.parent() {
        crate::files::private_folder(folder)?;
    }
    FakeChain::open(&path, chain).context(|| "opening the demo chain".into())
}
