//! The order page and the ticket.

use crate::{shop::TestShop, visitor::Visitor};
use shop_core::{entropy::Seeded, money::AssetId, pay_to::PayTo, ticket::Ticket};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_wrong_ticket_and_an_unknown_one_end_at_the_same_bytes() {
    let shop = TestShop::new();
    let unknown = Ticket::random(&Seeded::new(99)).reveal();
    let mut pages = Vec::new();
    let other = Ticket::random(&Seeded::new(7)).reveal();
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

/// That can be told from the characters alone, so nothing of any order shows in it.
#[tokio::test]
async fn a_mistyped_ticket_comes_back_to_be_mended() {
    let shop = TestShop::new();
    for (typed, why) in [
        ("nonsense", "This has 8 characters; an order code has 28."),
        ("", "This has 0 characters; an order code has 28."),
        ("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AA", "A character in it is wrong or missing"),
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

#[tokio::test]
async fn a_right_ticket_looks_the_same_from_outside_until_the_page_is_read() {
    let shop = TestShop::new();
    let (page, ticket) = Visitor::of(&shop).pays_next().await;
    let mut other = Visitor::of(&shop);
    let answer = other.post("/order/enter", &[("ticket", &ticket)]).await;
    assert_eq!(answer.location(), "/order?opened");
    let unknown = Ticket::random(&Seeded::new(99)).reveal();
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
    assert_eq!(shop.till.nudges.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn reloading_by_itself_is_for_those_who_ask_and_while_it_makes_sense() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    assert_eq!(visitor.get("/order").await.header("refresh"), None);
    let watch = visitor.get("/order/watch").await;
    assert_eq!(watch.header("refresh"), Some("60; url=/order/watch"));
    assert!(!watch.text().contains("txid"), "nothing half typed can be lost");
    let order = &shop.db.orders().await.unwrap()[0];
    let pay_to = PayTo::new(AssetId::Eth, "0x52908400098527886E0F7030069857D2E4169EE7").unwrap();
    shop.chain(120, &[("0xaa", 101, order.due, pay_to)]).await;
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
    refused.shows("This is not a transaction id.");
    refused.shows("value=\"not a txid\"");
    visitor.follow("/order/claim", &claim(" 0xABCDEF ")).await.shows("We are looking it up");
    visitor.post("/order/claim", &claim("0xabcdef")).await.shows("known to us already");
    assert_eq!(shop.db.pending_claims(AssetId::Eth).await.unwrap().len(), 1);
}

#[tokio::test]
async fn where_each_order_has_its_own_pay_to_there_is_no_transaction_id_box() {
    let shop = TestShop::new();
    shop.till.pool.store(true, Ordering::SeqCst);
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    assert!(!page.text().contains("txid"));
    page.shows("0.05199 ETH");
    let token = page.token();
    visitor.post("/order/claim", &[("token", &token), ("txid", "0xaa")]).await;
    assert!(shop.db.pending_claims(AssetId::Eth).await.unwrap().is_empty());
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
    shop.till.pool.store(true, Ordering::SeqCst);
    let mut visitor = Visitor::of(&shop);
    let (_, ticket) = visitor.pays_next().await;
    let order = &shop.db.orders().await.unwrap()[0];
    let pay_to = PayTo::new(AssetId::Eth, "demo-101").unwrap();
    let half = shop_core::money::Amount::new(AssetId::Eth, order.due.units() / 2);
    shop.chain(102, &[("0xaa", 101, half, pay_to.clone())]).await;
    let page = visitor.get("/order").await;
    page.shows("Part of your payment is missing");
    page.shows("0.025995 ETH is missing");
    shop.chain(130, &[("0xbb", 103, order.due, pay_to)]).await;
    visitor.get("/order").await.shows("Paid, and too much");
    shop.clock.advance(7_200);
    visitor
        .follow("/order/enter", &[("ticket", &ticket)])
        .await
        .shows("0.025995 ETH more than due");
}

#[tokio::test]
async fn the_rest_of_a_tagged_amount_is_named_by_its_transaction_id() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    let order = &shop.db.orders().await.unwrap()[0];
    let pay_to = PayTo::new(AssetId::Eth, "0x52908400098527886E0F7030069857D2E4169EE7").unwrap();
    let part = shop_core::money::Amount::new(
        AssetId::Eth,
        1_000_000_000 + order.due.units() % 1_000_000_000,
    );
    shop.chain(102, &[("0xaa", 101, part, pay_to)]).await;
    let page = visitor.get("/order").await;
    page.shows("Part of your payment is missing");
    page.shows("Then enter its transaction id below");
    assert!(!page.text().contains("Please do not round it"));
}
