//! Tokens and payments by contracts, on a real node.

use crate::support::{
    Anvil, Placed, SHIP_TO, Seller, Shop, asks_nodes, becomes, html, listed, until, until_listed,
};
use serde_json::json;

/// Addresses of the tokens on the main network; here stand-ins are put there.
pub(crate) const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const USDT: &str = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
/// A token that nobody has named.
const SPAM: &str = "0x00000000000000000000000000000000005bad00";

/// Code of a token that logs `Transfer(CALLER, to, value)` and answers true.
const TOKEN: &str = "0x602060245f3760043533\
    7fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef\
    60205fa360015f5260205ff3";
/// Code of a contract that sends on what it gets, to the address it is called with.
const FORWARDER: &str = "0x5f5f5f5f345f355af100";
const EXCHANGE: &str = "0x00000000000000000000000000000000000e4c00";

/// A shirt for 25 USDC or 0.005 ETH.
const GOODS: &str = r#"{"products":{"tee":{"name":"Tee","prices":[
    {"price":5000000,"currency":"ETH"},
    {"price":25000000000,"currency":"USDC"}]}}}"#;

/// A node of the main network's number, with the contracts.
pub(crate) fn node() -> Anvil {
    let anvil = Anvil::start_as(1);
    for (address, code) in [(USDC, TOKEN), (USDT, TOKEN), (SPAM, TOKEN), (EXCHANGE, FORWARDER)] {
        anvil.ask("anvil_setCode", &json!([address, code.replace(' ', "")]));
    }
    anvil.mine(1);
    anvil
}

/// A shop for real money that takes Ether and USDC, each at a pool of its own.
fn shop_with_pools(anvil: &Anvil) -> Shop {
    let shop = Shop::new();
    asks_nodes(&shop, &[anvil.url()], 1);
    shop.set("ether", "wallet", "\"\"");
    for (name, accounts) in [("ether.txt", 1..5), ("usdc.txt", 5..10)] {
        let pool: Vec<String> = accounts.map(|i| anvil.account(i)).collect();
        std::fs::write(shop.dir().join(name), pool.join("\n")).unwrap();
    }
    shop.set("ether", "pool", "\"ether.txt\"");
    shop.set("assets", "tokens", "[{ code = \"USDC\", pool = \"usdc.txt\" }]");
    std::fs::write(shop.dir().join("catalog.json"), GOODS).unwrap();
    shop
}

pub(crate) fn buy_in(shop: &Shop, currency: &str) -> Placed {
    let mut buyer = shop.buyer();
    let cart = buyer.post("/cart", &[("id", "tee"), ("quantity", "1")]).unwrap().text();
    let token = html::hidden(&cart, "/cart/change", "token").unwrap();
    buyer.post("/cart/change", &[("token", &token), ("currency", currency)]).unwrap();
    buyer.finish(SHIP_TO).unwrap()
}

/// Returns the smallest units of an amount such as `25.001234 USDC`.
pub(crate) fn units(placed: &Placed) -> u128 {
    let digits = placed.amount.split_whitespace().next().unwrap();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    format!("{whole}{fraction:0<6}").parse().unwrap()
}

/// Sends these units of a token; not mined yet.
pub(crate) fn pay_token(anvil: &Anvil, token: &str, to: &str, units: u128) -> String {
    let to = to.trim_start_matches("0x");
    let data = format!("0xa9059cbb{to:0>64}{units:064x}");
    let call = json!([{ "from": anvil.account(0), "to": token, "data": data, "gas": "0x186a0" }]);
    anvil.ask("eth_sendTransaction", &call).as_str().unwrap().to_owned()
}

fn page(shop: &Shop, placed: &Placed) -> String {
    let text = shop.buyer().return_with(&placed.ticket).unwrap().text();
    text.replace("&#x2f;", "/")
}

fn state(shop: &Shop, placed: &Placed) -> String {
    listed(shop, placed).split_whitespace().nth(4).unwrap_or_default().to_owned()
}

/// The network is said in plain words, and the picture has the bare address.
#[test]
fn token_orders_at_one_wallet_are_told_apart_and_reorganised() {
    let anvil = node();
    let mut shop = Shop::new();
    asks_nodes(&shop, &[anvil.url()], 1);
    shop.set("assets", "tokens", "[\"USDC\"]");
    std::fs::write(shop.dir().join("catalog.json"), GOODS).unwrap();
    shop.run(&["config", "check"]);
    shop.open();
    let [one, two, short, over] = [(); 4].map(|()| buy_in(&shop, "USDC"));
    assert!(one.pay_to == two.pay_to && one.amount != two.amount, "{one:?} {two:?}");
    let text = page(&shop, &one);
    for wanted in [
        "Send USDC on the Ethereum main network, and on no other network.",
        "your wallet needs some Ether for it",
        "QR code with the payment address",
        &format!("ethereum:{USDC}@1/transfer?address={}&amp;uint256={}", one.pay_to, units(&one)),
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("Did an exchange send it?"), "contracts log what they send");
    pay_token(&anvil, USDC, &two.pay_to, units(&two));
    // The same digits, and a dollar less or more.
    pay_token(&anvil, USDC, &short.pay_to, units(&short) - 1_000_000);
    pay_token(&anvil, USDC, &over.pay_to, units(&over) + 1_000_000);
    // A token of nobody, and nothing of the right one.
    pay_token(&anvil, SPAM, &one.pay_to, units(&one));
    pay_token(&anvil, USDC, &one.pay_to, 0);
    anvil.mine(1);
    becomes(&shop, &two, "confirming");
    shop.cut_power();
    anvil.mine(1);
    shop.open();
    becomes(&shop, &two, "settled");
    becomes(&shop, &over, "over");
    becomes(&shop, &short, "short");
    assert_eq!(state(&shop, &one), "awaiting");
    anvil.reorg(2);
    becomes(&shop, &two, "reversed");
    pay_token(&anvil, USDC, &two.pay_to, units(&two));
    anvil.mine(2);
    becomes(&shop, &two, "settled");
}

/// The right amount in the wrong token pays nothing, and is owed.
#[test]
fn wrong_token_is_told_to_buyer_and_seller_and_given_back() {
    let anvil = node();
    let mut shop = shop_with_pools(&anvil);
    shop.open();
    let order = buy_in(&shop, "USDC");
    pay_token(&anvil, USDT, &order.pay_to, units(&order));
    anvil.pay(&order.pay_to, 3_000_000_000_000_000);
    pay_token(&anvil, SPAM, &order.pay_to, units(&order));
    anvil.mine(2);
    until_listed(&shop, &order, "owed", |line| line.contains("refund another currency"));
    assert_eq!(state(&shop, &order), "awaiting");
    let text = page(&shop, &order);
    for wanted in [
        "25\u{a0}USDT has arrived at this order’s address. The order asks for USDC",
        "0.003\u{a0}ETH has arrived",
        "please enter your refund address below",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let mut buyer = shop.buyer();
    buyer.return_with(&order.ticket).unwrap();
    buyer.on_order("/order/refund", &[("refund", &anvil.account(0))]).unwrap();
    let letter = until("the seller is told", || {
        let letters = Seller::of(&shop).about(&order.id);
        letters.into_iter().find(|letter| letter.contains("money in ANOTHER CURRENCY"))
    });
    assert!(letter.contains("25 USDT") && letter.contains("0.003 ETH"), "{letter}");
    let refunds = shop.run(&["orders", "refunds"]);
    assert!(refunds.contains("USDT") && refunds.contains("and asks for USDC"), "{refunds}");
    let json = shop.run(&["orders", "refunds", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["orders"][0]["other_currency_due"].as_array().unwrap().len(), 2, "{json}");
    shop.run(&["orders", "refunded", &order.id]);
    assert!(shop.run(&["orders", "refunds"]).contains("No refunds are due."));
    assert!(page(&shop, &order).contains("What arrived in another currency has been refunded."));
    // The right asset still pays for it.
    pay_token(&anvil, USDC, &order.pay_to, units(&order));
    anvil.mine(2);
    becomes(&shop, &order, "settled");
}

/// An exchange pays by a contract, which leaves no log: a proof of the balance shows it.
#[test]
fn ether_sent_by_an_exchange_is_proved_when_the_buyer_says_so() {
    let anvil = node();
    let mut shop = shop_with_pools(&anvil);
    // A pool's address has never sent anything.
    let fresh = "0x540300000000000000000000000000000000abcd";
    std::fs::write(shop.dir().join("ether.txt"), fresh).unwrap();
    shop.open();
    let order = buy_in(&shop, "ETH");
    assert!(order.pay_to.eq_ignore_ascii_case(fresh), "{order:?}");
    let receiver = order.pay_to.trim_start_matches("0x");
    let call = json!([{
        "from": anvil.account(0), "to": EXCHANGE, "value": format!("0x{:x}", order.wei()),
        "data": format!("0x{receiver:0>64}"), "gas": "0x30d40",
    }]);
    anvil.ask("eth_sendTransaction", &call);
    anvil.mine(1);
    let balance = anvil.ask("eth_getBalance", &json!([order.pay_to, "latest"]));
    assert_eq!(balance, format!("0x{:x}", order.wei()));
    let mut buyer = shop.buyer();
    let text = buyer.return_with(&order.ticket).unwrap().text();
    assert!(text.contains("Did an exchange send it?") && text.contains("at most six times"));
    anvil.mine(2);
    assert_eq!(state(&shop, &order), "awaiting");
    let text = buyer.on_order("/order/exchange", &[]).unwrap().text();
    assert!(text.contains("The shop is asking."), "{text}");
    until_listed(&shop, &order, "paid", |line| {
        ["confirming", "settled"].iter().any(|word| line.contains(word))
    });
    anvil.mine(2);
    becomes(&shop, &order, "settled");
}
