//! Endings of escrow in which something has gone: attestors, the shop's server, its settings.

use crate::{
    escrow::{DAY, DELIVERED, HOUR, Market, arbiter_onion, buy},
    support::{
        attestors::{Attestor, real_now},
        cryptocart,
        escrow::{balance, pass, pay, write},
    },
};
use shop_carrier::fake::Scan;
use shop_chain::ethereum::escrow::{Call, PINNED, checksum};
use shop_core::escrow::Statement;

/// All attestors are gone, and nobody does anything about it. After the last day for a report
/// anybody can send the money back.
#[test]
fn dead_attestors_pay_the_buyer_back() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &DELIVERED);
    market.ship(&mut order);
    market.attestors.iter_mut().for_each(Attestor::kill);
    let said = market.home.run(&["report", &order.id, "--yes"]);
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("0 of the 2 attestors"), "{said}");
    let terms = order.statement.terms;
    pass(&market.anvil, terms.deliver_by.0 - real_now() + HOUR);
    market.send(&order, &Call::RefundLate);
    assert_eq!(market.has(terms.refund_to), terms.price - order.tip());
    crate::escrow::shows(&market, &mut order.buyer, "Your money has been paid back");
}

/// The server is seized before the buyer has paid.
///
/// The buyer has checked the statement, pays all the same, and needs nobody to be paid back.
#[test]
fn server_seized_before_the_payment_costs_the_buyer_time_alone() {
    let mut market = Market::open();
    let (_, kept, vault) = buy(&mut market.shop.buyer());
    seize(&mut market);
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("statement.txt"), &kept);
    let checked = cryptocart(folder.path(), &["verify", "statement.txt"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && said.contains(&vault), "{said}");

    // All that is left is a file, a node, and the contract.
    let statement = Statement::parse(&kept).unwrap().statement;
    let terms = statement.terms;
    pay(&market.anvil, statement.vault, terms.price);
    pass(&market.anvil, terms.ship_by.0 - real_now() + HOUR);
    let call = Call::RefundLate.encode(&terms);
    crate::support::escrow::send(&market.anvil, PINNED.contract, &call);
    let tip = terms.keeper_tip.min(terms.price / 20);
    assert_eq!(balance(&market.anvil, terms.refund_to), terms.price - tip);
}

/// The server is seized while the parcel is on its way. The seller and the attestors go on.
#[test]
fn server_seized_after_the_shipment_stops_nothing() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &DELIVERED);
    market.ship(&mut order);
    seize(&mut market);
    market.is_reported(&order);
    pass(&market.anvil, order.statement.terms.dispute_window.into());
    market.home.json(&["finalize", &order.id, "--yes", "--json"]);
    let terms = order.statement.terms;
    assert_eq!(market.has(terms.seller), terms.price - order.tip());
}

/// The thief of a server shows an address of their own on the page, where it is checked: the
/// page of an attestor says not to pay.
#[test]
fn attestor_tells_the_false_address_of_a_thief() {
    let market = Market::open();
    let (_, kept, vault) = buy(&mut market.shop.buyer());
    let mut statement = Statement::parse(&kept).unwrap().statement.part_1();
    let mut attestor =
        crate::support::Buyer::at(market.attestors[0].url().trim_start_matches("http://"));
    let mut check = |statement: &Statement| {
        let text = statement.to_text(checksum);
        attestor.post("/check", &[("statement", &text)]).unwrap().text()
    };
    let sound = check(&statement);
    assert!(sound.contains(&vault) && !sound.contains("Do not pay"), "{sound}");
    statement.vault = shop_core::escrow::Account([0x66; 20]);
    let found = check(&statement);
    assert!(found.contains("Do not pay") && found.contains(&vault), "{found}");
}

/// Takes the server away, with everything on it.
fn seize(market: &mut Market) {
    market.shop.cut_power();
    std::fs::remove_dir_all(market.shop.dir()).unwrap();
}

/// The seller turns escrow off and forgets the attestors while an order runs. It keeps all
/// that it had: shop and home have frozen it.
#[test]
fn escrow_turned_off_stops_no_order_that_runs() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    market.ship(&mut order);
    market.shop.close();
    market.shop.set("escrow", "enabled", "false");
    market.shop.set("escrow", "attestors", "[]");
    market.shop.set("escrow", "arbiter", "{ address = \"\" }");
    market.shop.open();
    order.buyer.moved_to(&market.shop.preview());
    let settings = market.home.path("escrow-home/escrow.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let (before, _) = text.split_once("\n[attestors]\n").unwrap();
    write(&settings, before);
    market.deliver(&mut order);
    let page = order.buyer.get("/order").unwrap().text();
    assert!(page.contains(&arbiter_onion()), "{page}");
    pass(&market.anvil, 5 * DAY + 1);
    market.home.json(&["finalize", &order.id, "--yes", "--json"]);
    crate::escrow::shows(&market, &mut order.buyer, "The seller has been paid");
}
