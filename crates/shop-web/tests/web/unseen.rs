//! Chains that cannot be read now.

use crate::{shop::TestShop, visitor::Visitor};
use shop_core::{money::AssetId, time::Clock};
use shop_seal::{SealCert, keygen, open::SealKey};
use shop_web::Unseen;

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

fn unseen(shop: &TestShop, asset: AssetId, stopped: bool) {
    let since = shop.clock.now().coarse();
    shop.web.show_unseen(vec![Unseen { chain: asset.chain(), since, stopped }]);
}

#[tokio::test]
async fn unseen_chain_is_told_to_who_waits_and_to_who_orders() {
    let shop = TestShop::new();
    let mut waits = Visitor::of(&shop);
    let mut orders = Visitor::of(&shop);
    waits.pays_next().await;
    orders.takes_a_tee().await;
    let english = "can’t see payments in Ether right now. The last time it could was 22 November 2026, 12:00 UTC";
    unseen(&shop, AssetId::ETH, false);
    let page = waits.get("/order").await;
    page.shows(english);
    page.shows("Please don’t pay twice");
    crate::lint::answer(&page);
    let checkout = orders.get("/checkout").await;
    checkout.shows(english);
    crate::lint::answer(&checkout);
    waits.get("/fr-CA/order").await.shows("Ne payez pas deux fois");
    waits.get("/ar/order").await.shows("يُرجى عدم الدفع مرتين");
    let filled = orders.filled().await;
    orders.post("/checkout", &borrowed(&filled)).await.location();
    shop.web.show_unseen(Vec::new());
    assert!(!waits.get("/order").await.text().contains("can’t see payments"));
}

#[tokio::test]
async fn stopped_asset_takes_no_orders_and_others_do() {
    let shop = TestShop::new();
    let mut before = Visitor::of(&shop);
    let mut late = Visitor::of(&shop);
    before.pays_next().await;
    late.takes_a_tee().await;
    let filled = late.filled().await;
    unseen(&shop, AssetId::ETH, true);
    for page in [late.get("/checkout").await, late.post("/checkout", &borrowed(&filled)).await] {
        assert_eq!(page.status, 503);
        page.shows("No orders in this currency right now");
        crate::lint::answer(&page);
    }
    before.get("/order").await.shows("Waiting for your payment");
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);
    unseen(&shop, AssetId::BTC, true);
    late.post("/checkout", &borrowed(&filled)).await.location();
}

/// An order placed while the key is exchanged is sealed to the new one, or stored before.
#[tokio::test]
async fn order_is_sealed_to_the_key_of_the_last_exchange() {
    let shop = TestShop::new();
    let today = shop.clock.now().coarse();
    let key = keygen::throw_away("New", today, &shop_core::entropy::Seeded::new(9)).unwrap();
    let cert = SealCert::parse(&key.public_armored).unwrap();
    let mut first = Visitor::of(&shop);
    first.pays_next().await;
    let refused = shop.web.exchange_key(cert.clone(), async { Err("refused") }).await;
    assert_eq!(refused, Err("refused"));
    Visitor::of(&shop).pays_next().await;
    shop.web.exchange_key(cert, async { Ok::<_, ()>(()) }).await.unwrap();
    Visitor::of(&shop).pays_next().await;
    let mails = shop.db.outbox(9).await.unwrap();
    let old = SealKey::parse(&shop.secret, "").unwrap();
    let new = SealKey::parse(&key.secret_armored, "").unwrap();
    let opens: Vec<_> = mails
        .iter()
        .map(|mail| mail.sealed().unwrap())
        .map(|mail| (old.open(mail).is_ok(), new.open(mail).is_ok()))
        .collect();
    assert_eq!(opens, [(true, false), (true, false), (false, true)]);
}
