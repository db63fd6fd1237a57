//! The seller's short words in other languages.

use super::{PriceRules, Visitor, flat, tax, zones};
use crate::shop::{TestShop, Wanted};
use shop_web::{Glossary, Language};

/// A form sends the seller's own words; the page shows the reader's.
#[tokio::test]
async fn the_sellers_short_words_are_said_in_the_readers_language() {
    let catalog = r#"{"products": {"tee": {
        "name": "Tee", "description": "", "quantity": 50, "categories": ["Clothing/Shirts"],
        "axes": [{"name": "Size", "values": ["Small", "Large"]}, {"name": "Colour", "values": ["Red"]}],
        "prices": [{"price": 1000000, "currency": "ETH"}, {"price": 2000, "currency": "BTC"}]}}}"#;
    let mut words = Glossary::default();
    let said = [
        ("Clothing", "Vêtements"),
        ("Size", "Taille"),
        ("Small", "Petit"),
        ("Red", "Rouge"),
        ("Slow things", "Choses lentes"),
        ("Letter post", "Poste-lettres"),
        ("GST+QST", "TPS+TVQ"),
    ];
    words.add(Language::CanadianFrench, said.map(|(own, said)| (own.to_owned(), said.to_owned())));
    let rules = PriceRules {
        shipping: zones(vec![("CA", vec![flat("Letter post", "0.01")])]),
        tax: tax(&[("CA", "GST+QST", "14.975", false)]),
        ..PriceRules::default()
    };
    let tagline = "Slow things".to_owned();
    let wanted = Wanted { catalog: catalog.into(), words, tagline, rules, ..Wanted::default() };
    let shop = TestShop::with(wanted);
    let mut visitor = Visitor { prefix: "/fr-CA", ..Visitor::of(&shop) };
    let landing = visitor.get("/").await;
    landing.shows("<a href=\"/fr-CA/category/clothing\">Vêtements</a>");
    landing.shows("<p class=\"slogan\">Choses lentes</p>");
    let product = visitor.get("/product/tee").await;
    product.shows("<label for=\"option\">Taille &#x2f; Colour</label>");
    product.shows("<option value=\"Small &#x2f; Red\">Petit &#x2f; Rouge</option>");
    product.shows("<option value=\"Large &#x2f; Red\">Large &#x2f; Rouge</option>");
    // Words in the reader's language are not marked as being in the seller's.
    product.shows("<select id=\"option\" name=\"option\" required>");
    let kind = visitor.get("/category/clothing/shirts").await;
    kind.shows("<h1 lang=\"en\" dir=\"ltr\">Shirts</h1>");
    kind.shows(">Vêtements</a>");
    kind.shows("<h2 class=\"small\">Taille</h2>");
    kind.shows("<li><a href=\"/fr-CA/category/clothing/shirts?is=Size%3ASmall\">Petit</a></li>");
    let cart = visitor.follow("/cart", &[("id", "tee"), ("option", "Small / Red")]).await;
    cart.shows("<bdi>Petit &#x2f; Rouge</bdi>");
    cart.shows("name=\"quantity:tee:Small &#x2f; Red\"");
    let to = [("token", &*cart.token()), ("country", "CA")];
    let cart = visitor.follow("/cart/change", &to).await;
    cart.shows("Livraison\u{a0}: Poste-lettres");
    cart.shows("TPS+TVQ (14,975\u{a0}%)");
    for page in [landing, product, kind, cart] {
        crate::lint::answer(&page);
    }
    let own = Visitor::of(&shop).get("/product/tee").await;
    own.shows("<option value=\"Small &#x2f; Red\">Small &#x2f; Red</option>");
}
