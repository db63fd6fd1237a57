//! One shirt for Ether, dollars on Ethereum, Monero and Bitcoin, on three real nodes at once.

use crate::{
    bitcoin,
    support::{Mutt, Placed, Seller, Shop, asks_nodes, becomes, until},
    tokens::{self, USDC, buy_in, pay_token, units},
    view_key,
};
use monerod::{Monerod, Wallet, wait_for};
use serde_json::json;
use std::time::Duration;

#[path = "../../../shop-chain/tests/chains/monerod.rs"]
#[expect(dead_code, reason = "shop-chain's tests use more of it")]
mod monerod;

const GOODS: &str = r#"{"products":{"tee":{"name":"Tee","prices":[
    {"price":5000000,"currency":"ETH"},
    {"price":25000000000,"currency":"USDC"},
    {"price":120000000,"currency":"XMR"},
    {"price":400000,"currency":"BTC"}]}}}"#;

/// Blocks whose coins are enough for a ring, and those that ripen them.
const MONERO_BLOCKS: u32 = 80;
/// Time that a transaction may take until everybody is told of it.
const TOLD: Duration = Duration::from_secs(30);

/// A Monero node, and a wallet program with the seller's and the buyer's wallets.
struct Monero {
    node: Monerod,
    wallet: Wallet,
    seller: String,
    view_key: String,
    buyer: String,
}

impl Monero {
    fn start() -> Option<Self> {
        let Some(programs) = monerod::programs() else {
            eprintln!("LEFT OUT: no monerod here; run maint/get-monero");
            return None;
        };
        let node = Monerod::start(&programs);
        let wallet = Wallet::start(&programs, &node);
        let seller = wallet.make("seller");
        let view_key = wallet.text("query_key", json!({ "key_type": "view_key" }), "key");
        let buyer = wallet.make("buyer");
        node.mine(MONERO_BLOCKS, &buyer);
        wallet.refresh();
        Some(Self { node, wallet, seller, view_key, buyer })
    }

    /// Sends what an order asks for, and mines it.
    fn pay(&self, placed: &Placed) {
        let to = json!({ "address": placed.pay_to, "amount": piconero(&placed.amount) });
        let params = json!({ "destinations": [to], "account_index": 0 });
        let txid = self.wallet.text("transfer", params, "tx_hash");
        wait_for("the transaction to be told", TOLD, || self.node.waiting().contains(&txid));
        self.mine(1);
    }

    fn mine(&self, blocks: u32) {
        self.node.mine(blocks, &self.buyer);
    }
}

/// Returns an amount such as `0.12 XMR` in 1e-12 of a coin.
fn piconero(amount: &str) -> u64 {
    let digits = amount.trim_end_matches("XMR").trim();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    format!("{whole}{fraction:0<12}").parse().unwrap()
}

/// The buyer of each chooses at the checkout; the seller reads all four in one mailbox.
#[test]
fn one_shirt_is_sold_for_four_assets_at_once() {
    let Some(monero) = Monero::start() else { return };
    let Some((bitcoin, miner)) = bitcoin::node() else { return };
    let anvil = tokens::node();
    let mut shop = bitcoin::shop_at(&bitcoin);
    asks_nodes(&shop, &[anvil.url()], 1);
    shop.set("assets", "tokens", "[\"USDC\"]");
    shop.set("monero", "address", &format!("\"{}\"", monero.seller));
    shop.set("monero", "nodes", &format!("[\"http://127.0.0.1:{}\"]", monero.node.port()));
    shop.set("monero", "network", "\"regtest\"");
    shop.set("monero", "confirmations", "2");
    std::fs::write(shop.dir().join("catalog.json"), GOODS).unwrap();
    let stored = view_key::store(&shop, &format!("{}\n", monero.view_key));
    assert!(stored.status.success(), "{stored:?}");
    shop.open();

    let placed = ["ETH", "USDC", "XMR", "BTC"].map(|asset| buy_in(&shop, asset));
    let [ether, dollars, monero_order, bitcoin_order] = &placed;
    for (order, begins, ends) in [
        (ether, "0.005", " ETH"),
        (dollars, "25.0", " USDC"),
        (monero_order, "0.12", " XMR"),
        (bitcoin_order, "0.0004", " BTC"),
    ] {
        let amount = &order.amount;
        assert!(amount.starts_with(begins) && amount.ends_with(ends), "{amount}");
    }
    assert_mutt_shows(&shop, &placed);
    let seller = Seller::of(&shop);
    for order in &placed {
        let letters = seller.about(&order.id);
        let has_all = |text: &String| text.contains(&order.amount) && text.contains(&order.pay_to);
        assert!(letters.iter().any(has_all), "{order:?}: {letters:?}");
    }

    anvil.pay(&ether.pay_to, ether.wei());
    pay_token(&anvil, USDC, &dollars.pay_to, units(dollars));
    anvil.mine(1);
    bitcoin.ask("sendtoaddress", json!([bitcoin_order.pay_to, "0.0004"]));
    bitcoin::mine(&bitcoin, &miner, 1);
    monero.pay(monero_order);
    for order in &placed {
        becomes(&shop, order, "confirming");
    }
    anvil.mine(2);
    bitcoin::mine(&bitcoin, &miner, 1);
    monero.mine(1);
    for order in &placed {
        becomes(&shop, order, "settled");
    }
}

/// Opens each order in mutt, one after the other.
fn assert_mutt_shows(shop: &Shop, placed: &[Placed]) {
    let mailbox = shop.dir().join("mailorders/root");
    let mutt = Mutt::open(shop.folder(), &mailbox);
    let listed = format!("Msgs:{}", placed.len());
    until("mutt lists the orders", || mutt.screen().contains(&listed).then_some(()));
    mutt.press("Enter");
    let mut left: Vec<&str> = placed.iter().map(|order| order.id.as_str()).collect();
    while !left.is_empty() {
        let shown = until("mutt shows an order", || {
            let screen = mutt.screen();
            left.iter().position(|id| screen.contains(*id))
        });
        left.remove(shown);
        mutt.press("j");
    }
}
