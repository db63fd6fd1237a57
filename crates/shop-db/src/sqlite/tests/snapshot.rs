//! Copies of a database that is open.

use super::*;
use crate::{ShopIdentity, Snapshot};
use shop_core::escrow::Account;
use std::io::Write;

const SHOP: ShopIdentity = ShopIdentity { shop: [7; 16], starts: 3 };

fn taken(path: &Path) -> Snapshot {
    Db::snapshot(path, &[], &[]).unwrap().expect("a shop's")
}

fn write(path: &Path, bytes: &[u8]) {
    File::create(path).unwrap().write_all(bytes).unwrap();
}

/// Writes the copy as a file of its own.
fn put_back(snapshot: &Snapshot) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&file_of(&folder), snapshot.bytes());
    folder
}

#[tokio::test]
async fn snapshot_is_one_moment_of_an_open_database() {
    let (db, folder) = in_a_folder();
    let path = file_of(&folder);
    assert!(Db::snapshot(&path, &[], &[]).unwrap().is_none(), "no shop was opened with it");
    db.identify(SHOP).await.unwrap();
    db.place(pooled(1)).await.unwrap();
    let first = taken(&path);
    let writes = async {
        for n in 2..40 {
            db.place(pooled(n)).await.unwrap();
        }
    };
    let path_too = path.clone();
    let copies = tokio::task::spawn_blocking(move || {
        let copies: Vec<_> = (0..10).map(|_| put_back(&taken(&path_too))).collect();
        copies
    });
    let ((), copies) = tokio::join!(writes, copies);
    for copy in copies.unwrap() {
        let orders = Db::orders_in(&file_of(&copy)).unwrap().len();
        assert!((1..40).contains(&orders), "{orders} orders");
    }
    assert_eq!(first.identity(), SHOP);
    let copy = put_back(&first);
    assert_eq!(Db::orders_in(&file_of(&copy)).unwrap().len(), 1);
    let again = Db::open(&file_of(&copy)).unwrap();
    again.place(pooled(2)).await.unwrap();
    assert_eq!(db.orders().await.unwrap().len(), 39);
}

/// The order waits in the log and is not in the file yet.
#[tokio::test]
async fn snapshot_leaves_no_file_and_has_what_is_in_the_log() {
    let (db, folder) = in_a_folder();
    db.identify(SHOP).await.unwrap();
    db.place(pooled(1)).await.unwrap();
    let names = || {
        let names = fs::read_dir(folder.path()).unwrap().flatten();
        let mut names: Vec<_> = names.map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let copy = put_back(&taken(&file_of(&folder)));
    assert_eq!(names(), before);
    let orders = Db::orders_in(&file_of(&copy)).unwrap();
    assert_eq!(orders.len(), 1);
    db.close().await;
}

/// One address is unused, and an order that has the other ends after the backup.
#[tokio::test]
async fn no_address_of_the_pool_is_given_out_of_a_snapshot() {
    let (db, folder) = in_a_folder();
    db.identify(SHOP).await.unwrap();
    db.place(pooled(1)).await.unwrap();
    let pool = [1, 2].map(|n| pooled(n).invoice.pay_to().clone()).to_vec();
    let snapshot = Db::snapshot(&file_of(&folder), &pool, &[]).unwrap().unwrap();
    let copy = put_back(&snapshot);
    let restored = Db::open(&file_of(&copy)).unwrap();
    let standing = restored.pool(pool.clone(), at(HOUR)).await.unwrap();
    assert_eq!((standing.never_given, standing.reusable), (0, 0));
    assert_eq!(restored.place(pooled(2)).await, Err(PlaceError::PayToTaken));
    restored.purge(at(EXPIRES + 10_000), AT_ONCE).await.unwrap();
    let asset = pool[0].asset();
    let late = at(EXPIRES + 20_000);
    assert_eq!(restored.reusable(asset, late, 0, 9).await.unwrap(), []);
    restored.place(pooled(3)).await.unwrap();
    db.place(pooled(2)).await.unwrap();
}

#[tokio::test]
async fn no_payout_address_is_given_out_of_a_snapshot() {
    let (db, folder) = in_a_folder();
    db.identify(SHOP).await.unwrap();
    let payouts = [Account([1; 20]), Account([2; 20])];
    let snapshot = Db::snapshot(&file_of(&folder), &[], &payouts).unwrap().unwrap();
    let copy = put_back(&snapshot);
    let restored = Db::open(&file_of(&copy)).unwrap();
    assert_eq!(restored.payouts_given(payouts.to_vec()).await.unwrap(), [true, true]);
    assert_eq!(db.payouts_given(payouts.to_vec()).await.unwrap(), [false, false]);
}

#[tokio::test]
async fn damaged_database_has_no_snapshot() {
    let (db, folder) = in_a_folder();
    db.identify(SHOP).await.unwrap();
    db.place(pooled(1)).await.unwrap();
    db.close().await;
    let path = file_of(&folder);
    let mut file = fs::read(&path).unwrap();
    file[8192..12288].fill(0xff);
    write(&path, &file);
    assert!(matches!(Db::snapshot(&path, &[], &[]), Err(OpenError::Damaged)));
    assert!(Db::snapshot(&folder.path().join("none"), &[], &[]).unwrap().is_none());
}
