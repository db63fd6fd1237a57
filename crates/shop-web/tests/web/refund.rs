//! Refund addresses of buyers: checked, kept, told to the seller, and not too often.

use crate::{
    order_life::{due, newest_mail, pool, shop_with},
    visitor::{Visitor, encoded},
};
use axum::body::Body;
use tower::ServiceExt;

#[tokio::test]
async fn refund_address_is_checked_stored_and_sent_to_the_seller() {
    let shop = shop_with(5).await;
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let token = page.token();
    let name = |typed| [("token", token.as_str()), ("refund", typed)];
    visitor.follow("/order/refund", &name("mineX")).await.shows("Waiting for your payment");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), 1, "there is nothing to give back yet");
    let due = due(&shop).await;
    shop.chain(130, &[("0xaa", 101, due, pool(101))]).await;
    for (typed, words) in [
        ("Mine", "a character was changed along the way"),
        ("no address", "This isn’t a valid Ether address"),
        ("demo-101", "This is the address you pay to."),
    ] {
        let refused = visitor.post("/order/refund", &name(typed)).await;
        assert_eq!(refused.status, 422);
        refused.shows(words);
        refused.shows(&format!("value=\"{typed}\""));
        refused.shows("aria-describedby=\"refund-error\"");
        crate::lint::answer(&refused);
    }
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), 1);
    let kept = visitor.follow("/order/refund", &name(" mineX ")).await;
    kept.shows("Saved. The seller has been told.</strong>");
    kept.shows("<bdi class=\"code\" dir=\"ltr\">mine</bdi>");
    let (subject, body) = newest_mail(&shop).await;
    assert!(subject.ends_with("refund address"), "{subject}");
    assert!(body.contains("ETH  mine\n") && !body.contains("without a checksum"), "{body}");
    // The same again is no news; another one is.
    visitor.follow("/order/refund", &name("mineX")).await.shows("Saved.");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), 2);
    let kept = visitor.follow("/order/refund", &name("other")).await;
    kept.shows("Nothing in this address could be checked");
    assert!(newest_mail(&shop).await.1.contains("without a checksum"));
    for page in ["/order", "/order/watch", "/order/receipt", "/order/receipt.txt"] {
        visitor.get(page).await.shows("other");
    }
    visitor.get("/order/receipt").await.shows("Ada Byron");
    for times in 3..=8 {
        let fields = [("token", token.as_str()), ("refund", &*format!("mine{times}"))];
        visitor.follow("/order/refund", &fields).await.shows("Saved.");
    }
    let refused = visitor.post("/order/refund", &name("mine9")).await;
    refused.shows("changed too often");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), 9, "a mailbox is not to be filled up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn addresses_that_are_named_all_at_once_are_eight_at_most() {
    let shop = shop_with(5).await;
    let mut visitor = Visitor::of(&shop);
    let (page, _) = visitor.pays_next().await;
    let token = page.token();
    let due = due(&shop).await;
    shop.chain(130, &[("0xaa", 101, due, pool(101))]).await;
    let request = |number: usize| {
        let fields = [("token", token.as_str()), ("refund", &*format!("mine{number}"))];
        let request =
            visitor.form("/order/refund", &fields).header("sec-fetch-site", "same-origin");
        request.body(Body::from(encoded(&fields))).unwrap()
    };
    let mut posts = tokio::task::JoinSet::new();
    for request in (0..60).map(request) {
        let router = shop.router.clone();
        posts.spawn(async move { router.oneshot(request).await.unwrap().status().as_u16() });
    }
    let answers = posts.join_all().await;
    let many = |wanted| answers.iter().filter(|status| **status == wanted).count();
    assert_eq!((many(303), many(422)), (8, 52), "{answers:?}");
    assert_eq!(shop.db.outbox(99).await.unwrap().len(), 1 + 8);
}
