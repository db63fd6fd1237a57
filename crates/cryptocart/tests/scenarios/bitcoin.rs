//! Real Bitcoin on a real node.

use crate::support::{Placed, SHIP_TO, Shop, becomes, cryptocart, html, refused, until};
use bitcoind::Bitcoind;
use serde_json::json;

#[path = "../../../shop-chain/tests/chains/bitcoind.rs"]
mod bitcoind;

/// The account key of BIP 49's test vectors, and its first two addresses.
const KEY: &str = "upub5EFU65HtV5TeiSHmZZm7FUffBGy8UKeqp7vw43jYbvZPpoVsgU93oac7Wk3u6moKegAEWtGNF8DehrnHtv21XXEMYRUocHqguyjknFHYfgY";
const FIRST: &str = "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2";

/// 0.01234 BTC.
const GOODS: &str = r#"{"products":{"tee":{"name":"Tee","prices":[
    {"price":12340000,"currency":"BTC"}]}}}"#;

/// Starts a node with a wallet whose coins can be spent; none where none is installed.
pub(crate) fn node() -> Option<(Bitcoind, String)> {
    let Some(program) = bitcoind::program() else {
        eprintln!(
            "LEFT OUT: no bitcoind here; run maint/get-bitcoind, or set BITCOIND to its path"
        );
        return None;
    };
    let node = Bitcoind::start(&program, &["-fallbackfee=0.0001"]);
    node.ask("createwallet", json!(["buyer"]));
    let address = node.ask("getnewaddress", json!([]));
    let address = address.as_str().expect("an address").to_owned();
    node.ask("generatetoaddress", json!([110, address]));
    node.settle();
    Some((node, address))
}

pub(crate) fn shop_at(node: &Bitcoind) -> Shop {
    let shop = Shop::new();
    std::fs::write(shop.dir().join("catalog.json"), GOODS).unwrap();
    shop.set("bitcoin", "descriptor", &format!("\"{KEY}\""));
    shop.set("bitcoin", "nodes", &format!("[\"127.0.0.1:{}\"]", node.port()));
    shop.set("bitcoin", "network", "\"regtest\"");
    shop
}

pub(crate) fn mine(node: &Bitcoind, address: &str, blocks: u32) {
    node.ask("generatetoaddress", json!([blocks, address]));
    node.settle();
}

fn buy(shop: &Shop) -> Placed {
    let mut buyer = shop.buyer();
    let cart = buyer.post("/cart", &[("id", "tee"), ("quantity", "1")]).unwrap().text();
    assert!(html::hidden(&cart, "/cart/change", "token").is_some());
    buyer.finish(SHIP_TO).unwrap()
}

/// Two equal orders, one paid; then the money goes back into no block, and into one again.
#[test]
fn order_is_paid_in_bitcoin_at_an_address_of_its_own() {
    let Some((node, address)) = node() else { return };
    let mut shop = shop_at(&node);
    let checked = shop.run(&["check"]);
    assert!(checked.contains("Bitcoin to 1000 addresses of a descriptor"), "{checked}");
    shop.open();
    let one = buy(&shop);
    let two = buy(&shop);
    assert_eq!((one.amount.as_str(), one.pay_to.as_str()), ("0.01234 BTC", FIRST));
    assert_ne!(one.pay_to, two.pay_to);
    let mut buyer = shop.buyer();
    buyer.return_with(&one.ticket).unwrap();
    let page = buyer.get("/order").unwrap().text();
    assert!(page.contains(FIRST) && page.contains("0.01234 BTC"), "{page}");
    node.ask("sendtoaddress", json!([one.pay_to, "0.01234"]));
    mine(&node, &address, 1);
    becomes(&shop, &one, "confirming");
    mine(&node, &address, 1);
    becomes(&shop, &one, "settled");
    becomes(&shop, &two, "awaiting");

    let tip = node.ask("getblockcount", json!([])).as_u64().expect("a number");
    let first = node.ask("getblockhash", json!([tip - 1]));
    node.ask("invalidateblock", json!([first]));
    let other = node.ask("getnewaddress", json!([]));
    for _ in 0..3 {
        node.ask("generateblock", json!([other, []]));
    }
    node.settle();
    becomes(&shop, &one, "reversed");
    mine(&node, &address, 2);
    becomes(&shop, &one, "settled");

    // Paid while the shop was closed.
    shop.close();
    node.ask("sendtoaddress", json!([two.pay_to, "0.01234"]));
    mine(&node, &address, 4);
    shop.open();
    becomes(&shop, &two, "settled");
}

/// A key that can spend has no business on a server, nor an address of another network.
#[test]
fn setting_that_cannot_be_paid_is_refused_in_words() {
    let shop = Shop::new();
    for (setting, value, wanted) in [
        ("descriptor", "\"wpkh(xprv9s21/0/*)\"", "PRIVATE key"),
        ("descriptor", &format!("\"{KEY}\""), "another network"),
        ("network", "\"test\"", "main, signet or regtest"),
    ] {
        shop.set("bitcoin", setting, value);
        let said = refused(shop.folder(), &["config", "check"], &[78]);
        assert!(said.contains(wanted), "{said}");
    }
}

/// Returns the first addresses of the wallet, as they are made at home.
fn made_at_home(shop: &Shop) -> Vec<String> {
    let arguments =
        ["addresses", "make", "list.txt", "--coin", "BTC", "--network", "regtest", "--xpub", KEY];
    let output = cryptocart(shop.folder(), &[&arguments[..], &["--json"]].concat());
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["descriptor"].as_str().is_some_and(|text| text.starts_with("sh(wpkh(tpub")));
    serde_json::from_value(answer["first_addresses"].clone()).unwrap()
}

/// The records are older than the chain: somebody has an address that the shop has not given.
/// The node on this machine is the only one.
#[test]
fn numbers_go_on_when_a_later_address_is_paid_or_told_to() {
    let Some((node, address)) = node() else { return };
    let mut shop = shop_at(&node);
    let wallet = made_at_home(&shop);
    assert_eq!(wallet[0], FIRST);
    shop.open();
    assert_eq!(buy(&shop).pay_to, FIRST);
    node.ask("sendtoaddress", json!([wallet[2], "0.5"]));
    mine(&node, &address, 1);
    until("the seller is told", || shop.said().contains("further along").then_some(()));
    let checked = shop.run(&["check"]);
    assert!(checked.contains("gap limit to 2003 or more"), "{checked}");
    let later = buy(&shop).pay_to;
    assert!(!wallet.contains(&later));

    let said = shop.run(&["addresses", "skip", "--to", "5000"]);
    assert!(said.contains("go on with number 5000") && said.contains("6000 or more"), "{said}");
    assert!(said.contains("new addresses in the pool"), "an open shop takes them: {said}");
    let last = buy(&shop);
    assert!(last.pay_to != later && !wallet.contains(&last.pay_to));
    let refused = refused(shop.folder(), &["addresses", "skip", "--to", "4999"], &[2]);
    assert!(refused.contains("the first that can be is 5001"), "{refused}");
    node.ask("sendtoaddress", json!([last.pay_to, "0.01234"]));
    mine(&node, &address, 2);
    becomes(&shop, &last, "settled");
}
