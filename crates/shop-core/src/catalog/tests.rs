use super::*;
use proptest::prelude::*;

const OLD: &str = r#"{
  "agents": { "_model": "Agent", "boss": { "email": "x@example.com", "password": "secret" } },
  "wallets": { "_model": "Wallet",
    "eth": { "currency": "ETH", "name": "Ethereum", "address": "0xd24def0856636050cf891befc0fa69ecf96c160b" },
    "btc": { "currency": "BTC", "name": "Bitcoin", "address": "1abc" } },
  "products": { "_model": "Product",
    "man-shirt": { "name": "Men's Mining T", "description": "*Sick*", "images": ["a.jpg", "b.jpg"],
      "options": ["Small", "Large"], "categories": ["mens"], "quantity": 3,
      "prices": [ { "price": 51990000, "wallet": "->wallets.eth" },
                  { "price": 1230, "wallet": "->wallets.btc" } ] },
    "kid-shirt": { "name": "Men's Mining T", "price": 41990000, "image": "kid.jpg" } }
}"#;

fn broken(json: &str, field: &str) {
    let error = Catalog::from_json(json).unwrap_err().to_string();
    assert!(error.contains(field), "{error}");
}

#[test]
fn the_old_layout_is_read() {
    let catalog = Catalog::from_json(OLD).unwrap();
    let shirt = &catalog.products()[0];
    assert_eq!(shirt.slug, "mens-mining-t");
    assert_eq!(shirt.prices[0].to_string(), "0.05199 ETH");
    assert_eq!(shirt.prices[1].to_string(), "0.00000123 BTC");
    assert_eq!(shirt.quantity, 3);
    let kid = &catalog.products()[1];
    assert_eq!((kid.slug.as_str(), kid.quantity), ("mens-mining-t-2", 1));
    assert_eq!(kid.images, ["kid.jpg"]);
    assert_eq!(catalog.assets(), [AssetId::Eth], "only ether is priced everywhere");
    assert_eq!(catalog.next(&shirt.id), Some(kid));
    assert_eq!(catalog.next(&kid.id), None);
    assert_eq!(catalog.categories(), ["mens"]);
}

#[test]
fn a_refusal_names_product_and_field() {
    broken("{", "JSON");
    broken("[]", "products");
    broken("{}", "products");
    let with = |field: &str| format!(r#"{{"products":{{"p":{{"name":"P","price":1,{field}}}}}}}"#);
    broken(&with(r#""name":" ""#), "product \"p\", name");
    broken(&with(r#""quantity":-1"#), "product \"p\", quantity");
    broken(&with(r#""quantity":1.5"#), "product \"p\", quantity");
    broken(&with(r#""images":["../x"]"#), "product \"p\", images");
    broken(&with(r#""options":[""]"#), "product \"p\", options");
    broken(&with(r#""prices":[{"price":1}]"#), "prices[0]");
    broken(&with(r#""prices":[{"price":0,"currency":"ETH"}]"#), "prices[0]");
    broken(&with(r#""prices":[{"price":11,"currency":"BTC"}]"#), "8 decimal places");
    broken(&with(r#""prices":[{"price":1,"wallet":"->wallets.doge"}]"#), "names no wallet");
    broken(r#"{"products":{"p":{"name":"P"}}}"#, "prices");
    broken(r#"{"products":{"a b":{"name":"P","price":1}}}"#, "name in the file");
}

proptest! {
    #[test]
    fn any_bytes_are_answered(text in ".{0,200}") {
        drop(Catalog::from_json(&text));
    }

    #[test]
    fn slugs_are_fit_for_urls(name in any::<String>()) {
        let slug = category_slug(&name);
        prop_assert!(!slug.is_empty());
        prop_assert!(slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(category_slug(&slug), slug);
    }
}
