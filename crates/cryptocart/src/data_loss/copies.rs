//! Tells a copy of `state/` that is another shop's, or an older one of this shop's, from its newest.
//!
//! The database has a random number that is the shop's own, and how often the shop was opened.
//! `shop-id.toml`, outside of `state/`, has the same. What lies in `state/` alone cannot tell: it is
//! exchanged as a whole.

use super::{FLAG, PAYOUTS};
use crate::{
    error::{CliError, Context, IoContext},
    files,
    shop_dir::ShopDir,
    terminal,
};
use serde::{Deserialize, Serialize};
use shop_core::{
    entropy::{self, Entropy},
    time::CoarseTime,
};
use shop_db::{Db, ShopIdentity};
use std::collections::BTreeMap;

const HEADING: &str = "\
# Written by cryptocart whenever it opens the shop. It tells that state/ is this shop's, and no older
# copy. Copy it together with state/.
";

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    /// Hexadecimal.
    shop: String,
    starts: u64,
    /// The hour of the backup that holds this file; none in a shop that was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backup: Option<String>,
    /// Number of each account below which a shop from this backup gives no address.
    /// It is by section of the settings. The addresses are not known without the account's key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    given_below: BTreeMap<String, u32>,
}

/// Contents of the file, read.
#[derive(Clone, Debug)]
struct Known {
    identity: ShopIdentity,
    backup: Option<String>,
    given_below: BTreeMap<String, u32>,
}

/// Returns true if the shop was open before, as far as the file tells.
pub(super) fn was_open(dir: &ShopDir) -> Result<bool, CliError> {
    Ok(noted(dir)?.is_some())
}

/// Refuses a database that is another shop's, or older than the file says.
pub(super) fn is_newest(dir: &ShopDir) -> Result<(), CliError> {
    let Some(known) = noted(dir)? else { return Ok(()) };
    let noted = known.identity;
    let found = Db::identity_in(&dir.database());
    match (found.context(|| "looking at the database".into())?, known.backup) {
        (Some(found), _) if found.shop != noted.shop => Err(another(dir)),
        (Some(found), _) if found.starts >= noted.starts => Ok(()),
        (_, Some(hour)) => Err(restored(dir, &hour)),
        (found, None) => Err(older(dir, noted.starts - found.map_or(0, |found| found.starts))),
    }
}

/// Returns true if the shop is restored from a backup and was not opened since.
pub(super) fn is_restored(dir: &ShopDir) -> Result<bool, CliError> {
    Ok(noted(dir)?.is_some_and(|known| known.backup.is_some()))
}

/// Returns the number below which a restored shop gives no address of a section's account.
/// There is none if the backup names none.
pub(super) fn given_below(dir: &ShopDir, section: &str) -> Result<Option<u32>, CliError> {
    Ok(noted(dir)?.and_then(|known| known.given_below.get(section).copied()))
}

/// Returns the hour of the backup that this folder is.
/// It refuses a database that is not older than its shop.
pub(super) fn backup_hour(dir: &ShopDir) -> Result<String, CliError> {
    let none = || {
        CliError::input("this is not a backup: shop-id.toml names no hour")
            .hint("use a file that cryptocart backup wrote")
    };
    let known = noted(dir)?.ok_or_else(none)?;
    let found = Db::identity_in(&dir.database()).context(|| "looking at the database".into())?;
    let found = found.ok_or_else(none)?;
    let is_older = found.shop == known.identity.shop && found.starts < known.identity.starts;
    known.backup.filter(|_| is_older).ok_or_else(none)
}

/// Returns the text of the file in a backup with the database of this identity.
/// It says that the database is older than its shop.
/// `given_below`: for each section that names an account, the number after its last address.
pub(crate) fn shop_id_of_backup(
    found: ShopIdentity,
    hour: CoarseTime,
    given_below: BTreeMap<String, u32>,
) -> String {
    text(&later(found), Some(hour.to_string()), given_below)
}

/// Counts a backup with the database of this identity, as a start is counted.
/// A database out of that backup is known as older, then, although the shop was not opened since.
pub(crate) async fn count_backup(
    dir: &ShopDir,
    db: &Db,
    found: ShopIdentity,
) -> Result<(), CliError> {
    db.identify(later(found)).await.context(|| "counting the backup".into())?;
    note(dir, &later(found))
}

const fn later(found: ShopIdentity) -> ShopIdentity {
    ShopIdentity { shop: found.shop, starts: found.starts.saturating_add(1) }
}

/// Counts that the shop is opened, in the database first: what stops between the two leaves no copy
/// that looks older than it is.
pub(super) async fn count_start(
    dir: &ShopDir,
    db: &Db,
    entropy: &dyn Entropy,
) -> Result<(), CliError> {
    let noted = noted(dir)?.map(|known| known.identity);
    let found = Db::identity_in(&dir.database()).context(|| "looking at the database".into())?;
    let before = [found, noted].into_iter().flatten();
    let starts = before.clone().map(|known| known.starts).max().unwrap_or(0);
    let shop = before.map(|known| known.shop).next();
    let identity = ShopIdentity {
        shop: shop.unwrap_or_else(|| entropy::bytes(entropy)),
        starts: starts.saturating_add(1),
    };
    db.identify(identity).await.context(|| "counting the start".into())?;
    if let Err(error) = note(dir, &identity) {
        // A folder that is mounted to be read alone must not keep the shop closed.
        terminal::warn(format!(
            "WARNING: {}. A copy of state/ that is another shop's, or an old one, is not noticed",
            error.what()
        ));
    }
    Ok(())
}

fn note(dir: &ShopDir, identity: &ShopIdentity) -> Result<(), CliError> {
    files::write(&dir.shop_id(), text(identity, None, BTreeMap::new()).as_bytes(), true)
}

fn text(
    identity: &ShopIdentity,
    backup: Option<String>,
    given_below: BTreeMap<String, u32>,
) -> String {
    let shop = identity.shop.iter().map(|byte| format!("{byte:02x}")).collect();
    let noted = Noted { shop, starts: identity.starts, backup, given_below };
    format!("{HEADING}{}", toml::to_string(&noted).unwrap_or_default())
}

fn noted(dir: &ShopDir) -> Result<Option<Known>, CliError> {
    let path = dir.shop_id();
    if !path.try_exists().io_context(|| format!("looking for {}", path.display()))? {
        return Ok(None);
    }
    let text = files::read_text(&path, 4_096)?;
    let known = toml::from_str(&text).ok().and_then(|noted: Noted| {
        let Noted { shop, starts, backup, given_below } = noted;
        let shop = u128::from_str_radix(&shop, 16).ok().filter(|_| shop.len() == 32)?;
        let backup = backup.map(|hour| shop_core::text::line(&hour));
        let identity = ShopIdentity { shop: shop.to_be_bytes(), starts };
        Some(Known { identity, backup, given_below })
    });
    let damaged = || {
        CliError::misconfigured(format!("{} is damaged", path.display())).hint(
            "put back a copy, or remove it: then state/ is taken for this shop's newest as it is",
        )
    };
    known.map(Some).ok_or_else(damaged)
}

fn another(dir: &ShopDir) -> CliError {
    let what = format!(
        "{} belongs to another shop: its orders, its keys and its onion address are that shop's",
        dir.state().display()
    );
    CliError::misconfigured(what).hint(format!(
        "put back this shop's own. If this folder is to go on with what is there, remove {}",
        dir.shop_id().display()
    ))
}

fn older(dir: &ShopDir, starts: u64) -> CliError {
    let what = format!(
        "{} is an older copy: this shop was opened or backed up {} since. What was ordered after it is not in it, \
         and addresses, amounts and codes that were given would be given again",
        dir.state().display(),
        terminal::many(starts, "time", "times")
    );
    CliError::misconfigured(what).hint(format!(
        "put back the newest. If it is lost, take the codes that were given since out of the lists in \
         digital/, put new addresses into the pool's file, and count the stock; then open it once \
         with: {FLAG}\n  Orders at addresses of the pool that this copy takes for unused are then \
         told by their amounts.\n  {PAYOUTS}"
    ))
}

fn restored(dir: &ShopDir, hour: &str) -> CliError {
    let what = format!(
        "{} is restored from a backup of {hour}. What was ordered after that is not in it. A shop \
         that has the same onion address and still runs would give the same addresses and codes",
        dir.path().display()
    );
    CliError::misconfigured(what).hint(format!(
        "first make sure that the other shop is closed for good. If you have a pool, put new \
         addresses at the end of its file: those of the backup are not given any more. With a \
         descriptor or an account, set its `first` 1000 beyond the highest that was paid. Then open \
         this one, once, with: {}\n  No code is given from a list until you say how many were given \
         since: {}\n  {PAYOUTS}",
        dir.command("serve --after-loss"),
        dir.command("stock codes KEY --given NUMBER")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::plan::Plan, data_loss, runtime::block_on, system::System};
    use shop_core::escrow::Account;

    /// A shop that is paid at a pool of two addresses.
    fn shop() -> (tempfile::TempDir, Plan) {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(&folder.path().join("shop"));
        crate::sample::create(dir.path(), &System::fake()).unwrap();
        files::private_folder(&dir.state()).unwrap();
        let pool = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\n\
                    0x70997970C51812dc3A010C7d01b50e0d17dc79C8\n";
        files::write(&dir.resolve("pool.txt"), pool.as_bytes(), true).unwrap();
        let text = std::fs::read_to_string(dir.config()).unwrap();
        let text = text.replacen("pool = \"\"", "pool = \"pool.txt\"", 1);
        let text = text.replacen("nodes = []", "nodes = [\"http://127.0.0.1:1\"]", 1);
        files::write(&dir.config(), text.as_bytes(), true).unwrap();
        let plan = Plan::load(&dir).unwrap();
        assert!(!plan.is_demo());
        (folder, plan)
    }

    fn begin(plan: &Plan, after_loss: bool) {
        block_on(data_loss::begin(plan, after_loss, &*System::fake().entropy)).unwrap();
    }

    fn refused(plan: &Plan) -> String {
        data_loss::look(&plan.dir).map_err(|error| error.to_string()).err().unwrap_or_default()
    }

    fn never_given(plan: &Plan) -> usize {
        let pool = plan.pools().next().expect("a pool");
        let db = Db::open(&plan.dir.database()).unwrap();
        let standing = db.pool(pool.clone(), CoarseTime::from_hours(500_000));
        block_on(async { Ok(standing.await.unwrap().never_given) }).unwrap()
    }

    #[test]
    fn older_copy_is_refused_and_opened_its_pool_is_given_up() {
        let (_folder, plan) = shop();
        begin(&plan, false);
        let database = plan.dir.database();
        let copy = plan.dir.resolve("copy");
        std::fs::copy(&database, &copy).unwrap();
        assert_eq!(refused(&plan), "", "it was not opened since");
        begin(&plan, false);
        begin(&plan, false);
        std::fs::copy(&copy, &database).unwrap();
        let said = refused(&plan);
        assert!(
            said.contains("opened or backed up 2 times since") && said.contains(FLAG),
            "{said}"
        );
        assert_eq!(never_given(&plan), 2);
        begin(&plan, true);
        assert_eq!((refused(&plan).as_str(), never_given(&plan)), ("", 0));
        std::fs::copy(&copy, &database).unwrap();
        assert!(refused(&plan).contains("opened or backed up 3 times since"));
    }

    /// Returns for each line of the file of payout addresses if its address was given.
    fn given(plan: &Plan) -> Vec<bool> {
        let db = Db::open(&plan.dir.database()).unwrap();
        let given = db.payouts_given(plan.payouts.clone());
        block_on(async { Ok(given.await.unwrap()) }).unwrap()
    }

    /// The shop with these payout addresses in their file. Escrow is off, and may be turned on.
    fn with_payouts(plan: &Plan, numbers: &[u8]) -> Plan {
        let line = |n: &u8| format!("{} 0x{}1b\n", Account([*n; 20]), "11".repeat(64));
        let text: String = numbers.iter().map(line).collect();
        files::write(&plan.dir.resolve("payouts.txt"), text.as_bytes(), true).unwrap();
        let config = std::fs::read_to_string(plan.dir.config()).unwrap();
        let config = config.replace("payouts = \"\"", "payouts = \"payouts.txt\"");
        files::write(&plan.dir.config(), config.as_bytes(), true).unwrap();
        let plan = Plan::load(&plan.dir).unwrap();
        assert_eq!(plan.payouts.len(), numbers.len());
        plan
    }

    /// Neither the addresses of the backup, nor those that were made and given after it.
    #[test]
    fn payout_addresses_are_given_no_more_after_a_restore() {
        let (_folder, plan) = shop();
        let plan = with_payouts(&plan, &[1, 2]);
        begin(&plan, false);
        assert_eq!(given(&plan), [false, false]);
        let database = plan.dir.database();
        let snapshot = Db::snapshot(&database, &[], &plan.payouts).unwrap().expect("a shop's");
        let text = shop_id_of_backup(snapshot.identity(), System::fake().hour(), BTreeMap::new());
        files::write(&database, snapshot.bytes(), true).unwrap();
        files::write(&plan.dir.shop_id(), text.as_bytes(), true).unwrap();
        // The newest file of the home, and in another order.
        let plan = with_payouts(&plan, &[3, 2, 1]);
        assert_eq!(given(&plan), [false, true, true], "by the backup alone");
        assert!(refused(&plan).contains("make new ones after"));
        begin(&plan, true);
        assert_eq!(given(&plan), [true; 3]);
        let plan = with_payouts(&plan, &[4, 3, 2, 1]);
        assert_eq!(given(&plan), [false, true, true, true], "a new one is given");
    }

    #[test]
    fn backup_opens_when_told_to_and_its_new_addresses_are_given() {
        let (_folder, plan) = shop();
        begin(&plan, false);
        let database = plan.dir.database();
        let old = plan.pools().flatten().take(1).cloned().collect::<Vec<_>>();
        let snapshot = Db::snapshot(&database, &old, &[]).unwrap().expect("a shop's");
        let hour = System::fake().hour();
        files::write(&database, snapshot.bytes(), true).unwrap();
        files::write(
            &plan.dir.shop_id(),
            shop_id_of_backup(snapshot.identity(), hour, BTreeMap::new()).as_bytes(),
            true,
        )
        .unwrap();
        let said = refused(&plan);
        assert!(said.contains("is restored from a backup of 2027-01-15 08:00 UTC"), "{said}");
        assert_eq!(backup_hour(&plan.dir).unwrap(), "2027-01-15 08:00 UTC");
        assert_eq!(never_given(&plan), 1);
        begin(&plan, true);
        assert_eq!((refused(&plan).as_str(), never_given(&plan)), ("", 1));
        assert!(backup_hour(&plan.dir).is_err(), "it is a shop of its own now");
    }

    #[test]
    fn shop_that_was_backed_up_knows_the_database_of_the_backup() {
        let (_folder, plan) = shop();
        begin(&plan, false);
        let database = plan.dir.database();
        let snapshot = Db::snapshot(&database, &[], &[]).unwrap().expect("a shop's");
        let counted = async {
            let db = Db::open(&database).unwrap();
            count_backup(&plan.dir, &db, snapshot.identity()).await?;
            db.close().await;
            Ok(())
        };
        block_on(counted).unwrap();
        assert_eq!(refused(&plan), "", "it goes on");
        files::write(&database, snapshot.bytes(), true).unwrap();
        assert!(refused(&plan).contains("opened or backed up 1 time since"));
    }

    #[test]
    fn database_of_an_earlier_build_is_older_than_any_counted() {
        let (_folder, plan) = shop();
        begin(&plan, false);
        let database = rusqlite::Connection::open(plan.dir.database()).unwrap();
        database.execute("delete from shop_identity", []).unwrap();
        drop(database);
        assert!(refused(&plan).contains("opened or backed up 1 time since"));
        std::fs::remove_file(plan.dir.shop_id()).unwrap();
        assert_eq!(refused(&plan), "", "nothing tells");
    }

    #[test]
    fn damaged_identity_is_said_and_an_unwritable_one_ignored() {
        let (_folder, plan) = shop();
        begin(&plan, false);
        for damaged in ["", "shop = \"00\"\nstarts = 1\n", "shop = 3"] {
            files::write(&plan.dir.shop_id(), damaged.as_bytes(), true).unwrap();
            assert!(refused(&plan).contains("is damaged"), "{damaged:?}");
        }
        std::fs::remove_file(plan.dir.shop_id()).unwrap();
        std::fs::create_dir(plan.dir.shop_id()).unwrap();
        let identity = ShopIdentity { shop: [7; 16], starts: 1 };
        assert!(note(&plan.dir, &identity).is_err());
    }
}
