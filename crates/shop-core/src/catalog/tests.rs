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
    assert_eq!(shirt.variants[0].prices[0].to_string(), "0.05199 ETH");
    assert_eq!(shirt.variants[1].prices[1].to_string(), "0.00000123 BTC");
    assert_eq!(catalog.listed()[&StockKey::product("man-shirt")], 3);
    let names: Vec<_> = shirt.variants.iter().map(|v| v.name.as_deref()).collect();
    assert_eq!(names, [Some("Small"), Some("Large")]);
    let kid = &catalog.products()[1];
    assert_eq!(kid.slug, "mens-mining-t-2");
    assert_eq!(catalog.listed()[&StockKey::product("kid-shirt")], 1);
    assert_eq!(kid.images, ["kid.jpg"]);
    assert_eq!(catalog.assets(), [AssetId::ETH, AssetId::BTC]);
    assert_eq!(catalog.next(&shirt.id), Some(kid));
    assert_eq!(catalog.next(&kid.id), None);
    let categories: Vec<_> = catalog.categories().iter().map(|c| c.slug.as_str()).collect();
    assert_eq!(categories, ["mens"]);
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
    broken(&with(r#""prices":[{"price":1,"wallet":"->wallets.doge"}]"#), "is not a wallet");
    broken(r#"{"products":{"p":{"name":"P"}}}"#, "prices");
    broken(&with(r#""options":["S"],"axes":[]"#), "\"options\"");
    broken(&with(r#""axes":[{"name":"Size"}]"#), "axes[0]");
    broken(&with(r#""axes":[{"name":"A","values":["x","x"]}]"#), "twice");
    broken(
        &with(r#""axes":[{"name":"A","values":["x"]},{"name":"A","values":["x"]}]"#),
        "same name",
    );
    let axes = r#""axes":[{"name":"A","values":["x","y"]}]"#;
    broken(&with(&format!(r#"{axes},"variants":[{{"choice":["z"]}}]"#)), "variants[0]");
    broken(&with(&format!(r#"{axes},"variants":[{{"choice":[]}}]"#)), "variants[0]");
    broken(
        &with(&format!(r#"{axes},"variants":[{{"choice":["x"]}},{{"choice":["x"]}}]"#)),
        "twice",
    );
    broken(&with(&format!(r#"{axes},"variants":[]"#)), "variants");
    broken(&with(r#""variants":[{"choice":[],"image":"../x"}]"#), "variants[0]");
    broken(&with(r#""weight":-1"#), "weight");
    broken(&with(r#""quantity":"many""#), "unlimited");
    broken(&with(r#""related":["q"]"#), "is not a product in this file");
    broken(&with(r#""featured":"yes""#), "featured");
    broken(&with(r#""digital":{}"#), "digital");
    broken(&with(r#""digital":{"file":"a/b"}"#), "digital.file");
    broken(&with(r#""digital":{"file":"a\"b"}"#), "digital.file");
    broken(&with(r#""digital":{"file":"a","downloads":0}"#), "digital.downloads");
    broken(&with(r#""digital":{"file":"a","codes":"b"}"#), "either");
    broken(&with(r#""digital":{"codes":"b","days":3}"#), "digital");
    broken(&with(r#""digital":{"codes":"b"},"quantity":3"#), "the number of codes");
    let paper = r#""digital":{"codes":"b"},"axes":[{"name":"A","values":["x"]}]"#;
    broken(
        &with(&format!(r#"{paper},"variants":[{{"choice":["x"],"quantity":2}}]"#)),
        "variants[0]",
    );
    broken(&with(r#""translations":{"fr":"x"}"#), "translations.fr");
    broken(r#"{"products":{"a b":{"name":"P","price":1}}}"#, "name in the file");
}

/// A shop with everything there is.
const RICH: &str = r#"{"products":{
  "creme": { "name": "Crème brûlée", "description": "Burnt cream, twice.", "price": 30, "featured": true,
    "categories": ["Kitchen/Sweet", "Gifts"],
    "translations": { "en-GB": { "name": "Burnt cream" } } },
  "kettle": { "name": "Kettle", "description": "Whistles.", "price": 900, "new": true,
    "categories": ["Kitchen"], "related": ["creme"] },
  "shirt": { "name": "Shirt", "description": "Striped like a kettle.", "price": 500, "quantity": 4,
    "axes": [{ "name": "Size", "values": ["S", "M"] }, { "name": "Colour", "values": ["Red", "Blue"] }],
    "variants": [
      { "choice": ["S", "Red"], "sku": "SH-S-R", "quantity": 0 },
      { "choice": ["M", "Red"], "price": 450, "image": "red.jpg" },
      { "choice": ["M", "Blue"], "quantity": 2 }],
    "categories": ["Clothing/Shirts", "Gifts"] },
  "cake": { "name": "Æbleskiver", "price": 70, "categories": ["Kitchen/Sweet"], "quantity": 0 },
  "tea": { "name": "\u304a\u8336", "price": 40, "categories": ["Kitchen"] }
}}"#;

fn rich() -> Catalog {
    Catalog::from_json(RICH).unwrap()
}

fn ids(catalog: &Catalog, places: &[usize]) -> Vec<String> {
    places.iter().map(|at| catalog.products()[*at].id.as_str().to_owned()).collect()
}

#[test]
fn categories_nest() {
    let catalog = rich();
    let all: Vec<_> =
        catalog.categories().iter().map(|c| (c.slug.as_str(), c.depth, c.products.len())).collect();
    assert_eq!(
        all,
        [
            ("kitchen", 0, 4),
            ("kitchen/sweet", 1, 2),
            ("gifts", 0, 2),
            ("clothing", 0, 1),
            ("clothing/shirts", 1, 1)
        ]
    );
    assert_eq!(catalog.category("kitchen/sweet").unwrap().name, "Sweet");
    assert!(catalog.category("sweet").is_none());
}

#[test]
fn related_is_what_the_seller_says_or_what_is_near() {
    let catalog = rich();
    let related = |id: &str| {
        let product = catalog.product(&ProductId::parse(id).unwrap()).unwrap();
        catalog.related(product, 2).iter().map(|p| p.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(related("kettle"), ["creme"]);
    assert_eq!(related("creme"), ["cake"], "the innermost category");
    assert_eq!(related("cake"), ["creme"], "and round again");
    assert_eq!(related("tea"), ["creme", "kettle"]);
    assert!(related("shirt").is_empty());
}

#[test]
fn search_forgives_accents_capitals_and_slips() {
    let catalog = rich();
    let found = |query: &str| ids(&catalog, &catalog.search(query));
    assert_eq!(found("creme brulee"), ["creme"]);
    assert_eq!(found("CRÈME"), ["creme"]);
    assert_eq!(found("brulle"), ["creme"], "letters changed places");
    assert_eq!(found("kettel"), ["kettle", "shirt"], "the name counts more than the description");
    assert_eq!(found("kett"), ["kettle", "shirt"], "the beginning of a word");
    assert_eq!(found("aebleskiver"), ["cake"]);
    assert_eq!(found("burnt cream"), ["creme"], "other languages too");
    assert_eq!(found("sh-s-r"), ["shirt"]);
    assert_eq!(found("sweet"), ["creme", "cake"]);
    assert_eq!(found("\u{8336}"), ["tea"]);
    assert_eq!(found("striped kettle"), ["shirt"], "all of the words");
    assert_eq!(found("kettle submarine"), ["kettle", "shirt"], "or as many as there are");
    for nothing in ["", "  ", "xyz", "%", "submarine", "cat"] {
        assert!(found(nothing).is_empty(), "{nothing:?}");
    }
}

#[test]
fn lists_are_sorted_and_narrowed() {
    let catalog = rich();
    let every: Vec<usize> = (0..catalog.products().len()).collect();
    let list =
        |wish: &ProductListQuery| ids(&catalog, &catalog.arranged(&every, wish, AssetId::ETH));
    let by = |sort| list(&ProductListQuery { sort, ..ProductListQuery::default() });
    assert_eq!(by(Sort::PriceUp), ["creme", "tea", "cake", "shirt", "kettle"]);
    assert_eq!(by(Sort::PriceDown), ["kettle", "shirt", "cake", "tea", "creme"]);
    assert_eq!(by(Sort::Newest)[0], "tea");
    assert_eq!(by(Sort::Name)[..3], ["cake", "creme", "kettle"]);
    assert_eq!(list(&ProductListQuery { in_stock: true, ..ProductListQuery::default() }).len(), 4);
    let of = |values: &[(&str, &str)], in_stock| {
        let values = values.iter().map(|(a, v)| ((*a).into(), (*v).into())).collect();
        list(&ProductListQuery { values, in_stock, ..ProductListQuery::default() })
    };
    assert_eq!(of(&[("Size", "S")], false), ["shirt"]);
    assert!(of(&[("Size", "S")], true).is_empty(), "no S is left, though there is an M");
    assert!(of(&[("Size", "S"), ("Colour", "Blue")], false).is_empty(), "there is no such one");
    assert!(of(&[("Taste", "sour")], false).is_empty());
    let facets = catalog.facets(&every);
    let names: Vec<_> = facets.iter().map(|f| (f.axis.as_str(), f.values.len())).collect();
    assert_eq!(names, [("Size", 2), ("Colour", 2)]);
    assert_eq!(ids(&catalog, catalog.window())[..2], ["creme", "kettle"]);
    let shirts = catalog.featured_first(&[1, 0]);
    assert_eq!(ids(&catalog, &shirts), ["creme", "kettle"]);
    for sort in Sort::ALL {
        assert_eq!(Sort::from_word(sort.word()), Some(sort));
    }
}

#[test]
fn of_very_many_values_the_most_frequent_are_offered() {
    let sized = |id: &str, sizes: &[String]| {
        let sizes = serde_json::to_string(sizes).unwrap();
        format!(
            r#"{{"id":"{id}","name":"{id}","price":5,"axes":[{{"name":"Size","values":{sizes}}}]}}"#
        )
    };
    let all: Vec<String> = (1..=30).map(|n| n.to_string()).collect();
    let file = [sized("a", &all), sized("b", &all[10..]), sized("c", &all[8..10])].join(",");
    let catalog = Catalog::from_json(&format!(r#"{{"products":[{file}]}}"#)).unwrap();
    let offered = |products: &[usize]| {
        let facets = catalog.facets(products);
        facets.into_iter().flat_map(|facet| facet.values).collect::<Vec<_>>()
    };
    let expected: Vec<String> = [&all[..2], &all[8..]].concat();
    assert_eq!(offered(&[0, 1, 2]), expected, "two that only one has, as the first of their kind");
    assert_eq!(offered(&[0]), all[..24]);
    assert_eq!(offered(&[2]), all[8..10]);
}

#[test]
fn one_variant_must_cost_so_much_and_be_as_it_is_wanted() {
    let catalog = rich();
    let every: Vec<usize> = (0..catalog.products().len()).collect();
    let within = |band: &str, values: &[(&str, &str)]| {
        let values = values.iter().map(|(a, v)| ((*a).into(), (*v).into())).collect();
        let wish = ProductListQuery {
            price: PriceBand::parse(band),
            values,
            ..ProductListQuery::default()
        };
        ids(&catalog, &catalog.arranged(&every, &wish, AssetId::ETH))
    };
    let shirt = catalog.by_slug("shirt").unwrap();
    let prices: Vec<_> = shirt.variants.iter().filter_map(|v| v.price(AssetId::ETH)).collect();
    let dearest = prices.iter().max_by_key(|price| price.units()).unwrap();
    let from_dearest = format!("{}-", dearest.decimal());
    assert!(within(&from_dearest, &[]).contains(&"shirt".to_owned()));
    let cheap = shirt.variants.iter().find(|v| v.price(AssetId::ETH) != Some(*dearest)).unwrap();
    let axes = shirt.axes.iter().map(|axis| axis.name.as_str());
    let chosen: Vec<_> = axes.zip(cheap.choice.iter().map(String::as_str)).collect();
    assert!(!within(&from_dearest, &chosen).contains(&"shirt".to_owned()), "that one costs less");
    let up_to = format!("0-{}", dearest.decimal());
    assert!(within(&up_to, &chosen).contains(&"shirt".to_owned()));
}

#[test]
fn levels_follow_the_counts() {
    let catalog = rich();
    let shirt = catalog.by_slug("shirt").unwrap();
    assert_eq!(
        catalog.level_of(shirt),
        Availability::InStock,
        "M / Red is on the product's own shelf"
    );
    assert_eq!(shirt.images, ["red.jpg"]);
    let later = catalog.with_levels([
        (StockKey::product("shirt"), Availability::SoldOut),
        (StockKey::product("nobody-counts-this"), Availability::SoldOut),
    ]);
    assert_eq!(later.level_of(shirt), Availability::LowStock);
    assert_eq!(catalog.level_of(shirt), Availability::InStock, "the old one is as it was");
    assert_eq!(later.level(&StockKey::product("nobody-counts-this")), Availability::InStock);
    assert_eq!(shirt.lowest(AssetId::ETH).unwrap().to_string(), "0.00000045 ETH");
    let lowest = |catalog: &Catalog| catalog.lowest(shirt, AssetId::ETH).unwrap().to_string();
    assert_eq!(lowest(&catalog), "0.00000045 ETH");
    let cheapest = shirt.variants.iter().min_by_key(|v| v.price(AssetId::ETH).unwrap().units());
    let gone = catalog.with_levels([(cheapest.unwrap().stock.clone(), Availability::SoldOut)]);
    assert_ne!(lowest(&gone), "0.00000045 ETH", "nothing can be bought for that");
    assert!(shirt.prices_differ(AssetId::ETH));
}

#[test]
fn ten_thousand_equal_names_get_a_place_each() {
    let products: Vec<String> =
        (0..10_000).map(|i| format!(r#"{{"id":"p{i}","name":"Same","price":1}}"#)).collect();
    let json = format!(r#"{{"products":[{}]}}"#, products.join(","));
    let catalog = Catalog::from_json(&json).unwrap();
    let slugs: std::collections::HashSet<_> = catalog.products().iter().map(|p| &p.slug).collect();
    assert_eq!(slugs.len(), 10_000);
    assert_eq!(catalog.products()[9_999].slug, "same-10000");
}

proptest! {
    #[test]
    fn any_query_is_answered(query in any::<String>()) {
        let catalog = rich();
        prop_assert!(catalog.search(&query).iter().all(|at| *at < catalog.products().len()));
    }

    #[test]
    fn a_name_is_found_by_itself(at in 0usize..5) {
        let catalog = rich();
        let name = catalog.products()[at].name.clone();
        prop_assert_eq!(catalog.search(&name)[0], at);
    }

    #[test]
    fn any_bytes_are_answered(text in ".{0,200}") {
        drop(Catalog::from_json(&text));
    }

    #[test]
    fn slugs_are_fit_for_urls(name in any::<String>()) {
        let slug = category_slug(&name);
        prop_assert!(!slug.is_empty());
        prop_assert!(slug.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/".contains(&b)));
        prop_assert_eq!(category_slug(&slug), slug);
    }
}

const HANDED_OUT: &str = r#"{"products":{
  "book": {"name": "Book", "price": 9, "quantity": 4, "axes": [{"name": "Kind", "values": ["Paper", "EPUB", "Key"]}],
    "variants": [{"choice": ["Paper"]}, {"choice": ["EPUB"], "digital": {"file": "book.epub", "days": 7}},
      {"choice": ["Key"], "digital": {"codes": "keys.txt"}}]},
  "gift": {"name": "Gift", "price": 5, "digital": {"codes": "gifts.txt"}, "options": ["Red", "Blue"]}}}"#;

#[test]
fn some_choices_are_sent_and_others_are_handed_out() {
    let count = |list: &str| Ok(if list == "gifts.txt" { 2 } else { 30 });
    let catalog = Catalog::read(HANDED_OUT, &Assets::default(), &count).unwrap();
    let [book, gift] = catalog.products() else { panic!("two products") };
    assert!(book.ships() && book.is_handed_out() && !gift.ships());
    let key = |name: &str| book.variant(Some(name)).unwrap().stock.clone();
    let counted = |key: &StockKey| catalog.listed().get(key).copied();
    assert_eq!(counted(&key("Paper")), Some(4));
    assert_eq!(counted(&key("EPUB")), None, "a file does not run out with the paper");
    assert_eq!(counted(&key("Key")), Some(30));
    assert_eq!(counted(&StockKey::product("gift")), Some(2));
    let lists: Vec<_> = catalog.code_lists().collect();
    assert_eq!(lists, [(&key("Key"), "keys.txt"), (&StockKey::product("gift"), "gifts.txt")]);
    let files: Vec<_> = catalog.files().map(|f| (f.name.as_str(), f.downloads, f.days)).collect();
    assert_eq!(files, [("book.epub", 5, 7)]);
}

#[test]
fn a_list_of_codes_is_sound_and_serves_one_thing() {
    let broken = |_: &str| Err("line 3 is odd".to_owned());
    let error = Catalog::read(HANDED_OUT, &Assets::default(), &broken).unwrap_err().to_string();
    assert!(error.contains("\"book\"") && error.contains("line 3 is odd"), "{error}");
    let shared = HANDED_OUT.replace("gifts.txt", "keys.txt");
    let error = Catalog::read(&shared, &Assets::default(), &|_| Ok(1)).unwrap_err().to_string();
    assert!(error.contains("\"gift\"") && error.contains("already"), "{error}");
}

#[test]
fn names_in_other_scripts_have_addresses_of_their_own() {
    let catalog = Catalog::from_json(
        r#"{"products":{
          "a": {"name": "Чай", "price": 1, "categories": ["Напитки/Горячие", "お茶"]},
          "b": {"name": "شاي", "price": 1, "categories": ["Напитки/Холодные", "شاي"]},
          "c": {"name": "茶", "price": 1, "categories": ["咖啡"]},
          "d": {"name": "Crème brûlée №1", "price": 1}, "e": {"name": "***", "price": 1}}}"#,
    )
    .unwrap();
    let slugs: Vec<_> = catalog.products().iter().map(|product| product.slug.as_str()).collect();
    assert_eq!(slugs[0], "chai");
    assert!(slugs[3].starts_with("creme-brulee"), "{slugs:?}");
    assert_eq!(slugs[4], "item");
    let mut places: Vec<_> = catalog.categories().iter().map(|c| c.slug.as_str()).collect();
    assert_eq!(places.len(), 6, "{places:?}");
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 6, "each has its own");
    for slug in slugs.iter().chain(&places) {
        assert!(slug.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/".contains(&b)), "{slug}");
    }
}
