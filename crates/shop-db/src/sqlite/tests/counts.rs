//! The counts that placing an order asks for are those of the orders there are.

use super::*;
use crate::suite::sample::{RecordingMail, tee};

/// All orders; the open ones by their chain, and the hour their offer ends.
pub(super) type Counts = (i64, Vec<(i64, i64, i64)>);

pub(super) async fn kept_counts(db: &Db) -> Counts {
    ask(
        db,
        "select orders from order_count",
        "select chain, expires, orders from open_orders order by chain, expires",
    )
    .await
}

pub(super) async fn counted_anew(db: &Db) -> Counts {
    ask(
        db,
        "select count(*) from orders",
        "select chain, expires, count(*) from orders where open = 1
            group by chain, expires order by chain, expires",
    )
    .await
}

async fn ask(db: &Db, all: &'static str, open: &'static str) -> Counts {
    let job = move |conn: &Connection| {
        let all = conn.query_row(all, [], |row| row.get(0))?;
        let mut query = conn.prepare(open)?;
        let open = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok::<Counts, DbError>((all, open.collect::<Result<_, _>>()?))
    };
    db.engine().write(job).await.unwrap()
}

#[tokio::test]
async fn order_counts_follow_placing_paying_cancelling_and_forgetting() {
    let db = Db::sqlite_in_memory().unwrap().with_sealer(RecordingMail::default().sealer());
    db.recount(vec![(tee(), 9)]).await.unwrap();
    let orders: Vec<NewOrder> = (1..=4).map(pooled).collect();
    for order in &orders {
        db.place(order.clone()).await.unwrap();
    }
    assert_eq!(kept_counts(&db).await, counted_anew(&db).await);
    assert_eq!(kept_counts(&db).await.0, 4);
    let paid = blocks(1..=5, vec![payment("t1", &orders[0], Some(block(1)))]);
    db.apply_update(shop_core::money::AssetId::ETH.chain(), paid, at(HOUR)).await.unwrap();
    assert_eq!(kept_counts(&db).await.1.iter().map(|(_, _, orders)| orders).sum::<i64>(), 3);
    assert_eq!(kept_counts(&db).await, counted_anew(&db).await);
    let mail = crate::NewMail { message_id: "cancelled@test".into(), bytes: vec![1] };
    db.cancel(&orders[1].lookup, at(HOUR), mail).await.unwrap();
    assert_eq!(kept_counts(&db).await, counted_anew(&db).await);
    let ids = db.outbox(99).await.unwrap().iter().map(|mail| mail.id).collect();
    db.delivered(ids).await.unwrap();
    let late = EXPIRES + 9 * 7 * 24;
    let tip = blocks(6..=6, vec![]);
    db.apply_update(shop_core::money::AssetId::ETH.chain(), tip, at(HOUR)).await.unwrap();
    db.purge(at(late), AT_ONCE).await.unwrap();
    assert_eq!(kept_counts(&db).await, counted_anew(&db).await);
}
