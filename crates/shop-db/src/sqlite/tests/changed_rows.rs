//! Rows that are changed behind the back of the shop, for states that are hard to come by.

use super::*;
use shop_core::view::ChainUpdate;

/// Reading begins below the height read before, so settled orders are above it for a while.
#[tokio::test]
async fn lost_blocks_take_no_settled_order_back() {
    let (db, _folder) = in_a_folder();
    let desk = crate::suite::sample::TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    let lost = |conn: &Connection| conn.execute("delete from blocks", []).map_err(DbError::from);
    desk.db.engine().write(lost).await.unwrap();
    let below = ChainUpdate { blocks_behind: 5, ..blocks(6..=7, vec![]) };
    desk.advance(below).await;
    assert_eq!(desk.word(&order).await, "settled");
    let paid = payment(&order.id.to_string(), &order, Some(block(10)));
    desk.advance(blocks(8..=12, vec![paid])).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.taken().await.len(), 1);
}

/// Goods that were released are not, once the payment that did it turns out to be none.
#[tokio::test]
async fn released_goods_wait_again_once_no_payment_counts() {
    let desk = crate::suite::sample::TestDb::new(Db::sqlite_in_memory().unwrap());
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
    let released: Vec<_> = listed.iter().filter(|o| o.facts.released).map(|o| o.id).collect();
    assert_eq!(released, [other.id], "another payment of it is accepted still");
}
