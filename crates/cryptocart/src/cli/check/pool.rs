//! State of the pool of addresses.

use crate::{
    cli::database,
    config::plan::{AssetPlan, ChainPlan, Plan, Source},
    error::{CliError, Context},
    runtime::block_on,
    tasks::{self, pool::Left},
};
use shop_core::{pay_to::PayTo, time::CoarseTime};
use shop_db::PoolStanding;

/// Counts of a shop's pool.
pub(super) struct Pool {
    all: usize,
    most_open: u32,
    standing: PoolStanding,
    /// Instruction to get more addresses.
    grow: String,
    /// True if one that was given and never paid may be given again.
    reuses: bool,
}

/// Counts the shop's pools.
pub(super) fn standings(plan: &Plan, today: CoarseTime) -> Result<Vec<Pool>, CliError> {
    let pools = plan.taken().filter_map(|taken| match &taken.source {
        Source::Pool(addresses) => {
            let chain = plan.chain(taken.asset.chain());
            let reuses = chain.is_none_or(ChainPlan::reuses_addresses);
            Some((taken, tasks::pool::Pool { addresses: addresses.clone(), reuses }))
        }
        Source::Wallet(_) | Source::Unopened => None,
    });
    pools.map(|(taken, pool)| standing(plan, taken, &pool, today)).collect()
}

fn standing(
    plan: &Plan,
    taken: &AssetPlan,
    pool: &tasks::pool::Pool,
    today: CoarseTime,
) -> Result<Pool, CliError> {
    let grow = match (taken.gap_limit(), taken.named.split_once('.')) {
        (Some(_), Some((section, _))) => {
            format!("raise addresses in shop.toml, [{section}], and restart the shop")
        }
        _ => "add addresses to the pool's file and reload it".to_owned(),
    };
    let all = pool.addresses.len();
    let most_open = plan.most_open;
    let standing = match database(&plan.dir)? {
        Some(db) => {
            let found = pool.standing(&db, today);
            block_on(async { found.await.context(|| "counting the pool".into()) })?
        }
        None => PoolStanding { never_given: all, ..PoolStanding::default() },
    };
    Ok(Pool { all, most_open, standing, grow, reuses: pool.reuses })
}

impl Pool {
    /// Says how much is left; an error where no order can be taken.
    pub(super) fn said(&self) -> Result<String, CliError> {
        let PoolStanding { never_given, reusable, .. } = &self.standing;
        let mut said = format!("of {} addresses, {never_given} are unused", self.all);
        if self.reuses {
            said.push_str(&format!(" and {reusable} can be reused"));
        }
        match self.left() {
            Left::None => Err(CliError::misconfigured(said)
                .hint(format!("the shop takes no orders: {}", self.grow))),
            Left::Few | Left::Enough => Ok(said),
        }
    }

    /// Returns what the seller should do about the pool, a line each.
    pub(super) fn to_do(&self) -> Vec<String> {
        let mut left = Vec::new();
        if self.left() == Left::Few {
            let few = "few unused addresses are left";
            left.push(format!("your pool: {few}: {}", self.grow));
        }
        let stray = self.standing.unmatched.iter().map(PayTo::as_str);
        left.extend(stray.map(|pay_to| {
            format!(
                "your pool: {pay_to} received money that belongs to no order: find the mail \
                 with this address"
            )
        }));
        let dust = self.standing.dust.iter().map(PayTo::as_str);
        left.extend(dust.map(|pay_to| {
            format!(
                "your pool: {pay_to} received a little money that belongs to no order: the \
                 address stays in use"
            )
        }));
        left
    }

    fn left(&self) -> Left {
        Left::of(&self.standing, self.all, self.most_open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::money::AssetId;

    fn pool(never_given: usize, reusable: usize) -> Pool {
        let stray = vec![PayTo::new(AssetId::ETH, "demo-eth-7").unwrap()];
        let standing =
            PoolStanding { never_given, reusable, unmatched: stray, ..PoolStanding::default() };
        let grow = "add addresses to the pool's file and reload it".to_owned();
        Pool { all: 100, most_open: 50, standing, grow, reuses: true }
    }

    #[test]
    fn used_up_pool_is_wrong_and_a_low_one_to_do() {
        let wanted = "of 100 addresses, 30 are unused and 2 can be reused";
        assert_eq!(pool(30, 2).said().unwrap(), wanted);
        let named = "your pool: demo-eth-7 received money that belongs to no order: find the mail \
             with this address";
        assert_eq!(pool(30, 2).to_do(), [named]);
        let mut dusty = pool(30, 2);
        dusty.standing.unmatched.clear();
        dusty.standing.dust.push(PayTo::new(AssetId::ETH, "demo-eth-8").unwrap());
        let to_do = dusty.to_do();
        assert!(to_do.len() == 1 && to_do[0].contains("demo-eth-8 received a little money"));
        assert!(pool(24, 2).said().is_ok());
        assert_eq!(pool(24, 2).to_do().len(), 2);
        assert!(
            pool(0, 0).said().unwrap_err().hint_text().is_some_and(|h| h.contains("no orders"))
        );
    }
}
