//! kill -9 at any moment, under load.
//!
//! Nothing placed is lost, nothing is given or written twice, and a form that is sent again places no
//! second order.

use crate::support::{Buyer, SHIP_TO, Seller, Shop, html, until};
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// Number of times the power is cut, if `CRASH_CUTS` does not say otherwise.
const CUTS: usize = 5;
/// Number of buyers who order at once.
const BUYERS: usize = 4;
/// Number of orders placed in each round before the cut.
const BEFORE_CUT: usize = 12;

/// A checkout form in a browser that has not seen what became of it.
struct Unanswered {
    buyer: Buyer,
    form: Vec<(String, String)>,
}

/// Record of what the buyers did.
#[derive(Default)]
struct Round {
    /// Forms whose sending broke off.
    unanswered: Mutex<Vec<Unanswered>>,
    /// The code that each form led to, in the order in which they came.
    codes: Mutex<Vec<String>>,
    /// Sendings of a form after its first.
    again: AtomicUsize,
}

/// Each form leads to one order, with an address and one mail of its own.
#[test]
fn cutting_the_power_under_load_loses_no_order() {
    let cuts = std::env::var("CRASH_CUTS").ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(CUTS);
    let mut shop = Shop::new();
    shop.set("orders", "most_open", "20000");
    let all = Round::default();
    for round in 1..=cuts {
        shop.open();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..BUYERS {
                scope.spawn(|| buy_until(&shop, &over, &all));
            }
            until("orders are placed", || {
                (all.codes.lock().unwrap().len() >= round * BEFORE_CUT).then_some(())
            });
            cut_power(&shop);
            over.store(true, Ordering::SeqCst);
        });
        shop.cut_power();
    }
    shop.open();
    let broken_off = std::mem::take(&mut *all.unanswered.lock().unwrap());
    let left = broken_off.len();
    for form in broken_off {
        send_in(&shop.preview(), form, &all).expect("the shop is open");
    }
    let again = all.again.load(Ordering::SeqCst);
    let codes = all.codes.into_inner().unwrap();
    let distinct: BTreeSet<&String> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len(), "two forms led to one order");
    let listed = shop.run(&["orders"]).lines().count() - 1;
    eprintln!(
        "{cuts} cuts: {} forms, {again} sent again ({left} at the end), {listed} orders, {} doubled",
        codes.len(),
        listed.saturating_sub(codes.len())
    );
    assert_eq!(listed, codes.len(), "one order for each form");
    let mut pay_tos = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for code in &codes {
        let mut buyer = shop.buyer();
        buyer.return_with(code).unwrap();
        let page = buyer.get("/order").unwrap().text();
        let id = html::text_of(&page, "<h1").expect("a heading").replace("Order ", "");
        let pay_to = page.split("address</dt>").nth(1).expect("a pay-to");
        assert!(pay_tos.insert(html::text_of(pay_to, "<dd")), "{pay_to} was given twice");
        ids.insert(id.split_whitespace().next().unwrap_or_default().to_owned());
    }
    let seller = Seller::of(&shop);
    let letters = until("every order is in the mailbox", || {
        // The last of the letters may be half written at the moment of looking.
        let whole =
            |mails: &Vec<String>| mails.iter().all(|m| m.contains("-----END PGP MESSAGE-----"));
        let mails = Some(seller.sealed()).filter(whole)?;
        (mails.len() >= listed).then(|| seller.letters())
    });
    assert_eq!(letters.len(), listed, "one letter for each order that was committed");
    let told = |letter: &String| ids.iter().find(|id| letter.contains(&format!("New order {id}")));
    let told: BTreeSet<&String> = letters.iter().filter_map(told).collect();
    assert_eq!(told.len(), listed, "each about another order");
}

fn buy_until(shop: &Shop, over: &AtomicBool, all: &Round) {
    let address = shop.preview();
    while !over.load(Ordering::SeqCst) {
        // Once the power is cut, connections break in every way there is.
        match catch_unwind(AssertUnwindSafe(|| buy(&address, all))) {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) if over.load(Ordering::SeqCst) => return,
            Ok(Err(_)) => {}
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// Sends a form that broke off before, if there is one; else fills in another.
fn buy(address: &str, all: &Round) -> std::io::Result<()> {
    let broken_off = all.unanswered.lock().unwrap().pop();
    if let Some(mut form) = broken_off {
        form.buyer.moved_to(address);
        return send_in(address, form, all);
    }
    let mut buyer = Buyer::at(address);
    buyer.take_a_shirt()?;
    let form = buyer.fill_in(SHIP_TO)?;
    let clicked_twice = buyer.copied(address);
    let fields: Vec<_> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    match buyer.post("/checkout", &fields) {
        Ok(answer) => {
            let code = code_on(&answer.text());
            all.codes.lock().unwrap().push(code.clone());
            // One in three buyers clicks again, as if no answer had come.
            if code.ends_with(|c: char| c.is_ascii_digit()) {
                all.again.fetch_add(1, Ordering::SeqCst);
                let mut again = clicked_twice;
                let answer = again.post("/checkout", &fields)?.text();
                assert_eq!(code_on(&answer), code);
            }
            Ok(())
        }
        Err(error) => {
            all.unanswered.lock().unwrap().push(Unanswered { buyer, form });
            Err(error)
        }
    }
}

fn send_in(address: &str, mut form: Unanswered, all: &Round) -> std::io::Result<()> {
    form.buyer.moved_to(address);
    all.again.fetch_add(1, Ordering::SeqCst);
    let fields: Vec<_> = form.form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    match form.buyer.post("/checkout", &fields) {
        Ok(answer) => {
            all.codes.lock().unwrap().push(code_on(&answer.text()));
            Ok(())
        }
        Err(error) => {
            all.unanswered.lock().unwrap().push(form);
            Err(error)
        }
    }
}

/// Returns the code on the page that shows it once.
fn code_on(page: &str) -> String {
    html::text_of(page, "class=\"code copy ticket\"").unwrap_or_else(|| panic!("no code: {page}"))
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
    until("the supervisor tells it", || shop.said().contains("restarting it").then_some(()));
}
