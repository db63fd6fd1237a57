//! Files of earlier versions open, and everything in them is there.

use super::*;
use crate::suite::sample::{ETH, Letters, PRICE, named, tagged, tee, tees, transfer, wallet};
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
    assert_eq!(kept_counts(&db).await, (1, vec![(i64::try_from(EXPIRES).unwrap(), 1)]));
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

/// A file as the seventh version wrote it, with an order named by nine digits whose buyer has claimed
/// a payment, and one that was paid before.
fn seventh_version(path: &Path, tagged: &NewOrder, paid: &NewOrder) {
    let conn = Connection::open(path).unwrap();
    schema::MIGRATIONS[..7].iter().for_each(|sql| conn.execute_batch(sql).unwrap());
    conn.pragma_update(None, "application_id", 0x6361_7274).unwrap();
    conn.pragma_update(None, "user_version", 7).unwrap();
    for (order, tag, state) in [(tagged, Some(7), "awaiting"), (paid, None, "settled")] {
        conn.execute(
            "insert into orders (id, lookup, buyer_box, placed, asset, pay_to, tag, needs, expires,
                 state, restless, invoice, letter_key)
             values (?1, ?2, ?3, ?4, 'ETH', ?5, ?6, 3, ?7, ?8, 0, ?9, ?10)",
            rusqlite::params![
                order.id.to_string(),
                order.lookup,
                order.buyer_box,
                i64::try_from(HOUR).unwrap(),
                order.invoice.pay_to().as_str(),
                tag,
                i64::try_from(EXPIRES).unwrap(),
                state,
                codec::write_invoice(&order.invoice).unwrap(),
                order.letter_key,
            ],
        )
        .unwrap();
    }
    let claim =
        "insert into claims (order_id, asset, txid, state) values (?1, 'ETH', 'aa', 'pending')";
    conn.execute(claim, [tagged.id.to_string()]).unwrap();
}

/// Orders named by nine digits keep the old rule, beside new ones at the same wallet.
#[tokio::test]
async fn orders_with_nine_digits_are_paid_as_before_after_an_upgrade() {
    let folder = tempfile::tempdir().unwrap();
    let (old, paid) = (tagged(1, 7), pooled(3));
    seventh_version(&file_of(&folder), &old, &paid);
    let desk = crate::suite::sample::Desk::new(Db::open(&file_of(&folder)).unwrap());
    let listed = desk.db.orders().await.unwrap();
    let released = |order: &NewOrder| listed.iter().find(|o| o.id == order.id).unwrap().released;
    assert!(!released(&old) && released(&paid), "what was paid was handed out");
    let new = named(2, 7);
    desk.place(&new).await;
    assert_eq!(desk.db.place(tagged(4, 7)).await, Err(PlaceError::PayToTaken));
    assert_eq!(desk.db.pending_claims(ETH).await.unwrap().len(), 1);
    let strange = transfer("aa", &wallet(), 2 * PRICE, Some(block(1)));
    desk.judge_claim(&old, "aa", Ok(vec![strange])).await;
    assert_eq!(desk.record(&old).await.claims[0].state, crate::ClaimState::ToReview);
    let both = [("t1", &old), ("t2", &new)];
    let mined = both.map(|(id, order)| payment(id, order, Some(block(1))));
    desk.advance(blocks(1..=3, mined.to_vec())).await;
    assert_eq!([desk.word(&old).await, desk.word(&new).await], ["settled", "settled"]);
}
