//! From the shop window to a sealed order, in a demo shop.

use crate::{
    support::{Form, SHIP_TO, Seller, Shop, until},
    tools::free_port,
};

#[test]
fn a_purchase_from_the_window_to_a_paid_order_in_the_mailbox() {
    let mut shop = Shop::new();
    shop.open();
    let mut buyer = shop.buyer();
    assert!(buyer.get("/").unwrap().text().contains("DEMO"));
    let mut fields = SHIP_TO.to_vec();
    fields.push(("note", "Ring twice, please"));
    let placed = buyer.buy(&fields).unwrap();
    assert!(placed.pay_to.starts_with("demo-"), "nobody's address is shown: {placed:?}");

    let seller = Seller::of(&shop);
    let letter =
        until("the order is in the mailbox", || seller.about(&placed.id).into_iter().next());
    for wanted in ["Ada Byron", "12 St James's Square", "SW1Y 4JH", "Ring twice", &placed.pay_to] {
        assert!(letter.contains(wanted), "{wanted} is missing:\n{letter}");
    }
    assert!(!letter.contains(&placed.ticket), "the ticket is the buyer's alone");

    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "5"]);
    until("the seller hears of the payment", || {
        seller.about(&placed.id).into_iter().find(|letter| letter.contains("Paid in full"))
    });
    assert!(shop.run(&["orders"]).contains("settled"));

    buyer.new_identity();
    let page = buyer.return_with(&placed.ticket.to_lowercase()).unwrap().text();
    assert!(page.contains(&placed.id) && page.contains("Paid"), "{page}");
    let receipt = buyer.get("/order/receipt.txt").unwrap();
    assert!(receipt.text().contains("Ada Byron"));
    shop.close();
}

/// The seller is warned not to send, and the buyer's page says paid no more.
#[test]
fn reorg_of_a_settled_payment_is_told_to_both_sides() {
    let mut shop = Shop::new();
    shop.open();
    let mut buyer = shop.buyer();
    let placed = buyer.buy(SHIP_TO).unwrap();
    let seller = Seller::of(&shop);
    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "3"]);
    until("it is settled", || shop.run(&["orders"]).contains("settled").then_some(()));
    shop.run(&["demo", "reorg", "4"]);
    until("the seller is warned", || {
        seller.about(&placed.id).into_iter().find(|letter| letter.contains("Do NOT send"))
    });
    assert!(shop.run(&["orders"]).contains("reversed"));
    let page = buyer.get("/order").unwrap().text();
    assert!(page.contains(&placed.id) && !page.contains("Paid in full"), "{page}");
}

#[test]
fn a_mistyped_form_comes_back_with_what_was_typed() {
    let mut shop = Shop::new();
    shop.open();
    let mut buyer = shop.buyer();
    buyer.take_a_shirt().unwrap();
    let half: Form<'_> = &[("recipient", "Ada Byron"), ("contact", "yes")];
    let page = buyer.check_out(half).unwrap();
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(
        text.contains("street") && text.contains("Ada Byron") && text.contains("email"),
        "{text}"
    );
    assert_eq!(shop.run(&["orders"]).trim(), "No orders.");
}

#[test]
fn an_order_and_a_cart_outlive_a_restart() {
    let mut shop = Shop::new();
    shop.set("preview", "listen", &format!("\"127.0.0.1:{}\"", free_port()));
    shop.open();
    let mut buyer = shop.buyer();
    let placed = buyer.buy(SHIP_TO).unwrap();
    buyer.take_a_shirt().unwrap();
    shop.close();
    shop.open();
    assert!(buyer.get("/cart").unwrap().text().contains("Hash Range"));
    assert!(buyer.get("/order").unwrap().text().contains(&placed.id));
}

#[test]
fn a_broken_catalogue_is_refused_and_the_old_one_stays() {
    let mut shop = Shop::new();
    shop.open();
    let path = shop.dir().join("catalog.json");
    let good = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, good.replacen("\"price\": ", "\"price\": -", 1)).unwrap();
    let refused = crate::support::cryptocart(shop.folder(), &["catalog", "reload"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(78), "{said}");
    assert!(said.contains("prices[0]"), "{said}");
    assert!(shop.buyer().get("/product").unwrap().text().contains("Hash Range"));

    std::fs::write(&path, good.replace("Hash Range", "Renamed Range")).unwrap();
    shop.run(&["catalog", "reload"]);
    let mut buyer = shop.buyer();
    until("the new catalogue is shown", || {
        buyer.get("/product").unwrap().text().contains("Renamed Range").then_some(())
    });
}
