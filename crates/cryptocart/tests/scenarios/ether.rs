//! Real Ether on a real node.

use crate::support::{
    Anvil, Placed, SHIP_TO, Seller, Shop, WALLET, cryptocart, listed, real_shop, until,
    until_listed,
};

fn state_in(line: &str) -> &str {
    line.split_whitespace().nth(4).unwrap_or_default()
}

fn state(shop: &Shop, placed: &Placed) -> String {
    state_in(&listed(shop, placed)).to_owned()
}

fn becomes(shop: &Shop, placed: &Placed, wanted: &str) {
    until_listed(shop, placed, wanted, |line| state_in(line) == wanted);
}

#[test]
fn two_equal_orders_at_once_are_told_apart_by_their_amounts() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let one = shop.buyer().buy(SHIP_TO).unwrap();
    let two = shop.buyer().buy(SHIP_TO).unwrap();
    assert_eq!(one.pay_to, two.pay_to);
    assert!(one.pay_to.eq_ignore_ascii_case(WALLET), "{one:?}");
    assert_ne!(one.amount, two.amount);
    anvil.pay(WALLET, two.wei());
    anvil.mine(1);
    becomes(&shop, &two, "confirming");
    assert_eq!(state(&shop, &one), "awaiting");
    anvil.mine(2);
    becomes(&shop, &two, "settled");
    assert_eq!(state(&shop, &one), "awaiting");
}

#[test]
fn under_over_and_exact_payments_to_a_pool() {
    let anvil = Anvil::start();
    let mut shop = Shop::new();
    let pool: Vec<String> = (5..8).map(|i| anvil.account(i)).collect();
    std::fs::write(shop.dir().join("pool.txt"), pool.join("\n")).unwrap();
    shop.set("ether", "pool", "\"pool.txt\"");
    shop.set("ether", "nodes", &format!("[\"{}\"]", anvil.url()));
    shop.set("ether", "chain_id", "31337");
    shop.set("ether", "confirmations", "2");
    shop.open();
    let orders: Vec<_> = (0..3).map(|_| shop.buyer().buy(SHIP_TO).unwrap()).collect();
    let mut used: Vec<_> = orders.iter().map(|order| order.pay_to.clone()).collect();
    used.sort();
    used.dedup();
    assert_eq!(used.len(), 3, "every order has its own address");
    // The floor of a debt is 0.00002 ETH.
    let floor = 20_000_000_000_000i128;
    for (order, more) in orders.iter().zip([1 - floor, -floor, floor]) {
        let amount = i128::try_from(order.wei()).unwrap() + more;
        anvil.pay(&order.pay_to, u128::try_from(amount).unwrap());
    }
    anvil.mine(3);
    for (order, wanted) in orders.iter().zip(["settled", "short", "over"]) {
        becomes(&shop, order, wanted);
    }
    let busy = {
        let mut buyer = shop.buyer();
        buyer.take_a_shirt().unwrap();
        buyer.check_out(SHIP_TO).unwrap()
    };
    assert_eq!(busy.status, 429, "the pool is used up");
    anvil.pay(&orders[1].pay_to, 1);
    anvil.mine(2);
    becomes(&shop, &orders[1], "settled");
}

#[test]
fn a_restart_between_seen_and_settled_loses_nothing() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    anvil.pay(WALLET, placed.wei());
    anvil.mine(1);
    becomes(&shop, &placed, "confirming");
    shop.cut_power();
    anvil.mine(5);
    shop.open();
    becomes(&shop, &placed, "settled");
    let seller = Seller::of(&shop);
    let letters = until("the news is in the mailbox", || {
        let letters = seller.about(&placed.id);
        (letters.len() >= 2).then_some(letters)
    });
    assert_eq!(letters.len(), 2, "one letter for the order, one for the payment");
}

#[test]
fn a_payment_made_while_the_shop_was_closed_is_found() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    // The shop must have looked at the chain once, or it starts at the tip it finds later.
    anvil.mine(1);
    until("the shop reads the chain", || {
        let mut buyer = shop.buyer();
        buyer.return_with(&placed.ticket).unwrap();
        buyer.check_now();
        let page = buyer.get("/order").unwrap().text();
        page.contains(&placed.id).then_some(())
    });
    anvil.pay(WALLET, placed.wei());
    anvil.mine(1);
    becomes(&shop, &placed, "confirming");
    shop.close();
    anvil.mine(40);
    shop.open();
    becomes(&shop, &placed, "settled");
}

/// The reorganisation reverses it first.
#[test]
fn reorged_order_settles_when_paid_again() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    anvil.pay(WALLET, placed.wei());
    anvil.mine(3);
    becomes(&shop, &placed, "settled");
    anvil.reorg(3);
    becomes(&shop, &placed, "reversed");
    anvil.pay(WALLET, placed.wei());
    anvil.mine(3);
    becomes(&shop, &placed, "settled");
}

fn claim(shop: &Shop, placed: &Placed, txid: &str) -> String {
    let mut buyer = shop.buyer();
    buyer.return_with(&placed.ticket).unwrap();
    buyer.on_order("/order/claim", &[("txid", txid)]).unwrap().text()
}

fn page(shop: &Shop, placed: &Placed) -> String {
    shop.buyer().return_with(&placed.ticket).unwrap().text()
}

/// An exchange cuts the amount to six decimals: it is the order's that names it, once.
#[test]
fn transaction_id_of_a_cut_amount_counts_once() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    // One in a hundred loses nothing when it is cut.
    let mut orders = std::iter::repeat_with(|| shop.buyer().buy(SHIP_TO).unwrap());
    let one = orders.find(|order| order.cut() != order.wei()).unwrap();
    assert!(one.amount.split_once('.').is_some_and(|(_, d)| d.trim_end_matches(" ETH").len() <= 8));
    let txid = anvil.pay(WALLET, one.cut());
    anvil.mine(4);
    // A transaction that does not exist yet stops nobody.
    claim(&shop, &one, &format!("0x{}", "ab".repeat(32)));
    claim(&shop, &one, &txid);
    becomes(&shop, &one, "settled");
    let two = shop.buyer().buy(SHIP_TO).unwrap();
    let refused = claim(&shop, &two, &txid);
    assert!(refused.contains("We already have this transaction ID"), "{refused}");
    assert_eq!([state(&shop, &one), state(&shop, &two)], ["settled", "awaiting"]);
}

/// Half an ether that anybody may have sent: whoever types its id first is not paid.
#[test]
fn strangers_payment_waits_for_the_seller_whoever_claims_it() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let thief = shop.buyer().buy(SHIP_TO).unwrap();
    let true_buyer = shop.buyer().buy(SHIP_TO).unwrap();
    let txid = anvil.pay(WALLET, 500_000_000_000_000_000);
    anvil.mine(4);
    for order in [&thief, &true_buyer] {
        claim(&shop, order, &txid);
        until("the claim is looked up", || {
            page(&shop, order).contains("The seller is checking your payment").then_some(())
        });
    }
    assert_eq!([state(&shop, &thief), state(&shop, &true_buyer)], ["awaiting", "awaiting"]);
    let listed = shop.run(&["orders"]);
    assert!(listed.contains("REVIEW") && listed.contains(&txid), "{listed}");
    assert!(listed.contains(&format!("the buyer of {} claims it too", thief.id)), "{listed}");
    let letter = until("the seller is told", || {
        Seller::of(&shop).about(&true_buyer.id).into_iter().find(|l| l.contains("orders accept"))
    });
    assert!(letter.contains("0.5 ETH") && letter.contains(&txid), "{letter}");
    shop.run(&["orders", "reject", &thief.id]);
    shop.run(&["orders", "accept", &true_buyer.id]);
    becomes(&shop, &true_buyer, "over");
    assert_eq!(state(&shop, &thief), "awaiting");
    assert!(page(&shop, &thief).contains("it isn’t for this order"));
    assert!(!shop.run(&["orders"]).contains("REVIEW"));
}

/// The seller's slip of a number: the command, a mail and the buyer's page say that it does not count.
#[test]
fn accepted_payment_that_does_not_count_is_said() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let paid = shop.buyer().buy(SHIP_TO).unwrap();
    let unpaid = shop.buyer().buy(SHIP_TO).unwrap();
    let exact = anvil.pay(WALLET, paid.wei());
    let elsewhere = anvil.pay(&anvil.account(1), 5);
    anvil.mine(4);
    becomes(&shop, &paid, "settled");
    for (txid, why) in [(&exact, "counts for another order"), (&elsewhere, "went elsewhere")] {
        let accept = ["orders", "accept", &unpaid.id, "--payment", txid];
        let output = cryptocart(shop.folder(), &accept);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(why), "{said}");
        let letter = until("a mail says so", || {
            let letters = Seller::of(&shop).about(&unpaid.id);
            letters.into_iter().find(|letter| letter.contains(why))
        });
        assert!(letter.contains("does NOT count") && letter.contains(txid.as_str()), "{letter}");
    }
    let cut = exact.trim_start_matches("0x");
    let output = cryptocart(shop.folder(), &["orders", "accept", &unpaid.id, "--payment", cut]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("0x followed by 64 digits"), "{said}");
    let page = page(&shop, &unpaid);
    assert!(page.contains("It counts towards another order."), "{page}");
    assert!(page.contains("It pays someone else."), "{page}");
    assert_eq!(state(&shop, &unpaid), "awaiting");
    let right = anvil.pay(WALLET, 500_000_000_000_000_000);
    anvil.mine(4);
    let said = shop.run(&["orders", "accept", &unpaid.id, "--payment", &right]);
    assert!(said.contains("checked once more, and it counts"), "{said}");
    becomes(&shop, &unpaid, "over");
}

#[test]
fn a_dead_node_delays_payments_and_loses_none() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    anvil.pay(WALLET, placed.wei());
    anvil.mine(1);
    becomes(&shop, &placed, "confirming");
    let url = anvil.url();
    shop.set("ether", "nodes", "[\"http://127.0.0.1:1\"]");
    shop.close();
    shop.open();
    let other = shop.buyer().buy(SHIP_TO).unwrap();
    assert_eq!(state(&shop, &other), "awaiting", "orders are taken while the node is away");
    anvil.mine(3);
    shop.close();
    shop.set("ether", "nodes", &format!("[\"{url}\"]"));
    shop.open();
    becomes(&shop, &placed, "settled");
    assert!(anvil.height() >= 4);
}
