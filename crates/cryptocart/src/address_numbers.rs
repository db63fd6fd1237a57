//! Numbers of addresses that go on further along, so that none is given twice.
//!
//! After a loss nobody knows which numbers were given since. So the shop goes on a good way beyond
//! the highest one that it could have given, or that was paid. The database gives none of the earlier
//! ones any more, as after every loss; the file in `state/` moves what is watched and offered.

use crate::{
    config::plan::{AssetPlan, Numbered, Plan, Source},
    error::{CliError, Context},
};
use shop_core::{money::AssetId, pay_to::PayTo};
use shop_db::{Db, LastUsed};

/// Numbers that are left out beyond the highest one that is known to be used.
pub(crate) const SKIPPED: u32 = 1_000;

/// Addresses of one asset that follow from a key.
#[derive(Clone, Copy)]
pub(crate) struct NumberedPool<'a> {
    pub(crate) asset: AssetId,
    pub(crate) numbered: &'a Numbered,
    pool: &'a [PayTo],
}

/// Returns the pools of a shop whose addresses follow from a key.
pub(crate) fn all(plan: &Plan) -> impl Iterator<Item = NumberedPool<'_>> {
    plan.taken().filter_map(numbered)
}

/// Returns an asset's pool; none if its addresses do not follow from a key.
pub(crate) fn numbered(taken: &AssetPlan) -> Option<NumberedPool<'_>> {
    match (&taken.numbered, &taken.source) {
        (Some(numbered), Source::Pool(pool)) => {
            Some(NumberedPool { asset: taken.asset, numbered, pool })
        }
        _ => None,
    }
}

impl<'a> NumberedPool<'a> {
    /// Returns the last of its addresses that are used up.
    pub(crate) async fn used(self, db: &Db) -> Result<LastUsed, CliError> {
        let used = db.last_used(self.pool.to_vec()).await;
        used.context(|| "looking for the last address that was used".into())
    }

    /// Returns the first number, and up to `count` addresses from it on.
    pub(crate) fn first(self, count: u32) -> (u32, Vec<&'a str>) {
        let shown = (0..count).zip(self.pool).map(|(_, pay_to)| pay_to.as_str());
        (self.numbered.watched.start, shown.collect())
    }

    /// Returns the number after the last one that is used up, or the first one that may be given.
    pub(crate) fn after(self, used: LastUsed) -> u32 {
        let after = used.last().map(|place| self.numbered.at(place).saturating_add(1));
        after.unwrap_or(0).max(self.numbered.next)
    }

    /// Has the shop go on with this number: no address before it is given any more.
    /// Returns the settings, read again.
    pub(crate) async fn go_on(self, db: &Db, plan: &Plan, next: u32) -> Result<Plan, CliError> {
        let moved = self.numbered.moved_to(next).ok_or_else(beyond)?;
        // First: what stops between the two has none given twice.
        self.retire(db, next).await?;
        moved.write(&plan.dir)?;
        let mut again = Plan::load(&plan.dir)?;
        again.share_accounts(plan);
        settle(db, &again).await?;
        Ok(again)
    }

    async fn retire(self, db: &Db, next: u32) -> Result<(), CliError> {
        let count = next.saturating_sub(self.numbered.watched.start);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let before: Vec<PayTo> = self.pool.iter().take(count).cloned().collect();
        let retired = db.retire_pool(before).await;
        retired.context(|| "writing which addresses are not given any more".into())
    }
}

/// Has the database give no address before the number that its section goes on with.
pub(crate) async fn settle(db: &Db, plan: &Plan) -> Result<(), CliError> {
    for pool in all(plan) {
        let Some(last) = pool.numbered.retired().checked_sub(1) else { continue };
        let last: Vec<PayTo> = pool.pool.get(last).cloned().into_iter().collect();
        let given = db.given(last).await.context(|| "looking after the addresses".into())?;
        if given != [true] {
            pool.retire(db, pool.numbered.next).await?;
        }
    }
    Ok(())
}

/// Goes on beyond all that a shop could have given, for one that opens after a loss.
pub(crate) async fn after_loss(db: &Db, plan: &Plan) -> Result<(), CliError> {
    for pool in all(plan) {
        let next = pool.numbered.watched.end.checked_add(SKIPPED).ok_or_else(beyond)?;
        pool.go_on(db, plan, next).await?;
    }
    Ok(())
}

/// Goes on further along where money came to a number that the database never gave.
/// Returns the settings, read again, if it did.
pub(crate) async fn catch_up(db: &Db, plan: &Plan) -> Result<Option<Plan>, CliError> {
    let mut read = None;
    for pool in all(plan) {
        let used = pool.used(db).await?;
        if used.is_behind() {
            let next = pool.after(used).checked_add(SKIPPED).ok_or_else(beyond)?;
            read = Some(pool.go_on(db, plan, next).await?);
        }
    }
    Ok(read)
}

/// Says that a key has no more numbers.
pub(crate) fn beyond() -> CliError {
    CliError::misconfigured("the numbers of this key are used up")
        .hint("give the shop a new account of your wallet, in shop.toml")
}

#[cfg(test)]
mod tests;
