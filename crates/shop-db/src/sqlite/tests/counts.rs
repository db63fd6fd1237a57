//! The counts that placing an order asks for are those of the orders there are.

use super::*;
use crate::suite::sample::{RecordingMail, tee};

/// All orders; the open ones by the hour their offer ends.
pub(super) type Counts = (i64, Vec<(i64, i64)>);

pub(super) async fn kept_counts(db: &Db) -> Counts {
    ask(
        db,
        "select orders from order_count",
        "select expires, orders from open_orders order by expires",
    )
    .await
}

pub(super) async fn counted_anew(db: &Db) -> Counts {
    ask(
        db,
        "select count(*) from orders",
        "select expires, count(*) from orders where state in ('awaiting', 'seen', 'short')
         group by expires order by expires",
    )
    .await
}

async fn ask(db: &Db, all: &'static str, open: &'static str) -> Counts {
    let job = move |conn: &Connection| {
        let all = conn.query_row(all, [], |row| row.get(0))?;
        let mut query = conn.prepare(open)?;
        let open = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok::<Counts, DbError>((all, open.collect::<Result<_, _>>()?))
    };
    db.engine().write(job).await.unwrap()
}

#[tokio::test]
async fn order_counts_follow_placing_paying_cancelling_and_forgetting() {
    let db = Db::in_memory().unwrap().with_sealer(RecordingMail::default().sealer());
    db.recount(vec![(tee(), 9)]).await.unwrap();
    let orders: Vec<NewOrder> = (1..=4).map(pooled).collect();
    for order in &orders {
        db.place(order.clone()).await.unwrap();
    }
    assert_eq!(kept_counts(&db).await, counted_anew(&db).await);
    assert_eq!(kept_counts(&db).await.0, 4);
    let paid = blocks(1..=5, vec![payment("t1", &orders[0], Some(block(1)))]);
    db.apply_update(shop_core::money::AssetId::ETH.chain(), paid, at(HOUR)).await.unwrap();
    assert_eq!(kept_counts(&db).await.1.iter().map(|(_, orders)| orders).sum::<i64>(), 3);
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

/// No question on the way of an order goes through the orders there are.
#[tokio::test]
async fn placing_an_order_scans_no_table() {
    let db = Db::in_memory().unwrap();
    let plans = |conn: &Connection| {
        let mut scans = Vec::new();
        for sql in place::HOT {
            let mut query = conn.prepare(&format!("explain query plan {sql}"))?;
            let nothing = vec![None::<i64>; query.parameter_count()];
            let rows = query.query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))?;
            let steps: Vec<String> = rows.collect::<Result<_, _>>()?;
            scans.extend(steps.into_iter().filter(|step| step.starts_with("SCAN")));
        }
        Ok::<_, DbError>(scans)
    };
    let scans = db.engine().write(plans).await.unwrap();
    // Where nothing is selected from; and a shop has a handful of chains.
    let few = ["SCAN CONSTANT ROW", "SCAN chains"];
    let scans: Vec<_> = scans.into_iter().filter(|step| !few.contains(&step.as_str())).collect();
    assert_eq!(scans, Vec::<String>::new());
}

/// A row has the order's box before its state: each block's queries are answered by an index.
#[tokio::test]
async fn watched_pay_tos_are_read_from_an_index_alone() {
    let db = Db::in_memory().unwrap();
    let plan = |conn: &Connection| {
        let sql = format!("explain query plan {}", *watched::WATCHED);
        Ok::<String, DbError>(conn.query_row(&sql, [1], |row| row.get(3))?)
    };
    let plan = db.engine().write(plan).await.unwrap();
    assert!(plan.contains("USING COVERING INDEX orders_watched"), "{plan}");
}
