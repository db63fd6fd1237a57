//! Digital goods: files to fetch, codes to read, and when both are closed.

use crate::{
    order_life::sealing_db,
    shop::{TestShop, Wanted},
    visitor::{Answer, Visitor, ticket},
};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use shop_core::order_status::EventKind;
use shop_core::{
    money::{Amount, AssetId},
    stock::StockKey,
    view::{BlockAt, BlockHash, ChainUpdate, Height},
};
use shop_db::{PaymentPolicy, RedeemCode};
use shop_seal::open::SealKey;
use shop_web::Files;
use std::sync::{Arc, atomic::Ordering};

const CATALOG: &str = r#"{"products": {
  "book": {"name": "Book", "price": 30, "quantity": 9, "axes": [{"name": "Kind", "values": ["Paper", "EPUB"]}],
    "variants": [{"choice": ["Paper"]},
      {"choice": ["EPUB"], "digital": {"file": "book.epub", "downloads": 2, "days": 7}}]},
  "gift": {"name": "Gift <code>", "price": 10, "digital": {"codes": "gifts.txt"}}}}"#;

/// Returns a book longer than what is read at once, in which every byte tells its place.
fn book() -> Vec<u8> {
    (0..200_000u32).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

struct Bookshop {
    shop: TestShop,
    folder: tempfile::TempDir,
}

/// Opens a shop that sells a file, and codes of which it has these.
async fn bookshop(codes: &[&str]) -> Bookshop {
    let folder = tempfile::tempdir().unwrap();
    fs_write(&folder.path().join("book.epub"), &book());
    let code = |code: &&str| {
        let mut mark = [0; 16];
        mark[..code.len()].copy_from_slice(code.as_bytes());
        RedeemCode { code: Arc::from(*code), fingerprint: mark }
    };
    let list: Arc<[RedeemCode]> = codes.iter().map(code).collect();
    let gift = StockKey::product("gift");
    let listed = gift.clone();
    let db = sealing_db(Arc::new(move |key| (*key == listed).then(|| Arc::clone(&list))));
    let files = Files::at(folder.path());
    let wanted = Wanted { catalog: CATALOG.into(), db, files, ..Wanted::default() };
    let shop = TestShop::with(wanted);
    shop.payments.pool.store(true, Ordering::SeqCst);
    shop.db.recount(vec![(gift.clone(), 3), (StockKey::product("book"), 9)]).await.unwrap();
    shop.web.restock(
        shop.db.availabilities().borrow().iter().map(|(key, level)| (key.clone(), *level)),
    );
    Bookshop { shop, folder }
}

#[expect(clippy::disallowed_methods, reason = "a file of a test")]
fn fs_write(path: &std::path::Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

impl Bookshop {
    /// Lets the newest order's payment stand in block 101, and the chain grow to `tip`.
    async fn pays(&self, tip: u64) {
        let order = &self.shop.db.orders().await.unwrap()[0];
        let paid = [("0xaa", 101, order.facts.due, order.pay_to.clone())];
        self.shop.chain(tip, &paid).await;
    }

    async fn says(&self, kind: EventKind) {
        let order = self.shop.db.orders().await.unwrap()[0].id;
        self.shop.db.add_event(order, kind, None).await.unwrap();
        self.shop.db.give_codes().await.unwrap();
    }
}

/// Orders these and writes the order code down; returns the order page.
async fn orders(visitor: &mut Visitor<'_>, goods: &[(&str, Option<&str>)]) -> (Answer, String) {
    for (id, option) in goods {
        let mut fields = vec![("id", *id)];
        fields.extend(option.map(|option| ("option", option)));
        visitor.post("/cart", &fields).await.location();
    }
    let filled = visitor.filled().await;
    let sends = goods.iter().any(|(_, option)| *option == Some("Paper"));
    let wanted = |name: &str| sends || ["token", "note"].contains(&name);
    let fields: Vec<(&str, &str)> =
        filled.iter().filter(|(n, _)| wanted(n)).map(|(n, v)| (*n, v.as_str())).collect();
    let fresh = visitor.follow("/checkout", &fields).await;
    let code = ticket(&fresh);
    (visitor.follow("/order/kept", &[("token", &fresh.token())]).await, code)
}

async fn part(visitor: &mut Visitor<'_>, path: &str, range: &str) -> Answer {
    let request = visitor.request(Method::GET, path).header("range", range);
    visitor.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_file_is_fetched_once_it_is_paid_and_each_begin_is_counted() {
    let books = bookshop(&[]).await;
    let mut visitor = Visitor::of(&books.shop);
    let (page, code) = orders(&mut visitor, &[("book", Some("EPUB"))]).await;
    page.shows("will appear here once your payment is confirmed");
    assert!(!page.text().contains("order/download") && !page.text().contains("Delivered"));
    let begin = [("token", &*page.token()), ("line", "0")];
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order");
    assert_eq!(visitor.get("/order/file/0").await.location(), "/order", "it is not paid");
    books.pays(102).await;
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order", "not deep");

    books.shop.chain(130, &[]).await;
    let page = visitor.get("/order").await;
    page.shows("Your purchase is on this page.");
    page.shows("<h3>Book, EPUB <small class=\"soft\">200 kB</small></h3>");
    page.shows("You can download it 2 times, until 29 November 2026, 13:00 UTC.");
    crate::lint::answer(&page);
    assert!(page.header("content-security-policy").unwrap().ends_with("allow-downloads"));
    assert_eq!(visitor.get("/order/file/0").await.location(), "/order", "nothing was begun");
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order/file/0");
    for _ in 0..3 {
        let file = visitor.get("/order/file/0").await;
        assert_eq!((file.status, file.bytes == book()), (StatusCode::OK, true));
        for (name, value) in [
            ("content-type", "application/octet-stream"),
            ("content-disposition", "attachment; filename=\"book.epub\""),
            ("content-length", "200000"),
            ("accept-ranges", "bytes"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(file.header(name), Some(value));
        }
        assert!(file.header("content-security-policy").unwrap().ends_with("allow-downloads"));
    }
    let page = visitor.get("/order").await;
    page.shows("href=\"/order/file/0\"");
    page.shows("Until 23 November 2026, 13:00 UTC you can download it again");
    // A second click on the old page counts nothing.
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order/file/0");

    books.shop.clock.advance(25 * 3_600);
    assert_eq!(visitor.get("/order").await.location(), "/order/enter", "the browser forgot it");
    let page = visitor.follow("/order/enter", &[("ticket", &code)]).await;
    page.shows("You can download it once");
    let again = [("token", &*page.token()), ("line", "0")];
    assert_eq!(visitor.post("/order/download", &again).await.location(), "/order/file/0");
    books.shop.clock.advance(25 * 3_600);
    let page = visitor.follow("/order/enter", &[("ticket", &code)]).await;
    page.shows("used all your downloads");
    let again = [("token", &*page.token()), ("line", "0")];
    assert_eq!(visitor.post("/order/download", &again).await.location(), "/order");
    books.shop.clock.advance(6 * 24 * 3_600);
    let page = visitor.follow("/order/enter", &[("ticket", &code)]).await;
    page.shows("ended on 29 November 2026, 13:00 UTC");
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let books = bookshop(&[]).await;
    let mut visitor = Visitor::of(&books.shop);
    let (page, _) = orders(&mut visitor, &[("book", Some("EPUB"))]).await;
    books.pays(130).await;
    let begin = [("token", &*page.token()), ("line", "0")];
    visitor.post("/order/download", &begin).await.location();
    let rest = part(&mut visitor, "/order/file/0", "bytes=150000-").await;
    assert_eq!(rest.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(rest.header("content-range"), Some("bytes 150000-199999/200000"));
    assert_eq!(rest.header("content-length"), Some("50000"));
    assert!(rest.bytes == book()[150_000..]);
    let some = part(&mut visitor, "/order/file/0", "bytes=65530-65545").await;
    assert!(some.bytes == book()[65_530..=65_545]);
    let last = part(&mut visitor, "/order/file/0", "bytes=-1").await;
    assert!(last.bytes == book()[199_999..]);
    let behind = part(&mut visitor, "/order/file/0", "bytes=200000-").await;
    assert_eq!(behind.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(behind.header("content-range"), Some("bytes */200000"));
    let head = visitor.request(Method::HEAD, "/order/file/0").body(Body::empty()).unwrap();
    let head = visitor.send(head).await;
    assert_eq!((head.header("content-length"), head.bytes.len()), (Some("200000"), 0));
}

#[tokio::test]
async fn what_is_not_the_orders_is_not_handed_out() {
    let books = bookshop(&[]).await;
    let mut visitor = Visitor::of(&books.shop);
    orders(&mut visitor, &[("book", Some("Paper"))]).await;
    books.pays(130).await;
    let page = visitor.get("/order").await;
    assert!(!page.text().contains(">Your purchase<"));
    page.shows("Delivered");
    let token = page.token();
    for line in ["0", "1", "-1", "4294967296", "", "x"] {
        let begin = [("token", token.as_str()), ("line", line)];
        assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order");
    }
    for line in ["0", "1", "99"] {
        assert_eq!(visitor.get(&format!("/order/file/{line}")).await.location(), "/order");
    }
    for odd in ["x", "-1", "..%2fbook.epub", "0/book.epub"] {
        let answer = visitor.get(&format!("/order/file/{odd}")).await;
        assert!(answer.status.is_client_error(), "{odd}: {}", answer.status);
        crate::lint::answer(&answer);
    }
    let stranger = Visitor::of(&books.shop).get("/order/file/0").await;
    assert_eq!(stranger.location(), "/order/enter");
    let forged = visitor.post("/order/download", &[("token", "x"), ("line", "0")]).await;
    assert_eq!(forged.status, 403);
}

#[tokio::test]
async fn codes_are_shown_to_who_paid_and_nowhere_else() {
    let books = bookshop(&["CODE-A", "CODE-B", "CODE-C"]).await;
    let mut visitor = Visitor::of(&books.shop);
    let goods = [("gift", None), ("gift", None), ("book", Some("EPUB"))];
    let (page, _) = orders(&mut visitor, &goods).await;
    assert!(!page.text().contains("CODE-"));
    books.pays(130).await;
    let page = visitor.get("/order").await;
    page.shows("<h3>Gift &lt;code&gt;</h3>");
    for code in ["CODE-A", "CODE-B"] {
        page.shows(&format!("<bdi class=\"copy code\" dir=\"ltr\">{code}</bdi>"));
    }
    assert!(!page.text().contains("CODE-C"));
    crate::lint::answer(&page);
    assert!(page.text().trim_end().len() <= 8 * 1024);
    visitor.get("/order/receipt").await.shows("CODE-A\nCODE-B");
    visitor.get("/order/receipt.txt").await.shows("  CODE-A\n  CODE-B");
    // When it was paid belongs to the payment, not to the codes.
    for (path, heading) in [("/order/receipt", "<h2>Codes: "), ("/order/receipt.txt", "\nCodes: ")]
    {
        let text = visitor.get(path).await.text();
        let (before, _) = text.split_once(heading).unwrap();
        assert!(before.contains("Paid in block"), "{path}: {text}");
    }
    visitor.get("/order/forget").await.shows("write down your codes first");
    let mail = &books.shop.db.outbox(99).await.unwrap()[0];
    let key = SealKey::parse(&books.shop.secret, "").unwrap();
    let letter = key.open(mail.sealed().unwrap()).unwrap();
    assert!(!letter.body.contains("CODE-") && letter.body.contains("(delivered online)"));
    let mut other = Visitor::of(&books.shop);
    let product = other.get("/product/gift-code").await;
    product.shows("Only a few left");
    product.shows("Digital: available on your order page");
}

#[tokio::test]
async fn a_payment_that_is_taken_back_closes_what_it_opened() {
    let books = bookshop(&["CODE-A", "CODE-B", "CODE-C"]).await;
    let mut visitor = Visitor::of(&books.shop);
    let (page, _) = orders(&mut visitor, &[("gift", None), ("book", Some("EPUB"))]).await;
    books.pays(130).await;
    let begin = [("token", &*page.token()), ("line", "1")];
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order/file/1");
    visitor.get("/order").await.shows("CODE-A");
    let block = |height: u64| BlockAt {
        height: Height(height),
        hash: BlockHash([0xee; 32]),
        time: crate::shop::START.coarse(),
    };
    let gone = ChainUpdate {
        reorg_from: Some(Height(101)),
        blocks: (101..=131).map(block).collect(),
        ..ChainUpdate::default()
    };
    books
        .shop
        .db
        .apply_update(AssetId::ETH.chain(), gone, crate::shop::START.coarse())
        .await
        .unwrap();
    let page = visitor.get("/order").await;
    page.shows("Closed: your payment was reversed.");
    assert!(!page.text().contains("CODE-A"));
    assert_eq!(visitor.get("/order/file/1").await.location(), "/order");
    assert!(!visitor.get("/order/receipt.txt").await.text().contains("CODE-A"));
}

#[tokio::test]
async fn refund_closes_goods_and_seller_opens_them_for_late_money() {
    let books = bookshop(&["CODE-A", "CODE-B", "CODE-C"]).await;
    let mut visitor = Visitor::of(&books.shop);
    let (page, _) = orders(&mut visitor, &[("gift", None)]).await;
    let token = page.token();
    visitor.follow("/order/cancel", &[("token", &token)]).await.shows("You cancelled");
    books.pays(130).await;
    let page = visitor.get("/order").await;
    page.shows("will appear here if the seller decides to hand it over");
    assert!(!page.text().contains("CODE-A"));
    books.says(EventKind::Sent).await;
    visitor.get("/order").await.shows("CODE-A");
    books.says(EventKind::Refunded).await;
    let page = visitor.get("/order").await;
    page.shows("Closed: your money has been refunded.");
    assert!(!page.text().contains("CODE-A"));
}

#[tokio::test]
async fn a_file_that_is_gone_is_said_and_not_counted() {
    let books = bookshop(&[]).await;
    let mut visitor = Visitor::of(&books.shop);
    let (page, _) = orders(&mut visitor, &[("book", Some("EPUB"))]).await;
    books.pays(130).await;
    let begin = [("token", &*page.token()), ("line", "0")];
    let at = books.folder.path().join("book.epub");
    std::fs::remove_file(&at).unwrap();
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order");
    let page = visitor.get("/order").await;
    page.shows("The file isn’t available right now.");
    assert!(!page.text().contains("/order/download"));
    fs_write(&at, &book());
    visitor.get("/order").await.shows("You can download it 2 times");
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/order/file/0");
    std::fs::remove_file(&at).unwrap();
    let answer = visitor.get("/order/file/0").await;
    assert_eq!(answer.status, 503);
    crate::lint::answer(&answer);
    // A folder, a file without contents: neither is handed out.
    std::fs::create_dir(&at).unwrap();
    visitor.get("/order").await.shows("The file isn’t available right now.");
    std::fs::remove_dir(&at).unwrap();
    // Nor is what a link leads to, wherever that is.
    let elsewhere = books.folder.path().join("elsewhere");
    fs_write(&elsewhere, &book());
    std::os::unix::fs::symlink(&elsewhere, &at).unwrap();
    visitor.get("/order").await.shows("The file isn’t available right now.");
    assert_eq!(visitor.get("/order/file/0").await.status, 503);
    std::fs::remove_file(&at).unwrap();
    fs_write(&at, b"");
    visitor.get("/order").await.shows("The file isn’t available right now.");
}

#[tokio::test]
async fn other_languages_say_sizes_their_way() {
    let books = bookshop(&[]).await;
    fs_write(&books.folder.path().join("book.epub"), &vec![7; 2_345_678]);
    let mut visitor = Visitor { prefix: "/fr-CA", ..Visitor::of(&books.shop) };
    let (_, _) = orders(&mut visitor, &[("book", Some("EPUB"))]).await;
    books.pays(130).await;
    let page = visitor.get("/order").await;
    page.shows("2,4 Mo");
    page.shows("action=\"/fr-CA/order/download\"");
    let begin = [("token", &*page.token()), ("line", "0")];
    assert_eq!(visitor.post("/order/download", &begin).await.location(), "/fr-CA/order/file/0");
    assert_eq!(visitor.get("/order/file/0").await.bytes.len(), 2_345_678);
}

/// One remote node could make a payment up: what was bought waits for the seller, in words.
#[tokio::test]
async fn goods_paid_by_one_remote_nodes_word_wait_for_the_seller() {
    let mut books = bookshop(&["ONE"]).await;
    let ignore_below = Amount::zero(AssetId::ETH);
    let policy = PaymentPolicy { ignore_below, pool: Arc::default(), releases: false };
    books.shop.db = books.shop.db.with_policies(Arc::from([policy]));
    let mut visitor = Visitor::of(&books.shop);
    let goods = [("book", Some("EPUB")), ("gift", None)];
    orders(&mut visitor, &goods).await;
    books.pays(130).await;
    books.shop.db.give_codes().await.unwrap();
    let page = visitor.get("/order").await;
    page.shows("Paid. Thank you!");
    page.shows("once the seller has checked the payment");
    page.shows("will check it once more before handing over your purchase");
    for closed in ["ONE", "/order/download", "Your purchase is on this page"] {
        assert!(!page.text().contains(closed), "{closed}");
    }
    let begin = [("token", &*page.token()), ("line", "0")];
    visitor.post("/order/download", &begin).await.location();
    assert_eq!(visitor.get("/order/file/0").await.status, StatusCode::SEE_OTHER);
    let order = books.shop.db.orders().await.unwrap().remove(0);
    assert!(order.facts.digital && order.status(order.facts.placed).is_release_due());
    books.shop.db.accept(order.id, None).await.unwrap();
    books.shop.db.give_codes().await.unwrap();
    let page = visitor.get("/order").await;
    page.shows("Your purchase is on this page.");
    page.shows(">ONE<");
    page.shows("/order/download");
}
