//! Lists by pages, sorted and narrowed; searching; levels.

use crate::{
    shop::{TestShop, Wanted},
    visitor::Visitor,
};
use shop_core::stock::{Availability, StockKey};

/// Returns thirty things, numbered.
fn many() -> String {
    let products: Vec<String> = (1..=30)
        .map(|i| {
            let more = match i {
                7 => r#", "featured": true, "new": true"#,
                8 => r#", "quantity": 0"#,
                9 => r#", "axes": [{"name": "Size", "values": ["S", "M"]},
                       {"name": "Colour", "values": ["Red", "Blue"]}], "variants": [
                       {"choice": ["S", "Red"], "quantity": 0}, {"choice": ["M", "Red"], "quantity": 2},
                       {"choice": ["M", "Blue"], "price": 5, "quantity": 9}]"#,
                _ => r#", "quantity": 9"#,
            };
            let category = if i % 2 == 0 { "Even/Things" } else { "Odd" };
            format!(
                r#"{{"id": "p{i}", "name": "Thing {i}", "description": "Number {i}", "price": {},
                    "categories": ["{category}"] {more}}}"#,
                1_000 * (40 - i)
            )
        })
        .collect();
    format!(r#"{{"products": [{}]}}"#, products.join(","))
}

fn shop() -> TestShop {
    TestShop::with(Wanted { catalog: many(), ..Wanted::default() })
}

fn tiles(page: &str) -> Vec<String> {
    let names = page.split("<span class=\"title\">").skip(1);
    names.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_long_list_has_pages_with_addresses_of_their_own() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    let first = visitor.get("/product").await.text();
    assert_eq!(tiles(&first).len(), 12);
    assert_eq!(tiles(&first)[0], "Thing 7", "what is featured comes first");
    assert!(first.contains("href=\"/product?page=2\" rel=\"next\""));
    let last = visitor.get("/product?page=3").await.text();
    assert_eq!(tiles(&last).len(), 6);
    assert!(last.contains("30 products") && !last.contains("rel=\"next\""));
    for gone in ["/product?page=4", "/category/odd?page=3", "/search?q=thing&page=9"] {
        assert_eq!(visitor.get(gone).await.status, 404, "{gone}");
    }
    assert_eq!(visitor.get("/product?page=1").await.bytes, visitor.get("/product").await.bytes);
    let landing = visitor.get("/").await;
    assert_eq!(tiles(&landing.text()).len(), 11, "with the slogan among them, twelve");
    landing.shows("See all 30 products");
}

#[tokio::test]
async fn lists_are_sorted_and_narrowed_by_links() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    let cheapest = visitor.get("/product?sort=price-up").await.text();
    assert_eq!(tiles(&cheapest)[..2], ["Thing 9", "Thing 30"], "one variant costs next to nothing");
    assert!(cheapest.contains("href=\"/product?sort=price-up&amp;page=2\""), "{cheapest}");
    let stock = visitor.get("/category/even?stock=in").await.text();
    assert!(!tiles(&stock).contains(&"Thing 8".to_owned()) && stock.contains("14 products"));
    let narrowed = visitor.get("/product?is=Size%3AM&is=Colour%3ABlue").await.text();
    assert_eq!(tiles(&narrowed), ["Thing 9"]);
    let nothing = visitor.get("/product?is=Size%3AS&stock=in").await;
    nothing.shows("No products match all of these filters.");
    nothing.shows("Clear filters");
}

/// Returns the target of the link with these words.
fn link(page: &str, words: &str) -> String {
    let before = page.split(&format!(">{words}</a>")).next().expect("the link is there");
    assert!(before.len() < page.len(), "{words} is on {page}");
    let href = before.rsplit("href=\"").next().unwrap();
    href.split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn lists_are_narrowed_to_a_band_of_prices() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    let all = visitor.get("/product").await.text();
    let bands: Vec<&str> = all
        .match_indices("href=\"/product?price=")
        .map(|(at, _)| all.get(at + 6..).unwrap().split('"').next().unwrap())
        .collect();
    assert_eq!(
        bands,
        ["/product?price=0-0.00002", "/product?price=0.00002-0.00003", "/product?price=0.00003-",]
    );
    let second = visitor.get("/product?page=2").await.text();
    assert!(bands.iter().all(|band| second.contains(band)), "the same on all pages");
    let cheap = link(&all, "under 0.00002\u{a0}ETH");
    let page = visitor.get(&cheap).await.text();
    assert!(tiles(&page).iter().all(|name| all_cheap(name)), "{:?}", tiles(&page));
    assert_eq!(link(&page, "under 0.00002\u{a0}ETH"), "/product", "the same link undoes it");
    let both = link(&page, "In stock only");
    assert_eq!(both, "/product?stock=in&price=0-0.00002");
    let french = visitor.get("/fr-CA/product").await.text();
    assert_eq!(link(&french, "moins de 0,00002\u{a0}ETH"), "/fr-CA/product?price=0-0.00002");
    let few = visitor.get("/search?q=17").await.text();
    assert!(!few.contains("price="), "one product needs no bands");
}

/// Things from 21 on cost less than 20,000 Gwei, as does a choice of Thing 9.
fn all_cheap(name: &str) -> bool {
    let number: u32 = name.strip_prefix("Thing ").unwrap().parse().unwrap();
    number == 9 || number > 20
}

#[tokio::test]
async fn an_axis_with_a_colon_in_its_name_narrows_like_any_other() {
    let shoe = |id: &str, size: &str| {
        format!(
            r#"{{"id": "{id}", "name": "{id}", "price": 5, "axes": [{{"name": "Size: EU", "values": ["{size}"]}}]}}"#
        )
    };
    let catalog = format!(r#"{{"products": [{}, {}]}}"#, shoe("clog", "38"), shoe("boot", "42"));
    let shop = TestShop::with(Wanted { catalog, ..Wanted::default() });
    let mut visitor = Visitor::of(&shop);
    let all = visitor.get("/product").await.text();
    let page = visitor.get(&link(&all, "42")).await.text();
    assert_eq!(tiles(&page), ["boot"]);
    assert_eq!(link(&page, "42"), "/product");
}

#[tokio::test]
async fn categories_show_what_is_within_and_around() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    visitor.get("/category/even").await.shows("href=\"/category/even/things\">Things");
    let inner = visitor.get("/category/even/things").await;
    inner.shows("href=\"/category/even\">Even");
    inner.shows("15 products");
    assert_eq!(visitor.get("/category/things").await.status, 404);
}

#[tokio::test]
async fn a_search_forgives_and_leaves_no_trace() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    let page = visitor.get("/search?q=nubmer+17").await;
    assert_eq!(tiles(&page.text())[0], "Thing 17");
    page.shows("value=\"nubmer 17\"");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(page.header("set-cookie").is_none() && page.header("content-encoding").is_none());
    assert_eq!(page.bytes.len() % 8_192, 0, "its length does not tell what was found");
    visitor.get("/search?q=%3Cq%3Ezebra").await.shows("“&lt;q&gt;zebra”");
    let long = "x".repeat(1_500);
    assert_eq!(visitor.get(&format!("/search?q={long}")).await.status, 200);
    let french = visitor.get("/fr-CA/search?q=thing").await;
    french.shows("href=\"/fr-CA/search?q=thing&amp;sort=newest\"");
}

#[tokio::test]
async fn a_product_with_axes_offers_what_there_is() {
    let shop = shop();
    let page = Visitor::of(&shop).get("/product/thing-9").await;
    page.shows("<label for=\"option\">Size &#x2f; Colour</label>");
    page.shows(
        "<option value=\"S &#x2f; Red\" disabled>S &#x2f; Red · 0.000031 ETH · sold out</option>",
    );
    page.shows(
        "<option value=\"M &#x2f; Red\">M &#x2f; Red · 0.000031 ETH · Only a few left</option>",
    );
    page.shows("<option value=\"M &#x2f; Blue\">M &#x2f; Blue · 0.000000005 ETH</option>");
    page.shows("from 0.000000005 ETH");
    let mut visitor = Visitor::of(&shop);
    let fields = [("id", "p9"), ("option", "M / Blue"), ("quantity", "3")];
    visitor.follow("/cart", &fields).await.shows("0.000000015 ETH");
    let none = visitor.post("/cart", &[("id", "p9"), ("option", "S / Blue")]).await;
    assert_eq!(none.status, 422);
}

#[tokio::test]
async fn a_changed_level_shows_everywhere_and_a_changed_count_nowhere() {
    let shop = shop();
    let mut visitor = Visitor::of(&shop);
    let before = visitor.get("/product/thing-1").await;
    before.shows("In stock");
    let other = visitor.get("/product/thing-2").await;
    let list = visitor.get("/category/odd").await;
    let level = |level| [(StockKey::product("p1"), level)];
    assert!(!shop.web.restock(level(Availability::InStock)), "nothing to see");
    assert!(shop.web.restock(level(Availability::LowStock)));
    visitor.get("/product/thing-1").await.shows("Only a few left");
    assert_ne!(visitor.get("/category/odd").await.bytes, list.bytes);
    assert_eq!(visitor.get("/product/thing-2").await.bytes, other.bytes);
    assert!(shop.web.restock(level(Availability::SoldOut)));
    visitor.get("/product/thing-1").await.shows("Sold out.");
    assert_eq!(visitor.post("/cart", &[("id", "p1")]).await.status, 422);
    assert!(shop.web.restock(level(Availability::InStock)));
    assert_eq!(visitor.get("/product/thing-1").await.bytes, before.bytes);
}
