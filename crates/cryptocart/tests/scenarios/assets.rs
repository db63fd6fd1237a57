//! A shop that sells in two coins, each on its chain, and in a token on the first.

use crate::support::{Placed, SHIP_TO, Shop, becomes, html, listed, until, until_listed};

/// A token with 6 decimals on the chain of Ether.
const TOKENS: &str = "[{ code = \"USDC\", chain = \"ethereum\", decimals = 6, \
     token = \"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48\" }]";

/// 0.005 ETH, 0.00001234 BTC (8 decimals), 25 USDC.
const GOODS: &str = r#"{"products":{"tee":{"name":"Tee","prices":[
    {"price":5000000,"currency":"ETH"},
    {"price":12340,"currency":"BTC"},
    {"price":25000000000,"currency":"USDC"}]}}}"#;

fn sell(shop: &Shop, goods: &str, tokens: &str) {
    std::fs::write(shop.dir().join("catalog.json"), goods).unwrap();
    shop.set("assets", "tokens", tokens);
}

fn buy_in(shop: &Shop, currency: &str) -> Placed {
    let mut buyer = shop.buyer();
    let cart = buyer.post("/cart", &[("id", "tee"), ("quantity", "1")]).unwrap().text();
    let token = html::hidden(&cart, "/cart/change", "token").unwrap();
    buyer.post("/cart/change", &[("token", &token), ("currency", currency)]).unwrap();
    buyer.finish(SHIP_TO).unwrap()
}

/// Returns the newest block read of a currency's chain.
fn newest(shop: &Shop, currency: &str) -> Option<u64> {
    let status: serde_json::Value = serde_json::from_str(&shop.run(&["status", "--json"])).ok()?;
    let chains = status["shop"]["chains"].as_array()?.iter();
    chains.filter(|chain| chain["currency"] == currency).find_map(|c| c["newest_block"].as_u64())
}

#[test]
fn two_chains_and_a_token_are_sold_side_by_side() {
    let mut shop = Shop::new();
    sell(&shop, GOODS, TOKENS);
    shop.run(&["check"]);
    shop.open();
    let ether = buy_in(&shop, "ETH");
    let bitcoin = buy_in(&shop, "BTC");
    let token = buy_in(&shop, "USDC");
    let wrong = buy_in(&shop, "USDC");
    for (placed, amount, prefix) in [
        (&ether, "0.005 ETH", "demo-eth-"),
        (&bitcoin, "0.00001234 BTC", "demo-btc-"),
        (&token, "25 USDC", "demo-usdc-"),
    ] {
        assert_eq!(placed.amount, amount, "{placed:?}");
        assert!(placed.pay_to.starts_with(prefix), "{placed:?}");
    }
    // The token moves with the blocks of its chain, and with those alone.
    shop.run(&["demo", "pay", &token.id]);
    shop.run(&["demo", "mine", "5", "--currency", "BTC"]);
    becomes(&shop, &token, "confirming");
    shop.run(&["demo", "mine", "2", "--currency", "ETH"]);
    becomes(&shop, &token, "settled");
    shop.run(&["demo", "pay", &bitcoin.id]);
    shop.run(&["demo", "mine", "2", "--currency", "BTC"]);
    becomes(&shop, &bitcoin, "settled");
    assert!(listed(&shop, &ether).contains("awaiting"), "{}", listed(&shop, &ether));
    until("each chain is read to its own tip", || {
        let heights = ["ETH", "USDC", "BTC"].map(|currency| newest(&shop, currency));
        (heights == [Some(3), Some(3), Some(8)]).then_some(())
    });
    // A reorganisation of one chain takes nothing back that was paid on the other.
    shop.run(&["demo", "reorg", "3", "--currency", "USDC"]);
    becomes(&shop, &token, "reversed");
    assert!(listed(&shop, &bitcoin).contains("settled"));
    shop.run(&["demo", "pay", &ether.id]);
    shop.run(&["demo", "mine", "2"]);
    becomes(&shop, &ether, "settled");
    // Whoever pays in the wrong currency has not paid, and is owed that money.
    shop.run(&["demo", "pay", &wrong.id, "--currency", "ETH", "--amount", "0.5"]);
    shop.run(&["demo", "mine", "2"]);
    until_listed(&shop, &wrong, "owed", |line| line.contains("refund another currency"));
    assert!(listed(&shop, &wrong).contains("awaiting"));
    shop.run(&["orders", "refunded", &wrong.id]);
    // The settings forget the token: its order is read as it was placed, and still watched.
    shop.close();
    let without = GOODS.replace("USDC", "XMR");
    sell(&shop, &without, "[]");
    shop.open();
    let mut buyer = shop.buyer();
    let page = buyer.return_with(&token.ticket).unwrap().text();
    assert!(page.contains("25\u{a0}USDC"), "{page}");
    shop.run(&["demo", "pay", &token.id]);
    shop.run(&["demo", "mine", "2"]);
    becomes(&shop, &token, "settled");
    assert!(listed(&shop, &bitcoin).contains("settled"));
}
