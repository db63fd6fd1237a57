//! Tests of what stays of a job. The suite shows the rest.

use super::{Engine, Tables};
use crate::{
    error::DbError,
    rows::{
        ChainNumber, ChainRows, MailRow, OrderCopies, OrderRows, OutboxRows, RecordRows, StockRows,
        Which,
    },
    suite::sample::{ETH, NOW, block, pooled, tee},
};
use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Waker},
};

mod suite {
    crate::suite!((crate::Db::in_memory().unwrap(), ()));
}

const CHAIN: ChainNumber = ChainNumber(1);
const OPEN: OrderCopies =
    OrderCopies { open: true, paid: false, underpaid: false, ends: Some(NOW) };

/// Opens an engine with a chain, a block, a thing in stock and an order.
async fn open() -> Engine {
    let engine = Engine::new();
    let job = |tables: &Tables| {
        assert_eq!(tables.insert_chain(ETH.chain(), true)?, CHAIN);
        tables.insert_block(CHAIN, block(1))?;
        tables.insert_stock(&tee(), 3)?;
        place(tables, 1)
    };
    write(&engine, job).await.unwrap();
    engine
}

async fn write<T: Send + 'static>(
    engine: &Engine,
    job: impl FnOnce(&Tables) -> Result<T, DbError> + Send + 'static,
) -> Result<T, DbError> {
    engine.write_or(job, || {}).await
}

/// Places order `n`, with its form.
fn place(tables: &Tables, n: u64) -> Result<(), DbError> {
    let order = pooled(n);
    tables.insert_order(&order, CHAIN, OPEN)?;
    tables.insert_form(order.id, &order.forms[0])
}

/// Adds, changes and removes rows, some of them more than once.
fn change_all(tables: &Tables) -> Result<(), DbError> {
    place(tables, 2)?;
    tables.set_cancelled(pooled(2).id)?;
    tables.remove_order(pooled(1).id)?;
    tables.remove_stock(&tee())?;
    tables.insert_stock(&tee(), 9)?;
    tables.remove_blocks_from(CHAIN, block(1).height)?;
    let content = MailRow::Sealed { order: pooled(2).id, bytes: vec![1] };
    tables.queue("2@test", &content)
}

/// Fails unless the rows are those of [`open`].
async fn assert_unchanged(engine: &Engine) {
    let check = |tables: &Tables| {
        let first = pooled(1);
        let second = pooled(2);
        assert!(tables.has_order(first.id, &first.lookup)?);
        assert!(!tables.has_order(second.id, &second.lookup)?);
        assert_eq!(tables.orders(Which::Lookup(first.lookup))?.len(), 1);
        assert!(tables.buyer_copy(first.id)? == first.buyer_copy);
        assert!(tables.form_code(&first.forms[0].name)?.is_some());
        assert!(tables.form_code(&second.forms[0].name)?.is_none());
        assert_eq!(tables.count_open(NOW)?, 1);
        assert_eq!(tables.count_cancelled(NOW)?, 0);
        assert_eq!(tables.level(&tee())?.map(|level| level.on_hand), Some(3));
        assert_eq!(tables.blocks(CHAIN)?, [block(1)]);
        assert!(tables.queued(0, 9)?.is_empty());
        Ok(())
    };
    engine.read(check).await.unwrap();
}

#[tokio::test]
async fn nothing_stays_of_a_job_that_fails() {
    let engine = open().await;
    let commits = engine.commits();
    let undone = Arc::new(AtomicBool::default());
    let undo = Arc::clone(&undone);
    let job = |tables: &Tables| change_all(tables).and(Err::<(), _>(DbError::Mixed));
    let failed = engine.write_or(job, move || undo.store(true, Ordering::SeqCst)).await;
    assert_eq!(failed, Err(DbError::Mixed));
    assert!(undone.load(Ordering::SeqCst));
    assert_eq!(engine.commits(), commits);
    assert_unchanged(&engine).await;
}

#[tokio::test]
async fn nothing_stays_of_a_job_that_panics() {
    let engine = open().await;
    let undone = Arc::new(AtomicBool::default());
    let undo = Arc::clone(&undone);
    let job = |tables: &Tables| -> Result<(), DbError> {
        change_all(tables)?;
        panic!("a bug")
    };
    let failed = engine.write_or(job, move || undo.store(true, Ordering::SeqCst)).await;
    assert_eq!(failed, Err(DbError::Broken));
    assert!(undone.load(Ordering::SeqCst));
    assert_unchanged(&engine).await;
    write(&engine, change_all).await.unwrap();
}

#[tokio::test]
async fn nothing_stays_of_what_a_read_writes() {
    let engine = open().await;
    engine.read(change_all).await.unwrap();
    assert_unchanged(&engine).await;
    let failed: Result<(), _> = engine.read_here(|_| panic!("a bug")).await;
    assert_eq!(failed, Err(DbError::Broken));
    assert_unchanged(&engine).await;
}

#[tokio::test]
async fn undo_is_not_called_for_what_stays() {
    let engine = open().await;
    let done = engine.write_or(change_all, || panic!("nothing is to be undone")).await;
    assert_eq!(done, Ok(()));
    let ids = engine.read(|tables| tables.orders(Which::All)).await.unwrap();
    assert_eq!(ids.len(), 1);
    assert!(ids[0].order == pooled(2).id);
}

#[tokio::test]
async fn change_of_a_caller_that_goes_away_stays() {
    let engine = open().await;
    {
        let mut gone = pin!(write(&engine, |tables| tables.remove_stock(&tee())));
        let mut context = Context::from_waker(Waker::noop());
        assert!(gone.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(engine.read(|tables| tables.level(&tee())).await, Ok(None));
}

#[tokio::test]
async fn rows_the_schema_does_not_allow_are_refused() {
    let engine = open().await;
    let first = pooled(1);
    let same_id = crate::NewOrder { id: first.id, ..pooled(2) };
    let same_lookup = crate::NewOrder { lookup: first.lookup, ..pooled(2) };
    let same_pay_to = crate::NewOrder { invoice: first.invoice.clone(), ..pooled(2) };
    for order in [same_id, same_lookup, same_pay_to] {
        let refused = write(&engine, move |tables| tables.insert_order(&order, CHAIN, OPEN)).await;
        assert_eq!(refused, Err(DbError::Engine(2067)));
    }
    let job = |tables: &Tables| {
        let content = MailRow::Sealed { order: pooled(1).id, bytes: vec![1] };
        tables.queue("1@test", &content)?;
        tables.remove_order(pooled(1).id)
    };
    assert_eq!(write(&engine, job).await, Err(DbError::Engine(787)));
    let job = |tables: &Tables| {
        let level = tables.level(&tee())?.unwrap_or_default();
        tables.set_level(&tee(), shop_core::stock::StockLevel { reserved: 4, ..level })
    };
    assert_eq!(write(&engine, job).await, Err(DbError::Engine(275)));
    assert_unchanged(&engine).await;
}

#[tokio::test]
async fn closed_engine_refuses_every_call() {
    let engine = open().await;
    engine.close().await;
    engine.close().await;
    let closed = Err(DbError::Closed);
    assert_eq!(write(&engine, change_all).await, closed);
    assert_eq!(engine.read(change_all).await, closed);
    assert_eq!(engine.read_here(change_all).await, closed);
    assert_eq!(engine.empty_log().await, Err(DbError::Closed));
    assert_eq!(engine.foreign_changes().await, Err(DbError::Closed));
}
