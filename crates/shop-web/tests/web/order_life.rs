//! The order page after the order was placed: its way, its goods, its end.

use crate::{
    shop::{START, TestShop, Wanted, owes_payment},
    visitor::{Answer, Visitor},
};
use shop_core::order_status::EventKind;
use shop_core::{
    entropy::Seeded,
    money::{Amount, AssetId},
    order::OrderId,
    order_code::OrderCode,
    pay_to::PayTo,
    stock::StockKey,
    view::{BlockAt, BlockHash, ChainUpdate, Height, Transfer, TransferId},
};
use shop_db::{Db, ListCodes};
use shop_seal::{OrderCodeKeys, ReservationKey, open::SealKey};
use std::sync::{Arc, atomic::Ordering};

/// Returns an empty database that seals what orders take and gives these codes.
pub(crate) fn sealing_db(codes: ListCodes) -> Db {
    let key = ReservationKey::from_bytes(&[9; 32]);
    let sealer = shop_web::sealer(key, codes, Arc::new(Seeded::new(5)));
    Db::in_memory().unwrap().with_sealer(sealer)
}

/// Opens a shop whose orders have a pay-to each, and whose tees are counted.
pub(crate) async fn shop_with(tees: u32) -> TestShop {
    let db = sealing_db(Arc::new(|_| None));
    let shop = TestShop::with(Wanted { db, ..Wanted::default() });
    shop.payments.pool.store(true, Ordering::SeqCst);
    shop.db.recount(vec![(StockKey::product("tee"), tees)]).await.unwrap();
    shop
}

pub(crate) fn pool(number: u64) -> PayTo {
    PayTo::new(AssetId::ETH, &format!("demo-{number}")).unwrap()
}

pub(crate) async fn due(shop: &TestShop) -> Amount {
    shop.db.orders().await.unwrap()[0].facts.due
}

/// Returns the order of a visitor who was the only one so far.
async fn id(shop: &TestShop) -> OrderId {
    shop.db.orders().await.unwrap()[0].id
}

/// Returns every step of the page: how it looks, what it is.
pub(crate) fn steps(page: &Answer) -> Vec<String> {
    let text = page.text();
    let list = text.split("<ol class=\"steps\">").nth(1).unwrap().split("</ol>").next().unwrap();
    assert_eq!(list.matches("aria-current=\"step\"").count(), 1, "{list}");
    let step = |li: &str| {
        let class = li.split('"').next().unwrap();
        let what = li.split("<b>").nth(1).unwrap().split("</b>").next().unwrap();
        let when = if li.contains("<small>") { " at" } else { "" };
        format!("{class} {what}{when}")
    };
    list.split("<li class=\"").skip(1).map(step).collect()
}

pub(crate) async fn says(shop: &TestShop, ticket: &str, kind: EventKind, words: Option<&str>) {
    let order = id(shop).await;
    let slot = OrderCodeKeys::derive(&OrderCode::parse(ticket).unwrap()).letter_slot();
    let letter = words.map(|words| slot.seal(order, words.as_bytes(), &Seeded::new(8)));
    shop.db.add_event(order, kind, letter).await.unwrap();
}

/// Opens the seller's newest mail.
pub(crate) async fn newest_mail(shop: &TestShop) -> (String, String) {
    let mails = shop.db.outbox(99).await.unwrap();
    let key = SealKey::parse(&shop.secret, "").unwrap();
    let letter = key.open(mails.last().unwrap().sealed().unwrap()).unwrap();
    (letter.subject.clone(), letter.body.clone())
}

pub(crate) async fn deliver_all(shop: &TestShop) {
    for mail in shop.db.outbox(99).await.unwrap() {
        shop.db.delivered(vec![mail.id]).await.unwrap();
    }
}

#[tokio::test]
async fn the_timeline_goes_with_the_order_and_back_with_the_chain() {
    let shop = shop_with(10).await;
    let mut visitor = Visitor::of(&shop);
    let (page, ticket) = visitor.pays_next().await;
    let to_come = ["next Payment seen", "next Confirmations", "next Payment complete"];
    let ahead = ["next Sent", "next Delivered"];
    assert_eq!(steps(&page), [&["now Placed"][..], &to_come, &ahead].concat());

    let due = due(&shop).await;
    let pay_to = pool(101);
    let unmined = Transfer {
        id: TransferId("0xaa".into()),
        pay_to: pay_to.clone(),
        amount: due,
        block: None,
    };
    let seen = ChainUpdate { unmined: vec![unmined], ..ChainUpdate::default() };
    shop.chain(100, &[]).await;
    shop.db.apply_update(AssetId::ETH.chain(), seen, START.coarse()).await.unwrap();
    let page = visitor.get("/order").await;
    let wanted = ["done Placed", "now Payment seen", "next Confirmations", "next Payment complete"];
    assert_eq!(steps(&page), [&wanted[..], &ahead].concat());

    shop.chain(102, &[("0xaa", 101, due, pay_to)]).await;
    let page = visitor.get("/order").await;
    page.shows("2 of 12");
    page.shows("22 November 2026, 12:00 UTC");
    let wanted =
        ["done Placed", "done Payment seen", "now Confirmations at", "next Payment complete"];
    assert_eq!(steps(&page), [&wanted[..], &ahead].concat());

    shop.chain(120, &[]).await;
    let paid = ["done Placed", "done Payment seen", "done Confirmations"];
    let page = visitor.get("/order").await;
    assert_eq!(steps(&page), [&paid[..], &["now Payment complete at"], &ahead].concat());
    visitor.get("/order/receipt").await.shows("Paid in block 101, 22 November 2026, 12:00 UTC.");

    // Another branch, without the payment.
    let block = |height: u64| BlockAt {
        height: Height(height),
        hash: BlockHash([0xee; 32]),
        time: START.coarse(),
    };
    let other = ChainUpdate {
        reorg_from: Some(Height(101)),
        blocks: (101..=121).map(block).collect(),
        ..ChainUpdate::default()
    };
    shop.db.apply_update(AssetId::ETH.chain(), other, START.coarse()).await.unwrap();
    let page = visitor.get("/order").await;
    let wanted =
        ["done Placed", "done Payment seen", "done Payment complete", "stop Payment reversed"];
    assert_eq!(steps(&page), wanted);
    page.shows("id=\"refund\"");
    assert!(!visitor.get("/order/receipt").await.text().contains("Paid in block"));

    shop.chain(140, &[("0xaa", 125, due, pool(101))]).await;
    says(&shop, &ticket, EventKind::Sent, None).await;
    let page = visitor.get("/order").await;
    page.shows("is on its way");
    let paid = [&paid[..], &["done Payment complete at"]].concat();
    assert_eq!(steps(&page), [&paid[..], &["now Sent", "next Delivered"]].concat());
    says(&shop, &ticket, EventKind::Delivered, None).await;
    let page = visitor.get("/order").await;
    page.shows("says your order has arrived");
    assert_eq!(steps(&page), [&paid[..], &["done Sent", "done Delivered"]].concat());
    says(&shop, &ticket, EventKind::Refunded, None).await;
    let page = visitor.get("/order").await;
    let wanted = ["done Sent", "done Delivered", "done Refunded"];
    assert_eq!(steps(&page), [&paid[..], &wanted].concat());
    page.shows("marked this order as refunded");
    visitor.get("/order/receipt.txt").await.shows("The seller has marked this order as refunded.");
    crate::lint::answer(&page);
}

#[tokio::test]
async fn an_offer_that_ends_or_is_paid_in_part_is_a_step_too() {
    let shop = shop_with(10).await;
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    let half = Amount::new(AssetId::ETH, due(&shop).await.units() / 2);
    shop.chain(101, &[("0xaa", 101, half, pool(101))]).await;
    let page = visitor.get("/order").await;
    assert_eq!(steps(&page)[..2], ["done Placed", "stop Partial payment at"]);
    page.shows("id=\"refund\"");
    let shop = shop_with(10).await;
    let (_, ended) = Visitor::of(&shop).pays_next().await;
    shop.clock.advance(26 * 3_600);
    shop.chain(100, &[]).await;
    let mut visitor = Visitor::of(&shop);
    let page = visitor.follow("/order/enter", &[("ticket", &ended)]).await;
    assert_eq!(steps(&page), ["done Placed", "stop Offer ended"]);
    assert_eq!(
        visitor.get("/order/qr.png").await.status,
        404,
        "nobody is asked to pay for nothing"
    );
}

#[tokio::test]
async fn what_is_on_its_way_is_said_to_be_whatever_was_paid() {
    // Too much.
    let shop = shop_with(10).await;
    let mut visitor = Visitor::of(&shop);
    let (_, ticket) = visitor.pays_next().await;
    let double = due(&shop).await.times(2).unwrap();
    shop.chain(130, &[("0xaa", 101, double, pool(101))]).await;
    visitor.get("/order").await.shows("You overpaid");
    for (kind, wanted) in [
        (EventKind::Sent, "says your order is on its way"),
        (EventKind::Delivered, "says your order has arrived"),
    ] {
        says(&shop, &ticket, kind, None).await;
        let page = visitor.get("/order").await;
        page.shows(wanted);
        page.shows("more than the amount due has arrived");
    }
    visitor.get("/order/forget").await.shows("The seller still has money of yours");
    says(&shop, &ticket, EventKind::Difference, None).await;
    let page = visitor.get("/order/forget").await.text();
    assert!(!page.contains("The seller still has money of yours"));
    // Too late.
    let shop = shop_with(10).await;
    let (_, ticket) = Visitor::of(&shop).pays_next().await;
    let due = due(&shop).await;
    shop.clock.advance(26 * 3_600);
    shop.chain(130, &[("0xaa", 101, due, pool(101))]).await;
    let mut visitor = Visitor::of(&shop);
    let page = visitor.follow("/order/enter", &[("ticket", &ticket)]).await;
    page.shows("Paid after the offer ended");
    says(&shop, &ticket, EventKind::Sent, None).await;
    let page = visitor.get("/order").await;
    page.shows("says your order is on its way");
    assert!(!page.text().contains("Paid after the offer ended"));
}

#[tokio::test]
async fn goods_are_set_aside_or_not_and_the_page_says_which() {
    let shop = shop_with(5).await;
    let (page, _) = Visitor::of(&shop).pays_next().await;
    page.shows("reserved until 22 November 2026, 14:00 UTC");
    let (page, _) = Visitor::of(&shop).pays_next().await;
    page.shows("Nothing is reserved until you pay");
}

#[tokio::test]
async fn when_the_goods_are_gone_nobody_is_asked_to_pay() {
    let shop = shop_with(1).await;
    let mut first = Visitor::of(&shop);
    let mut second = Visitor::of(&shop);
    first.pays_next().await;
    second.pays_next().await.0.shows("qr.png");
    let due = due(&shop).await;
    shop.chain(101, &[("0xaa", 101, due, pool(101))]).await;
    let page = second.get("/order").await;
    page.shows("Do not pay: sold out");
    page.shows("href=\"/order/cancel\"");
    assert!(!page.text().contains("qr.png") && !page.text().contains("demo-102"), "nothing to pay");
    assert_eq!(steps(&page), ["done Placed", "stop Sold out"]);
    assert_eq!(second.get("/order/qr.png").await.status, 404);
    shop.db.set_stock(StockKey::product("tee"), 2).await.unwrap();
    second.get("/order").await.shows("qr.png");
}

/// The order cannot be forgotten before the money was given back.
#[tokio::test]
async fn second_payer_of_the_last_item_is_asked_for_a_refund_address() {
    let shop = shop_with(1).await;
    let mut first = Visitor::of(&shop);
    let mut second = Visitor::of(&shop);
    first.pays_next().await;
    let (_, ticket) = second.pays_next().await;
    let due = due(&shop).await;
    let paid = [("0xaa", 101, due, pool(101)), ("0xbb", 102, due, pool(102))];
    shop.chain(101, &paid[..1]).await;
    shop.chain(102, &paid[1..]).await;
    let page = second.get("/order").await;
    page.shows("Your payment is being confirmed");
    page.shows("goes on the seller’s refund list");
    shop.chain(130, &[]).await;
    first.get("/order").await.shows("Paid. Thank you!");
    let page = second.get("/order").await;
    page.shows("Paid, but sold out");
    page.shows("<details class=\"noprint\" open>");
    let wanted = [
        "done Placed",
        "done Payment seen",
        "stop Sold out",
        "done Confirmations",
        "now Payment complete at",
        "next Refunded",
    ];
    assert_eq!(steps(&page), wanted);
    let forget = second.get("/order/forget").await;
    forget.shows("you haven’t been refunded");
    assert!(!forget.text().contains("Delete the record"));
    let orders = shop.db.orders().await.unwrap();
    let order = orders.into_iter().find(owes_payment).unwrap();
    shop.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    let page = second.follow("/order/enter", &[("ticket", &ticket)]).await;
    page.shows("has marked this order as refunded");
    assert!(!page.text().contains("id=\"refund\""));
}

#[tokio::test]
async fn seller_letters_are_plain_text_and_open_with_the_ticket_alone() {
    let shop = shop_with(9).await;
    let mut visitor = Visitor::of(&shop);
    let (_, ticket) = visitor.pays_next().await;
    let due = due(&shop).await;
    shop.chain(130, &[("0xaa", 101, due, pool(101))]).await;
    says(&shop, &ticket, EventKind::Sent, Some("Parcel <b>7</b>\n\u{202e}at the post office"))
        .await;
    says(&shop, &ticket, EventKind::Note, Some("طرد")).await;
    let stranger = OrderCode::random(&Seeded::new(77)).reveal();
    says(&shop, &stranger, EventKind::Note, Some("not for this buyer")).await;
    let page = visitor.get("/order").await;
    page.shows("<h3>Sent</h3>");
    page.shows("<bdi>Parcel &lt;b&gt;7&lt;&#x2f;b&gt;\nat the post office</bdi>");
    page.shows("<bdi>طرد</bdi>");
    page.shows("There is a message here that your code doesn’t open.");
    assert!(!page.text().contains("not for this buyer"));
    crate::lint::answer(&page);
}

/// The seller is told not to send it, and a second click changes nothing.
#[tokio::test]
async fn cancelled_order_frees_its_goods_and_counts_payments_as_late() {
    let shop = shop_with(5).await;
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let asked = visitor.get("/order/cancel").await;
    asked.shows("Money that arrives afterwards counts as late");
    assert_eq!(shop.db.stock().await.unwrap()[0].level.reserved, 1, "looking changes nothing");
    let token = page.token();
    let page = visitor.follow("/order/cancel", &[("token", &token)]).await;
    page.shows("You cancelled this order");
    page.shows("counts as late");
    assert!(!page.text().contains("qr.png"));
    assert_eq!(steps(&page), ["done Placed", "stop Cancelled by you"]);
    assert_eq!(shop.db.stock().await.unwrap()[0].level.reserved, 0);
    let (subject, body) = newest_mail(&shop).await;
    assert!(subject.ends_with("is cancelled") && body.contains("Do NOT send"), "{subject} {body}");
    // Twice is once.
    let mails = shop.db.outbox(99).await.unwrap().len();
    let again = visitor.post("/order/cancel", &[("token", &token)]).await;
    assert_eq!(again.location(), "/order");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), mails);
    visitor.get("/order/cancel").await.shows("nothing left to cancel");

    let due = due(&shop).await;
    shop.chain(130, &[("0xaa", 101, due, pool(101))]).await;
    let page = visitor.get("/order").await;
    page.shows("Paid after you cancelled");
    let wanted = ["done Placed", "stop Cancelled by you", "done Payment seen"];
    assert_eq!(steps(&page)[..3], wanted);
    page.shows("id=\"refund\"");
}

#[tokio::test]
async fn an_order_whose_money_was_seen_is_not_cancelled() {
    let shop = shop_with(5).await;
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let due = due(&shop).await;
    shop.chain(101, &[("0xaa", 101, due, pool(101))]).await;
    let mails = shop.db.outbox(99).await.unwrap().len();
    let refused = visitor.post("/order/cancel", &[("token", &page.token())]).await;
    assert_eq!(refused.status, 422);
    refused.shows("A payment for this order has been seen");
    crate::lint::answer(&refused);
    assert_eq!(
        shop.db.outbox(99).await.unwrap().len(),
        mails,
        "nobody is told of what was not done"
    );
    assert!(!visitor.get("/order").await.text().contains("/order/cancel"));
}

#[tokio::test]
async fn forgotten_order_is_gone_from_server_and_browser() {
    let shop = shop_with(5).await;
    let mut visitor = Visitor::of(&shop);
    let (page, ticket) = visitor.pays_next().await;
    let token = page.token();
    let forget = [("token", token.as_str())];
    visitor.get("/order/forget").await.shows("this order can still be paid");
    let refused = visitor.post("/order/forget", &forget).await;
    assert_eq!(refused.status, 422);
    refused.shows("Cancel it first");
    let due = due(&shop).await;
    shop.chain(101, &[("0xaa", 101, due, pool(101))]).await;
    visitor.post("/order/forget", &forget).await.shows("its payment isn’t settled");
    shop.chain(130, &[]).await;
    let asked = visitor.get("/order/forget").await;
    asked.shows("What remains: the encrypted emails");
    asked.shows("Delete the record");
    let refused = visitor.post("/order/forget", &forget).await;
    refused.shows("on its way to the seller’s mailbox");
    crate::lint::answer(&refused);
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);

    deliver_all(&shop).await;
    visitor.post("/cart", &[("id", "mug")]).await;
    let gone = visitor.post("/order/forget", &forget).await;
    assert_eq!(gone.location(), "/order/forgotten");
    assert_eq!(gone.header("clear-site-data"), Some("\"cookies\""));
    assert!(visitor.cookies.is_empty());
    assert!(shop.db.orders().await.unwrap().is_empty());
    visitor.get("/order/forgotten").await.shows("This server has deleted its record");
    let nothing = visitor.follow("/order/enter", &[("ticket", &ticket)]).await;
    assert_eq!(nothing.status, 404);
    nothing.shows("No order found for this code");
}

/// A page that was made before still shows it: a broken picture would frighten.
#[tokio::test]
async fn qr_code_stays_the_same_after_the_payment_is_seen() {
    let shop = shop_with(5).await;
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    let before = visitor.get("/order/qr.png").await;
    let due = due(&shop).await;
    shop.chain(101, &[("0xaa", 101, due, pool(101))]).await;
    assert_eq!(visitor.get("/order/qr.png").await.bytes, before.bytes);
}

#[tokio::test]
async fn the_longest_order_page_is_ten_kilobytes() {
    for prefix in ["", "/fr-CA", "/ar"] {
        let shop = TestShop::with(Wanted { demo: true, ..Wanted::default() });
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        let (page, ticket) = visitor.pays_next().await;
        let order = &shop.db.orders().await.unwrap()[0];
        let shared =
            PayTo::new(AssetId::ETH, "0x52908400098527886E0F7030069857D2E4169EE7").unwrap();
        let digits = order.facts.due.steps() % 10_000;
        let part = Amount::from_steps(AssetId::ETH, 10_000 + digits).unwrap();
        shop.chain(102, &[("0xaa", 101, part, shared)]).await;
        says(&shop, &ticket, EventKind::Note, Some("Parcel 7")).await;
        let token = page.token();
        for txid in ["ab", "cd"] {
            let txid = format!("0x{}", txid.repeat(32));
            visitor.post("/order/claim", &[("token", &token), ("txid", &txid)]).await;
        }
        let kept =
            [("token", token.as_str()), ("refund", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")];
        visitor.post("/order/refund", &kept).await.location();
        let fields = [("token", token.as_str()), ("refund", "Wrong")];
        let page = visitor.post("/order/refund", &fields).await;
        for wanted in ["qr.png", "id=\"txid\"", "id=\"refund-error\"", "Parcel 7"] {
            page.shows(wanted);
        }
        let length = page.text().trim_end().len();
        assert!(length <= 10 * 1024, "{prefix}: {length} bytes");
    }
}
