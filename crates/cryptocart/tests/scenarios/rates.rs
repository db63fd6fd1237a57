//! Prices in dollars in a shop for real money, with the rates of two servers.

use crate::support::{
    Anvil, Placed, Responder, SHIP_TO, Seller, Shop, becomes, cryptocart, html, real_shop, until,
};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// A tee for 30 dollars, and a cap for a tenth of an Ether.
const GOODS: &str = r#"{"currency":"CAD","products":{
    "tee":{"name":"Tee","price":"30.00","quantity":9},
    "cap":{"name":"Cap","prices":[{"price":100000000,"currency":"ETH"}],"quantity":9}}}"#;

/// Two servers with a price of Ether in whole dollars each.
struct Sources {
    kraken: Arc<AtomicU64>,
    coingecko: Arc<AtomicU64>,
    servers: [Responder; 2],
}

impl Sources {
    fn start(price: u64) -> Self {
        let kraken = Arc::new(AtomicU64::new(price));
        let coingecko = Arc::new(AtomicU64::new(price));
        let told = Arc::clone(&kraken);
        let first = Responder::new(move |_, _| {
            let price = told.load(SeqCst);
            let offer = |price: u64| json!([format!("{price}.0"), "1", "1.0"]);
            let ticker = json!({"a": offer(price + 1), "b": offer(price - 1)});
            json!({"error": [], "result": {"XETHZCAD": ticker}})
        });
        let told = Arc::clone(&coingecko);
        let second = Responder::new(move |_, _| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            json!({"ethereum": {"cad": told.load(SeqCst), "last_updated_at": now}})
        });
        Self { kraken, coingecko, servers: [first, second] }
    }

    /// Writes them into the settings of a shop.
    fn configure(&self, shop: &Shop) {
        let [kraken, coingecko] = &self.servers;
        let sources = format!(
            "[{{ kind = \"kraken\", url = \"{}\" }}, {{ kind = \"coingecko\", url = \"{}\" }}]",
            kraken.url(),
            coingecko.url()
        );
        shop.set("rates", "sources", &sources);
    }

    fn tell(&self, kraken: u64, coingecko: u64) {
        self.kraken.store(kraken, SeqCst);
        self.coingecko.store(coingecko, SeqCst);
    }
}

fn checkout(shop: &Shop, product: &str) -> String {
    let mut buyer = shop.buyer();
    buyer.post("/cart", &[("id", product), ("quantity", "1")]).unwrap();
    html::plain(&buyer.get("/checkout").unwrap().text())
}

fn cart(shop: &Shop, product: &str) -> String {
    let mut buyer = shop.buyer();
    buyer.post("/cart", &[("id", product), ("quantity", "1")]).unwrap();
    html::plain(&buyer.get("/cart").unwrap().text())
}

fn buy(shop: &Shop, product: &str) -> Placed {
    let mut buyer = shop.buyer();
    buyer.post("/cart", &[("id", product), ("quantity", "1")]).unwrap();
    buyer.finish(SHIP_TO).unwrap()
}

fn page(shop: &Shop, placed: &Placed) -> String {
    html::plain(&shop.buyer().return_with(&placed.ticket).unwrap().text())
}

/// Sources that contradict each other sell nothing at their rate, and stop nothing else.
#[test]
fn dollar_price_follows_two_sources_and_orders_keep_theirs() {
    let anvil = Anvil::start();
    let sources = Sources::start(4000);
    let mut shop = real_shop(&anvil);
    sources.configure(&shop);
    std::fs::write(shop.dir().join("catalog.json"), GOODS).unwrap();
    shop.open();
    until("the rate is there", || checkout(&shop, "tee").contains("0.0075").then_some(()));
    let first = buy(&shop, "tee");
    assert!(first.amount.starts_with("0.0075"), "{first:?}");
    let seller = Seller::of(&shop);
    let letter = until("the order's mail", || seller.about(&first.id).into_iter().next());
    let said = letter.to_lowercase();
    for wanted in ["30.00 cad", "1 eth = 4000 cad", "kraken", "coingecko"] {
        assert!(said.contains(wanted), "{wanted} is missing:\n{letter}");
    }

    shop.close();
    sources.tell(6000, 4000);
    shop.open();
    until("the status names the reason", || {
        let status = cryptocart(shop.folder(), &["status"]);
        let status = String::from_utf8_lossy(&status.stdout).into_owned();
        status.contains("differ too much: from 4000 (CoinGecko) to 6000 (Kraken)").then_some(())
    });
    let stopped = cart(&shop, "tee");
    assert!(stopped.contains("converted right now, so this cart can’t be ordered"), "{stopped}");
    let cap = buy(&shop, "cap");
    assert!(cap.amount.starts_with("0.1"), "{cap:?}");
    let kept = page(&shop, &first);
    assert!(kept.contains("4000") && kept.contains(&first.amount), "{kept}");

    shop.close();
    sources.tell(5000, 5050);
    shop.open();
    until("the new rate is there", || checkout(&shop, "tee").contains("5025").then_some(()));
    let second = buy(&shop, "tee");
    // 30 dollars at 5025, and some steps that name the order.
    let range = 5_970_149_000_000_000..6_070_149_000_000_000;
    assert!(range.contains(&second.wei()), "{second:?}");
    anvil.pay(&first.pay_to, first.wei());
    anvil.mine(4);
    becomes(&shop, &first, "settled");
}
