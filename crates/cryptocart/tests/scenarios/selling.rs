//! Stock, and what the seller says about orders, while the shop is open.

use crate::support::{SHIP_TO, Seller, Shop, cryptocart, html, until};

/// The other buyer, whose money came too, is owed it.
#[test]
fn last_piece_goes_to_who_pays_first() {
    let mut shop = Shop::new();
    shop.open();
    let said = shop.run(&["stock", "set", "hash-range", "1"]);
    assert!(said.contains("hash-range: 1"), "{said}");
    let first = shop.buyer().buy(SHIP_TO).unwrap();
    let second = shop.buyer().buy(SHIP_TO).unwrap();
    for order in [&second, &first] {
        shop.run(&["demo", "pay", &order.id]);
        until("the money is seen", || line(&shop, &order.id).contains("confirming").then_some(()));
    }
    shop.run(&["demo", "mine", "3"]);
    let seller = Seller::of(&shop);
    until("the seller hears that the goods are gone", || {
        seller.about(&first.id).into_iter().find(|l| l.contains("Do NOT send anything"))
    });
    let paid = until("the other is paid", || {
        seller.about(&second.id).into_iter().find(|letter| letter.contains("Paid in full"))
    });
    assert!(!paid.contains("NOT"), "{paid}");
    assert!(line(&shop, &second.id).contains("allocated"));
    assert!(line(&shop, &first.id).contains("SOLD OUT"));
    let owed = shop.run(&["orders", "refunds"]);
    assert!(owed.contains(&first.id) && !owed.contains(&second.id), "{owed}");
    assert!(shop.run(&["stock"]).lines().any(|l| l.starts_with("hash-range") && l.contains(" 0 ")));
    let said = shop.run(&["orders", "refunded", &first.id]);
    assert!(!said.contains("not put back in stock"), "it had none: {said}");
    assert_eq!(shop.run(&["orders", "refunds"]).trim(), "No refunds are due.");
    let said = shop.run(&["orders", "refunded", &second.id]);
    assert!(
        said.contains("not put back in stock") && said.contains("stock set KEY COUNT"),
        "{said}"
    );
    // The catalogue's number stands as it was read: a restart counts nothing anew.
    shop.close();
    shop.open();
    assert!(shop.run(&["stock"]).lines().any(|l| l.starts_with("hash-range") && l.contains(" 0 ")));
    let mut late = shop.buyer();
    let shirt = [("id", "hash-range"), ("option", "Medium"), ("quantity", "1")];
    let refused = late.post("/cart", &shirt).unwrap();
    assert!(refused.status == 422 && refused.text().contains("is sold out"), "{}", refused.text());
}

#[test]
fn goods_that_come_back_go_to_who_missed_them() {
    let mut shop = Shop::new();
    shop.open();
    shop.run(&["stock", "set", "hash-range", "1"]);
    let first = shop.buyer().buy(SHIP_TO).unwrap();
    let second = shop.buyer().buy(SHIP_TO).unwrap();
    for order in [&first, &second] {
        shop.run(&["demo", "pay", &order.id]);
        shop.run(&["demo", "mine", "3"]);
        until("it is settled", || line(&shop, &order.id).contains("settled").then_some(()));
    }
    assert!(line(&shop, &second.id).contains("SOLD OUT"));
    shop.run(&["stock", "set", "hash-range", "3"]);
    let seller = Seller::of(&shop);
    until("the seller hears that they are back", || {
        seller.about(&second.id).into_iter().find(|letter| letter.contains("back in stock now"))
    });
    assert!(line(&shop, &second.id).contains("allocated"));
    assert!(shop.run(&["stock"]).lines().any(|l| l.starts_with("hash-range") && l.contains(" 2 ")));
}

#[test]
fn what_the_seller_says_is_kept_sealed_and_is_not_said_again() {
    let mut shop = Shop::new();
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    let note = "CANARYPARCEL7Q at the post office";
    let unpaid = cryptocart(shop.folder(), &["orders", "sent", &placed.id]);
    assert_eq!(unpaid.status.code(), Some(2), "no money was seen for it");
    assert!(String::from_utf8_lossy(&unpaid.stderr).contains("--force"));
    let said = shop.run(&["orders", "sent", &placed.id, "--note", note, "--force"]);
    assert!(said.contains(&placed.id) && !said.contains("CANARY"), "{said}");
    shop.run(&["orders", "delivered", &placed.id.to_lowercase(), "--force"]);
    let listed = line(&shop, &placed.id);
    assert!(listed.ends_with("sent, delivered"), "{listed}");
    shop.run(&["orders", "refunded", &placed.id, "--force"]);
    let undone = shop.run(&["orders", "undo", &placed.id]);
    assert!(undone.contains("Removed \"refunded\" from order"), "{undone}");
    let listed = line(&shop, &placed.id);
    assert!(listed.ends_with("sent, delivered"), "{listed}");
    assert_eq!(shop.run(&["orders", "my-shop"]), shop.run(&["orders"]));
    let long = "x".repeat(1_001);
    let blank = " \n ";
    for (arguments, code, words) in [
        (&["orders", "sent", &placed.id, "--note", &long][..], 2, "1001 characters"),
        (&["orders", "sent", &placed.id, "--note", blank], 2, "empty"),
        (&["orders", "note", &placed.id], 2, "--note"),
        (&["orders", "sent", "0000-0000"], 3, "no order"),
        (&["orders", "undo", "0000-0000"], 3, "no order"),
        (&["orders", "sent", "K7Q2"], 2, "K7Q2-9FXD"),
        (&["stock", "set", "no-such-thing", "1"], 3, "cryptocart stock"),
    ] {
        let output = cryptocart(shop.folder(), arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert!(!shop.said().contains("CANARY"));
    shop.close();
    let bytes = std::fs::read(shop.dir().join("state/shop.db")).unwrap();
    assert!(!bytes.windows(12).any(|window| window == b"CANARYPARCEL"));
}

/// The seller's note reaches the order page, and the buyer's refund address a mail.
#[test]
fn buyer_and_seller_read_what_the_other_says() {
    let mut shop = Shop::new();
    shop.open();
    let seller = Seller::of(&shop);
    let mut buyer = shop.buyer();
    let placed = buyer.buy(SHIP_TO).unwrap();
    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "3"]);
    until("it is settled", || line(&shop, &placed.id).contains("settled").then_some(()));
    shop.run(&["orders", "sent", &placed.id, "--note", "Parcel <7> is on its way"]);
    buyer.new_identity();
    let page = buyer.return_with(&placed.ticket).unwrap().text();
    assert!(page.contains("Parcel &lt;7&gt; is on its way"), "{page}");
    assert!(page.contains("aria-current=\"step\"><b>Sent</b>"), "{page}");
    let home = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let typo = home.replace("5aA", "5aa");
    let refused = buyer.on_order("/order/refund", &[("refund", &typo)]).unwrap();
    assert!(refused.status == 422 && refused.text().contains("checksum"), "{}", refused.text());
    let kept = buyer.on_order("/order/refund", &[("refund", home)]).unwrap();
    assert!(kept.text().contains("Saved. The seller has been told.<"), "{}", kept.text());
    until("the seller hears where a refund goes", || {
        seller.about(&placed.id).into_iter().find(|letter| letter.contains(home))
    });
    let forgotten = until("every mail is delivered", || {
        let answer = buyer.get("/order/forget").unwrap().text();
        let token = html::hidden(&answer, "/order/forget", "token").expect("a token");
        let page = buyer.post("/order/forget", &[("token", &token)]).unwrap();
        (page.status == 200).then(|| page.text())
    });
    assert!(forgotten.contains("This server has deleted its record"), "{forgotten}");
    assert_eq!(line(&shop, &placed.id), "");
    assert_eq!(buyer.return_with(&placed.ticket).unwrap().status, 404);
}

/// The seller is told of the cancellation.
#[test]
fn payment_of_a_cancelled_order_is_late() {
    let mut shop = Shop::new();
    shop.open();
    let seller = Seller::of(&shop);
    let mut buyer = shop.buyer();
    let placed = buyer.buy(SHIP_TO).unwrap();
    let asked = buyer.get("/order/cancel").unwrap().text();
    let token = html::hidden(&asked, "/order/cancel", "token").expect("a token");
    let page = buyer.post("/order/cancel", &[("token", &token)]).unwrap().text();
    assert!(page.contains("You cancelled this order"), "{page}");
    assert!(line(&shop, &placed.id).contains("cancelled"));
    until("the seller hears of it", || {
        seller.about(&placed.id).into_iter().find(|l| l.contains("cancelled this order"))
    });
    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "3"]);
    until("it is late", || line(&shop, &placed.id).contains("late").then_some(()));
    let page = buyer.get("/order").unwrap().text();
    assert!(page.contains("Paid after you cancelled"), "{page}");
}

fn line(shop: &Shop, order: &str) -> String {
    let listed = shop.run(&["orders"]);
    listed.lines().find(|line| line.starts_with(order)).unwrap_or_default().to_owned()
}
