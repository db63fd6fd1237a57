//! The cart.

use crate::{
    encrypted,
    shop::{CATALOG, TestShop, Wanted},
    visitor::Visitor,
};

#[tokio::test]
async fn things_go_in_change_and_come_out() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.get("/cart").await.shows("Your cart is empty.");
    assert!(visitor.cookies.is_empty(), "no cookie before something is kept");
    let cart = visitor.takes_a_tee().await;
    cart.shows("Plain Tee");
    cart.shows("0.05199 ETH each");
    let cart = visitor.follow("/cart", &[("id", "tee"), ("option", "M"), ("quantity", "2")]).await;
    cart.shows("0.15597 ETH");
    let token = cart.token();
    let change = |quantity| {
        vec![("token", token.as_str()), ("id", "tee"), ("option", "M"), ("quantity", quantity)]
    };
    visitor.follow("/cart/change", &change("5")).await.shows("0.25995 ETH");
    let refused = visitor.post("/cart/change", &change("100")).await;
    assert_eq!(refused.status, 422);
    refused.shows("Please enter a quantity from 1 to 99.");
    visitor.get("/cart").await.shows("0.25995 ETH");
    let mut remove = change("5");
    remove.push(("remove", "1"));
    visitor.follow("/cart/change", &remove).await.shows("Your cart is empty.");
}

#[tokio::test]
async fn what_cannot_be_bought_is_refused_with_a_reason() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    for (fields, reason) in [
        (&[("id", "print")][..], "Print is sold out."),
        (&[("id", "nothing")], "no longer in the shop"),
        (&[("id", "../../etc")], "no longer in the shop"),
        (&[], "no longer in the shop"),
        (&[("id", "tee")], "choose an option"),
        (&[("id", "tee"), ("option", "XXL")], "choose an option"),
        (&[("id", "mug"), ("quantity", "4")], "at most 3 of"),
        (&[("id", "mug"), ("quantity", "0")], "quantity from 1 to 99"),
        (&[("id", "mug"), ("quantity", "-1")], "quantity from 1 to 99"),
        (&[("id", "mug"), ("quantity", "x")], "quantity from 1 to 99"),
    ] {
        let page = visitor.post("/cart", fields).await;
        assert_eq!(page.status, 422, "{fields:?}");
        page.shows(reason);
    }
    assert!(visitor.cookies.is_empty());
}

#[tokio::test]
async fn the_currency_is_switched_by_post() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let token = visitor.takes_a_tee().await.token();
    let currency = |code| [("token", token.as_str()), ("currency", code)];
    visitor.follow("/cart/change", &currency("BTC")).await.shows("0.002 BTC");
    visitor.get("/checkout").await.shows("0.002 BTC");
    let refused = visitor.post("/cart/change", &currency("XMR")).await;
    assert_eq!(refused.status, 422);
    visitor.get("/cart").await.shows("0.002 BTC");
}

#[tokio::test]
async fn a_lost_cookie_is_explained() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    assert_eq!(visitor.post("/cart", &[("id", "mug")]).await.location(), "/cart?kept");
    visitor.cookies.clear();
    visitor.get("/cart?kept").await.shows("is no longer open here");
    visitor.get("/cart").await.shows("Your cart is empty.");
    visitor.get("/order?opened").await.shows("is no longer open here");
    assert_eq!(visitor.get("/order").await.location(), "/order/enter");
}

#[tokio::test]
async fn what_the_shop_stopped_selling_leaves_the_cart_with_a_word() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let plenty = CATALOG.replace(": 3,", ": 9,");
    let shop = TestShop::with(Wanted { catalog: plenty, ..Wanted::default() });
    let mut visitor = Visitor { shop: &shop, ..visitor };
    visitor.post("/cart", &[("id", "mug"), ("quantity", "5")]).await;
    let catalog = CATALOG.replace("\"quantity\": 12", "\"quantity\": 0");
    let other = TestShop::with(Wanted { catalog, ..Wanted::default() });
    let mut visitor = Visitor { shop: &other, ..visitor };
    assert_eq!(visitor.get("/checkout").await.location(), "/cart");
    let cart = visitor.get("/cart").await;
    cart.shows("Plain Tee is sold out.");
    cart.shows("at most 3 of Mug");
    assert_eq!(visitor.get("/checkout").await.status, 200, "it was said, and is done");
}

#[tokio::test]
async fn a_cart_lives_for_a_day_and_fits_a_cookie() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    for option in ["S", "M", "L"] {
        visitor.post("/cart", &[("id", "tee"), ("option", option)]).await;
    }
    assert!(visitor.cookies["__Host-cart"].len() < 1_024);
    shop.clock.advance(86_399);
    visitor.get("/cart").await.shows("Plain Tee");
    shop.clock.advance(1);
    visitor.get("/cart").await.shows("Your cart is empty.");
}

#[tokio::test]
async fn carts_of_different_content_look_alike_from_outside() {
    let shop = TestShop::new();
    let mut sizes = Vec::new();
    for fields in [&[("id", "mug")][..], &[("id", "tee"), ("option", "M"), ("quantity", "11")]] {
        let mut visitor = Visitor::of(&shop);
        let cart = visitor.follow("/cart", fields).await;
        sizes.push((cart.bytes.len(), visitor.cookies["__Host-cart"].len()));
    }
    assert_eq!(sizes[0], sizes[1]);
    assert_eq!(sizes[0].0 % 8_192, 0);
}

/// Returns twenty products with long names, and a long way to send them.
fn long_names() -> Wanted {
    let product = |n: u32| {
        let axis = |name, value| format!(r#"{{"name":"{name}","values":["{value}"]}}"#);
        let axes = [
            axis("Size", "Extra large / relaxed fit"),
            axis("Colour", "أزرق داكن مائل إلى الرمادي"),
            axis("Print", "Glow in the dark, large print"),
        ];
        let id = format!("womens-organic-cotton-long-sleeve-tee-with-a-long-name-{n:0>9}");
        format!(
            r#""{id}":{{"name":"Shirt {n}","price":1,"quantity":500,"axes":[{}]}}"#,
            axes.join(",")
        )
    };
    let products: Vec<String> = (0..20).map(product).collect();
    Wanted { catalog: format!(r#"{{"products":{{{}}}}}"#, products.join(",")), ..Wanted::default() }
}

#[tokio::test]
async fn cart_holds_as_many_lines_as_it_promises() {
    let shop = TestShop::with(long_names());
    let mut visitor = Visitor::of(&shop);
    let option =
        "Extra large / relaxed fit / أزرق داكن مائل إلى الرمادي / Glow in the dark, large print";
    let mut lengths = Vec::new();
    for n in 0..20 {
        let id = format!("womens-organic-cotton-long-sleeve-tee-with-a-long-name-{n:0>9}");
        let fields = [("id", id.as_str()), ("option", option), ("quantity", "99")];
        let cart = visitor.follow("/cart", &fields).await;
        cart.shows(&format!("Shirt {n}"));
        lengths.push(visitor.cookies["__Host-cart"].len());
    }
    assert!(lengths.iter().all(|length| *length == lengths[0]), "they look alike: {lengths:?}");
    assert_eq!(lengths[0], 748);
}

/// Names and options of 80 letters that take twelve bytes each in a form: the cart's form stays within the
/// size of a form, and the mail to the seller within the sizes of a mail.
#[tokio::test]
async fn full_cart_of_the_longest_names_can_be_ordered() {
    let long = "𠮷".repeat(80);
    let id = |n: u32| format!("{n:0>64}");
    let product = |n: u32| {
        let axes = format!(r#"[{{"name":"Size","values":["{long}","S"]}}]"#);
        format!(r#""{}":{{"name":"{n} {long}","price":1,"quantity":9,"axes":{axes}}}"#, id(n))
    };
    let products: Vec<String> = (0..20).map(product).collect();
    let catalog = format!(r#"{{"products":{{{}}}}}"#, products.join(","));
    let shop = TestShop::with(Wanted { catalog, ..Wanted::default() });
    let mut visitor = Visitor::of(&shop);
    for n in 0..20 {
        visitor.follow("/cart", &[("id", &id(n)), ("option", &long)]).await;
    }
    let cart = visitor.get("/cart").await;
    let text = cart.text();
    let token = cart.token();
    let quantities = text.split("type=\"number\" name=\"").skip(1);
    let quantities: Vec<&str> = quantities.filter_map(|field| field.split('"').next()).collect();
    assert_eq!(quantities.len(), 20);
    let mut fields: Vec<(&str, &str)> = quantities.iter().map(|field| (*field, "2")).collect();
    fields.extend([("token", &*token), ("checkout", "1")]);
    let checkout = visitor.follow("/cart/change", &fields).await;
    assert_eq!(checkout.text().matches("2 × ").count(), 20, "all quantities are taken");

    let token = checkout.token();
    let armored = encrypted::message(&[encrypted::seller_key_id(&shop).await], 8_700);
    let note = "𠮷".repeat(shop_core::order::LONGEST_NOTE);
    let fields = [
        ("token", &*token),
        ("sealed", &*armored),
        ("note", &*note),
        ("contact", "yes"),
        ("email", "ada@example.org"),
    ];
    assert_eq!(visitor.post("/checkout", &fields).await.location(), "/order?opened");
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);
    let token = visitor.get("/order").await.token();
    let order = visitor.follow("/order/kept", &[("token", &token)]).await;
    order.shows(&format!("2 × 19 {long}, {long}"));
}

/// One form: whatever was typed is taken, whichever button is pressed.
#[tokio::test]
async fn check_out_takes_quantities_that_were_typed() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let cart = visitor.follow("/cart", &[("id", "mug")]).await;
    cart.shows("name=\"quantity:tee:M\" value=\"1\"");
    cart.shows("name=\"quantity:mug\" value=\"1\"");
    let typed = |token: &str| {
        let fields = [("token", token), ("quantity:tee:M", "3"), ("quantity:mug", "2")];
        fields.map(|(name, value)| (name, value.to_owned()))
    };
    let fields = typed(&cart.token());
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.push(("checkout", "1"));
    let checkout = visitor.follow("/cart/change", &fields).await;
    checkout.shows("3 × Plain Tee, M");
    checkout.shows("2 × Mug &quot;Ohm&quot;");

    // Taking one line out does not lose what was typed for another.
    let token = visitor.get("/cart").await.token();
    let removes =
        [("token", &*token), ("quantity:tee:M", "5"), ("quantity:mug", "2"), ("remove", "mug")];
    let cart = visitor.follow("/cart/change", &removes).await;
    cart.shows("name=\"quantity:tee:M\" value=\"5\"");
    assert!(!cart.text().contains("quantity:mug"));

    // What cannot be read is said, and nothing is ordered on the way.
    for wrong in ["", "many", "100", "-1", "1.5"] {
        let token = visitor.get("/cart").await.token();
        let fields = [("token", &*token), ("quantity:tee:M", wrong), ("checkout", "1")];
        let refused = visitor.post("/cart/change", &fields).await;
        assert_eq!(refused.status, 422, "{wrong:?}");
        refused.shows("Please enter a quantity from 1 to 99.");
    }
}

/// The return key presses the first button of a form.
#[tokio::test]
async fn first_button_of_the_cart_changes_nothing_but_what_was_typed() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.takes_a_tee().await.text();
    let form = cart.split("action=\"/cart/change\"").nth(1).unwrap();
    let first = form.split("<button").nth(1).unwrap().split("</button>").next().unwrap();
    assert!(!first.contains("name=") && first.ends_with("Update cart"), "{first}");
    // Buttons that do different things are called differently.
    let named = |button: &&str| button.contains("Update") && !button.contains("aria-hidden");
    assert_eq!(form.split("<button").filter(named).count(), 1);
}

/// Lines may share one stock: what one gives up is free for another in the same form.
#[tokio::test]
async fn lines_of_one_stock_can_be_exchanged_in_one_go() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    for (option, count) in [("S", "1"), ("M", "11")] {
        let fields = [("id", "tee"), ("option", option), ("quantity", count)];
        visitor.post("/cart", &fields).await.location();
    }
    let token = visitor.get("/cart").await.token();
    let fields = [("token", &*token), ("quantity:tee:S", "11"), ("quantity:tee:M", "1")];
    let cart = visitor.follow("/cart/change", &fields).await;
    cart.shows("name=\"quantity:tee:S\" value=\"11\"");
    cart.shows("name=\"quantity:tee:M\" value=\"1\"");
}

/// Quantities that can be taken are taken and kept, also where something else is refused.
#[tokio::test]
async fn what_fits_is_kept_beside_what_is_refused() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let token = visitor.get("/cart").await.token();
    let fields = [("token", &*token), ("quantity:tee:M", "2"), ("currency", "XMR")];
    let refused = visitor.post("/cart/change", &fields).await;
    assert_eq!(refused.status, 422);
    refused.shows("name=\"quantity:tee:M\" value=\"2\"");
    visitor.get("/cart").await.shows("name=\"quantity:tee:M\" value=\"2\"");
}
