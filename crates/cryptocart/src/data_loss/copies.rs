//! Tells a copy of `state/` that is another shop's, or an older one of this shop's, from its newest.
//!
//! The database has a random number that is the shop's own, and how often the shop was opened.
//! `shop-id.toml`, outside of `state/`, has the same. What lies in `state/` alone cannot tell: it is
//! exchanged as a whole.

use super::FLAG;
use crate::{
    error::{CliError, Context, IoContext},
    files,
    shop_dir::ShopDir,
    terminal,
};
use serde::{Deserialize, Serialize};
use shop_core::entropy::{self, Entropy};
use shop_db::{Db, ShopIdentity};

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
}

/// Returns true if the shop was open before, as far as the file tells.
pub(super) fn was_open(dir: &ShopDir) -> Result<bool, CliError> {
    Ok(noted(dir)?.is_some())
}

/// Refuses a database that is another shop's, or older than the file says.
pub(super) fn is_newest(dir: &ShopDir) -> Result<(), CliError> {
    let Some(noted) = noted(dir)? else { return Ok(()) };
    let found = Db::identity_in(&dir.database());
    match found.context(|| "looking at the database".into())? {
        Some(found) if found.shop != noted.shop => Err(another(dir)),
        Some(found) if found.starts >= noted.starts => Ok(()),
        found => Err(older(dir, noted.starts - found.map_or(0, |found| found.starts))),
    }
}

/// Counts that the shop is opened, in the database first: what stops between the two leaves no copy
/// that looks older than it is.
pub(super) async fn count_start(
    dir: &ShopDir,
    db: &Db,
    entropy: &dyn Entropy,
) -> Result<(), CliError> {
    let noted = noted(dir)?;
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
    let shop = identity.shop.iter().map(|byte| format!("{byte:02x}")).collect();
    let noted = toml::to_string(&Noted { shop, starts: identity.starts }).unwrap_or_default();
    files::write(&dir.shop_id(), format!("{HEADING}{noted}").as_bytes(), true)
}

fn noted(dir: &ShopDir) -> Result<Option<ShopIdentity>, CliError> {
    let path = dir.shop_id();
    if !path.try_exists().io_context(|| format!("looking for {}", path.display()))? {
        return Ok(None);
    }
    let text = files::read_text(&path, 4_096)?;
    let identity = toml::from_str(&text).ok().and_then(|Noted { shop, starts }| {
        let shop = u128::from_str_radix(&shop, 16).ok().filter(|_| shop.len() == 32)?;
        Some(ShopIdentity { shop: shop.to_be_bytes(), starts })
    });
    let damaged = || {
        CliError::misconfigured(format!("{} is damaged", path.display())).hint(
            "put back a copy, or remove it: then state/ is taken for this shop's newest as it is",
        )
    };
    identity.map(Some).ok_or_else(damaged)
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
        "{} is an older copy: this shop was opened {} since. What was ordered after it is not in it, \
         and addresses, amounts and codes that were given would be given again",
        dir.state().display(),
        terminal::many(starts, "time", "times")
    );
    CliError::misconfigured(what).hint(format!(
        "put back the newest. If it is lost, take the codes that were given since out of the lists in \
         digital/, put new addresses into the pool's file, and count the stock; then open it once \
         with: {FLAG}\n  Orders at addresses of the pool that this copy takes for unused are then \
         told by their amounts"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::plan::Plan, data_loss, runtime::block_on, system::System};
    use shop_core::time::CoarseTime;

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
        let text = text.replace("pool = \"\"", "pool = \"pool.txt\"");
        let text = text.replace("nodes = []", "nodes = [\"http://127.0.0.1:1\"]");
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
        assert!(said.contains("opened 2 times since") && said.contains(FLAG), "{said}");
        assert_eq!(never_given(&plan), 2);
        begin(&plan, true);
        assert_eq!((refused(&plan).as_str(), never_given(&plan)), ("", 0));
        std::fs::copy(&copy, &database).unwrap();
        assert!(refused(&plan).contains("opened 3 times since"));
    }

    #[test]
    fn database_of_an_earlier_build_is_older_than_any_counted() {
        let (_folder, plan) = shop();
        begin(&plan, false);
        let database = rusqlite::Connection::open(plan.dir.database()).unwrap();
        database.execute("delete from shop_identity", []).unwrap();
        drop(database);
        assert!(refused(&plan).contains("opened 1 time since"));
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
