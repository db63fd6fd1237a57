//! Shipping, tax and discounts, from the cart to the sealed letter.

mod codes;
mod places;
mod same;
mod words;

use crate::{
    order_life::sealing_db,
    shop::{SALT, TestShop, Wanted},
    visitor::{Answer, Visitor},
};
use shop_core::{
    bill::{
        Area, ByArea, Cost, Discount, DiscountCode, DiscountEffect, DiscountNumber, Discounts,
        Percent, PriceRules, Prices, Rate, Shipping, Tax, TaxRate, Zone,
    },
    money::{Amount, AssetId},
    stock::StockKey,
};
use shop_web::Pictures;
use std::sync::Arc;

/// A tee of 0.1 ETH and 200 g, and a book that is not sent.
const GOODS: &str = r#"{
  "wallets": {
    "eth": {"currency": "ETH", "name": "Ether", "address": "0x1"},
    "btc": {"currency": "BTC", "name": "Bitcoin", "address": "bc1"}
  },
  "products": {
    "tee": {"name": "Tee", "weight": 200, "quantity": 40,
      "prices": [{"price": 100000000, "wallet": "->wallets.eth"},
                 {"price": 4000000, "wallet": "->wallets.btc"}]},
    "book": {"name": "Book", "digital": {"file": "book.pdf"},
      "prices": [{"price": 50000000, "wallet": "->wallets.eth"},
                 {"price": 2000000, "wallet": "->wallets.btc"}]}
  }
}"#;

/// Opens a shop with these rules, whose counts are in its database.
async fn shop(rules: PriceRules) -> TestShop {
    let db = sealing_db(Arc::new(|_| None));
    let mut counts = vec![(StockKey::product("tee"), 40)];
    counts.extend(rules.discounts.levels());
    db.recount(counts).await.unwrap();
    let pictures = Pictures::new();
    TestShop::with(Wanted { catalog: GOODS.into(), pictures, rules, db, ..Wanted::default() })
}

fn eth(coins: &str) -> Prices {
    Prices::new(vec![Amount::parse(AssetId::ETH, coins).unwrap().into()]).unwrap()
}

fn flat(name: &str, coins: &str) -> Rate {
    let id = Rate::id_from_name(name);
    let cost = Cost::Flat(eth(coins));
    Rate { id, name: name.into(), cost, free_over: Prices::default() }
}

fn zones(entries: Vec<(&str, Vec<Rate>)>) -> Shipping {
    let zones = entries.into_iter().map(|(to, rates)| (areas(to), Zone::new(rates).unwrap()));
    Shipping::Zones(ByArea::new(zones.collect()).unwrap())
}

fn areas(codes: &str) -> Vec<Area> {
    codes.split(' ').map(|code| Area::parse(code).unwrap()).collect()
}

fn tax(entries: &[(&str, &str, &str, bool)]) -> Tax {
    let entry = |(to, name, percent, included): &(&str, &str, &str, bool)| {
        let percent = Percent::parse(percent).unwrap();
        let name = (*name).to_owned();
        let included = *included;
        (areas(to), TaxRate { name, percent, included, on_shipping: true })
    };
    Tax::new(entries.iter().map(entry).collect()).unwrap()
}

fn percent(text: &str) -> DiscountEffect {
    DiscountEffect::Percent(Percent::parse(text).unwrap())
}

fn discount(number: u32, code: &str, gives: DiscountEffect) -> Discount {
    Discount {
        number: DiscountNumber(number),
        hash: SALT.hash(&DiscountCode::parse(code).unwrap()),
        gives,
        from: None,
        until: None,
        uses: None,
        minimum: Prices::default(),
    }
}

/// Returns rules with shipping, tax and a discount.
/// Two ways to Canada, one to France; a tax in Quebec; ten percent for who knows.
fn full() -> PriceRules {
    PriceRules {
        shipping: zones(vec![
            ("CA", vec![flat("Post", "0.01"), flat("Express", "0.03")]),
            ("FR", vec![flat("Colis", "0.02")]),
        ]),
        tax: tax(&[("CA-QC", "GST+QST", "14.975", false), ("CA", "GST", "5", false)]),
        discounts: Discounts::new(vec![discount(1, "TEN-OFF", percent("10"))]).unwrap(),
        minimum: Prices::default(),
    }
}

impl Visitor<'_> {
    /// Puts things in the cart.
    async fn takes(&mut self, id: &str, count: &str) -> Answer {
        self.follow("/cart", &[("id", id), ("quantity", count)]).await
    }

    /// Sends the form of the cart; what the cart is then.
    async fn says(&mut self, fields: &[(&str, &str)]) -> Answer {
        let answer = self.sends(fields).await;
        if answer.status == 422 {
            return answer;
        }
        let to = answer.location().strip_prefix(self.prefix).unwrap().to_owned();
        self.get(&to).await
    }

    async fn sends(&mut self, fields: &[(&str, &str)]) -> Answer {
        let token = self.get("/cart").await.token();
        let mut all = vec![("token", token.as_str())];
        all.extend(fields);
        self.post("/cart/change", &all).await
    }

    /// Fills in the checkout form: as much of it as there is.
    async fn fills(&mut self) -> Vec<(&'static str, String)> {
        let page = self.get("/checkout").await.text();
        let mut filled = self.filled().await;
        filled.retain(|(name, _)| *name == "token" || page.contains(&format!("name=\"{name}\"")));
        // Wherever it goes, its postal code is London's.
        filled.push(("sure", "yes".into()));
        filled
    }
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

/// Returns a page without what differs from answer to answer.
fn redacted(page: &str) -> String {
    let pieces = page.split("name=\"token\" value=\"").enumerate();
    pieces.map(|(i, piece)| if i == 0 { piece } else { piece.split_once('"').unwrap().1 }).collect()
}
