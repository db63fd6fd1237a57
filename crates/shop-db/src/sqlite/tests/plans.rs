//! Queries look at few rows however many there are: by an index that was made for them.

use super::*;
use shop_core::stock::ReservationStatus;

/// Returns the steps by which SQLite answers a query.
pub(super) async fn plan(db: &Db, sql: &str) -> Vec<String> {
    let sql = format!("explain query plan {sql}");
    let steps = move |conn: &Connection| {
        let mut query = conn.prepare(&sql)?;
        let nothing = vec![None::<i64>; query.parameter_count()];
        let rows = query.query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))?;
        Ok::<Vec<String>, DbError>(rows.collect::<Result<_, _>>()?)
    };
    db.engine().write(steps).await.unwrap()
}

/// Returns the queries that are made with each block.
pub(super) fn of_each_block() -> Vec<String> {
    let orders = [order::RECHECKED, order::ENDED, order::UNDERPAID_UNTOLD].map(str::to_owned);
    let transfers = [transfer::ONE, transfer::MINED, transfer::UNMINED];
    orders.into_iter().chain(transfers.map(transfer::transfers_where)).collect()
}

/// Returns the queries on the way of an order.
fn of_placing() -> Vec<String> {
    let all = [
        order::HAS_ORDER,
        order::COUNT,
        order::COUNT_OPEN,
        order::COUNT_OPEN_PUT_AWAY,
        order::COUNT_CANCELLED,
        named::HAS_NAMED,
        named::NAMED_AMOUNTS,
        named::HAS_DIGITS,
        pool::GIVEN,
        pool::UNMATCHED,
        record::FORM_CODE,
    ];
    all.into_iter().map(str::to_owned).collect()
}

/// No question on the way of an order goes through the orders there are.
#[tokio::test]
async fn placing_an_order_scans_no_table() {
    let db = Db::sqlite_in_memory().unwrap();
    // Where nothing is selected from; and a shop has a handful of chains.
    let few = ["SCAN CONSTANT ROW", "SCAN chains"];
    let mut scans = Vec::new();
    for sql in of_placing() {
        let steps = plan(&db, &sql).await;
        scans.extend(steps.into_iter().filter(|step| step.starts_with("SCAN")));
    }
    scans.retain(|step| !few.contains(&step.as_str()));
    assert_eq!(scans, Vec::<String>::new());
}

/// A chain that was put away may have as many orders as the one that is followed.
#[tokio::test]
async fn open_orders_of_chains_put_away_are_not_counted_again() {
    let db = Db::sqlite_in_memory().unwrap();
    for sql in [order::COUNT_OPEN, order::COUNT_OPEN_PUT_AWAY] {
        let steps = plan(&db, sql).await;
        assert!(steps.iter().all(|step| !step.contains(" orders ")), "{steps:?}");
        assert!(steps.iter().any(|step| step.contains("SEARCH open_orders")), "{steps:?}");
    }
}

/// Every order that is read asks for it, and a node may leave out hundreds of blocks.
#[tokio::test]
async fn newest_unread_block_is_found_by_an_index() {
    let db = Db::sqlite_in_memory().unwrap();
    let steps = plan(&db, &order::row::statement("where orders.id = ?1")).await;
    let index = "logs_unread USING COVERING INDEX logs_unread_by_time";
    assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
}

/// Each block's queries are answered by an index, past the invoices.
#[tokio::test]
async fn watched_pay_tos_are_read_from_an_index_alone() {
    let db = Db::sqlite_in_memory().unwrap();
    let plan = plan(&db, order::WATCHED).await;
    assert!(plan[0].contains("USING COVERING INDEX orders_watched"), "{plan:?}");
}

/// These indexes have few rows, so that one that is read whole is read soon.
#[tokio::test]
async fn each_query_begins_with_the_index_made_for_it() {
    let db = Db::sqlite_in_memory().unwrap();
    let reserved = reservation::with_status(ReservationStatus::Reserved);
    let backordered = reservation::with_status(ReservationStatus::Backordered);
    let queries = [
        (named::HAS_DIGITS.to_owned(), "orders_by_digits"),
        (named::orders_at(named::LONE), "orders_by_pay_to"),
        (named::orders_at(named::NAMED), "orders_by_named_amount"),
        (named::orders_at(named::BY_DIGITS), "orders_by_digits"),
        (named::orders_at(named::UNDERPAID), "orders_underpaid"),
        (order::PAID_UNRELEASED.to_owned(), "orders_unreleased"),
        (order::row::statement(order::STATUS_UNTIL), "orders_status_until"),
        (order::row::statement(order::RESERVED_UNTIL), "reservations_reserved"),
        (order::row::statement(order::BACKORDERED), "reservations_backordered"),
        (transfer::transfers_where(transfer::MINED), "transfers_by_height"),
        (transfer::transfers_where(transfer::UNMINED), "transfers_unmined"),
        (reserved, "reservations_reserved"),
        (backordered, "reservations_backordered"),
        (claim::OPEN.to_owned(), "claims_open"),
        (claim::OF_TXID.to_owned(), "claims_by_txid"),
        (pool::CLOSED_BEFORE.to_owned(), "pay_to_closed"),
    ];
    for (sql, index) in queries {
        let steps = plan(&db, &sql).await;
        let first = steps.iter().find(|step| !step.contains(" chains ")).unwrap();
        assert!(first.contains(index), "{sql}: {steps:?}");
    }
}
