//! Order page of an order in escrow: from the payment to every ending.

use crate::{
    escrow::{
        DELIVER_BY, HASH, REFUND, SHIP_BY, chain, checks_out, closed, due, hides, keeps, shipped,
        shop,
    },
    order_life::{newest_mail, steps},
    shop::{
        TestShop,
        escrow_desk::{ARBITER, ARBITER_ONION, REFUND_TO, SECRET, SELLER, vault},
    },
    visitor::Visitor,
};
use shop_core::{
    escrow::{Account, Ending, Event},
    money::{Amount, AssetId},
    time::{Clock, CoarseTime},
};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn order_page_follows_the_contract_to_the_sellers_payment() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    keeps(&mut visitor, &[]).await;
    let due = due(&shop).await;
    chain(&shop, 130, Some((101, due)), &[]).await;
    let page = visitor.get("/order").await;
    page.shows("Paid into escrow");
    page.shows(&format!("The seller has until {SHIP_BY} to ship."));
    page.shows(&format!("If the seller doesn’t ship by {SHIP_BY}, your money goes back"));
    hides(&page, "name=\"refund\"");
    hides(&page, "Send exactly");
    chain(&shop, 140, None, &[(131, shipped(&shop))]).await;
    let page = visitor.get("/order").await;
    page.shows("This isn’t final yet");
    page.shows(&format!("If no delivery is reported by {DELIVER_BY}, your money goes back"));
    page.shows("You can already call the arbiter");
    let until = shop.clock.now().plus_seconds(5 * 86_400);
    chain(&shop, 160, None, &[(141, Event::Delivered { until })]).await;
    // An order outlives the offers that were made for it.
    shop.payments.desk.is_offered.store(false, Ordering::SeqCst);
    let page = visitor.get("/order").await;
    page.shows("</b> · you can object until 27 November 2026, 12:00 UTC");
    page.shows("You can object until 27 November 2026, 12:00 UTC.");
    page.shows("After 27 November 2026, 12:00 UTC the seller is paid 0.05199 ETH.");
    page.shows(ARBITER_ONION);
    hides(&page, "This isn’t final yet");
    crate::lint::answer(&page);
    shop.clock.advance(6 * 86_400);
    let page = visitor.get("/order").await;
    assert_eq!(page.status, 303, "an order is open for an hour");
}

/// Attestors moved the deadline: each page that names it names the later one.
#[tokio::test]
async fn moved_deadline_is_the_one_that_pages_name() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    keeps(&mut visitor, &[]).await;
    let due = due(&shop).await;
    chain(&shop, 140, Some((101, due)), &[(131, shipped(&shop))]).await;
    visitor.get("/order").await.shows(&format!("If no delivery is reported by {DELIVER_BY}"));
    let day = CoarseTime::from_date(2027, 2, 26).unwrap();
    let until = day.plus_hours(12).start();
    chain(&shop, 160, None, &[(141, Event::Extended { until })]).await;
    let page = visitor.get("/order").await;
    page.shows("If no delivery is reported by 26 February 2027, 12:00 UTC, your money");
    hides(&page, DELIVER_BY);
    page.shows("You can already call the arbiter");
    crate::lint::answer(&page);
}

/// Opens the order again, in a browser that was closed.
async fn reopened<'s>(shop: &'s TestShop, code: &str) -> Visitor<'s> {
    let mut visitor = Visitor::of(shop);
    visitor.post("/order/enter", &[("ticket", code)]).await;
    visitor
}

#[tokio::test]
async fn every_ending_says_where_the_money_went() {
    let price = 51_990_000_000_000_000;
    let half = price / 2;
    let cases = [
        (closed(Ending::Refunded, 0, price, 0), "Your money has been paid back", vec!["refund"]),
        (closed(Ending::Expired, 0, price, 0), "Your money has been paid back", vec!["refund"]),
        (closed(Ending::Released, price, 0, 0), "The seller has been paid", vec!["seller"]),
        (
            closed(Ending::Finalized, price, 9, 0),
            "The seller has been paid",
            vec!["seller", "refund"],
        ),
        (closed(Ending::ArbiterSilent, price, 0, 0), "The seller has been paid", vec!["seller"]),
        (
            closed(Ending::ArbiterSilent, 0, price, 0),
            "Your money has been paid back",
            vec!["refund"],
        ),
        (
            closed(Ending::Ruled, half, half - 9, 9),
            "The arbiter has decided",
            vec!["seller", "refund", "arbiter"],
        ),
    ];
    for (event, heading, parties) in cases {
        let shop = shop().await;
        let mut visitor = Visitor::of(&shop);
        keeps(&mut visitor, &[]).await;
        chain(&shop, 130, Some((101, due(&shop).await)), &[(120, shipped(&shop))]).await;
        chain(&shop, 160, None, &[(131, event)]).await;
        let page = visitor.get("/order").await;
        page.shows(heading);
        for (party, words, account) in [
            ("seller", "To the seller", SELLER),
            ("refund", "To your refund address", REFUND_TO),
            ("arbiter", "To the arbiter", ARBITER),
        ] {
            if parties.contains(&party) {
                page.shows(&format!("<dt>{words}</dt>"));
                page.shows(&account.to_string());
            } else {
                hides(&page, &format!("<dt>{words}</dt>"));
            }
        }
        hides(&page, "If nobody does anything");
        hides(&page, "action=\"/order/release\"");
        hides(&page, "name=\"refund\"");
        crate::lint::answer(&page);
        visitor.get("/order/receipt").await.shows(heading);
        visitor.get("/order/receipt.txt").await.shows(heading);
    }
}

#[tokio::test]
async fn release_secret_is_checked_and_goes_to_the_seller_once() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    let fields = [("release", "secret"), ("release-hash", HASH)];
    let page = keeps(&mut visitor, &fields).await;
    hides(&page, "action=\"/order/release\"");
    let token = page.token();
    let release = |typed| [("token", token.as_str()), ("release", typed)];
    assert_eq!(visitor.post("/order/release", &release(SECRET)).await.location(), "/order");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), 1, "nothing is paid yet");
    chain(&shop, 130, Some((101, due(&shop).await)), &[]).await;
    let mails = shop.db.outbox(99).await.unwrap().len();
    visitor.get("/order").await.shows("Your release secret");
    let long = "x".repeat(9_000);
    for typed in ["", "wrong\"><b>", &long] {
        let refused = visitor.post("/order/release", &release(typed)).await;
        assert_eq!(refused.status, 422);
        refused.shows("This isn’t the secret whose hash is in the statement.");
        crate::lint::answer(&refused);
    }
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), mails);
    let padded = format!(" {SECRET}\n");
    let told = visitor.follow("/order/release", &release(&padded)).await;
    told.shows("Sent to the seller, encrypted.");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), mails + 1);
    let (subject, body) = newest_mail(&shop).await;
    assert!(subject.contains("RELEASES") && body.contains(SECRET), "{subject}\n{body}");
    visitor.follow("/order/release", &release(SECRET)).await.shows("Sent to the seller");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), mails + 1, "once is enough");
}

/// An order outlives the offers of its shop: what its page needs was frozen with it.
#[tokio::test]
async fn escrow_turned_off_leaves_running_orders_all_they_had() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    keeps(&mut visitor, &[("release", "secret"), ("release-hash", HASH)]).await;
    shop.payments.desk.is_off.store(true, Ordering::SeqCst);
    let page = visitor.get("/order").await;
    page.shows("An exchange sent it");
    let asked = visitor.follow("/order/exchange", &[("token", &page.token())]).await;
    asked.shows("The shop is asking.");
    let statement = visitor.get("/order/statement").await;
    statement.shows(ARBITER_ONION);
    statement.shows("Attestor: Ada &amp; Co");
    let until = shop.clock.now().plus_seconds(5 * 86_400);
    let events = [(110, shipped(&shop)), (111, Event::Delivered { until })];
    chain(&shop, 130, Some((101, due(&shop).await)), &events).await;
    let page = visitor.get("/order").await;
    page.shows("Object on the arbiter’s page");
    page.shows("Arbiter: Themis");
    page.shows(ARBITER_ONION);
    assert!(steps(&page).iter().any(|step| step.contains("Shipped")), "{:?}", steps(&page));
    let fields = [("token", &*page.token()), ("release", SECRET)];
    visitor.follow("/order/release", &fields).await.shows("Sent to the seller, encrypted.");
    let (subject, _) = newest_mail(&shop).await;
    assert!(subject.contains("RELEASES"), "{subject}");
}

#[tokio::test]
async fn wallet_key_is_asked_for_the_signature_of_the_vault() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    let key = Account([0x4b; 20]).to_string();
    keeps(&mut visitor, &[("release", "wallet"), ("buyer-key", &key)]).await;
    chain(&shop, 130, Some((101, due(&shop).await)), &[]).await;
    let page = visitor.get("/order").await;
    page.shows(&format!("cryptocart release {}", vault(1)));
    let fields = [("token", &*page.token()), ("release", "0x00")];
    let refused = visitor.post("/order/release", &fields).await;
    refused.shows("This isn’t a signature of this text");
}

#[tokio::test]
async fn payment_by_an_exchange_is_asked_for_when_the_buyer_says_so() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    let page = keeps(&mut visitor, &[]).await;
    page.shows("An exchange sent it");
    let token = page.token();
    let asked = visitor.follow("/order/exchange", &[("token", &token)]).await;
    asked.shows("The shop is asking.");
    hides(&asked, "action=\"/order/exchange\"");
    assert_eq!(shop.payments.nudges.load(Ordering::SeqCst), 1);
    let pending = shop.db.pending_balances(AssetId::ETH.chain()).await.unwrap();
    assert_eq!(pending.len(), 1);
    visitor.follow("/order/exchange", &[("token", &token)]).await.shows("The shop is asking.");
    assert_eq!(shop.db.pending_balances(AssetId::ETH.chain()).await.unwrap().len(), 1);
    // An order that is paid directly asks nothing.
    let mut direct = Visitor::of(&shop);
    let (page, _) = direct.pays_next().await;
    hides(&page, "/order/exchange");
    let answer = direct.post("/order/exchange", &[("token", &page.token())]).await;
    assert_eq!(answer.location(), "/order");
    let answer = direct.post("/order/release", &[("token", &page.token())]).await;
    assert_eq!(answer.location(), "/order");
}

#[tokio::test]
async fn underpaid_late_and_overpaid_vaults_say_where_money_goes() {
    let price = 51_990_000_000_000_000;
    for (paid, hours, words) in [
        (price / 2, 0, "Part of your payment is missing"),
        (price / 2, 30, "What has arrived goes back to your refund address after"),
        (price, 30, "The seller can still ship until"),
        (
            price + 9_000_000_000_000_000,
            0,
            "It goes back to your refund address when the escrow ends.",
        ),
        (price, 200, "Your money can go back to your refund address now."),
    ] {
        let shop = shop().await;
        let mut visitor = Visitor::of(&shop);
        visitor.takes_a_tee().await;
        checks_out(&mut visitor, &[("pay", "escrow"), ("escrow-refund", REFUND)]).await;
        let code = crate::visitor::ticket(&visitor.get("/order?opened").await);
        shop.clock.advance(hours * 3_600);
        chain(&shop, 130, Some((101, Amount::new(AssetId::ETH, paid))), &[]).await;
        let mut visitor = reopened(&shop, &code).await;
        let first = visitor.get("/order").await;
        let page = if first.text().contains("name=\"kept\"") {
            let fields = [("token", &*first.token()), ("kept", "yes")];
            visitor.follow("/order/statement", &fields).await
        } else {
            first
        };
        page.shows(words);
        hides(&page, "enter your refund address");
        crate::lint::answer(&page);
    }
}

#[tokio::test]
async fn cancelling_says_what_becomes_of_money_in_the_vault() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    keeps(&mut visitor, &[]).await;
    let asked = visitor.get("/order/cancel").await;
    asked.shows(&format!("or until {SHIP_BY}"));
    chain(&shop, 130, Some((101, due(&shop).await)), &[]).await;
    let refused = visitor.get("/order/cancel").await;
    refused.shows("The seller can send it back at once");
    visitor.get("/order/forget").await.shows("Forget order");
}

#[tokio::test]
async fn a_dispute_ends_by_the_arbiter_or_by_silence() {
    for (delivered, silence) in [
        (false, "your money goes back to your refund address."),
        (true, "the seller is paid, because a delivery was reported."),
    ] {
        let shop = shop().await;
        let mut visitor = Visitor::of(&shop);
        visitor.takes_a_tee().await;
        checks_out(&mut visitor, &[("pay", "escrow"), ("escrow-refund", REFUND)]).await;
        let code = crate::visitor::ticket(&visitor.get("/order?opened").await);
        let until = shop.clock.now().plus_seconds(14 * 86_400);
        let mut events = vec![(110, shipped(&shop))];
        if delivered {
            events.push((111, Event::Delivered { until }));
        }
        events.push((112, Event::Disputed { by: ARBITER, until }));
        chain(&shop, 130, Some((101, due(&shop).await)), &events).await;
        let mut visitor = reopened(&shop, &code).await;
        let page = visitor.get("/order").await;
        page.shows("In dispute");
        page.shows(silence);
        assert!(steps(&page).contains(&"now Objection at".to_owned()), "{:?}", steps(&page));
        shop.clock.advance(15 * 86_400);
        let mut visitor = reopened(&shop, &code).await;
        let page = visitor.get("/order").await;
        page.shows("The arbiter has said nothing");
        page.shows("Anyone can send it, and gets 0.001 ETH of the money.");
    }
}

#[tokio::test]
async fn every_escrow_page_holds_in_every_language() {
    for prefix in ["", "/fr-CA", "/ar"] {
        let shop = shop().await;
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        visitor.takes_a_tee().await;
        crate::lint::answer(&visitor.get("/checkout").await);
        let filled = visitor.filled().await;
        let mut fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
        fields.extend([("pay", "escrow"), ("escrow-refund", REFUND)]);
        fields.extend([("release", "secret"), ("release-hash", HASH)]);
        let fresh = visitor.follow("/checkout", &fields).await;
        let statement = visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
        crate::lint::answer(&statement);
        let token = statement.token();
        crate::lint::answer(&visitor.post("/order/statement", &[("token", &token)]).await);
        let kept = [("token", token.as_str()), ("kept", "yes")];
        crate::lint::answer(&visitor.follow("/order/statement", &kept).await);
        let until = shop.clock.now().plus_seconds(5 * 86_400);
        let events = [(110, shipped(&shop)), (111, Event::Delivered { until })];
        chain(&shop, 130, Some((101, due(&shop).await)), &events).await;
        for path in ["/order", "/order/watch", "/order/statement", "/order/receipt"] {
            crate::lint::answer(&visitor.get(path).await);
        }
        let wrong = [("token", token.as_str()), ("release", "no")];
        crate::lint::answer(&visitor.post("/order/release", &wrong).await);
    }
}

/// Money that came after the end could only be swept to the refund address.
#[tokio::test]
async fn closed_escrow_of_an_unpaid_order_asks_for_no_payment() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    keeps(&mut visitor, &[]).await.shows("Send exactly");
    chain(&shop, 130, None, &[(101, closed(Ending::Refunded, 0, 0, 0))]).await;
    let page = visitor.get("/order").await;
    page.shows("Do not pay: the escrow has ended");
    hides(&page, "Send exactly");
    assert_eq!(visitor.get("/order/qr.png").await.status, 404);
}
