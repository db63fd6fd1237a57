//! Amounts at a wallet that has given almost all of them.

use super::*;
use crate::suite::sample::{ETH, PRICE, named, wallet};
use shop_core::{money::Amount, naming};

/// Places orders of every amount that can name one of this price, but for those left out.
async fn fill(db: &Db, left_out: &'static [u16]) {
    let order = named(1, 1);
    db.place(order.clone()).await.unwrap();
    let fill = move |conn: &Connection| {
        let price = Amount::new(ETH, PRICE);
        let all = naming::names(price, 0).filter(|name| name.naming != 1);
        let mut copy = conn.prepare(
            "insert into orders (id, lookup, placed, asset, pay_to, named_amount, needs, expires,
                 invoice, inbox_key, chain, digital, open, paid, underpaid)
             select ?1, randomblob(32), placed, asset, pay_to, ?2, needs, expires,
                 invoice, randomblob(32), chain, 0, 0, 0, 0 from orders where id = ?3",
        )?;
        for name in all.filter(|name| !left_out.contains(&name.naming)) {
            let steps = i64::try_from(name.due.steps()).unwrap();
            let id = format!("filled-{}", name.naming);
            copy.execute(rusqlite::params![id, steps, order.id.to_string()])?;
        }
        Ok::<(), DbError>(())
    };
    db.engine().write(fill).await.unwrap();
}

async fn free(db: &Db, price: u128, start: u64) -> Option<u16> {
    let price = Amount::new(ETH, price);
    let found = db.free_name(&wallet(), price, start).await.unwrap();
    found.map(|name| name.naming)
}

#[tokio::test]
async fn shop_is_busy_once_every_step_of_a_price_is_used() {
    let db = Db::sqlite_in_memory().unwrap();
    fill(&db, &[9_999]).await;
    for start in [0, 5_000, 9_998, u64::MAX] {
        assert_eq!(free(&db, PRICE, start).await, Some(9_999), "the last one is found");
    }
    let last = NewOrder { most_open: u32::MAX, ..named(2, 9_999) };
    db.place(last).await.unwrap();
    for start in [0, 9_998, u64::MAX] {
        assert_eq!(free(&db, PRICE, start).await, None);
    }
    // Another price has amounts of its own, though every ending is somebody's.
    assert!(free(&db, 2 * PRICE, 0).await.is_some());
    // So has one whose amounts overlap with these in part.
    let near = PRICE + 5_000 * ETH.step();
    assert!(free(&db, near, 0).await.is_some_and(|naming| naming > 4_999));
}
