//! Tests of refused lists of codes: no payment settled beside them gets a code of theirs.

use super::*;
use crate::suite::sample::{ETH, NEEDS, TestDb, gift, gifts};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::task::JoinSet;

/// Returns a paid order that the next block settles, in a shop with this list.
async fn before_the_last_block(codes: &[&str]) -> (TestDb, NewOrder) {
    let desk = TestDb::new(Db::sqlite_in_memory().unwrap());
    let order = gifts(1, 1);
    desk.list_gifts(codes).await;
    desk.place(&order).await;
    let depth = u64::from(NEEDS) - 1;
    desk.advance(blocks(1..=depth, vec![payment("t1", &order, Some(block(1)))])).await;
    assert_eq!(desk.word(&order).await, "confirming");
    (desk, order)
}

fn begin<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinSet<T> {
    let mut begun = JoinSet::new();
    begun.spawn(work);
    begun
}

async fn end<T: 'static>(mut begun: JoinSet<T>) -> T {
    begun.join_next().await.unwrap().unwrap()
}

/// Reloads the list "new" in place of "old"; returns how often it was put back.
fn reload(desk: &TestDb) -> (JoinSet<Result<(), DbError>>, Arc<AtomicUsize>) {
    let db = desk.db.clone();
    let letters = desk.letters.clone();
    let put_back = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&put_back);
    let take_up = move || {
        letters.list(&[(gift(), &["new"])]);
        move || {
            letters.list(&[(gift(), &["old"])]);
            counted.fetch_add(1, Ordering::SeqCst);
        }
    };
    let reload = async move { db.recount_from(vec![(gift(), 1)], take_up).await };
    (begin(reload), put_back)
}

/// Settles the order in the batch that waits.
fn settle(desk: &TestDb) -> JoinSet<Result<crate::Assessed, DbError>> {
    let db = desk.db.clone();
    let height = u64::from(NEEDS);
    begin(
        async move { db.apply_update(ETH.chain(), blocks(height..=height, vec![]), at(HOUR)).await },
    )
}

/// The new lists are put back before the payment, committed beside them, takes a code.
#[tokio::test]
async fn payment_beside_failing_recount_gets_a_code_of_the_old_list() {
    let (desk, order) = before_the_last_block(&["old"]).await;
    let refuse = "create trigger refuse before update on stock
        begin select raise(abort, 'no'); end";
    let run = move |conn: &Connection| Ok::<(), DbError>(conn.execute_batch(refuse)?);
    desk.db.engine().write(run).await.unwrap();
    let (go, held) = held_up(&desk.db).await;
    let (reloading, put_back) = reload(&desk);
    queued(&desk.db, 1).await;
    let settling = settle(&desk);
    queued(&desk.db, 2).await;
    let lift = |conn: &Connection| Ok::<(), DbError>(conn.execute_batch("drop trigger refuse")?);
    drop(go);
    end(held).await;
    assert!(end(reloading).await.is_err());
    end(settling).await.unwrap();
    assert_eq!(put_back.load(Ordering::SeqCst), 1);
    desk.db.engine().write(lift).await.unwrap();
    assert_eq!(desk.codes(&order).await, ["old"]);
}

#[tokio::test]
async fn lists_whose_commit_fails_are_put_back_before_the_next_job() {
    let (desk, order) = before_the_last_block(&["old"]).await;
    let (go, held) = held_up(&desk.db).await;
    let (reloading, put_back) = reload(&desk);
    queued(&desk.db, 1).await;
    // A mail of no order is noticed by the commit alone.
    let spoil = "pragma defer_foreign_keys = on;
        insert into outbox (order_seq, message_id, mail) values (-1, 'spoiled', x'00')";
    let run = move |conn: &Connection| Ok::<(), DbError>(conn.execute_batch(spoil)?);
    let db = desk.db.clone();
    let spoiling = begin(async move { db.engine().write(run).await });
    queued(&desk.db, 2).await;
    drop(go);
    end(held).await;
    assert!(end(spoiling).await.is_err());
    assert!(end(reloading).await.is_err());
    assert_eq!(put_back.load(Ordering::SeqCst), 1);
    end(settle(&desk)).await.unwrap();
    assert_eq!(desk.codes(&order).await, ["old"]);
}

#[tokio::test]
async fn payment_beside_reloaded_lists_gets_a_new_code() {
    let (desk, order) = before_the_last_block(&["old"]).await;
    let (go, held) = held_up(&desk.db).await;
    let (reloading, put_back) = reload(&desk);
    queued(&desk.db, 1).await;
    let settling = settle(&desk);
    queued(&desk.db, 2).await;
    drop(go);
    end(held).await;
    end(reloading).await.unwrap();
    end(settling).await.unwrap();
    assert_eq!(put_back.load(Ordering::SeqCst), 0);
    assert_eq!(desk.codes(&order).await, ["new"]);
}

#[tokio::test]
async fn a_closed_database_takes_no_lists_up() {
    let (desk, _order) = before_the_last_block(&["old"]).await;
    desk.db.clone().close().await;
    let (reloading, put_back) = reload(&desk);
    assert_eq!(end(reloading).await, Err(DbError::Closed));
    assert_eq!(put_back.load(Ordering::SeqCst), 0);
}
