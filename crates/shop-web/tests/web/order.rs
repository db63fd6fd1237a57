//! The order page and the order code.

use crate::{shop::TestShop, visitor::Visitor};
use shop_core::{
    entropy::Seeded,
    money::{Amount, AssetId},
    order_code::OrderCode,
    pay_to::PayTo,
};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_wrong_ticket_and_an_unknown_one_end_at_the_same_bytes() {
    let shop = TestShop::new();
    let unknown = OrderCode::random(&Seeded::new(99)).reveal();
    let mut pages = Vec::new();
    let other = OrderCode::random(&Seeded::new(7)).reveal();
    for typed in [unknown.as_str(), &other.to_lowercase().replace('-', " ")] {
        let mut visitor = Visitor::of(&shop);
        let answer = visitor.post("/order/enter", &[("ticket", typed)]).await;
        assert_eq!(answer.location(), "/order?opened");
        let size = visitor.cookies["__Host-order"].len();
        let page = visitor.get("/order?opened").await;
        assert_eq!(page.status, 404);
        pages.push((answer.headers.len(), answer.bytes, size, page.headers, page.bytes));
    }
    for other in &pages[1..] {
        assert_eq!(*other, pages[0]);
    }
    assert_eq!(pages[0].4.len() % 8_192, 0);
}

/// The characters alone tell that, so nothing of any order shows in it.
#[tokio::test]
async fn a_mistyped_ticket_comes_back_to_be_mended() {
    let shop = TestShop::new();
    for (typed, why) in [
        ("nonsense", "You entered 8 characters; an order code has 28."),
        ("", "You entered 0 characters; an order code has 28."),
        ("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AA", "a character is wrong or missing"),
        ("\u{202e}\"><b>", "an order code has 28."),
    ] {
        let mut visitor = Visitor::of(&shop);
        let answer = visitor.post("/order/enter", &[("ticket", typed)]).await;
        assert_eq!(answer.status, 422);
        answer.shows(why);
        assert!(visitor.cookies.is_empty());
        crate::lint::answer(&answer);
    }
    let mut visitor = Visitor::of(&shop);
    let answer = visitor.post("/order/enter", &[("ticket", "AAAAA-B")]).await;
    answer.shows("value=\"AAAAA-B\"");
}

/// Nobody who watches the line can tell them apart until the order page is read.
#[tokio::test]
async fn right_and_wrong_tickets_get_answers_of_one_length() {
    let shop = TestShop::new();
    let (page, ticket) = Visitor::of(&shop).pays_next().await;
    let mut other = Visitor::of(&shop);
    let answer = other.post("/order/enter", &[("ticket", &ticket)]).await;
    assert_eq!(answer.location(), "/order?opened");
    let unknown = OrderCode::random(&Seeded::new(99)).reveal();
    let wrong = Visitor::of(&shop).post("/order/enter", &[("ticket", &unknown)]).await;
    let length = |a: &crate::visitor::Answer| -> usize {
        a.headers.iter().map(|(n, v)| n.as_str().len() + v.len()).sum::<usize>() + a.bytes.len()
    };
    assert_eq!(length(&answer), length(&wrong));
    let seen = other.get("/order").await;
    seen.shows("Waiting for your payment");
    assert_eq!(seen.bytes.len(), page.bytes.len());
    assert_eq!(seen.bytes.len(), 8_192, "an order page is at most 10 KB");
}

#[tokio::test]
async fn the_order_page_asks_for_a_look_at_the_chain() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    assert_eq!(
        visitor.post("/order/check", &[("token", &page.token())]).await.location(),
        "/order"
    );
    assert_eq!(shop.payments.nudges.load(Ordering::SeqCst), 1);
}

/// It never does so while something can be half typed in it.
#[tokio::test]
async fn order_page_reloads_itself_on_request_until_paid() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    assert_eq!(visitor.get("/order").await.header("refresh"), None);
    let watch = visitor.get("/order/watch").await;
    assert_eq!(watch.header("refresh"), Some("60; url=/order/watch"));
    assert!(!watch.text().contains("txid"), "nothing half typed can be lost");
    let order = &shop.db.orders().await.unwrap()[0];
    let pay_to = PayTo::new(AssetId::ETH, "0x52908400098527886E0F7030069857D2E4169EE7").unwrap();
    shop.chain(120, &[("0xaa", 101, order.facts.due, pay_to)]).await;
    assert_eq!(visitor.get("/order/watch").await.header("refresh"), None);
}

#[tokio::test]
async fn a_transaction_id_is_taken_up_once() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let token = page.token();
    let claim = |txid| [("token", token.as_str()), ("txid", txid)];
    let refused = visitor.post("/order/claim", &claim("not a txid")).await;
    assert_eq!(refused.status, 422);
    refused.shows("This isn’t a transaction ID.");
    refused.shows("value=\"not a txid\"");
    // It could be one of another chain.
    let refused = visitor.post("/order/claim", &claim("abcdef")).await;
    assert_eq!(refused.status, 422);
    assert!(shop.db.pending_claims(AssetId::ETH.chain()).await.unwrap().is_empty());
    visitor.follow("/order/claim", &claim(" 0xABCDEF ")).await.shows("We are looking it up");
    visitor
        .post("/order/claim", &claim("0xabcdef"))
        .await
        .shows("We already have this transaction ID");
    assert_eq!(shop.db.pending_claims(AssetId::ETH.chain()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn transaction_id_field_is_absent_for_orders_with_own_pay_to() {
    let shop = TestShop::new();
    shop.payments.pool.store(true, Ordering::SeqCst);
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    assert!(!page.text().contains("txid"));
    page.shows("0.05199 ETH");
    let token = page.token();
    visitor.post("/order/claim", &[("token", &token), ("txid", "0xaa")]).await;
    assert!(shop.db.pending_claims(AssetId::ETH.chain()).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_qr_code_is_a_picture_of_the_shop_and_needs_the_cookie() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    assert_eq!(visitor.get("/order/qr.png").await.status, 404);
    visitor.pays_next().await.0.shows("src=\"/order/qr.png\"");
    let qr = visitor.get("/order/qr.png").await;
    assert_eq!(qr.header("content-type"), Some("image/png"));
    assert_eq!(qr.header("cache-control"), Some("no-store"));
    assert!(image::load_from_memory(&qr.bytes).is_ok());
}

#[tokio::test]
async fn too_little_too_late_and_taken_back_are_said_in_words() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    shop.clock.advance(26 * 3_600);
    shop.chain(100, &[]).await;
    assert_eq!(visitor.get("/order").await.location(), "/order/enter", "an order closes by itself");
    let shop = TestShop::new();
    shop.payments.pool.store(true, Ordering::SeqCst);
    let mut visitor = Visitor::of(&shop);
    let (_, ticket) = visitor.pays_next().await;
    let order = &shop.db.orders().await.unwrap()[0];
    let pay_to = PayTo::new(AssetId::ETH, "demo-101").unwrap();
    let half = shop_core::money::Amount::new(AssetId::ETH, order.facts.due.units() / 2);
    shop.chain(102, &[("0xaa", 101, half, pay_to.clone())]).await;
    let page = visitor.get("/order").await;
    page.shows("Part of your payment is missing");
    page.shows("0.025995 ETH is missing");
    shop.chain(130, &[("0xbb", 103, order.facts.due, pay_to)]).await;
    visitor.get("/order").await.shows("You overpaid");
    shop.clock.advance(7_200);
    visitor
        .follow("/order/enter", &[("ticket", &ticket)])
        .await
        .shows("0.025995 ETH more than the amount due");
}

/// The amount still asked for names the order again, so that nobody has to type an id.
#[tokio::test]
async fn rest_that_is_asked_for_names_the_order() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    let order = &shop.db.orders().await.unwrap()[0];
    let part = order.facts.due.minus(eth("0.001")).unwrap();
    shop.chain(102, &[("0xaa", 101, part, wallet())]).await;
    let page = visitor.get("/order").await;
    page.shows("Part of your payment is missing");
    page.shows("slightly more than what is missing: the last digits identify your order");
    page.shows("probably deducted its fee");
    // The missing 0.00099899, and what makes it end as the order does.
    page.shows("0.00099899 ETH is missing");
    page.shows(">0.00109101 ETH<");
    shop.chain(130, &[("0xbb", 103, eth("0.00109101"), wallet())]).await;
    visitor.get("/order").await.shows("Paid. Thank you!");
}

/// An exchange has cut the amount: it is found by its id, and nothing is owed for the digits.
#[tokio::test]
async fn amount_cut_to_six_decimals_is_paid_once_it_is_named() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let order = shop.db.orders().await.unwrap().remove(0);
    page.shows("Added to identify your payment");
    shop.chain(102, &[]).await;
    let claim = [("token", page.token()), ("txid", "0xaa".to_owned())];
    let claim = claim.each_ref().map(|(name, value)| (*name, value.as_str()));
    visitor.post("/order/claim", &claim).await;
    visitor.get("/order").await.shows("We are looking it up");
    shop.answers(&order, "0xaa", eth("0.051991"), 101).await;
    shop.chain(130, &[]).await;
    visitor.get("/order").await.shows("Paid. Thank you!");
}

/// Half an ether of unknown origin waits for the seller; nobody is asked to pay meanwhile.
#[tokio::test]
async fn claimed_payment_of_unknown_origin_waits_for_the_seller() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let order = shop.db.orders().await.unwrap().remove(0);
    shop.chain(102, &[]).await;
    let token = page.token();
    visitor.post("/order/claim", &[("token", &token), ("txid", "0xaa")]).await;
    shop.answers(&order, "0xaa", eth("0.5"), 101).await;
    let page = visitor.get("/order").await;
    page.shows("The seller is checking your payment");
    page.shows("Please don’t pay again");
    page.shows("its amount doesn’t match this order");
    assert!(!page.text().contains("qr.png"), "it does not ask for money");
    shop.db.reject(order.id, None).await.unwrap();
    let page = visitor.get("/order").await;
    page.shows("The seller has checked it: it isn’t for this order.");
    page.shows("qr.png");
    shop.db.accept(order.id, Some("0xaa".into())).await.unwrap();
    visitor.get("/order").await.shows("The seller has accepted it.");
    shop.answers(&order, "0xaa", eth("0.5"), 101).await;
    shop.chain(130, &[]).await;
    visitor.get("/order").await.shows("You overpaid");
}

/// A payment that names an order of another shop cannot be taken.
#[tokio::test]
async fn claim_with_the_digits_of_others_is_refused_in_words() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let order = shop.db.orders().await.unwrap().remove(0);
    let token = page.token();
    visitor.post("/order/claim", &[("token", &token), ("txid", "0xaa")]).await;
    shop.answers(&order, "0xaa", eth("0.05194321"), 101).await;
    let page = visitor.get("/order").await;
    page.shows("Waiting for your payment");
    page.shows("Its last digits (5th to 8th decimal) don’t match this order");
}

fn eth(text: &str) -> Amount {
    Amount::parse(AssetId::ETH, text).unwrap()
}

fn wallet() -> PayTo {
    PayTo::new(AssetId::ETH, "0x52908400098527886E0F7030069857D2E4169EE7").unwrap()
}
