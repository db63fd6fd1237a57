//! Addresses that go on after a loss, on a database and settings that are real.

use super::*;
use crate::{
    data_loss, files, payments::place_offer, runtime::block_on, shop_dir::ShopDir, system::System,
};
use shop_core::{
    money::Amount,
    pay_to::{Matching, Offer},
    time::CoarseTime,
    view::{BlockAt, BlockHash, ChainUpdate, Height, Transfer, TransferId},
};
use shop_db::PaymentPolicy;
use std::sync::Arc;

/// The account key of BIP 84's test vectors.
const ZPUB: &str = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";

/// A shop that is paid at 5 addresses, from number 2 on.
fn shop() -> (tempfile::TempDir, Plan) {
    let folder = tempfile::tempdir().unwrap();
    let dir = ShopDir::new(folder.path());
    let toml = format!(
        "[shop]\nname = \"S\"\n[bitcoin]\ndescriptor = \"{ZPUB}\"\nfirst = 2\naddresses = 5\n"
    );
    files::write(&dir.config(), toml.as_bytes(), true).unwrap();
    files::private_folder(&dir.state()).unwrap();
    let plan = Plan::load(&dir).unwrap();
    (folder, plan)
}

fn only(plan: &Plan) -> NumberedPool<'_> {
    all(plan).next().expect("a numbered pool")
}

/// Gives the address with this number to an order.
async fn give(db: &Db, plan: &Plan, number: u32) {
    let pool = only(plan);
    let place = usize::try_from(number - pool.numbered.watched.start).unwrap();
    let due = Amount::new(AssetId::BTC, 100_000);
    let offer = Offer { pay_to: pool.pool[place].clone(), due, matching: Matching::PayTo };
    place_offer(db, usize::try_from(number).unwrap(), offer).await;
}

/// Returns the numbers that may be given.
async fn free(db: &Db, plan: &Plan) -> Vec<u32> {
    let pool = only(plan);
    let given = db.given(pool.pool.to_vec()).await.unwrap();
    let free = given.iter().enumerate().filter(|(_, given)| !**given);
    free.map(|(place, _)| pool.numbered.at(place)).collect()
}

#[test]
fn numbers_go_on_and_none_before_is_given() {
    let (_folder, plan) = shop();
    block_on(async {
        let db = Db::in_memory().unwrap();
        assert_eq!(free(&db, &plan).await, [2, 3, 4, 5, 6]);
        give(&db, &plan, 2).await;
        give(&db, &plan, 4).await;
        let pool = only(&plan);
        let used = pool.used(&db).await?;
        assert_eq!(pool.after(used), 5);
        let plan = pool.go_on(&db, &plan, pool.after(used) + 10).await?;
        assert_eq!(only(&plan).numbered.watched, 2..20, "all that were given are watched");
        assert_eq!(free(&db, &plan).await, [15, 16, 17, 18, 19]);
        assert_eq!(plan.taken().next().unwrap().gap_limit(), Some(20));
        Ok(())
    })
    .unwrap();
}

/// The file alone says where to go on, and the database follows when the shop opens.
#[test]
fn database_follows_a_file_that_is_ahead_of_it() {
    let (_folder, plan) = shop();
    only(&plan).numbered.moved_to(100).unwrap().write(&plan.dir).unwrap();
    let plan = Plan::load(&plan.dir).unwrap();
    block_on(async {
        let db = Db::in_memory().unwrap();
        assert!(free(&db, &plan).await.contains(&2));
        settle(&db, &plan).await?;
        assert_eq!(free(&db, &plan).await, [100, 101, 102, 103, 104]);
        Ok(())
    })
    .unwrap();
}

#[test]
fn shop_after_a_loss_goes_on_beyond_all_it_could_have_given() {
    let (_folder, plan) = shop();
    let begin = |after_loss| {
        block_on(data_loss::begin(&plan, after_loss, &*System::fake().entropy)).unwrap();
    };
    let opened = || {
        let plan = Plan::load(&plan.dir).unwrap();
        let db = Db::open(&plan.dir.database()).unwrap();
        block_on(async { Ok(free(&db, &plan).await) }).unwrap()
    };
    begin(false);
    assert_eq!(opened(), [2, 3, 4, 5, 6]);
    begin(true);
    assert_eq!(opened(), [1_007, 1_008, 1_009, 1_010, 1_011]);
    begin(false);
    assert_eq!(opened().len(), 5, "once");
    // Without the file none is offered, and none is given twice.
    std::fs::remove_file(plan.dir.moved_addresses()).unwrap();
    assert_eq!(opened(), [0_u32; 0]);
}

/// The database is an older copy: somebody got an address that it does not know of.
#[test]
fn money_at_a_number_never_given_moves_the_numbers_once() {
    let (_folder, plan) = shop();
    block_on(async {
        let pool = only(&plan);
        let policy = PaymentPolicy {
            ignore_below: Amount::new(AssetId::BTC, 1_000),
            pool: Arc::new(pool.pool.iter().cloned().collect()),
            releases: true,
        };
        let db = Db::in_memory().unwrap().with_policies([policy].into_iter().collect());
        give(&db, &plan, 3).await;
        let pays = async |height: u8, number: u32, satoshi| {
            let time = CoarseTime::from_hours(u64::from(height));
            let height = Height(u64::from(height));
            let block =
                BlockAt { height, hash: BlockHash([u8::try_from(height.0).unwrap(); 32]), time };
            let transfer = Transfer {
                id: TransferId(
                    format!("{}:0", "ab".repeat(32)).replace("ab", &format!("{:02x}", height.0)),
                ),
                pay_to: pool.pool[usize::try_from(number - 2).unwrap()].clone(),
                amount: Amount::new(AssetId::BTC, satoshi),
                block: Some(block),
            };
            let update = ChainUpdate {
                blocks: vec![block],
                mined: vec![transfer],
                ..ChainUpdate::default()
            };
            db.apply_update(AssetId::BTC.chain(), update, time).await.unwrap();
        };
        pays(1, 2, 5_000).await;
        pays(2, 6, 999).await;
        assert!(catch_up(&db, &plan).await?.is_none(), "an earlier number, and dust");
        pays(3, 5, 5_000).await;
        let moved = catch_up(&db, &plan).await?.expect("it is behind");
        assert_eq!(free(&db, &moved).await, [1_006, 1_007, 1_008, 1_009, 1_010]);
        assert!(catch_up(&db, &moved).await?.is_none(), "once");
        Ok(())
    })
    .unwrap();
}
