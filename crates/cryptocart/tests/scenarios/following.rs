//! A shop whose chain, wallet or node changes.

use crate::support::{
    Anvil, Placed, SHIP_TO, Shop, WALLET, becomes, cryptocart, html, listed, turn_real, until,
};

const OTHER_WALLET: &str = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";

fn page(shop: &Shop, placed: &Placed) -> String {
    let mut buyer = shop.buyer();
    buyer.return_with(&placed.ticket).unwrap();
    buyer.get("/order").unwrap().text()
}

/// Runs a command that must fail, and returns what it says on both streams.
fn fails(shop: &Shop, arguments: &[&str]) -> String {
    let output = cryptocart(shop.folder(), arguments);
    assert!(!output.status.success(), "{arguments:?}");
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn demo_turned_real_begins_at_the_tip_and_puts_demo_orders_away() {
    let anvil = Anvil::start();
    anvil.mine(300);
    let mut shop = Shop::new();
    shop.open();
    let paid = shop.buyer().buy(SHIP_TO).unwrap();
    let left = shop.buyer().buy(SHIP_TO).unwrap();
    shop.run(&["demo", "pay", &paid.id]);
    shop.run(&["demo", "mine", "2"]);
    becomes(&shop, &paid, "settled");
    shop.close();
    turn_real(&shop, &anvil, WALLET);
    shop.open();
    let real = shop.buyer().buy(SHIP_TO).unwrap();
    assert!(real.pay_to.eq_ignore_ascii_case(WALLET), "{real:?}");
    anvil.pay(WALLET, real.wei());
    anvil.mine(2);
    becomes(&shop, &real, "settled");
    for order in [&paid, &left] {
        let line = listed(&shop, order);
        assert!(line.contains("DEMO, inactive"), "{line}");
        assert!(!line.contains("reversed"), "{line}");
        let page = page(&shop, order);
        assert!(page.contains("DEMO") && page.contains("Do not send money"), "{page}");
        assert!(!page.contains("demo-eth-"), "nobody is asked to pay there");
    }
    assert!(!page(&shop, &real).contains("DEMO"));
    assert!(shop.run(&["check"]).contains("2 orders are from the demo and now inactive"));
    // And back: the other way round.
    shop.close();
    shop.set("ether", "nodes", "[]");
    shop.open();
    assert!(listed(&shop, &real).contains("INACTIVE"));
    assert!(!listed(&shop, &paid).contains("inactive"));
    assert!(page(&shop, &real).contains("Do not pay now"));
    let said = shop.said();
    assert!(said.contains("payments for them are not looked for"), "{said}");
}

#[test]
fn changed_chain_id_with_kept_orders_is_refused() {
    let anvil = Anvil::start();
    let mut shop = Shop::new();
    turn_real(&shop, &anvil, WALLET);
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    shop.close();
    shop.set("ether", "chain_id", "1");
    for command in ["serve", "check"] {
        let said = fails(&shop, &[command, "my-shop"]);
        assert!(said.contains("paid on chain 31337, but this is chain 1"), "{said}");
        assert!(said.contains("set chain_id = 31337"), "{said}");
    }
    shop.set("ether", "chain_id", "31337");
    shop.open();
    assert!(listed(&shop, &placed).contains("awaiting"));
}

/// Another chain with the same id: only its first block tells.
#[test]
fn node_of_a_namesake_chain_is_not_read() {
    let anvil = Anvil::start();
    let mut shop = Shop::new();
    turn_real(&shop, &anvil, WALLET);
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    anvil.pay(WALLET, placed.wei());
    anvil.mine(2);
    becomes(&shop, &placed, "settled");
    shop.close();
    // Its first block has the second it was started in.
    until("a second has passed", || {
        let block = anvil.ask("eth_getBlockByNumber", &serde_json::json!(["0x0", false]));
        let then = u64::from_str_radix(block["timestamp"].as_str()?.trim_start_matches("0x"), 16);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
        (now.as_secs() > then.ok()? + 1).then_some(())
    });
    let namesake = Anvil::start();
    namesake.mine(50);
    turn_real(&shop, &namesake, WALLET);
    shop.open();
    until("it is said", || shop.said().contains("starts with a different block").then_some(()));
    assert!(listed(&shop, &placed).contains("settled"));
    let mut buyer = shop.buyer();
    buyer.take_a_shirt().unwrap();
    assert_eq!(buyer.check_out(SHIP_TO).unwrap().status, 503, "nothing is offered");
}

#[test]
fn changed_wallet_leaves_open_orders_watched() {
    let anvil = Anvil::start();
    let mut shop = Shop::new();
    turn_real(&shop, &anvil, WALLET);
    shop.open();
    let mut both = [(); 2].map(|()| shop.buyer().buy(SHIP_TO).unwrap());
    // One in a hundred loses nothing when it is cut.
    both.sort_by_key(|order| order.cut() != order.wei());
    let [exact, cut] = both;
    shop.close();
    turn_real(&shop, &anvil, OTHER_WALLET);
    let checked = shop.run(&["check"]);
    assert!(
        checked.to_lowercase().contains(&format!("2 open orders still point to {WALLET}")),
        "{checked}"
    );
    shop.open();
    until("the open shop says it too", || {
        shop.said().contains("2 open orders still point to").then_some(())
    });
    assert!(page(&shop, &exact).contains(&exact.pay_to), "the page stays as it was");
    let new = shop.buyer().buy(SHIP_TO).unwrap();
    assert!(new.pay_to.eq_ignore_ascii_case(OTHER_WALLET));
    anvil.pay(WALLET, exact.wei());
    // An exchange has cut it to six decimals: its digits name no order.
    let txid = anvil.pay(WALLET, cut.cut());
    anvil.mine(3);
    becomes(&shop, &exact, "settled");
    let mut buyer = shop.buyer();
    buyer.return_with(&cut.ticket).unwrap();
    buyer.on_order("/order/claim", &[("txid", &txid)]).unwrap();
    becomes(&shop, &cut, "settled");
    assert!(!shop.run(&["check"]).contains("still point to"));
}

#[test]
fn nothing_is_offered_before_the_chain_was_read() {
    let mut shop = Shop::new();
    let anvil = Anvil::start();
    turn_real(&shop, &anvil, WALLET);
    shop.set("ether", "nodes", "[\"http://127.0.0.1:1\"]");
    shop.open();
    let mut buyer = shop.buyer();
    buyer.take_a_shirt().unwrap();
    let refused = buyer.check_out(SHIP_TO).unwrap();
    assert_eq!(refused.status, 503);
    assert!(refused.text().contains("No orders just yet"), "{}", refused.text());
    until("the seller is told", || shop.said().contains("TAKING NO ORDERS in ETH").then_some(()));
    assert!(shop.run(&["orders"]).contains("No orders"));
    shop.close();
    turn_real(&shop, &anvil, WALLET);
    shop.open();
    shop.buyer().buy(SHIP_TO).unwrap();
    // Once it was read, a node that is away keeps no order from being taken.
    shop.close();
    shop.set("ether", "nodes", "[\"http://127.0.0.1:1\"]");
    shop.open();
    shop.buyer().buy(SHIP_TO).unwrap();
}

/// In a demo: nothing is priced in Bitcoin any more, and an order in it is still open.
#[test]
fn order_in_a_currency_nothing_is_priced_in_is_still_watched() {
    let mut shop = Shop::new();
    shop.open();
    let mut buyer = shop.buyer();
    buyer.take_a_shirt().unwrap();
    let cart = buyer.get("/cart").unwrap().text();
    let token = html::hidden(&cart, "/cart/change", "token").unwrap();
    buyer.post("/cart/change", &[("token", &token), ("currency", "BTC")]).unwrap();
    let placed = buyer.finish(SHIP_TO).unwrap();
    assert!(placed.pay_to.starts_with("demo-btc-"), "{placed:?}");
    shop.close();
    let catalog = shop.dir().join("catalog.json");
    let goods = r#"{"products":{"tee":{"name":"Tee","price":5000000}}}"#;
    std::fs::write(catalog, goods).unwrap();
    shop.open();
    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "2", "--currency", "BTC"]);
    becomes(&shop, &placed, "settled");
    assert!(shop.said().contains("nothing is priced in BTC any more"), "{}", shop.said());
}
