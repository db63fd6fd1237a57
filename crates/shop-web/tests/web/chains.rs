//! Orders whose chain is contested, or not followed any more, as their buyers see them.

use crate::{
    lint,
    order_life::{due, pool, shop_with, steps},
    shop::{START, TestShop},
    visitor::Visitor,
};
use shop_core::{
    money::AssetId,
    view::{BlockHash, ChainIdentity, ChainUpdate, Height},
};
use shop_db::{DEMO_CHAIN, Networks};
use std::sync::atomic::Ordering;

const DEMO: ChainIdentity = ChainIdentity { chain_id: DEMO_CHAIN, genesis: BlockHash([1; 32]) };
const REAL: ChainIdentity = ChainIdentity { chain_id: 1, genesis: BlockHash([2; 32]) };

/// Settings of a shop that is paid on the network with this chain id, or of a demo.
fn networks(chain_id: u64) -> Networks {
    let real = (chain_id != DEMO_CHAIN).then_some((AssetId::ETH.chain(), chain_id));
    real.into_iter().collect()
}

async fn follow(shop: &TestShop, chain: ChainIdentity) {
    shop.db.begin_chains(networks(chain.chain_id)).await.unwrap();
    shop.db.follow(AssetId::ETH.chain(), chain).await.unwrap();
}

#[tokio::test]
async fn contested_payment_is_shown_as_being_checked() {
    let shop = shop_with(10).await;
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    let paid = [("0xaa", 101, due(&shop).await, pool(101))];
    shop.chain(120, &paid).await;
    let page = visitor.get("/order").await;
    page.shows("Paid. Thank you!");
    let paid = steps(&page);
    assert!(paid.contains(&"now Payment complete at".to_owned()), "{paid:?}");
    let contested = ChainUpdate { contested_from: Some(Height(101)), ..ChainUpdate::default() };
    shop.db.apply_update(AssetId::ETH.chain(), contested, START.coarse()).await.unwrap();
    for (path, wanted) in [
        ("/order", "Your payment is being checked"),
        ("/fr-CA/order", "Votre paiement est en cours de vérification"),
        ("/ar/order", "يجري التحقق من دفعتك"),
    ] {
        let page = visitor.get(path).await;
        page.shows(wanted);
        lint::answer(&page);
    }
    let wanted = [
        "done Placed",
        "done Payment seen",
        "now Your payment is being checked",
        "next Confirmations",
        "next Payment complete",
        "next Sent",
        "next Delivered",
    ];
    assert_eq!(steps(&visitor.get("/order").await), wanted);
    shop.db
        .apply_update(AssetId::ETH.chain(), ChainUpdate::default(), START.coarse())
        .await
        .unwrap();
    assert_eq!(steps(&visitor.get("/order").await), paid);
}

#[tokio::test]
async fn order_of_a_demo_asks_nobody_for_money() {
    let shop = shop_with(10).await;
    follow(&shop, DEMO).await;
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    page.shows("demo-101");
    assert_eq!(visitor.get("/order/qr.png").await.status, 200);
    follow(&shop, REAL).await;
    for (path, wanted) in [
        ("/order", "This order is from the demo"),
        ("/fr-CA/order", "Cette commande vient d’une démonstration"),
        ("/ar/order", "هذا الطلب من عرض تجريبي"),
        ("/order/receipt", "Do not send money."),
        ("/order/receipt.txt", "Do not send money."),
    ] {
        visitor.get(path).await.shows(wanted);
    }
    let page = visitor.get("/order").await;
    lint::answer(&page);
    page.shows("<strong>DEMO</strong>");
    for gone in ["demo-101", "order/cancel", "order/claim", "order/check"] {
        assert!(!page.text().contains(gone), "{gone}");
    }
    assert_eq!(visitor.get("/order/qr.png").await.status, 404);
    visitor.get("/order/forget").await.shows("Delete the record");
}

#[tokio::test]
async fn real_order_in_a_demo_says_not_to_pay_now() {
    let shop = shop_with(10).await;
    follow(&shop, REAL).await;
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    follow(&shop, DEMO).await;
    let page = visitor.get("/order").await;
    page.shows("Do not pay now");
    assert!(!page.text().contains("demo-101"));
    follow(&shop, REAL).await;
    visitor.get("/order").await.shows("demo-101");
}

#[tokio::test]
async fn checkout_before_the_chain_was_read_says_so() {
    let shop = shop_with(10).await;
    shop.payments.unread.store(true, Ordering::SeqCst);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let refused = visitor.post("/checkout", &fields).await;
    assert_eq!(refused.status, 503);
    refused.shows("No orders just yet");
    visitor.get("/cart").await.shows("Plain Tee");
    shop.payments.unread.store(false, Ordering::SeqCst);
    assert_eq!(visitor.post("/checkout", &fields).await.status, 303);
}
