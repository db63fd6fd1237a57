//! Files of earlier versions open, and everything in them is there.

use super::*;
use crate::suite::sample::{Letters, tee, tees};
use shop_core::stock::Holding;

/// A file as the first version wrote it: with its schema, an order and its mail.
fn first_version(path: &Path, order: &NewOrder) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(schema::MIGRATIONS[0]).unwrap();
    conn.pragma_update(None, "application_id", 0x6361_7274).unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    conn.execute(
        "insert into orders (id, lookup, buyer_box, placed, asset, pay_to, tag, needs, expires,
             state, restless, invoice)
         values (?1, ?2, ?3, ?4, 'ETH', ?5, null, 3, ?6, 'awaiting', 0, ?7)",
        rusqlite::params![
            order.id.to_string(),
            order.lookup,
            order.buyer_box,
            i64::try_from(HOUR).unwrap(),
            order.invoice.pay_to().as_str(),
            i64::try_from(EXPIRES).unwrap(),
            codec::write_invoice(&order.invoice).unwrap(),
        ],
    )
    .unwrap();
    let mail = rusqlite::params![order.id.to_string(), order.mail.message_id, order.mail.bytes];
    let sql = "insert into outbox (order_id, message_id, mail) values (?1, ?2, ?3)";
    conn.execute(sql, mail).unwrap();
}

#[tokio::test]
async fn a_file_of_the_first_version_opens_and_its_order_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let order = pooled(1);
    first_version(&file_of(&folder), &order);
    let db = Db::open(&file_of(&folder)).unwrap();
    let db = db.with_clerk(Letters::default().clerk());
    let record = db.order(&order.lookup).await.unwrap().unwrap();
    assert!(record.buyer_box == order.buyer_box && record.invoice == order.invoice);
    assert!(record.holding == Holding::Uncounted && record.goods_left && !record.cancelled);
    assert_eq!(db.orders().await.unwrap()[0].letter_key, None);
    let paid = blocks(1..=3, vec![payment("t1", &order, Some(block(1)))]);
    db.advance(shop_core::money::AssetId::Eth, paid, at(HOUR)).await.unwrap();
    assert_eq!(db.orders().await.unwrap()[0].state.word(), "settled");
    assert_eq!(db.outbox(9).await.unwrap().len(), 2);
    db.recount(vec![(tee(), 9)]).await.unwrap();
    db.place(tees(2, 1)).await.unwrap();
    db.close().await;
    let db = Db::open(&file_of(&folder)).unwrap();
    assert_eq!(db.orders().await.unwrap().len(), 2);
}

/// Nobody looked then whether money came to an address whose order was gone.
#[tokio::test]
async fn an_address_that_an_earlier_build_gave_is_not_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let order = pooled(1);
    first_version(&file_of(&folder), &order);
    let conn = Connection::open(file_of(&folder)).unwrap();
    let given = "insert into pay_to_used (asset, pay_to) values ('ETH', ?1)";
    for pay_to in [order.invoice.pay_to().as_str(), "demo-pool-2"] {
        conn.execute(given, [pay_to]).unwrap();
    }
    conn.execute("delete from outbox", []).unwrap();
    drop(conn);
    let desk = crate::suite::sample::Desk::new(Db::open(&file_of(&folder)).unwrap());
    let late = EXPIRES + 9 * 7 * 24;
    desk.mine_at(1, late).await;
    assert_eq!(desk.db.purge(at(late), AT_ONCE).await.unwrap().orders, 1);
    let pool = [1, 2, 3].map(|n| pooled(n).invoice.pay_to().clone()).to_vec();
    let standing = desk.db.pool(pool, at(late)).await.unwrap();
    assert_eq!((standing.never_given, standing.reusable, standing.stray.len()), (1, 0, 0));
}

#[tokio::test]
async fn what_orders_take_is_in_no_file_unsealed() {
    let (db, folder) = in_a_folder();
    let db = db.with_clerk(Letters::default().clerk());
    let key = shop_core::stock::StockKey::product("canary-of-the-shelves");
    db.recount(vec![(key.clone(), 9)]).await.unwrap();
    let mut order = pooled(1);
    order.hold.add(key, 1, false);
    let hold = serde_json::to_vec(&order.hold).unwrap();
    db.place(order).await.unwrap();
    assert!(is_in_files(folder.path(), b"canary-of-the-shelves"), "the shelf itself is open");
    assert!(!is_in_files(folder.path(), &hold));
    assert!(!is_in_files(folder.path(), &hold[..40]));
}

/// A database of an earlier build recorded no key: what its orders took tells which it was.
#[tokio::test]
async fn file_without_a_key_takes_the_one_that_opens_its_holds() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&file_of(&folder)).unwrap();
    let db = db.with_clerk(Letters::default().clerk());
    db.recount(vec![(tee(), 9)]).await.unwrap();
    for n in 1..=3 {
        db.place(tees(n, 1)).await.unwrap();
    }
    let last = tees(3, 1).id;
    assert!(!db.is_own_key([1; 32], |_, _| false).await.unwrap(), "it opens nothing");
    assert!(db.is_own_key([2; 32], move |order, _| order == last).await.unwrap());
    // From now on that one alone.
    assert!(!db.is_own_key([1; 32], |_, _| true).await.unwrap());
    assert!(db.is_own_key([2; 32], |_, _| false).await.unwrap());
    let recorded = Db::contents(&file_of(&folder)).unwrap();
    assert_eq!(recorded, Contents::Shop { codes_given: false, key_proof: Some([2; 32]) });
    db.adopt_key([3; 32]).await.unwrap();
    assert!(db.is_own_key([3; 32], |_, _| false).await.unwrap());
}

#[tokio::test]
async fn file_with_nothing_sealed_takes_any_key() {
    let db = Db::in_memory().unwrap();
    db.place(pooled(1)).await.unwrap();
    assert!(db.is_own_key([1; 32], |_, _| false).await.unwrap());
    assert!(!db.is_own_key([2; 32], |_, _| true).await.unwrap());
}
