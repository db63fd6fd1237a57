//! Destinations of orders, and what they need.

use super::{PriceRules, Visitor, borrowed, eth, flat, full, shop, tax, zones};
use crate::{encrypted, languages::stays, lint};
use shop_seal::open::SealKey;

/// Returns the text between two pieces of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split_once(before).unwrap().1.split_once(after).unwrap().0
}

#[tokio::test]
async fn country_and_region_are_one_choice_and_ways_follow() {
    let shop = shop(full()).await;
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.takes("tee", "1").await;
    cart.shows("Please choose where to ship it");
    cart.shows("Total so far");
    let text = cart.text();
    let countries = between(&text, "<select id=\"country\"", "</select>");
    assert_eq!(countries.matches("<option").count(), 15, "thirteen regions, France: {countries}");
    cart.shows("<option value=\"CA-QC\">Canada: Quebec</option>");
    assert!(!countries.contains("value=\"CA\""), "the region decides: {countries}");

    let cart = visitor.says(&[("country", "CA-QC")]).await;
    cart.shows("<option value=\"CA-QC\" selected>Canada: Quebec</option>");
    cart.shows("<bdi>Express</bdi> · 0.03 ETH");
    // The cheapest, until another one is chosen.
    cart.shows("value=\"post\" checked");
    let cart = visitor.says(&[("country", "CA-QC"), ("rate", "express")]).await;
    cart.shows("value=\"express\" checked");
    assert!(!cart.text().contains("so far"));

    let checkout = visitor.get("/checkout").await;
    checkout.shows("Country: Canada");
    checkout.shows("Province, state or region: Quebec");
    checkout.shows("<a href=\"/cart\">Change destination</a>");
    assert!(!checkout.text().contains("name=\"country\""));
    let mut filled = visitor.fills().await;
    filled.push(("country", "Atlantis".into()));
    visitor.post("/checkout", &borrowed(&filled)).await.location();
    let mails = shop.db.outbox(9).await.unwrap();
    let mail = mails[0].sealed().unwrap();
    let letter = SealKey::parse(&shop.secret, "").unwrap().open(mail).unwrap().body.clone();
    assert!(letter.contains("London, Quebec  SW1Y 4JH\n  Canada\n"), "{letter}");
}

/// The way to the checkout is always there; what is missing is asked on it.
#[tokio::test]
async fn check_out_without_a_country_leads_to_the_question() {
    let shop = shop(full()).await;
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.takes("tee", "1").await;
    cart.shows("<button name=\"checkout\" value=\"1\">Check out</button>");
    let out = visitor.sends(&[("country", ""), ("checkout", "1")]).await;
    assert_eq!(out.location(), "/checkout");
    let question = visitor.get("/checkout").await;
    question.shows("<h1>Where should we ship it?</h1>");
    question.shows("Please choose where to ship it");
    question.shows("<option value=\"FR\">France</option>");
    assert!(!question.text().contains("name=\"recipient\""), "the form comes with its bill");
    lint::answer(&question);

    let nothing =
        [("token", &*question.token()), ("asked", "1"), ("country", ""), ("checkout", "1")];
    let again = visitor.post("/cart/change", &nothing).await;
    assert_eq!(again.status, 422);
    again.shows("Please choose a country from the list.");
    again.shows("aria-describedby=\"country-error\"");
    lint::answer(&again);

    let token = again.token();
    let france = [("token", &*token), ("asked", "1"), ("country", "FR"), ("checkout", "1")];
    let form = visitor.follow("/cart/change", &france).await;
    form.shows("Country: France");
    form.shows("Shipping: Colis");
}

/// A cart from before, or of a theme's own form, may name a country without its region.
#[tokio::test]
async fn country_without_its_region_is_asked_for_the_region() {
    let shop = shop(full()).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    visitor.says(&[("country", "CA")]).await.shows("Please choose your province");
    visitor.get("/checkout").await.shows("Please choose your province");
    let cart = visitor.says(&[("country", "CA"), ("region", "CA-QC")]).await;
    cart.shows("<option value=\"CA-QC\" selected>");
}

#[tokio::test]
async fn what_cannot_be_ordered_is_said_on_the_way_out() {
    let heavy = shop_core::bill::Cost::Weight(vec![shop_core::bill::WeightBand {
        up_to: 500,
        price: eth("0.01"),
    }]);
    let heavy = shop_core::bill::Rate { cost: heavy, ..flat("Post", "0.01") };
    let shipping = zones(vec![("CA", vec![flat("Post", "0.01")]), ("FR", vec![heavy])]);
    let shop = shop(PriceRules { shipping, minimum: eth("0.15"), ..PriceRules::default() }).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    let mut leads = async |fields: &[(&str, &str)], wanted: &str| {
        let cart = visitor.says(fields).await;
        cart.shows(wanted);
        let out = visitor.sends(&[("checkout", "1")]).await;
        assert_eq!(out.status, 422, "{wanted}");
        out.shows(wanted);
        assert_eq!(visitor.get("/checkout").await.location(), "/cart");
        let fields = [("token", &*cart.token()), ("recipient", "Ada")];
        let placed = visitor.post("/checkout", &fields).await;
        assert!([303, 422].contains(&placed.status.as_u16()));
        assert!(shop.db.orders().await.unwrap().is_empty());
    };
    leads(&[("country", "CA")], "An order must contain at least 0.15 ETH worth of products.").await;
    let three = [("id", "tee"), ("quantity", "3")];
    leads(&[("country", "NZ")], "We don’t ship this order to New Zealand.").await;
    leads(&[("country", "FR")], "at least 0.15 ETH").await;
    leads(&three, "This is too much to ship there in one order.").await;
    leads(&[("currency", "BTC")], "Shipping there can’t be paid in Bitcoin.").await;
}

#[tokio::test]
async fn what_is_not_offered_is_not_taken() {
    let shop = shop(full()).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    for (fields, wanted) in [
        (&[("country", "Canada")][..], "choose a country"),
        (&[("rate", "post")], "choose a shipping method"),
    ] {
        let before = visitor.cookies.clone();
        let answer = visitor.sends(fields).await;
        assert_eq!(answer.status, 422);
        answer.shows(wanted);
        assert_eq!(visitor.cookies, before);
    }
    let cart = visitor.says(&[("country", "CA"), ("region", "US-NY")]).await;
    cart.shows("Please choose your province");
    assert_eq!(visitor.sends(&[("rate", "colis")]).await.status, 422);
}

#[tokio::test]
async fn a_country_is_asked_for_where_tax_alone_depends_on_it() {
    let rules = PriceRules {
        tax: tax(&[("FR", "TVA", "20", true), ("*", "VAT", "0", true)]),
        ..PriceRules::default()
    };
    let shop = shop(rules).await;
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.takes("book", "1").await;
    cart.shows("Please choose your country");
    cart.shows("<label for=\"country\">Country</label>");
    let text = cart.text();
    let countries = between(&text, "<select id=\"country\"", "</select>");
    assert!(countries.matches("<option").count() > 200);
    let named = countries.split("<hr>").next().unwrap();
    assert!(named.contains("France") && !named.contains("Germany"), "the seller's own stand first");
    visitor.says(&[("country", "FR")]).await.shows("Includes TVA (20%)");
}

/// It does not where the buyer encrypted the address, or where nothing is sent.
#[tokio::test]
async fn letter_names_the_billed_place_if_the_address_does_not() {
    let shop = shop(full()).await;
    let letter = async || {
        let mail = shop.db.outbox(99).await.unwrap().pop().unwrap();
        SealKey::parse(&shop.secret, "").unwrap().open(mail.sealed().unwrap()).unwrap().body.clone()
    };
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    visitor.says(&[("country", "CA"), ("region", "CA-QC")]).await;
    visitor.says(&[("rate", "post")]).await;
    let token = visitor.get("/checkout").await.token();
    let armored = encrypted::message(&[encrypted::seller_key_id(&shop).await], 50);
    let fresh = visitor.follow("/checkout", &[("token", &*token), ("sealed", &*armored)]).await;
    let told = letter().await;
    assert!(told.contains("\nBilled for: Canada, Quebec (CA-QC)\n"), "{told}");
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    let receipt = visitor.get("/order/receipt").await;
    receipt.shows("<dt>Billed for</dt><dd>Quebec, Canada</dd>");
    visitor.get("/order/receipt.txt").await.shows("Billed for: Quebec, Canada");

    // Nothing is sent: the country matters for the tax alone.
    let mut visitor = Visitor::of(&shop);
    visitor.takes("book", "1").await;
    visitor.says(&[("country", "CA"), ("region", "CA-AB")]).await;
    let filled = visitor.fills().await;
    let fresh = visitor.follow("/checkout", &borrowed(&filled)).await;
    let told = letter().await;
    assert!(told.contains("\nBilled for: Canada, Alberta (CA-AB)\n"), "{told}");
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    visitor.get("/order/receipt").await.shows("<dd>Alberta, Canada</dd>");

    // An address that can be read names it.
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    visitor.says(&[("country", "FR")]).await;
    let filled = visitor.fills().await;
    let fresh = visitor.follow("/checkout", &borrowed(&filled)).await;
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    assert!(!visitor.get("/order/receipt").await.text().contains("Billed for"));
}

#[tokio::test]
async fn shipping_is_called_included_only_where_it_is() {
    let included = shop(PriceRules::default()).await;
    let mut visitor = Visitor::of(&included);
    visitor.get("/product/tee").await.shows("Shipping is included.");
    assert!(!visitor.get("/product/book").await.text().contains("Shipping is included."));
    visitor.takes("tee", "1").await.shows("Shipping is included.");
    let zoned = shop(full()).await;
    let mut visitor = Visitor::of(&zoned);
    assert!(!visitor.get("/product/tee").await.text().contains("Shipping is included."));
    assert!(!visitor.takes("tee", "1").await.text().contains("Shipping is included."));
}

#[tokio::test]
async fn every_state_of_the_bill_holds_in_every_language() {
    for prefix in ["", "/fr-CA", "/ar"] {
        let rules = PriceRules { minimum: eth("0.05"), ..full() };
        let shop = shop(rules).await;
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        let mut pages = vec![visitor.takes("tee", "1").await];
        for fields in [
            &[("country", "NZ")][..],
            &[("country", "")],
            &[("country", "CA")],
            &[("country", "CA"), ("region", "CA-QC")],
            &[("rate", "?")],
            &[("currency", "BTC")],
            &[("currency", "ETH")],
            &[("rate", "express")],
            &[("code", "?")],
            &[("code", "ten-off")],
        ] {
            pages.push(visitor.says(fields).await);
        }
        pages.push(visitor.get("/checkout").await);
        let token = visitor.get("/checkout").await.token();
        pages.push(visitor.post("/checkout", &[("token", &token)]).await);
        let filled = visitor.fills().await;
        shop.db.set_stock(shop_core::stock::StockKey::product("tee"), 0).await.unwrap();
        pages.push(visitor.post("/checkout", &borrowed(&filled)).await);
        shop.db.set_stock(shop_core::stock::StockKey::product("tee"), 9).await.unwrap();
        let fresh = visitor.follow("/checkout", &borrowed(&filled)).await;
        visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
        pages.push(visitor.get("/order/receipt").await);
        visitor.takes("book", "1").await;
        visitor.says(&[("country", "FR")]).await;
        pages.push(visitor.get("/checkout").await);
        for page in pages {
            lint::answer(&page);
            if prefix.is_empty() {
                continue;
            }
            stays(&page.text(), prefix);
            let text = page.text();
            let main = between(&text, "<main", "</main>").replace("the seller at the market", "");
            for english in ["Please", "Your ", "Subtotal", " the ", "Discount", "Shipping", "Send "]
            {
                assert!(!main.contains(english), "{english:?} is English:\n{main}");
            }
        }
    }
}
