//! Tests of the way from a cart to an order.

use crate::{
    encrypted,
    shop::{TestShop, Wanted},
    visitor::{Visitor, ticket},
};
use shop_core::{money::AssetId, pay_to::PayTo};
use shop_seal::open::SealKey;
use shop_web::{ClientInfo, Ingress};
use std::sync::atomic::Ordering;

async fn orders(shop: &TestShop) -> usize {
    shop.db.orders().await.unwrap().len()
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

#[tokio::test]
async fn browse_cart_checkout_order_paid_receipt() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.get("/").await.shows("Plain Tee");
    visitor.get("/product/plain-tee").await.shows("Add to cart");
    visitor.takes_a_tee().await.shows("Check out");
    let fresh = visitor.orders_a_tee().await;
    fresh.shows("Keep this code");
    assert!(!visitor.cookies.contains_key("__Host-cart"), "the cart has become an order");
    visitor.get("/order").await.shows(&ticket(&fresh));
    let page = visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    page.shows("Waiting for your payment");
    page.shows("0.10398101 ETH");
    page.shows("0x52908400098527886E0F7030069857D2E4169EE7");
    assert!(!page.text().contains(&ticket(&fresh)), "the ticket is shown once");

    let order = &shop.db.orders().await.unwrap()[0];
    let pay_to = PayTo::new(AssetId::ETH, "0x52908400098527886E0F7030069857D2E4169EE7").unwrap();
    shop.chain(104, &[("0xaa", 103, order.facts.due, pay_to)]).await;
    let page = visitor.get("/order").await;
    page.shows("being confirmed");
    page.shows("2 of the 12 confirmations");
    assert!(!page.text().contains("qr.png"), "nothing is left to pay");
    shop.chain(114, &[]).await;
    visitor.get("/order").await.shows("Paid. Thank you!");
    let receipt = visitor.get("/order/receipt").await;
    for wanted in ["Ada Byron", "Plain Tee", "0xaa", "Ring &lt;twice&gt;"] {
        receipt.shows(wanted);
    }
    let text = visitor.get("/order/receipt.txt").await;
    text.shows("2 × Plain Tee, M");
    assert!(text.header("content-disposition").unwrap().starts_with("attachment"));

    let left = visitor.post("/order/leave", &[("token", &page.token())]).await;
    assert_eq!(left.header("clear-site-data"), Some("\"cookies\""));
    assert!(visitor.cookies.is_empty());
    let again = visitor.follow("/order/enter", &[("ticket", &ticket(&fresh).to_lowercase())]).await;
    again.shows("Paid. Thank you!");
}

#[tokio::test]
async fn the_seller_can_open_what_was_ordered_and_relay_to_the_buyer() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let mut filled = visitor.filled().await;
    filled.extend([("contact", "yes".to_owned()), ("email", "ada@example.org".into())]);
    visitor.post("/checkout", &borrowed(&filled)).await.location();
    let outbox = shop.db.outbox(9).await.unwrap();
    assert_eq!(outbox.len(), 1);
    let letter =
        SealKey::parse(&shop.secret, "").unwrap().open(outbox[0].sealed().unwrap()).unwrap();
    for wanted in ["Ada Byron", "12 St James's Sq", "1 x Plain Tee (M)", "The buyer's language: en"]
    {
        assert!(letter.body.contains(wanted), "{}", letter.body);
    }
    assert_eq!(letter.relay.as_ref().unwrap().to, "ada@example.org");
}

#[tokio::test]
async fn a_form_with_errors_comes_back_filled_in() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let token = visitor.get("/checkout").await;
    let fields = [("token", &*token.token()), ("city", "Lon\"don"), ("contact", "yes")];
    let page = visitor.post("/checkout", &fields).await;
    assert_eq!(page.status, 422);
    for (field, label) in
        [("recipient", "Recipient"), ("street", "Street and number"), ("country", "Country")]
    {
        page.shows(&format!("<a href=\"#{field}\">{label}: Please fill this in.</a>"));
    }
    page.shows("value=\"Lon&quot;don\"");
    page.shows("id=\"email-error\"");
    page.shows("value=\"yes\" checked");
    assert_eq!(orders(&shop).await, 0);
}

#[tokio::test]
async fn a_province_and_a_postcode_are_asked_for_where_there_are_such() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let mut filled = visitor.filled().await;
    let mut to = |country: &str| {
        for (name, value) in &mut filled {
            match *name {
                "country" => country.clone_into(value),
                "province" | "postcode" => value.clear(),
                _ => {}
            }
        }
        filled.clone()
    };
    let canada = to("canada");
    let ireland = to("Ireland");
    let page = visitor.post("/checkout", &borrowed(&canada)).await;
    assert_eq!(page.status, 422);
    page.shows("<a href=\"#postcode\">Postal code: Please fill this in.</a>");
    page.shows("<a href=\"#province\">Province, state or region: Please fill this in.</a>");
    let fresh = visitor.follow("/checkout", &borrowed(&ireland)).await;
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    assert_eq!(orders(&shop).await, 1);
    let receipt = visitor.get("/order/receipt.txt").await.text();
    let town = receipt.lines().position(|line| line.trim() == "London").expect("no gap before it");
    assert_eq!(receipt.lines().nth(town + 1).unwrap().trim(), "Ireland", "{receipt}");
}

#[tokio::test]
async fn the_longest_note_fits_in_any_script() {
    let shop = TestShop::new();
    let mut visitor = Visitor { prefix: "/ar", ..Visitor::of(&shop) };
    visitor.takes_a_tee().await;
    let token = visitor.get("/checkout").await.token();
    let armored = encrypted::message(&[encrypted::seller_key_id(&shop).await], 8_700);
    assert!(armored.len() > 11_900, "nearly as long as may be");
    let note = "語".repeat(shop_core::order::LONGEST_NOTE);
    let fields = [("token", &*token), ("sealed", &*armored), ("note", &*note)];
    visitor.post("/checkout", &fields).await.location();
    assert_eq!(orders(&shop).await, 1);
    let longer = format!("{note}{note}");
    let fields = [("token", &*token), ("note", &*longer)];
    assert_eq!(visitor.post("/checkout", &fields).await.status, 413);
}

#[tokio::test]
async fn one_click_sent_twice_is_one_order() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields = borrowed(&filled);
    let mut second = Visitor { cookies: visitor.cookies.clone(), ..Visitor::of(&shop) };
    let (one, two) =
        tokio::join!(visitor.post("/checkout", &fields), second.post("/checkout", &fields));
    let mut places = [one.location(), two.location()];
    places.sort_unstable();
    assert_eq!(places, ["/order?opened", "/order?sent-before"]);
    assert_eq!(orders(&shop).await, 1);
    let one = visitor.get("/order").await;
    let two = second.get("/order").await;
    assert_eq!(ticket(&one), ticket(&two), "both answers open the same order");
}

#[tokio::test]
async fn one_click_sent_twice_into_the_last_free_place_is_one_order() {
    let shop = TestShop::new();
    shop.payments.most_open.store(1, Ordering::SeqCst);
    shop.payments.end.store(102, Ordering::SeqCst);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields = borrowed(&filled);
    let mut second = Visitor { cookies: visitor.cookies.clone(), ..Visitor::of(&shop) };
    let (one, two) =
        tokio::join!(visitor.post("/checkout", &fields), second.post("/checkout", &fields));
    let mut places = [one.location(), two.location()];
    places.sort_unstable();
    assert_eq!(places, ["/order?opened", "/order?sent-before"]);
    assert_eq!(orders(&shop).await, 1);
}

#[tokio::test]
async fn resent_form_does_not_count_against_the_order_limit() {
    let shop = TestShop::new();
    let visit = ClientInfo { door: Ingress::Onion, circuit: 7 };
    let mut visitor = Visitor { visit, host: crate::shop::ONION.into(), ..Visitor::of(&shop) };
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let cart = visitor.cookies.clone();
    for leads_to in ["/order?opened"].into_iter().chain(["/order?sent-before"; 4]) {
        visitor.cookies = cart.clone();
        assert_eq!(visitor.post("/checkout", &borrowed(&filled)).await.location(), leads_to);
    }
    shop.clock.advance(60);
    for _ in 0..2 {
        visitor.orders_a_tee().await.shows("Keep this code");
    }
    assert_eq!(orders(&shop).await, 3, "the three orders of this circuit");
}

#[tokio::test]
async fn a_click_whose_answer_was_dropped_is_still_one_order() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields = borrowed(&filled);
    for polls in 0..12 {
        // The browser goes away while the order is being placed: the work is dropped where it is.
        let mut first = Visitor { cookies: visitor.cookies.clone(), ..Visitor::of(&shop) };
        let mut work = Box::pin(first.post("/checkout", &fields));
        for _ in 0..polls {
            if futures_poll(&mut work).await {
                break;
            }
        }
    }
    visitor.post("/checkout", &fields).await.location();
    assert_eq!(orders(&shop).await, 1);
    let seen = visitor.get("/order").await;
    seen.shows("has been placed and is waiting");
}

#[tokio::test]
async fn a_click_over_tor_whose_answer_was_dropped_is_still_one_order() {
    for polls in [1, 3, 6, 9] {
        let shop = TestShop::new();
        let visit = ClientInfo { door: Ingress::Onion, circuit: 7 };
        let over_tor = || Visitor { visit, host: crate::shop::ONION.into(), ..Visitor::of(&shop) };
        let mut visitor = over_tor();
        visitor.takes_a_tee().await;
        let filled = visitor.filled().await;
        let fields = borrowed(&filled);
        let mut first = Visitor { cookies: visitor.cookies.clone(), ..over_tor() };
        let mut work = Box::pin(first.post("/checkout", &fields));
        for _ in 0..polls {
            if futures_poll(&mut work).await {
                break;
            }
        }
        drop(work);
        let answer = visitor.post("/checkout", &fields).await;
        assert!(["/order?opened", "/order?sent-before"].contains(&answer.location()), "{polls}");
        assert_eq!(orders(&shop).await, 1, "{polls}");
    }
}

/// Polls a future once; whether it is done.
async fn futures_poll<F: Future>(work: &mut std::pin::Pin<Box<F>>) -> bool {
    std::future::poll_fn(|cx| std::task::Poll::Ready(work.as_mut().poll(cx).is_ready())).await
}

#[tokio::test]
async fn going_back_and_sending_again_leads_to_the_order() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    visitor.post("/checkout", &borrowed(&filled)).await.location();
    let again = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(again.location(), "/order");
    assert_eq!(orders(&shop).await, 1);
}

#[tokio::test]
async fn an_offer_that_is_taken_is_replaced() {
    let shop = TestShop::new();
    let mut first = Visitor::of(&shop);
    first.orders_a_tee().await;
    shop.payments.next.store(101, Ordering::SeqCst);
    let mut second = Visitor::of(&shop);
    second.orders_a_tee().await.shows("Keep this code");
    let due: Vec<u128> =
        shop.db.orders().await.unwrap().iter().map(|o| o.facts.due.units()).collect();
    assert_ne!(due[0], due[1]);
}

#[tokio::test]
async fn a_busy_shop_says_so_and_still_shows_its_prices() {
    let shop = TestShop::new();
    shop.payments.most_open.store(1, Ordering::SeqCst);
    Visitor::of(&shop).orders_a_tee().await;
    let mut late = Visitor::of(&shop);
    late.takes_a_tee().await;
    let filled = late.filled().await;
    let page = late.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(page.status, 429);
    page.shows("The shop is busy");
    assert!(late.cookies.contains_key("__Host-cart"), "the cart is kept");
    late.get("/").await.shows("0.05199 ETH");
    shop.payments.most_open.store(50, Ordering::SeqCst);
    shop.payments.exhausted.store(true, Ordering::SeqCst);
    assert_eq!(late.post("/checkout", &borrowed(&filled)).await.status, 429);
    assert_eq!(orders(&shop).await, 1);
}

/// The rest is prices and orders placed before.
#[tokio::test]
async fn shop_on_a_full_disk_takes_no_orders_and_shows_the_rest() {
    let shop = TestShop::new();
    let mut before = Visitor::of(&shop);
    let mut late = Visitor::of(&shop);
    before.pays_next().await;
    late.takes_a_tee().await;
    let filled = late.filled().await;
    shop.web.take_orders(false);
    for page in [late.get("/checkout").await, late.post("/checkout", &borrowed(&filled)).await] {
        assert_eq!(page.status, 503);
        page.shows("The shop isn’t taking orders at the moment");
        crate::lint::answer(&page);
    }
    late.get("/product").await.shows("0.05199 ETH");
    before.get("/order").await.shows("Waiting for your payment");
    assert_eq!(orders(&shop).await, 1);
    shop.web.take_orders(true);
    late.post("/checkout", &borrowed(&filled)).await.location();
}

#[tokio::test]
async fn a_circuit_places_three_orders_in_ten_minutes() {
    let shop = TestShop::new();
    let visit = ClientInfo { door: Ingress::Onion, circuit: 7 };
    let host = crate::shop::ONION.to_owned();
    for _ in 0..3 {
        let mut visitor = Visitor { visit, host: host.clone(), ..Visitor::of(&shop) };
        visitor.orders_a_tee().await.shows("Keep this code");
        shop.clock.advance(10);
    }
    let mut visitor = Visitor { visit, host: host.clone(), ..Visitor::of(&shop) };
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    assert_eq!(visitor.post("/checkout", &borrowed(&filled)).await.status, 429);
    let visit = ClientInfo { door: Ingress::Onion, circuit: 8 };
    let mut other = Visitor { visit, host, ..Visitor::of(&shop) };
    other.orders_a_tee().await.shows("Keep this code");
}

#[tokio::test]
async fn what_is_answered_is_as_long_whatever_was_typed() {
    let shop = TestShop::new();
    let mut sizes = Vec::new();
    for street in ["1 A", &"long ".repeat(100)] {
        let mut visitor = Visitor::of(&shop);
        visitor.takes_a_tee().await;
        let mut filled = visitor.filled().await;
        filled.iter_mut().find(|(n, _)| *n == "street").unwrap().1 = street.to_owned();
        let answer = visitor.post("/checkout", &borrowed(&filled)).await;
        let cookies: usize = answer.headers.get_all("set-cookie").iter().map(|v| v.len()).sum();
        sizes.push((answer.bytes.len(), cookies, visitor.get("/order").await.bytes.len()));
    }
    assert_eq!(sizes[0], sizes[1]);
}

#[tokio::test]
async fn a_demo_says_how_to_simulate_the_payment() {
    let shop = TestShop::with(Wanted { demo: true, ..Wanted::default() });
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    page.shows("cryptocart demo pay ");
    page.shows("<strong>DEMO</strong>");
}

#[tokio::test]
async fn nothing_is_ordered_at_a_bill_that_was_not_seen() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let seen = visitor.get("/checkout").await.hidden("bill");
    let mut fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.push(("bill", &seen));
    // In another window.
    visitor.post("/cart", &[("id", "mug")]).await.location();
    let again = visitor.post("/checkout", &fields).await;
    assert_eq!(again.status, 422);
    again.shows("Your order summary has changed since you saw it");
    again.shows("value=\"Ada Byron\"");
    crate::lint::answer(&again);
    assert!(shop.db.orders().await.unwrap().is_empty());
    let now = again.hidden("bill");
    assert_ne!(now, seen);
    fields.pop();
    fields.push(("bill", &now));
    assert!(visitor.post("/checkout", &fields).await.location().starts_with("/order"));

    // The seller's prices: the same cart costs more.
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let seen = visitor.get("/checkout").await.hidden("bill");
    let mut fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.push(("bill", &seen));
    let dearer = crate::shop::CATALOG.replace("51990000", "52990000");
    let cert = shop_seal::SealCert::parse(&shop.public).unwrap();
    let pictures = crate::shop::placeholders(&["tee.jpg", "tee-back.jpg", "mug.jpg"]);
    let source = crate::shop::source(&dearer, pictures, cert);
    shop.web.show(shop_web::Storefront::build(source).unwrap());
    let again = visitor.post("/checkout", &fields).await;
    again.shows("Your order summary has changed since you saw it");
    again.shows("0.05299 ETH");
}

#[tokio::test]
async fn a_change_of_the_stock_does_not_bring_an_old_catalogue_back() {
    use shop_core::stock::{Availability, StockKey};
    let shop = TestShop::new();
    let front = |catalog: &str| {
        let cert = shop_seal::SealCert::parse(&shop.public).unwrap();
        let pictures = crate::shop::placeholders(&["tee.jpg", "tee-back.jpg", "mug.jpg"]);
        shop_web::Storefront::build(crate::shop::source(catalog, pictures, cert)).unwrap()
    };
    let renamed = crate::shop::CATALOG.replace("Plain Tee", "Other Tee");
    for _ in 0..20 {
        shop.web.show(front(crate::shop::CATALOG));
        let web = std::sync::Arc::clone(&shop.web);
        let next = front(&renamed);
        let counting = std::thread::spawn(move || {
            for level in
                [Availability::LowStock, Availability::InStock].into_iter().cycle().take(40)
            {
                web.restock([(StockKey::product("tee"), level)]);
            }
        });
        shop.web.show(next);
        counting.join().unwrap();
        Visitor::of(&shop).get("/product").await.shows("Other Tee");
    }
}

/// A body that does something before it comes: as slow as a form may be.
struct Slow<F>(Option<F>, Option<axum::body::Bytes>);

impl<F: FnOnce() + Unpin> axum::body::HttpBody for Slow<F> {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        if let Some(first) = self.0.take() {
            first();
        }
        std::task::Poll::Ready(self.1.take().map(|bytes| Ok(hyper::body::Frame::data(bytes))))
    }
}

/// Half a minute is long enough to change every price.
#[tokio::test]
async fn form_sent_while_prices_change_comes_back_with_the_new_bill() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let seen = visitor.get("/checkout").await.hidden("bill");
    let filled = visitor.filled().await;
    let mut fields = borrowed(&filled);
    fields.push(("bill", &seen));
    let dearer = crate::shop::CATALOG.replace("51990000", "52990000");
    let cert = shop_seal::SealCert::parse(&shop.public).unwrap();
    let pictures = crate::shop::placeholders(&["tee.jpg", "tee-back.jpg", "mug.jpg"]);
    let next = shop_web::Storefront::build(crate::shop::source(&dearer, pictures, cert)).unwrap();
    let web = std::sync::Arc::clone(&shop.web);
    let body = crate::visitor::encoded(&fields).into();
    let body = axum::body::Body::new(Slow(Some(move || web.show(next)), Some(body)));
    let request = visitor.form("/checkout", &fields).header("sec-fetch-site", "same-origin");
    let again = visitor.send(request.body(body).unwrap()).await;
    assert_eq!(again.status, 422);
    again.shows("Your order summary has changed since you saw it");
    again.shows("0.05299 ETH");
    assert_eq!(orders(&shop).await, 0);
}
