//! Snapshots of the key pages. Parts that differ from run to run are redacted.

use crate::{shop::TestShop, visitor::Visitor};

pub(crate) fn redacted(page: &str) -> String {
    let mut text = page.trim_end().to_owned();
    for (before, after) in [
        ("name=\"token\" value=\"", "\""),
        ("name=\"bill\" value=\"", "\""),
        ("href=\"/s/", ".css\""),
        ("src=\"/i/", ".webp\""),
        ("href=\"/i/", ".webp\""),
        ("src=\"data:image/webp;base64,", "\""),
        ("<style>", "</style>"),
        ("copy ticket\">", "</p>"),
    ] {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((head, tail)) = rest.split_once(before) {
            let (_, tail) = tail.split_once(after).expect("the end of a redaction");
            out.push_str(head);
            out.push_str(before);
            out.push('…');
            out.push_str(after);
            rest = tail;
        }
        out.push_str(rest);
        text = out;
    }
    text
}

#[tokio::test]
async fn key_pages() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    for (name, path) in [("landing", "/"), ("product", "/product/plain-tee"), ("gone", "/nowhere")]
    {
        insta::assert_snapshot!(name, redacted(&visitor.get(path).await.text()));
    }
    insta::assert_snapshot!("cart", redacted(&visitor.takes_a_tee().await.text()));
    let token = visitor.get("/checkout").await.token();
    let errors = [("token", token.as_str()), ("city", "Lon\"don"), ("contact", "yes")];
    let page = visitor.post("/checkout", &errors).await;
    insta::assert_snapshot!("checkout_with_errors", redacted(&page.text()));
    let fresh = visitor.orders_a_tee().await;
    let id = shop.db.orders().await.unwrap()[0].id.to_string();
    let redacted = |text: String| redacted(&text).replace(&id, "[order]");
    insta::assert_snapshot!("ticket", redacted(fresh.text()));
    let page = visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    insta::assert_snapshot!("order", redacted(page.text()));
    insta::assert_snapshot!("receipt", redacted(visitor.get("/order/receipt").await.text()));
    insta::assert_snapshot!(
        "receipt_txt",
        redacted(visitor.get("/order/receipt.txt").await.text())
    );
}
