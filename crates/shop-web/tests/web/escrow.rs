//! Escrow as a buyer meets it: the choice, the statement, the order page.

use crate::{
    order_life::{newest_mail, shop_with, steps},
    shop::{
        TestShop,
        escrow_desk::{ARBITER_ONION, CONTRACT, REFUND_TO, SECRET, SELLER, key, vault},
    },
    visitor::{Answer, Visitor},
};
use shop_core::{
    escrow::{Account, Closing, Ending, Event, Tracking},
    money::{Amount, AssetId},
    pay_to::PayTo,
    time::{Clock, UnixTime},
    view::{BlockAt, BlockHash, ChainUpdate, EscrowSeen, Height, Transfer, TransferId},
};
use std::sync::atomic::Ordering;

pub(crate) const REFUND: &str = "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbX";
pub(crate) const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// 2026-11-28 and 2027-01-27 13:00 UTC: an offer of a day, then 5 and 60 days.
const SHIP_BY: &str = "28 November 2026, 12:00 UTC";
const DELIVER_BY: &str = "27 January 2027, 12:00 UTC";

/// Opens a shop that offers escrow.
pub(crate) async fn shop() -> TestShop {
    let shop = shop_with(9).await;
    shop.payments.desk.is_offered.store(true, Ordering::SeqCst);
    shop
}

type Fields<'f> = &'f [(&'f str, &'f str)];

/// Sends the checkout with these fields about escrow.
async fn checks_out(visitor: &mut Visitor<'_>, more: Fields<'_>) -> Answer {
    let filled = visitor.filled().await;
    let mut fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.extend(more);
    visitor.post("/checkout", &fields).await
}

/// Orders into escrow and writes the order code down; returns the statement.
async fn orders(visitor: &mut Visitor<'_>, more: Fields<'_>) -> Answer {
    visitor.takes_a_tee().await;
    let mut fields = vec![("pay", "escrow"), ("escrow-refund", REFUND)];
    fields.extend(more);
    assert_eq!(checks_out(visitor, &fields).await.location(), "/order?opened");
    let fresh = visitor.get("/order?opened").await;
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await
}

/// Orders into escrow, and says that the statement is kept; returns the order page.
async fn keeps(visitor: &mut Visitor<'_>, more: Fields<'_>) -> Answer {
    let statement = orders(visitor, more).await;
    let fields = [("token", &*statement.token()), ("kept", "yes")];
    visitor.follow("/order/statement", &fields).await
}

fn block(height: u64, time: UnixTime) -> BlockAt {
    let hash = BlockHash([u8::try_from(height % 251).unwrap(); 32]);
    BlockAt { height: Height(height), hash, time: time.coarse() }
}

/// Lets the chain grow to `tip` with a payment to the first vault, and events in blocks.
pub(crate) async fn chain(
    shop: &TestShop,
    tip: u64,
    paid: Option<(u64, Amount)>,
    events: &[(u64, Event)],
) {
    let now = shop.clock.now();
    let known = shop.db.chain(AssetId::ETH.chain()).await.unwrap();
    let from = known.last().map_or(100, |last| last.height.0 + 1);
    let mined = paid.map(|(height, amount)| Transfer {
        id: TransferId(format!("0x{height}")),
        pay_to: PayTo::new(AssetId::ETH, &vault(1).to_string()).unwrap(),
        amount,
        block: Some(block(height, now)),
    });
    let seen = |(height, event): &(u64, Event)| EscrowSeen {
        key: key(1),
        block: block(*height, now),
        place: 0,
        event: *event,
    };
    let update = ChainUpdate {
        blocks: (from..=tip).map(|height| block(height, now)).collect(),
        mined: mined.into_iter().collect(),
        escrow: events.iter().map(seen).collect(),
        ..ChainUpdate::default()
    };
    shop.db.apply_update(AssetId::ETH.chain(), update, now.coarse()).await.unwrap();
}

pub(crate) async fn due(shop: &TestShop) -> Amount {
    shop.db.orders().await.unwrap()[0].facts.due
}

pub(crate) fn shipped(shop: &TestShop) -> Event {
    Event::Shipped { tracking: Tracking([7; 21]), at: shop.clock.now() }
}

pub(crate) fn closed(ending: Ending, to_seller: u128, to_buyer: u128, fee: u128) -> Event {
    Event::Closed(Closing { ending, to_seller, to_buyer, fee, tip: 0 })
}

#[track_caller]
fn hides(answer: &Answer, wanted: &str) {
    let text = String::from_utf8_lossy(&answer.bytes).replace('\u{a0}', " ");
    assert!(!text.contains(wanted), "{wanted:?} in\n{text}");
}

#[tokio::test]
async fn checkout_offers_escrow_only_where_the_seller_does() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let page = visitor.get("/checkout").await;
    crate::lint::answer(&page);
    page.shows("Pay into escrow");
    page.shows("Then you have 5 days to object");
    page.shows("takes 5.5% of the price");
    page.shows("Your money is held for 145 days at most.");
    page.shows("gets 0.001 ETH of it");
    page.shows("value=\"direct\" checked");
    shop.payments.desk.has_arbiter.store(false, Ordering::SeqCst);
    visitor.get("/checkout").await.shows("This escrow has no arbiter");
    shop.payments.desk.is_offered.store(false, Ordering::SeqCst);
    hides(&visitor.get("/checkout").await, "escrow");
    // A form of before, or one that was made up.
    let refused = checks_out(&mut visitor, &[("pay", "escrow"), ("escrow-refund", REFUND)]).await;
    assert_eq!(refused.status, 422);
    assert!(shop.db.orders().await.unwrap().is_empty());
}

#[tokio::test]
async fn checkout_checks_what_is_typed_about_escrow() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let secret = |hash| [("escrow-refund", REFUND), ("release", "secret"), ("release-hash", hash)];
    let long = "a".repeat(9_000);
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let cases: [(&[(&str, &str)], &str); 11] = [
        (&[], "Your Ether address for refunds: Please fill this in."),
        (&[("escrow-refund", "  ")], "Please fill this in."),
        (&[("escrow-refund", "no address")], "This isn’t a valid Ether address"),
        (&[("escrow-refund", "0xBB")], "a character was changed along the way"),
        (&[("escrow-refund", "\"><script>")], "This isn’t a valid Ether address"),
        (&[("escrow-refund", &long)], "This isn’t a valid Ether address"),
        (&secret(""), "Hash of your release secret (64 digits): Please fill this in."),
        (&secret(SECRET), "This isn’t a hash"),
        (&secret(empty), "This is the hash of an empty text"),
        (
            &[("escrow-refund", REFUND), ("release", "wallet"), ("buyer-key", "me")],
            "Address of the key: This isn’t a valid Ether address",
        ),
        (&[("escrow-refund", REFUND), ("sealed", "x")], "Escrow ties the parcel"),
    ];
    for (typed, words) in cases {
        let fields: Vec<_> = [("pay", "escrow")].into_iter().chain(typed.iter().copied()).collect();
        let refused = checks_out(&mut visitor, &fields).await;
        assert_eq!(refused.status, 422, "{words}");
        refused.shows(words);
        refused.shows("value=\"escrow\" checked");
        hides(&refused, "<script>");
        crate::lint::answer(&refused);
    }
    shop.payments.desk.is_refused.store(true, Ordering::SeqCst);
    let own = checks_out(&mut visitor, &[("pay", "escrow"), ("escrow-refund", REFUND)]).await;
    own.shows("This address belongs to the shop, its arbiter or its attestors");
    assert!(shop.db.orders().await.unwrap().is_empty());
    // What is not chosen is not looked at.
    let direct = [("pay", "direct"), ("escrow-refund", "no"), ("release", "secret")];
    assert_eq!(checks_out(&mut visitor, &direct).await.location(), "/order?opened");
    assert!(shop.db.orders().await.unwrap()[0].facts.escrow.is_none());
}

/// The address is in the statement, because that is what is checked, and nowhere else.
#[tokio::test]
async fn no_payment_address_before_the_statement_is_kept() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    let page = orders(&mut visitor, &[]).await;
    let address = vault(1).to_string();
    page.shows("Before you pay: keep your escrow statement");
    page.shows(&format!("If the seller doesn’t ship by {SHIP_BY}"));
    page.shows(&format!("If no delivery is reported by {DELIVER_BY}"));
    page.shows("2 of 3 attestors must report it");
    page.shows("Nobody outside the project has audited the contract.");
    page.shows("Attestor: Ada &amp; Co");
    page.shows(ARBITER_ONION);
    crate::lint::answer(&page);
    let outside: String = page
        .text()
        .split("<pre")
        .map(|part| part.split_once("</pre>").map_or(part, |(_, rest)| rest).to_owned())
        .collect();
    assert!(!outside.to_lowercase().contains(&address), "{outside}");
    assert!(page.text().contains(&address), "it is what is checked");
    for path in ["/order/receipt", "/order/receipt.txt", "/order/cancel", "/order/forget"] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        hides(&answer, &address);
    }
    visitor.get("/order/receipt").await.shows("once you have kept the escrow statement");
    assert_eq!(visitor.get("/order/qr.png").await.status, 404);
    assert_eq!(visitor.get("/order/watch").await.location(), "/order");
    let token = page.token();
    let claim = visitor.post("/order/claim", &[("token", &token), ("txid", "?")]).await;
    hides(&claim, &address);
    // Neither is it there for who comes back with the code, nor in what the seller relays.
    let unticked = visitor.post("/order/statement", &[("token", &token)]).await;
    assert_eq!(unticked.status, 422);
    unticked.shows("Please keep the statement first");
    assert_eq!(visitor.get("/order/qr.png").await.status, 404);

    let fields = [("token", token.as_str()), ("kept", "yes")];
    let page = visitor.follow("/order/statement", &fields).await;
    page.shows(&format!("<span class=\"copy code\" dir=\"ltr\">{address}</span>"));
    page.shows("This address belongs to the escrow of this order alone.");
    assert_eq!(visitor.get("/order/qr.png").await.status, 200);
    visitor.get("/order/receipt.txt").await.shows(&address);
    visitor.get("/order/watch").await.shows(&address);
    crate::lint::answer(&page);
    let statement = visitor.get("/order/statement").await;
    hides(&statement, "type=\"checkbox\"");
}

#[tokio::test]
async fn statement_is_shown_again_to_who_returns_with_the_code() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    checks_out(&mut visitor, &[("pay", "escrow"), ("escrow-refund", REFUND)]).await;
    let code = crate::visitor::ticket(&visitor.get("/order?opened").await);
    let mut again = Visitor::of(&shop);
    let page = again.follow("/order/enter", &[("ticket", &code)]).await;
    page.shows("Before you pay: keep your escrow statement");
    // Once it is paid, the page of the order comes first.
    chain(&shop, 130, Some((101, due(&shop).await)), &[]).await;
    again.get("/order").await.shows("Paid into escrow");
}

#[tokio::test]
async fn statement_comes_as_a_file_and_as_a_picture() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    orders(&mut visitor, &[]).await;
    let file = visitor.get("/order/statement.txt").await;
    assert_eq!(file.header("content-type"), Some("text/plain; charset=utf-8"));
    let name = "attachment; filename=\"escrow-statement.txt\"";
    assert_eq!(file.header("content-disposition"), Some(name));
    let parsed = shop_core::escrow::Statement::parse(&file.text()).unwrap();
    assert_eq!((parsed.statement.vault, parsed.statement.contract), (vault(1), CONTRACT));
    let goods = parsed.statement.goods.as_ref().unwrap();
    assert!(goods.text().contains("Plain Tee"), "part 2 says what was ordered");
    let picture = visitor.get("/order/statement.png").await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
    let side = image::load_from_memory(&picture.bytes).unwrap().width();
    visitor.get("/order/statement").await.shows(&format!("width=\"{side}\" height=\"{side}\""));
    let mut french =
        Visitor { prefix: "/fr-CA", cookies: visitor.cookies.clone(), ..Visitor::of(&shop) };
    assert_eq!(french.get("/order/statement.png").await.status, 404, "one address for all");
    french.get("/order/statement").await.shows("src=\"/order/statement.png\"");
    // An order that is paid directly has none.
    let mut direct = Visitor::of(&shop);
    direct.pays_next().await;
    for path in ["/order/statement", "/order/statement.txt", "/order/statement.png"] {
        assert_eq!(direct.get(path).await.status, 404, "{path}");
    }
}

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
    let page = visitor.get("/order").await;
    page.shows("Delivery reported");
    page.shows("You can object until 27 November 2026, 12:00 UTC.");
    page.shows("After 27 November 2026, 12:00 UTC the seller is paid 0.05199 ETH.");
    page.shows(ARBITER_ONION);
    hides(&page, "This isn’t final yet");
    crate::lint::answer(&page);
    shop.clock.advance(6 * 86_400);
    let page = visitor.get("/order").await;
    assert_eq!(page.status, 303, "an order is open for an hour");
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
            ("arbiter", "To the arbiter", crate::shop::escrow_desk::ARBITER),
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
        events.push((112, Event::Disputed { by: crate::shop::escrow_desk::ARBITER, until }));
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
