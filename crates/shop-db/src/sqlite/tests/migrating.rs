//! Files of earlier versions open, and everything in them is there.

use super::*;
use crate::suite::sample::{ETH, Letters, PRICE, named, tagged, tee, tees, transfer, wallet};
use shop_core::{
    stock::Holding,
    view::{Advance, BlockHash, ChainIdentity},
};

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

/// A file as the seventh version wrote it, with these orders: each with its digits and its state.
fn seventh_version(path: &Path, orders: &[(&NewOrder, Option<u32>, &str)]) {
    let conn = Connection::open(path).unwrap();
    schema::MIGRATIONS[..7].iter().for_each(|sql| conn.execute_batch(sql).unwrap());
    conn.pragma_update(None, "application_id", 0x6361_7274).unwrap();
    conn.pragma_update(None, "user_version", 7).unwrap();
    for (order, tag, state) in orders {
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
}

/// The same with two blocks, the second of which has a payment for each order.
fn seventh_version_with_blocks(path: &Path, orders: &[&NewOrder]) {
    let awaiting: Vec<_> = orders.iter().map(|order| (*order, None, "awaiting")).collect();
    seventh_version(path, &awaiting);
    let conn = Connection::open(path).unwrap();
    for order in orders {
        let paid = "insert into transfers values ('ETH', ?1, ?2, '5', 'mined', 2, ?3, ?4, 0)";
        let (id, hour) = (order.id.to_string(), i64::try_from(HOUR).unwrap());
        conn.execute(paid, rusqlite::params![id, id, block(2).hash.0, hour]).unwrap();
    }
    for height in [1, 2] {
        let (row, hour) = (i64::try_from(height).unwrap(), i64::try_from(HOUR).unwrap());
        let values = rusqlite::params![row, block(height).hash.0, hour];
        conn.execute("insert into blocks values ('ETH', ?1, ?2, ?3)", values).unwrap();
    }
}

/// Orders named by nine digits keep the old rule, beside new ones at the same wallet.
#[tokio::test]
async fn orders_with_nine_digits_are_paid_as_before_after_an_upgrade() {
    let folder = tempfile::tempdir().unwrap();
    let (old, paid) = (tagged(1, 7), pooled(3));
    let orders = [(&old, Some(7), "awaiting"), (&paid, None, "settled")];
    seventh_version(&file_of(&folder), &orders);
    let claim =
        "insert into claims (order_id, asset, txid, state) values (?1, 'ETH', 'aa', 'pending')";
    let conn = Connection::open(file_of(&folder)).unwrap();
    conn.execute(claim, [old.id.to_string()]).unwrap();
    drop(conn);
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

/// An order at an address that is nobody's in a demo.
fn at_real_address(n: u64) -> NewOrder {
    let order = pooled(n);
    let pay_to = crate::suite::sample::pay_to(&format!("0x{n:040}"));
    let (due, matching) = (order.invoice.due(), order.invoice.matching());
    let offer = shop_core::pay_to::Offer { pay_to, due, matching };
    let invoice = shop_core::invoice::Invoice::open(offer, order.invoice.needs(), at(EXPIRES));
    NewOrder { invoice: invoice.unwrap(), ..order }
}

const REAL: ChainIdentity = ChainIdentity { chain_id: 1, genesis: BlockHash([2; 32]) };

#[tokio::test]
async fn demo_orders_of_version_7_are_put_away_by_a_real_shop() {
    let folder = tempfile::tempdir().unwrap();
    let order = pooled(1);
    seventh_version_with_blocks(&file_of(&folder), &[&order]);
    let db = Db::open(&file_of(&folder)).unwrap();
    let eth = shop_core::money::AssetId::Eth;
    assert_eq!(db.chain(eth).await.unwrap().len(), 2, "still the demo it was");
    db.begin_chains(REAL.chain_id).await.unwrap();
    let record = db.order(&order.lookup).await.unwrap().unwrap();
    assert_eq!(record.on_chain.put_away, Some(crate::PutAway::Demo));
    assert!(db.chain(eth).await.unwrap().is_empty(), "nothing is read of the real chain yet");
    db.follow(eth, REAL).await.unwrap();
    assert!(db.chain(eth).await.unwrap().is_empty());
    db.begin_chains(crate::DEMO_CHAIN).await.unwrap();
    let record = db.order(&order.lookup).await.unwrap().unwrap();
    assert_eq!((record.on_chain.put_away, record.transfers.len()), (None, 1));
}

#[tokio::test]
async fn real_chain_of_version_7_is_adopted_with_its_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let order = at_real_address(1);
    seventh_version_with_blocks(&file_of(&folder), &[&order]);
    let db = Db::open(&file_of(&folder)).unwrap();
    let eth = shop_core::money::AssetId::Eth;
    db.begin_chains(REAL.chain_id).await.unwrap();
    db.follow(eth, REAL).await.unwrap();
    assert_eq!(db.chain(eth).await.unwrap(), [block(1), block(2)]);
    let record = db.order(&order.lookup).await.unwrap().unwrap();
    assert_eq!((record.on_chain.put_away, record.transfers.len()), (None, 1));
    let other = ChainIdentity { chain_id: 5, ..REAL };
    assert!(db.follow(eth, other).await.is_err() && db.begin_chains(5).await.is_err());
}

/// A demo that had become a real shop: its blocks may be of either chain.
#[tokio::test]
async fn mixed_state_of_version_7_is_taken_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, real) = (pooled(1), at_real_address(2));
    seventh_version_with_blocks(&file_of(&folder), &[&demo, &real]);
    let desk = crate::suite::sample::Desk::new(Db::open(&file_of(&folder)).unwrap());
    let eth = shop_core::money::AssetId::Eth;
    assert!(desk.db.chain(eth).await.unwrap().is_empty());
    desk.db.begin_chains(REAL.chain_id).await.unwrap();
    // No node has answered: nothing is known of what was paid, and nothing is deleted.
    let gone = desk.db.purge(at(HOUR + 9_000), AT_ONCE).await.unwrap().orders;
    assert_eq!(gone, 1, "the order of the demo");
    desk.db.follow(eth, REAL).await.unwrap();
    let watched = desk.db.watched(eth).await.unwrap();
    assert_eq!((watched.pay_tos.len(), watched.since), (1, Some(at(HOUR - 1))));
}

/// Reading begins below what was read before: what is settled lies above it for a while.
#[tokio::test]
async fn lost_blocks_take_no_settled_order_back() {
    let (db, _folder) = in_a_folder();
    let desk = crate::suite::sample::Desk::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    let lost = |conn: &Connection| conn.execute("delete from blocks", []).map_err(DbError::from);
    desk.db.engine().write(lost).await.unwrap();
    let below = Advance { behind: 5, ..blocks(6..=7, vec![]) };
    desk.advance(below).await;
    assert_eq!(desk.word(&order).await, "settled");
    let paid = payment(&order.id.to_string(), &order, Some(block(10)));
    desk.advance(blocks(8..=12, vec![paid])).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.letters.taken().len(), 1);
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

/// Nobody can say which of its addresses were given before the block.
#[tokio::test]
async fn unread_blocks_of_version_11_hold_back_every_address() {
    let folder = tempfile::tempdir().unwrap();
    let conn = Connection::open(file_of(&folder)).unwrap();
    schema::MIGRATIONS[..11].iter().for_each(|sql| conn.execute_batch(sql).unwrap());
    conn.pragma_update(None, "application_id", 0x6361_7274).unwrap();
    conn.pragma_update(None, "user_version", 11).unwrap();
    let later = HOUR + 900;
    let rows = format!(
        "insert into chains (number, asset, followed) values (1, 'ETH', 1);
         insert into blocks values (1, 9, zeroblob(32), {later});
         insert into pay_to_used (asset, pay_to, money, closed) values ('ETH', 'demo-pool-1', 0, {HOUR});"
    );
    conn.execute_batch(&rows).unwrap();
    let unread = "insert into logs_unread values (1, 8, zeroblob(32), ?1)";
    conn.execute(unread, [i64::try_from(HOUR).unwrap()]).unwrap();
    drop(conn);
    let db = Db::open(&file_of(&folder)).unwrap();
    let reusable = || async { db.reusable(ETH, at(later), 0, 9).await.unwrap().len() };
    assert_eq!(reusable().await, 0);
    let block = shop_core::view::BlockAt {
        height: shop_core::view::Height(8),
        hash: shop_core::view::BlockHash([0; 32]),
        time: at(HOUR),
    };
    db.logs_read(ETH, block, vec![], at(later)).await.unwrap();
    assert_eq!(reusable().await, 1);
}

/// They released an order's goods when its payment was accepted, before anybody had looked it up.
#[tokio::test]
async fn goods_an_earlier_build_released_too_soon_wait_again() {
    let desk = crate::suite::sample::Desk::new(Db::in_memory().unwrap());
    let order = pooled(1);
    let other = pooled(2);
    for order in [&order, &other] {
        desk.place(order).await;
        desk.db.accept(order.id, Some("aa".into())).await.unwrap();
    }
    desk.db.accept(other.id, Some("bb".into())).await.unwrap();
    let release = |conn: &Connection| -> Result<usize, DbError> {
        Ok(conn.execute("update orders set released = 1", [])?)
    };
    assert_eq!(desk.db.engine().write(release).await.unwrap(), 2);
    for order in [&order, &other] {
        desk.judge_claim(order, "aa", Err(crate::claim::ClaimRefusal::NotOurs)).await;
    }
    let listed = desk.db.orders().await.unwrap();
    let released: Vec<_> = listed.iter().filter(|o| o.released).map(|o| o.id).collect();
    assert_eq!(released, [other.id], "another payment of it is accepted still");
}
