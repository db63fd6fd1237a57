//! Prices in the seller's currency, in a demo shop with its made-up rates.

use crate::support::{SHIP_TO, Seller, Shop, becomes, html, until};

/// A tee for 25 dollars, sent for 5 more.
const GOODS: &str = r#"{"currency":"CAD","products":{
    "tee":{"name":"Tee","price":"25.00","quantity":9}}}"#;
const SHIPPING: &str = "[[zone]]\nto = [\"*\"]\n[[zone.rate]]\nname = \"Post\"\n\
                        price = { CAD = \"5.00\" }\n";

#[test]
fn tee_for_dollars_is_bought_with_ether_and_with_bitcoin() {
    let mut shop = Shop::new();
    std::fs::write(shop.dir().join("catalog.json"), GOODS).unwrap();
    std::fs::write(shop.dir().join("shipping.toml"), SHIPPING).unwrap();
    let said = shop.run(&["check"]);
    assert!(!said.contains("there is no rate in"), "{said}");
    assert!(!said.contains("source of exchange rates"), "rates of a demo are made up: {said}");
    assert!(shop.run(&["catalog", "list"]).contains("25.00 CAD"));
    shop.run(&["discount", "add", "FIVE-LESS", "--amount", "CAD=5.00"]);
    shop.open();
    let buy = |currency: &str, code: &str| {
        let mut buyer = shop.buyer();
        buyer.post("/cart", &[("id", "tee"), ("quantity", "1")]).unwrap();
        let cart = buyer.get("/cart").unwrap().text();
        assert!(cart.contains("25.00\u{a0}CAD"), "{cart}");
        let token = html::hidden(&cart, "/cart/change", "token").unwrap();
        let to = [("token", token.as_str()), ("country", "GB"), ("code", code)];
        let to = [&to[..], &[("currency", currency)]].concat();
        buyer.post("/cart/change", &to).unwrap();
        let checkout = buyer.get("/checkout").unwrap().text();
        assert!(checkout.contains("This rate is made up for the demo."), "{checkout}");
        buyer.finish(SHIP_TO).unwrap()
    };
    // 30 dollars at 4000 for one; and 25 at 100000.
    let ether = buy("ETH", "");
    assert_eq!(ether.amount, "0.0075 ETH");
    let bitcoin = buy("BTC", "five less");
    assert_eq!(bitcoin.amount, "0.00025 BTC");

    let seller = Seller::of(&shop);
    let letter =
        until("the order is in the mailbox", || seller.about(&ether.id).into_iter().next());
    for wanted in ["1 x Tee  at 25.00 CAD", "1 ETH = 4000 CAD, made up for a demo", "0.0075 ETH"] {
        assert!(letter.contains(wanted), "{wanted} is missing:\n{letter}");
    }
    shop.run(&["demo", "pay", &ether.id]);
    shop.run(&["demo", "mine", "2"]);
    becomes(&shop, &ether, "settled");
    shop.run(&["demo", "pay", &bitcoin.id]);
    shop.run(&["demo", "mine", "2", "--currency", "BTC"]);
    becomes(&shop, &bitcoin, "settled");
    let mut buyer = shop.buyer();
    let receipt = buyer.return_with(&bitcoin.ticket).unwrap().text();
    assert!(receipt.contains("25.00\u{a0}CAD") && receipt.contains("made up"), "{receipt}");
}
