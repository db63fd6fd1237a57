//! kill -9 at any moment, under load: nothing placed is lost, nothing is given or written twice.

use crate::support::{Placed, SHIP_TO, Seller, Shop, until};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// How often the power is cut.
const CUTS: usize = 5;
/// How many buyers order at once.
const BUYERS: usize = 4;
/// How many orders are placed in each round before the cut.
const BEFORE_CUT: usize = 12;

#[test]
fn cutting_the_power_under_load_loses_no_order_and_repeats_nothing() {
    let mut shop = Shop::new();
    shop.set("orders", "most_open", "5000");
    let placed: Mutex<Vec<Placed>> = Mutex::default();
    for round in 1..=CUTS {
        shop.open();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..BUYERS {
                scope.spawn(|| buy_until(&shop, &over, &placed));
            }
            until("orders are placed", || {
                (placed.lock().unwrap().len() >= round * BEFORE_CUT).then_some(())
            });
            cut_power(&shop);
            over.store(true, Ordering::SeqCst);
        });
        shop.cut_power();
    }
    shop.open();
    let placed = placed.into_inner().unwrap();
    let mut pay_tos = BTreeSet::new();
    for order in &placed {
        let page = shop.buyer().return_with(&order.ticket).unwrap().text();
        assert!(page.contains(&order.id), "order {} is lost", order.id);
        assert!(pay_tos.insert(&order.pay_to), "{} was given twice", order.pay_to);
    }
    let seller = Seller::of(&shop);
    let ids: BTreeSet<&str> = placed.iter().map(|order| order.id.as_str()).collect();
    let letters = until("every order is in the mailbox", || {
        // The last of the letters may be half written at the moment of looking.
        let whole =
            |mails: &Vec<String>| mails.iter().all(|m| m.contains("-----END PGP MESSAGE-----"));
        let mails = Some(seller.sealed()).filter(whole)?;
        let listed = shop.run(&["orders"]).lines().count().saturating_sub(1);
        (mails.len() >= listed).then(|| seller.letters())
    });
    for id in ids {
        let count =
            letters.iter().filter(|letter| letter.contains(&format!("New order {id}"))).count();
        assert_eq!(count, 1, "order {id} is in the mailbox {count} times");
    }
    let listed = shop.run(&["orders"]).lines().count() - 1;
    assert_eq!(letters.len(), listed, "one letter for each order that was committed");
}

fn buy_until(shop: &Shop, over: &AtomicBool, placed: &Mutex<Vec<Placed>>) {
    while !over.load(Ordering::SeqCst) {
        let mut buyer = shop.buyer();
        // Once the power is cut, connections break in every way there is.
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| buyer.buy(SHIP_TO))) {
            Ok(Ok(order)) => placed.lock().unwrap().push(order),
            Ok(Err(_)) | Err(_) if over.load(Ordering::SeqCst) => return,
            Ok(Err(_)) => {}
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn cut_power(shop: &Shop) {
    for pid in shop.roles().into_iter().chain([shop.pid()]) {
        drop(std::process::Command::new("kill").args(["-9", &pid.to_string()]).output());
    }
}

#[test]
fn a_shop_process_that_dies_alone_is_started_again() {
    let mut shop = Shop::new();
    shop.open();
    let mut buyer = shop.buyer();
    let placed = buyer.buy(SHIP_TO).unwrap();
    let before = shop.roles();
    for pid in &before {
        drop(std::process::Command::new("kill").args(["-9", &pid.to_string()]).output());
    }
    until("another process serves the order", || {
        let page = buyer.get("/order").ok()?.text();
        (page.contains(&placed.id) && shop.roles() != before).then_some(())
    });
    until("the supervisor tells it", || shop.said().contains("started again").then_some(()));
}
