//! Errors and warnings about a file that is not as it should be.

use crate::catalog::Catalog;

fn refused(json: &str) -> String {
    Catalog::from_json(json).unwrap_err().to_string()
}

fn warned(json: &str) -> Vec<String> {
    Catalog::from_json(json).unwrap().warnings().iter().map(ToString::to_string).collect()
}

#[test]
fn a_misspelt_field_is_named_with_its_line_and_what_was_meant() {
    let json = r#"{ "wallets": { "eth": { "currency": "ETH", "nmae": "Ether" } }, "produtcs": {},
  "products": {
    "mug": { "name": "Mug", "price": 1,
      "quantitiy": 30, "colour": "red", "_note": "ours" },
    "cap": { "name": "Cap", "prices": [{ "price": 1, "curency": "x", "currency": "ETH" }],
      "axes": [{ "name": "Size", "value": "", "values": ["S"] }],
      "variants": [{ "choice": ["S"],
        "wieght": 5, "digital": { "file": "a.pdf", "day": 3 } }] } } }"#;
    assert_eq!(
        warned(json),
        [
            r#"line 1, unknown field "produtcs"; did you mean "products"?"#,
            r#"line 1, unknown field "nmae"; did you mean "name"?"#,
            r#"line 4, product "mug": unknown field "quantitiy"; did you mean "quantity"?"#,
            r#"line 4, product "mug": unknown field "colour", which is ignored"#,
            r#"line 5, product "cap", prices[0]: unknown field "curency"; did you mean "currency"?"#,
            r#"line 6, product "cap", axes[0]: unknown field "value"; did you mean "values"?"#,
            r#"line 8, product "cap", variants[0]: unknown field "wieght"; did you mean "weight"?"#,
            r#"line 8, product "cap", variants[0].digital: unknown field "day"; did you mean "days"?"#,
        ]
    );
}

#[test]
fn fields_of_the_old_cart_are_no_slips() {
    let json = r#"{ "agents": { "_model": "Agent", "a": {} },
        "wallets": { "_model": "Wallet", "eth": { "currency": "ETH", "name": "E", "address": "x" } },
        "products": [{ "_id": "tee", "__v": 0, "name": "Tee", "friendlyLink": "tee", "quantity": 2,
          "createdAt": "2020", "updatedAt": "2021", "image": "a.jpg", "options": ["S"], "categories": ["x"],
          "prices": [{ "price": 5, "wallet": "->wallets.eth", "_id": "z" }] }] }"#;
    assert_eq!(warned(json), Vec::<String>::new());
}

#[test]
fn duplicate_product_is_refused_and_duplicate_field_warned_of() {
    let json = "{\"products\":{\n\"mug\":{\"name\":\"A\",\"price\":1},\n\"mug\":{\"name\":\"B\",\"price\":1}}}";
    let said = refused(json);
    assert_eq!(
        said,
        "line 3, product \"mug\", name in the file: another product already has it, in line 2"
    );
    let field = "{\"products\":{\"mug\":{\"name\":\"A\",\"price\":1,\n\"price\":2}}}";
    assert_eq!(
        warned(field),
        ["line 2, products.mug.price is already in line 1: the last one counts"]
    );
}

#[test]
fn numbers_that_two_things_have_are_warned_of() {
    let json = r#"{ "products": {
        "cap": { "name": "Cap", "price": 1, "axes": [{ "name": "Size", "values": ["S", "L"] }],
          "variants": [{ "choice": ["S"], "sku": "C" }, { "choice": ["L"], "sku": "C" }] } } }"#;
    assert_eq!(warned(json), [r#"line 2, "cap/L" and "cap/S" have the same sku, "C""#]);
}

#[test]
fn a_product_keeps_the_link_it_asks_for() {
    let json = r#"{ "products": {
        "a": { "name": "Mug", "price": 1 },
        "b": { "name": "Other", "price": 1, "friendlyLink": "mug" },
        "c": { "name": "Third", "price": 1, "friendlyLink": "mug" },
        "d": { "name": "Fourth", "price": 1, "friendlyLink": "Tea Pot" } } }"#;
    let catalog = Catalog::from_json(json).unwrap();
    let slugs: Vec<_> = catalog.products().iter().map(|p| p.slug.as_str()).collect();
    assert_eq!(slugs, ["mug-3", "mug", "mug-2", "tea-pot"]);
    assert_eq!(
        warned(json),
        [
            r#"line 4, product "c": friendlyLink "mug" is already used by another product: it is "mug-2" now"#,
            r#"line 5, product "d": friendlyLink "Tea Pot" was adapted for use in addresses: it is "tea-pot" now"#,
        ]
    );
}

#[test]
fn a_price_that_is_not_whole_is_answered_with_what_to_write() {
    for (price, wanted) in [
        (
            "0.008",
            "line 1, product \"a\", price: 0.008 is not a whole number of 1e-9 coins: for 0.008 ETH write 8000000",
        ),
        ("\"0.05\"", "for 0.05 ETH write 50000000"),
        ("\"22000000\"", "write it without quotes"),
        (
            "22000000.0",
            "for 0.022 ETH write 22000000, and for 22000000 ETH write 22000000000000000",
        ),
        ("\"5.00\"", "for 0.000000005 ETH write 5, and for 5 ETH write 5000000000"),
        ("0", "above 0, in 1e-9 of the coin (Gwei), not 0"),
        ("-3", "not -3"),
        ("1e-12", "not 1e-12"),
        ("null", "must be a whole number above 0"),
    ] {
        let said = refused(&format!(r#"{{"products":{{"a":{{"name":"A","price":{price}}}}}}}"#));
        assert!(said.contains(wanted), "{price}: {said}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let json = r#"{ "products": {
        "a": { "price": 0.5,
          "weight": "heavy", "featured": 1 },
        "b": { "name": "B", "price": 1, "axes": [{ "name": "Size", "values": ["S"] }],
          "variants": [{ "choice": ["XL"] },
            { "choice": ["S"], "quantity": -1 }] },
        "c": { "name": "C", "price": 1, "related": ["a", "z"] } } }"#;
    let said = refused(json);
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    assert_eq!(lines.first(), Some(&"7 errors"), "{said}");
    for wanted in [
        "line 2, product \"a\", name: it is missing",
        "line 2, product \"a\", price: 0.5 is not a whole",
        "line 3, product \"a\", weight: ",
        "line 3, product \"a\", featured: ",
        "line 5, product \"b\", variants[0]: ",
        "line 6, product \"b\", variants[1].quantity: ",
        "line 7, product \"c\", related: \"z\" is not a product",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(wanted)), "{wanted}\n{said}");
    }
}

#[test]
fn the_commonest_slips_in_json_have_words() {
    for (json, wanted) in [
        ("", "it is empty"),
        (" \n", "it is empty"),
        (
            "{\"products\": {\n\"a\": { \"name\": \"Mug,\n\"price\": 1 } } }",
            "a closing quote is missing in line 2",
        ),
        ("{\"products\": {\n\"a\": { \"name\": \"Mug", "a closing quote is missing in line 2"),
        (
            "{\"products\": {\n\"a\": { \"name\": \"Mug\",\n } } }",
            "in line 3, there is a comma with nothing after it",
        ),
        ("{\"products\": {", "the file ends too early"),
    ] {
        let said = refused(json);
        assert!(said.contains(wanted), "{json}\n{said}");
    }
    let marked = "\u{feff}{\"products\":{\"a\":{\"name\":\"A\",\"price\":1}}}";
    assert!(
        refused(marked).contains("not valid JSON"),
        "whoever reads the file takes the mark away"
    );
}

fn priced(product: &str) -> String {
    let json = format!(r#"{{"products":{{"mug":{{"name":"Mug",{product}}}}}}}"#);
    match Catalog::from_json(&json) {
        Ok(catalog) => {
            let variants = &catalog.products()[0].variants;
            let prices = variants.iter().flat_map(|variant| &variant.prices);
            prices.map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn prices_in_a_currency_are_text_beside_prices_in_assets() {
    assert_eq!(priced(r#""price":"25.00","currency":"CAD""#), "25.00 CAD");
    assert_eq!(priced(r#""price":"25","currency":"CAD""#), "25.00 CAD");
    assert_eq!(priced(r#""price":"2500","currency":"JPY""#), "2500 JPY");
    assert_eq!(priced(r#""price":25000000,"currency":"ETH""#), "0.025 ETH");
    assert_eq!(
        priced(r#""prices":[{"price":"25.00","currency":"CAD"},{"price":5,"currency":"ETH"}]"#),
        "25.00 CAD, 0.000000005 ETH"
    );
    // A variant's single price is in the product's currency, unless it names its own.
    let axes =
        r#""axes":[{"name":"Size","values":["S","M","L"]}],"currency":"CAD","price":"25.00""#;
    let variants = r#""variants":[{"choice":["S"]},{"choice":["M"],"price":"27.50"},
        {"choice":["L"],"price":7,"currency":"ETH"}]"#;
    assert_eq!(priced(&format!("{axes},{variants}")), "25.00 CAD, 27.50 CAD, 0.000000007 ETH");
    let usual = r#"{"currency":"CAD","products":{"mug":{"name":"Mug","price":"25.00"}}}"#;
    let catalog = Catalog::from_json(usual).unwrap();
    assert_eq!(catalog.currency().map(|currency| currency.code()), Some("CAD"));
    assert!(catalog.assets().is_empty());
    assert_eq!(warned(usual), Vec::<String>::new());
}

#[test]
fn wrong_price_in_a_currency_is_refused_with_what_to_write() {
    for (product, wanted) in [
        (r#""price":25,"currency":"CAD""#, r#"a price in CAD is text: write "25", in quotes"#),
        (r#""price":25.0,"currency":"CAD""#, r#"write "25.0", in quotes"#),
        (r#""price":null,"currency":"CAD""#, r#"a price in CAD is text, such as "25.00""#),
        (r#""price":"25.0","currency":"CAD""#, "a price in CAD has no decimals, or 2 of them"),
        (r#""price":"25.000","currency":"CAD""#, "a price in CAD has no decimals, or 2 of them"),
        (r#""price":"25.","currency":"CAD""#, "a price in CAD has no decimals, or 2 of them"),
        (r#""price":"2500.00","currency":"JPY""#, "a price in JPY has no decimals, or 0 of them"),
        (r#""price":"-1","currency":"CAD""#, "not a decimal number"),
        (r#""price":"0.00","currency":"CAD""#, "the price must be above 0"),
        (r#""price":"1","currency":"DOGE""#, "or a code of ISO 4217 such as CAD"),
        (r#""price":"1","currency":3"#, "currency: it must be text"),
        (
            r#""prices":[{"price":"1","currency":"CAD"},{"price":"2","currency":"EUR"}]"#,
            "a price is in EUR, and others in CAD: a shop has prices in one currency",
        ),
        (
            r#""prices":[{"price":"1","currency":"CAD"},{"price":"2","currency":"CAD"}]"#,
            "there is already a price in CAD",
        ),
    ] {
        let said = priced(product);
        assert!(said.contains(wanted), "{product}: {said}");
        assert_eq!(said.matches("product \"mug\"").count(), 1, "said once: {said}");
    }
    let two = r#"{"products":{"a":{"name":"A","price":"1","currency":"CAD"},
        "b":{"name":"B","price":"1","currency":"EUR"}}}"#;
    assert!(refused(two).starts_with("line 2, product \"b\", price: a price is in EUR"));
    assert!(refused(r#"{"currency":"XTS","products":{}}"#).contains("currency: \"XTS\" is not"));
}
