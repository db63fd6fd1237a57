//! Killed at any moment, the database holds what it had acknowledged, and nothing by halves.

use super::*;
use crate::MailContent;
use crate::suite::sample;
use shop_core::{entropy::Seeded, invoice::SellerNotice, order::OrderId, stock::ReservationStatus};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::Arc,
};

/// Set for the child alone; without it the child's test does nothing.
const FOLDER: &str = "SHOP_DB_CRASH_FOLDER";
const ROUND: &str = "SHOP_DB_CRASH_ROUND";
const ROUNDS: u64 = 12;
/// Orders a round: more than it lives to place.
const MANY: u64 = 100_000;
/// Tees there are; each order with an even number takes one.
const STOCK: u32 = 1_000_000;

/// Returns order `n`, and what it takes.
fn order(n: u64) -> NewOrder {
    let mut order = NewOrder { most_open: u32::MAX, ..pooled(n) };
    if n.is_multiple_of(2) {
        order.reserved_items.add(sample::tee(), 1, false);
    }
    order
}

#[tokio::test]
async fn what_was_acknowledged_before_a_kill_is_there_whole_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let mut child = child(folder.path(), round);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Later in each round: in the middle of the first commits, and of later ones.
        let enough = 1 + round * 9;
        let mut seen = 0;
        for line in lines {
            // The harness writes on the same line that a test starts with.
            let Some(n) = line.unwrap().split("placed ").nth(1).map(str::to_owned) else {
                continue;
            };
            acknowledged.insert(n.parse::<u64>().unwrap());
            seen += 1;
            if seen == enough {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(seen >= enough, "the child died by itself");
        let db = Db::open(&file_of(&folder)).unwrap();
        let db = db.with_sealer(sample::RecordingMail::default().sealer());
        check(&db, &acknowledged).await;
        db.close().await;
    }
}

fn child(folder: &Path, round: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sqlite::tests::crash::child_places_orders_until_it_is_killed"])
        .args(["--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Checks that nothing is lost or there by halves.
/// Every acknowledged order is whole; every order has its mail and its pay-to, and every mail and
/// pay-to its order; no news is told twice; every unit is on the stock level or with one order.
async fn check(db: &Db, acknowledged: &BTreeSet<u64>) {
    let mut by_id: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let mut notices: Vec<OrderId> = Vec::new();
    for mail in db.outbox(usize::MAX).await.unwrap() {
        match mail.content {
            MailContent::Sealed(bytes) => by_id.entry(mail.message_id).or_default().push(bytes),
            MailContent::OrderNotice(notice) if notice.kind == SellerNotice::Paid => {
                notices.push(notice.order);
            }
            _ => panic!("no other notice is queued"),
        }
    }
    let number = |mail: &String| mail.strip_prefix("order-")?.strip_suffix("@test")?.parse().ok();
    let known: BTreeMap<OrderId, u64> =
        by_id.keys().filter_map(number).map(|n| (pooled(n).id, n)).collect();
    let mut stored = BTreeSet::new();
    let mut taken_units = 0;
    let mut aside_units = 0;
    for summary in db.orders().await.unwrap() {
        let n = *known.get(&summary.id).expect("an order has its mail");
        let order = order(n);
        assert!(stored.insert(n), "exactly once");
        let record = db.order(&order.lookup).await.unwrap().unwrap();
        assert!(record.buyer_copy == order.buyer_copy, "whole");
        assert!(sample::is_given(db, &order).await);
        assert_eq!(by_id.remove(&order.mail.message_id), Some(vec![order.mail.bytes]));
        let news = notices.iter().filter(|id| **id == order.id).count();
        assert_eq!(news, usize::from(record.invoice.state().is_paid()), "news exactly once");
        let counted = n.is_multiple_of(2);
        assert_eq!(
            record.facts.reservation_status != ReservationStatus::Untracked,
            counted,
            "with its hold"
        );
        taken_units += u32::from(counted && record.invoice.state().is_covered());
        aside_units += u32::from(record.facts.reservation_status == ReservationStatus::Reserved);
        assert_eq!(
            record.facts.reservation_status == ReservationStatus::Allocated,
            counted && record.invoice.state().is_covered()
        );
    }
    let level = db.stock().await.unwrap().remove(0).level;
    assert_eq!((level.on_hand + taken_units, level.reserved), (STOCK, aside_units));
    assert!(by_id.is_empty(), "a mail without its order");
    let given = |conn: &Connection| -> Result<i64, DbError> {
        Ok(conn.query_row("select count(*) from pay_to_used", [], |row| row.get(0))?)
    };
    let given = db.engine().write(given).await.unwrap();
    assert_eq!(given, stored.len() as i64, "a pay-to without its order");
    assert!(acknowledged.is_subset(&stored), "an acknowledged order is lost");
}

fn numbers(round: u64) -> std::ops::Range<u64> {
    round * MANY..(round + 1) * MANY
}

#[tokio::test]
async fn child_places_orders_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let round = std::env::var_os(ROUND).unwrap().into_string().unwrap().parse::<u64>().unwrap();
    let db = Db::open(&Path::new(&folder).join("shop.db")).unwrap();
    let db = db.with_sealer(sample::RecordingMail::default().sealer());
    let db = db.with_notices(Arc::new(Seeded::new(round + 1)));
    db.recount(vec![(sample::tee(), STOCK)]).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..8 {
        let db = db.clone();
        tasks.spawn(async move {
            for n in numbers(round).skip(worker).step_by(8) {
                db.place(order(n)).await.unwrap();
                println!("placed {n}");
                std::io::stdout().flush().unwrap();
                pay(&db, n).await;
            }
        });
    }
    tasks.join_all().await;
}

/// Pays an order, in blocks as deep as they need be, and applies them twice.
async fn pay(db: &Db, n: u64) {
    let paid = payment(&format!("t{n}"), &pooled(n), Some(block(1)));
    let advance = blocks(1..=3, vec![paid]);
    for _ in 0..2 {
        db.apply_update(sample::ETH.chain(), advance.clone(), sample::NOW).await.unwrap();
    }
}
