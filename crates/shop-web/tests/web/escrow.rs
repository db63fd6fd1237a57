//! Escrow as a buyer meets it: the choice, the statement, the order page.

use crate::{
    order_life::{newest_mail, shop_with},
    shop::{
        TestShop,
        escrow_desk::{ARBITER_ONION, CONTRACT, SECRET, key, vault},
    },
    visitor::{Answer, Visitor},
};
use shop_core::{
    escrow::{Closing, Ending, Event, Statement, Tracking},
    money::{Amount, AssetId},
    pay_to::PayTo,
    time::{Clock, UnixTime},
    view::{BlockAt, BlockHash, ChainUpdate, EscrowSeen, Height, Transfer, TransferId},
};
use shop_seal::BuyerProof;
use std::sync::atomic::Ordering;

pub(crate) const REFUND: &str = "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbX";
pub(crate) const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// Deadlines of the desk: an offer of a day, then 5 and 60 days.
pub(crate) const SHIP_BY: &str = "28 November 2026, 12:00 UTC";
pub(crate) const DELIVER_BY: &str = "27 January 2027, 12:00 UTC";

/// Opens a shop that offers escrow.
pub(crate) async fn shop() -> TestShop {
    let shop = shop_with(9).await;
    shop.payments.desk.is_offered.store(true, Ordering::SeqCst);
    shop
}

type Fields<'f> = &'f [(&'f str, &'f str)];

/// Sends the checkout with these fields about escrow.
pub(crate) async fn checks_out(visitor: &mut Visitor<'_>, more: Fields<'_>) -> Answer {
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
pub(crate) async fn keeps(visitor: &mut Visitor<'_>, more: Fields<'_>) -> Answer {
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
pub(crate) fn hides(answer: &Answer, wanted: &str) {
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

/// Whoever pastes the file shows the arbiter that they are the buyer. The seller has the mark
/// alone.
#[tokio::test]
async fn buyers_proof_is_below_the_statement_and_in_no_mail() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    let page = orders(&mut visitor, &[]).await;
    let file = visitor.get("/order/statement.txt").await.text();
    let proof = BuyerProof::find(&file).expect("a proof");
    page.shows(&proof.reveal());
    let (statement, _) = file.split_once("END OF STATEMENT").unwrap();
    assert!(!statement.contains(BuyerProof::PREFIX));
    let goods = Statement::parse(&file).unwrap().statement.goods.unwrap();
    assert_eq!(goods.buyer_mark(), Some(&*proof.mark()));
    let (_, body) = newest_mail(&shop).await;
    assert!(body.contains(&proof.mark()), "{body}");
    assert!(!body.contains(BuyerProof::PREFIX));
}

#[tokio::test]
async fn statement_says_what_comes_of_each_thing_that_goes_wrong() {
    let shop = shop().await;
    let mut visitor = Visitor::of(&shop);
    let page = orders(&mut visitor, &[]).await;
    for words in [
        "Only a parcel to the postal code of your order.",
        "You chose no secret and no key: nobody can pay the seller before time.",
        "The seller can send all of your money back until the escrow ends",
        "during a strike, for instance",
        "If the parcel goes back to the seller",
        "If the attestors disappear",
        &format!("the money goes back after {DELIVER_BY}, unless the seller calls the arbiter"),
        "If the arbiter says nothing",
        "If too little arrives",
        "If too much arrives",
        "If your payment arrives late",
        "If you send another currency, or on another network",
        "If the blockchain takes a step back",
        "If this shop disappears",
        "If you lose the statement",
    ] {
        page.shows(words);
    }
    let cases = |page: &Answer| page.text().matches("<dt>").count();
    for prefix in ["/fr-CA", "/ar"] {
        let cookies = visitor.cookies.clone();
        let mut other = Visitor { prefix, cookies, ..Visitor::of(&shop) };
        let same = other.get("/order/statement").await;
        assert_eq!(cases(&same), cases(&page), "{prefix}");
    }
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
    let parsed = Statement::parse(&file.text()).unwrap();
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
