use super::*;
use proptest::prelude::*;

fn catalog() -> Catalog {
    Catalog::from_json(
        r#"{"products":{
            "tee":{"name":"Tee","price":51990000,"options":["S","L"],"quantity":2},
            "mug":{"name":"Mug","price":10000000,"quantity":3},
            "gone":{"name":"Gone","price":1,"quantity":0}}}"#,
    )
    .unwrap()
}

fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

#[test]
fn units_of_one_choice_share_a_line() {
    let catalog = catalog();
    let mut cart = Cart::default();
    cart.add(&catalog, &id("tee"), Some("S"), 1).unwrap();
    cart.add(&catalog, &id("tee"), Some("L"), 1).unwrap();
    cart.add(&catalog, &id("tee"), Some("S"), 1).unwrap();
    let priced = cart.price(&catalog, AssetId::ETH).unwrap();
    assert_eq!(priced.lines.len(), 2);
    assert_eq!(priced.total.to_string(), "0.15597 ETH");
    cart.set(&catalog, &id("tee"), Some("S"), 0).unwrap();
    assert_eq!(cart.units(), 1);
}

#[test]
fn a_line_has_the_sellers_own_number() {
    let numbered = r#"{"products":{"tee":{"name":"Tee","price":1,"axes":[{"name":"Size",
        "values":["S","L"]}],"variants":[{"choice":["S"],"sku":"TEE-S"},{"choice":["L"]}]}}}"#;
    let numbered = Catalog::from_json(numbered).unwrap();
    let mut cart = Cart::default();
    cart.add(&numbered, &id("tee"), Some("S"), 1).unwrap();
    cart.add(&numbered, &id("tee"), Some("L"), 1).unwrap();
    let lines = cart.price(&numbered, AssetId::ETH).unwrap().lines;
    let skus: Vec<_> = lines.iter().map(|line| line.sku.as_deref()).collect();
    assert_eq!(skus, [Some("TEE-S"), None]);
}

#[test]
fn what_is_not_offered_is_refused() {
    let catalog = catalog();
    let mut cart = Cart::default();
    let mut add = |product, option, count| cart.add(&catalog, &id(product), option, count);
    assert_eq!(add("nothing", None, 1), Err(CartError::Unknown));
    assert_eq!(add("gone", None, 1), Err(CartError::Sold("Gone".into())));
    assert_eq!(add("tee", None, 1), Err(CartError::Option("Tee".into())));
    assert_eq!(add("tee", Some("XL"), 1), Err(CartError::Option("Tee".into())));
    assert_eq!(add("mug", Some("S"), 1), Err(CartError::Option("Mug".into())));
    let many = CartError::TooMany { name: "Tee".into(), most: 3 };
    assert_eq!(add("tee", Some("S"), 4), Err(many.clone()));
    add("tee", Some("S"), 2).unwrap();
    assert_eq!(add("tee", Some("L"), 2), Err(many), "options share the stock");
    assert!(cart.price(&catalog, AssetId::BTC).is_err());
}

#[test]
fn a_cart_follows_the_catalogue() {
    let mut cart = Cart::default();
    let plenty = catalog().with_levels([(StockKey::product("tee"), Availability::InStock)]);
    cart.add(&plenty, &id("tee"), Some("S"), 5).unwrap();
    cart.add(&plenty, &id("mug"), None, 1).unwrap();
    let later = r#"{"products":{"tee":{"name":"Tee","price":2,"options":["S"],"quantity":2}}}"#;
    let later = Catalog::from_json(later).unwrap();
    let lowered = CartError::TooMany { name: "Tee".into(), most: 3 };
    assert_eq!(cart.settle_with(&later), [lowered, CartError::Unknown]);
    assert_eq!(cart.units(), 3);
    assert!(cart.price(&later, AssetId::ETH).is_ok());
    let sold = later.with_levels([(StockKey::product("tee"), Availability::SoldOut)]);
    assert_eq!(cart.settle_with(&sold), [CartError::Sold("Tee".into())]);
    assert!(cart.is_empty());
}

#[test]
fn each_variant_has_its_price_and_its_shelf() {
    let catalog = Catalog::from_json(
        r#"{"products":{"tee":{"name":"Tee","price":50,"weight":200,"quantity":9,
            "axes":[{"name":"Size","values":["S","L"]},{"name":"Colour","values":["Sand","Ink"]}],
            "variants":[
                {"choice":["S","Sand"],"quantity":2},
                {"choice":["L","Sand"],"price":60,"weight":240,"quantity":0},
                {"choice":["L","Ink"],"price":70}]},
            "book":{"name":"Book","price":5,"digital":{"file":"book.pdf"}}}}"#,
    )
    .unwrap();
    let mut cart = Cart::default();
    let mut add = |option, count| cart.add(&catalog, &id("tee"), option, count);
    assert_eq!(add(Some("S / Ink"), 1), Err(CartError::Option("Tee".into())));
    assert_eq!(add(Some("L / Sand"), 1), Err(CartError::Sold("Tee (L / Sand)".into())));
    add(Some("S / Sand"), 2).unwrap();
    add(Some("L / Ink"), 3).unwrap();
    cart.add(&catalog, &id("book"), None, 40).unwrap();
    let priced = cart.price(&catalog, AssetId::ETH).unwrap();
    assert_eq!(priced.total.to_string(), "0.00000051 ETH");
    assert_eq!((priced.grams.as_slice(), priced.ships()), (&[200, 200, 0][..], true));
    let goods = priced.goods();
    assert!(goods[0].ships && !goods[2].ships);
    let held: Vec<_> =
        priced.reserved_items.items.iter().map(|i| (i.key.as_str(), i.units)).collect();
    assert_eq!(held, [("tee/S / Sand", 2), ("tee", 3)], "what nobody counts is not held");
    assert!(priced.lines[2].digital.is_some() && priced.lines[0].digital.is_none());
}

proptest! {
    #[test]
    fn no_path_leads_past_the_stock(
        steps in prop::collection::vec((0usize..3, 0usize..3, 0u32..8, any::<bool>()), 0..30)
    ) {
        let catalog = catalog();
        let mut cart = Cart::default();
        for (product, option, count, add) in steps {
            let product = id(["tee", "mug", "gone"][product]);
            let option = [None, Some("S"), Some("L")][option];
            let _ = if add {
                cart.add(&catalog, &product, option, count)
            } else {
                cart.set(&catalog, &product, option, count)
            };
            let from = |key| cart.units_from(&catalog, &StockKey::product(key), None);
            prop_assert!(from("tee") <= 3 && from("mug") <= 3);
            prop_assert_eq!(from("gone"), 0);
        }
    }
}
