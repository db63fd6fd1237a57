//! Prices in the seller's currency: from the catalogue to the sealed letter.

use crate::{
    shop::{TestShop, Wanted},
    visitor::Visitor,
};
use shop_core::{
    bill::{Area, ByArea, Cost, PriceRules, Prices, Rate, Shipping, Zone},
    money::{Amount, AssetId, Currency, CurrencyAmount, Decimal, ExchangeRate, RateOrigin},
    time::Clock,
};
use shop_seal::open::SealKey;
use shop_web::Pictures;

/// A tee that has a price in dollars alone, and a mug that has one in Ether too.
const GOODS: &str = r#"{
  "currency": "CAD",
  "products": {
    "tee": {"name": "Plain Tee", "price": "25.00", "options": ["S", "M", "L"], "quantity": 9},
    "mug": {"name": "Mug", "quantity": 9, "prices": [
      {"price": "12.50", "currency": "CAD"}, {"price": 2000000, "currency": "ETH"}]}
  }
}"#;

fn shop() -> TestShop {
    shop_with(PriceRules::default())
}

fn shop_with(rules: PriceRules) -> TestShop {
    let pictures = Pictures::new();
    TestShop::with(Wanted { catalog: GOODS.into(), pictures, rules, ..Wanted::default() })
}

fn cad() -> Currency {
    Currency::parse("CAD").unwrap()
}

/// Sets the rates of these assets, as two sources agree on them.
fn rates(shop: &TestShop, prices: &[(AssetId, &str)]) {
    let hour = shop.clock.now().coarse();
    let rate = |(asset, price): &(AssetId, &str)| {
        let price = Decimal::parse(price).unwrap();
        let sources = RateOrigin::Sources(vec!["Kraken".into(), "Chainlink".into()]);
        ExchangeRate::new(*asset, cad(), price, hour, sources).unwrap()
    };
    *shop.payments.rates.lock().unwrap() = prices.iter().map(rate).collect();
}

const ETHER: (AssetId, &str) = (AssetId::ETH, "4321.09");
const BITCOIN: (AssetId, &str) = (AssetId::BTC, "120000");

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

async fn letter(shop: &TestShop) -> String {
    let mails = shop.db.outbox(9).await.unwrap();
    let key = SealKey::parse(&shop.secret, "").unwrap();
    key.open(mails[0].sealed().unwrap()).unwrap().body.clone()
}

#[tokio::test]
async fn tee_for_dollars_is_bought_with_ether_at_the_rate_of_now() {
    let shop = shop();
    rates(&shop, &[ETHER]);
    let mut visitor = Visitor::of(&shop);
    for path in ["/", "/product", "/product/plain-tee"] {
        let page = visitor.get(path).await;
        page.shows("25.00\u{a0}CAD");
        assert!(!page.text().contains("4321"), "a page for everyone has no rate");
    }
    visitor.get("/product/mug").await.shows("0.002\u{a0}ETH");
    let cart = visitor.takes_a_tee().await;
    cart.shows("25.00\u{a0}CAD");
    cart.shows("You can pay with Ether. The amount is shown at the checkout.");
    cart.shows("no current exchange rate for Bitcoin");
    crate::lint::answer(&cart);
    let checkout = visitor.get("/checkout").await;
    // 25 / 4321.09, rounded up to eight decimals.
    checkout.shows("0.00578558\u{a0}ETH");
    let rate = "Converted at 1 ETH = 4321.09\u{a0}CAD, the rate of 22 November 2026, 12:00 UTC \
                from Kraken, Chainlink.";
    checkout.shows(rate);
    crate::lint::answer(&checkout);
    let filled = visitor.filled().await;
    let fresh = visitor.follow("/checkout", &borrowed(&filled)).await;
    let page = visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    let due = shop.db.orders().await.unwrap()[0].facts.due;
    let total = Amount::parse(AssetId::ETH, "0.00578558").unwrap();
    assert!(due.minus(total).is_ok_and(|naming| naming.units() < total.units() / 100), "{due}");
    page.shows(&due.to_string());
    page.shows(rate);
    crate::lint::answer(&page);
    // The frozen rate stays, whatever the rate is now.
    rates(&shop, &[(AssetId::ETH, "1")]);
    visitor.get("/order").await.shows(rate);
    let receipt = visitor.get("/order/receipt").await;
    receipt.shows(rate);
    receipt.shows(&due.to_string());
    visitor.get("/order/receipt.txt").await.shows("Converted at 1 ETH = 4321.09");
    let letter = letter(&shop).await;
    assert!(letter.contains("Rate:  1 ETH = 4321.09 CAD, from Kraken, Chainlink"), "{letter}");
    assert!(letter.contains(&format!("Amount: {due}")), "{letter}");
}

#[tokio::test]
async fn asset_is_chosen_at_the_checkout_and_words_are_kept() {
    let shop = shop();
    rates(&shop, &[ETHER, BITCOIN]);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let checkout = visitor.get("/checkout").await;
    checkout.shows("Ether <span class=\"soft\">on the Ethereum network</span>");
    checkout.shows("Bitcoin <span class=\"soft\">on the Bitcoin network</span>");
    checkout.shows("value=\"ETH\" checked");
    let mut filled = visitor.filled().await;
    filled.push(("bill", checkout.hidden("bill")));
    filled.push(("currency", "BTC".into()));
    let page = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(page.status, 422);
    page.shows("This is the total in the currency you chose.");
    page.shows("0.00020834\u{a0}BTC");
    page.shows("value=\"BTC\" checked");
    page.shows("Ada Byron");
    assert!(shop.db.orders().await.unwrap().is_empty());
    filled.retain(|(name, _)| *name != "bill" && *name != "token");
    filled.push(("bill", page.hidden("bill")));
    filled.push(("token", page.token()));
    // The button that only asks for the amount places no order.
    let asks = [borrowed(&filled), vec![("choose", "1")]].concat();
    assert_eq!(visitor.post("/checkout", &asks).await.status, 422);
    assert!(shop.db.orders().await.unwrap().is_empty());
    visitor.post("/checkout", &borrowed(&filled)).await.location();
    let order = &shop.db.orders().await.unwrap()[0];
    assert_eq!(order.facts.due.asset(), AssetId::BTC);
    assert!(letter(&shop).await.contains("1 BTC = 120000 CAD"));
}

#[tokio::test]
async fn rate_that_moved_since_the_page_places_no_order_unseen() {
    let shop = shop();
    rates(&shop, &[ETHER]);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let mut filled = visitor.filled().await;
    filled.push(("bill", visitor.get("/checkout").await.hidden("bill")));
    rates(&shop, &[(AssetId::ETH, "4000")]);
    let page = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(page.status, 422);
    page.shows("a price, the exchange rate, a rule or your cart");
    page.shows("0.00625\u{a0}ETH");
    assert!(shop.db.orders().await.unwrap().is_empty());
}

#[tokio::test]
async fn without_a_rate_the_cart_stays_and_says_why() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.takes_a_tee().await;
    let why = "Prices in CAD can’t be converted right now";
    cart.shows(why);
    cart.shows("25.00\u{a0}CAD");
    crate::lint::answer(&cart);
    assert_eq!(visitor.get("/checkout").await.location(), "/cart");
    // With a rate it goes on, and where the rate goes meanwhile, the words come back.
    rates(&shop, &[ETHER]);
    let filled = visitor.filled().await;
    rates(&shop, &[]);
    let page = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(page.status, 422);
    page.shows("Prices can’t be converted right now. Nothing was ordered");
    page.shows("Ada Byron");
    crate::lint::answer(&page);
    visitor.get("/cart").await.shows(why);
    assert!(shop.db.orders().await.unwrap().is_empty());
    for (language, why) in [("/fr-CA", "ne peuvent pas être convertis"), ("/ar", "لا يمكن تحويل")]
    {
        visitor.get(&format!("{language}/cart")).await.shows(why);
    }
}

#[tokio::test]
async fn price_in_the_asset_itself_comes_before_a_rate() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.follow("/cart", &[("id", "mug"), ("quantity", "1")]).await;
    cart.shows("0.002\u{a0}ETH");
    // Together with a tee, which has a price in dollars alone, it is one in dollars.
    rates(&shop, &[ETHER]);
    visitor.get("/cart").await.shows("0.002\u{a0}ETH");
    let both = visitor.takes_a_tee().await;
    both.shows("37.50\u{a0}CAD");
    assert!(!both.text().contains("0.002\u{a0}ETH"));
}

/// Goods with a price in Ether, where shipping has one in dollars alone.
#[tokio::test]
async fn bill_is_in_dollars_where_shipping_is() {
    let five = CurrencyAmount::parse(cad(), "5.00").unwrap();
    let cost = Cost::Flat(Prices::new(vec![five.into()]).unwrap());
    let free_over = Prices::default();
    let rate = Rate { id: "post".into(), name: "Post".into(), cost, free_over };
    let zones = vec![(vec![Area::Rest], Zone::new(vec![rate]).unwrap())];
    let shipping = Shipping::Zones(ByArea::new(zones).unwrap());
    let shop = shop_with(PriceRules { shipping, ..PriceRules::default() });
    rates(&shop, &[ETHER]);
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.follow("/cart", &[("id", "mug"), ("quantity", "1")]).await;
    let to = [("token", &*cart.token()), ("country", "CA")];
    visitor.follow("/cart/change", &to).await.shows("17.50\u{a0}CAD");
}
