//! Protection against the loss of a shop's database, or of the key in `state/cookie.key`.
//!
//! The key reads and marks the data in the database. Each of the two is made where there is none,
//! which is right in a new shop alone.

mod copies;

pub(crate) use copies::{count_backup, shop_id_of_backup};

use crate::{
    chains,
    config::plan::Plan,
    error::{CliError, Context, IoContext},
    sealer,
    shop_dir::ShopDir,
};
use shop_core::{entropy::Entropy, pay_to::PayTo};
use shop_db::{Contents, Db};
use zeroize::Zeroizing;

/// Command that opens a shop although something was lost.
const FLAG: &str = "cryptocart serve --after-loss";

/// Advice about payout addresses, which are retired when a shop opens after a loss.
pub(super) const PAYOUTS: &str = "Payout addresses of escrow that are in their file by then are not \
    given any more. So copy the newest file from home before, and make new ones after";

/// Refuses where the database or the key is lost, the key is another database's, or all of it is of
/// another shop or of an earlier time.
pub(crate) fn look(dir: &ShopDir) -> Result<(), CliError> {
    database_is_there(dir)?;
    key_is_right(dir)?;
    copies::is_newest(dir)
}

/// Returns the hour in which the backup was made that this shop is restored from.
/// It refuses where there is no such, or the database is not older than its shop.
pub(crate) fn backup_hour(dir: &ShopDir) -> Result<String, CliError> {
    copies::backup_hour(dir)
}

/// Refuses where there was a database, as the key or `shop-id.toml` tells, and it is gone or empty.
pub(crate) fn database_is_there(dir: &ShopDir) -> Result<(), CliError> {
    let was_open = has_key(dir)? || copies::was_open(dir)?;
    if !was_open || contents(dir)? != Contents::Nothing {
        return Ok(());
    }
    let path = dir.database();
    let what = format!(
        "{} is missing or empty, but this shop was open before. What is lost with it: all stored \
         orders, the stock, which addresses of the pool and of escrow were used, and which codes were \
         given out",
        path.display()
    );
    Err(CliError::misconfigured(what).hint(format!(
        "restore a backup. If there is none, remove used addresses from the pool and codes \
         already given out from the lists, or they will be given out again; then open the shop \
         once with: {FLAG}\n  {PAYOUTS}\n  If this folder is to be a new shop, remove {} and state/",
        dir.shop_id().display()
    )))
}

/// Refuses where the key is lost or is another database's, as far as the file tells.
/// If no key was recorded yet, [`prove`] decides.
pub(crate) fn key_is_right(dir: &ShopDir) -> Result<(), CliError> {
    let Contents::Shop { key_proof } = contents(dir)? else { return Ok(()) };
    if has_key(dir)? {
        let secret = Zeroizing::new(sealer::read_secret(&dir.cookie_key())?);
        let found = shop_seal::key_proof(&secret);
        let own = key_proof.is_none_or(|recorded| recorded == found);
        return if own { Ok(()) } else { Err(wrong_key(dir)) };
    }
    if key_proof.is_none() {
        return Ok(());
    }
    let what = format!(
        "{} is missing. With a new key, every code already given out would be given out again, \
         and the stock reserved by open orders would no longer be counted",
        dir.cookie_key().display()
    );
    Err(CliError::misconfigured(what).hint(format!(
        "restore a backup. If there is none, remove the codes already given out from the lists in \
         digital/; then open the shop once with: {FLAG}"
    )))
}

/// Makes what is not there, and refuses settings that do not fit what is kept. The database comes
/// first: a key without one is a loss. `after_loss`: what is there now is the shop's, whichever was
/// before, and does not know every address of the pool that was given.
pub(crate) async fn begin(
    plan: &Plan,
    after_loss: bool,
    entropy: &dyn Entropy,
) -> Result<(), CliError> {
    let db = Db::open(&plan.dir.database()).context(|| "opening the database".into())?;
    let begun = begin_with(plan, &db, after_loss, entropy).await;
    db.close().await;
    begun
}

async fn begin_with(
    plan: &Plan,
    db: &Db,
    after_loss: bool,
    entropy: &dyn Entropy,
) -> Result<(), CliError> {
    chains::look(plan, db).await?;
    let key = Zeroizing::new(sealer::secret(&plan.dir.cookie_key(), entropy)?);
    if after_loss {
        let adopted = db.adopt_key(shop_seal::key_proof(&key)).await;
        adopted.context(|| "recording the key".into())?;
        // The database of a backup has given all of its pool up already; what is new is new.
        let pools = if copies::is_restored(&plan.dir)? {
            pools_of_accounts(plan)?
        } else {
            plan.pools().cloned().collect()
        };
        for pool in pools {
            let given_up = db.give_up_unused(pool).await;
            given_up.context(|| "looking after the pool".into())?;
        }
        // Those of a backup too: the file may be newer, and have some that were given since.
        let retired = db.retire_payouts(plan.payouts.clone()).await;
        retired.context(|| "looking after the payout addresses".into())?;
    }
    copies::count_start(&plan.dir, db, entropy).await
}

/// Returns the addresses of accounts that the shop of a backup may have given.
/// The backup itself does not know them: it is made without the view keys.
fn pools_of_accounts(plan: &Plan) -> Result<Vec<Vec<PayTo>>, CliError> {
    let mut pools = Vec::new();
    for chain in &plan.payments {
        let Some(view) = &chain.view else { continue };
        let Some(account) = &view.account else { continue };
        if let Some(end) = copies::given_below(&plan.dir, chain.section)? {
            pools.push(account.pay_tos(1..end));
        }
    }
    Ok(pools)
}

fn wrong_key(dir: &ShopDir) -> CliError {
    let what = format!(
        "{} is not the key of {}: one of them is from another shop, or from another time. With \
         this key, every code already given out would be given out again, and the stock reserved \
         by open orders would no longer be counted",
        dir.cookie_key().display(),
        dir.database().display()
    );
    CliError::misconfigured(what).hint(format!(
        "restore the two that belong together. If the right key is lost, remove the codes already \
         given out from the lists in digital/; then open the shop once with: {FLAG}"
    ))
}

/// Checks that the database's records are sealed and marked with this key.
/// A new database takes it.
pub(crate) async fn prove(dir: &ShopDir, db: &Db, secret: &[u8; 32]) -> Result<(), CliError> {
    let own = db.is_own_key(shop_seal::key_proof(secret)).await;
    if own.context(|| "checking the shop's key".into())? { Ok(()) } else { Err(wrong_key(dir)) }
}

fn has_key(dir: &ShopDir) -> Result<bool, CliError> {
    let path = dir.cookie_key();
    path.try_exists().io_context(|| format!("checking {}", path.display()))
}

fn contents(dir: &ShopDir) -> Result<Contents, CliError> {
    Db::contents(&dir.database()).context(|| "checking the database".into())
}
