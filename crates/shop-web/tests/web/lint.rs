//! Checks that every page must pass, read off its bytes.

use crate::{
    shop::{TestShop, Wanted},
    visitor::{Answer, Visitor},
};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    closes: bool,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Reads tags as our own templates write them; anything else is a finding.
fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    for piece in page.split('<').skip(1) {
        let (inside, _) = piece.split_once('>').unwrap_or_else(|| panic!("open tag: {piece}"));
        if inside.starts_with('!') {
            continue;
        }
        let closes = inside.starts_with('/');
        let inside = inside.trim_start_matches('/').trim_end_matches(" /");
        let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let mut attributes = Vec::new();
        while !rest.trim_start().is_empty() {
            rest = rest.trim_start();
            let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            if let Some(after) = after.strip_prefix("=\"") {
                let (value, after) = after.split_once('"').expect("a closed value");
                attributes.push((key.to_owned(), value.to_owned()));
                rest = after;
            } else {
                assert!(!after.starts_with('='), "unquoted value in <{inside}>");
                attributes.push((key.to_owned(), String::new()));
                rest = after;
            }
        }
        tags.push(Tag { name: name.to_owned(), attributes, closes });
    }
    tags
}

const VOID: [&str; 8] = ["meta", "link", "img", "input", "br", "hr", "col", "wbr"];

/// Checks everything a page must hold that came under this policy.
#[track_caller]
pub(crate) fn page(page: &str, policy: &str) {
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next());
    let hash = |css: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(css)));
    assert_eq!(policy.matches("'sha256-").count(), usize::from(style.is_some()), "{policy}");
    assert!(style.is_none_or(|css| policy.contains(&hash(css))), "{policy}");
    assert!(policy.contains("data:") || !page.contains("src=\"data:"), "{policy}");
    assert!(page.starts_with("<!doctype html>\n<html lang=\""), "{page}");
    let tags = tags(page);
    let language = tags[0].get("lang").unwrap();
    let direction = tags[0].get("dir").unwrap();
    assert_eq!(direction == "rtl", language == "ar", "{language} {direction}");
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    let mut within: Vec<&str> = Vec::new();
    for tag in &tags {
        if tag.closes {
            assert_eq!(open.pop(), Some(tag.name.as_str()), "closed in order\n{page}");
            continue;
        }
        if !VOID.contains(&tag.name.as_str()) {
            open.push(&tag.name);
        }
        let forbidden =
            ["script", "svg", "iframe", "object", "embed", "base", "video", "audio", "math"];
        assert!(!forbidden.contains(&tag.name.as_str()), "<{}>", tag.name);
        for (name, value) in &tag.attributes {
            assert!(!name.starts_with("on") && name != "style", "{name} in <{}>\n{page}", tag.name);
            if ["src", "href", "action", "formaction", "poster", "srcset"].contains(&name.as_str())
            {
                let inside = value.starts_with('/') && !value.starts_with("//");
                let (path, place) = value.split_once('#').unwrap_or((value, ""));
                if path.is_empty() && !place.is_empty() {
                    within.push(place);
                }
                let none = value == "data:," || path.is_empty() && !place.is_empty();
                let written = tag.name == "img" && value.starts_with("data:image/webp;base64,");
                assert!(inside || none || written, "{name}={value}");
                assert!(!value.contains(".svg"));
            }
        }
        if let Some(id) = tag.get("id") {
            assert!(!ids.contains(&id), "id {id} twice\n{page}");
            ids.push(id);
        }
        assert!(tag.name != "img" || tag.get("alt").is_some(), "a picture without a description");
        assert!(tag.name != "img" || tag.get("width").is_some() && tag.get("height").is_some());
        assert!(tag.name != "meta" || tag.get("http-equiv").is_none());
    }
    assert!(open.is_empty(), "left open: {open:?}");
    for place in within {
        assert!(ids.contains(&place), "nothing is at #{place}\n{page}");
    }
    for tag in tags.iter().filter(|t| ["input", "select", "textarea"].contains(&t.name.as_str())) {
        if tag.closes || tag.get("type") == Some("hidden") {
            continue;
        }
        let id = tag.get("id").unwrap_or_else(|| panic!("a field without an id\n{page}"));
        let labels = tags.iter().filter(|t| t.name == "label" && t.get("for") == Some(id)).count();
        assert_eq!(labels, 1, "labels for {id}");
        if let Some(described) = tag.get("aria-describedby") {
            assert!(ids.contains(&described), "nothing is called {described}");
        }
    }
    for form in tags.iter().filter(|t| t.name == "form" && !t.closes) {
        let searches = form.get("role") == Some("search");
        let method = if searches { "get" } else { "post" };
        assert_eq!(form.get("method"), Some(method), "all but searches change something");
    }
    let count = |name: &str| tags.iter().filter(|t| t.name == name && !t.closes).count();
    assert_eq!((count("title"), count("h1"), count("main")), (1, 1, 1), "{page}");
    assert!(count("style") <= 1, "{page}");
    let title = page.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    assert!(title.ends_with("Fox &amp; Fern"), "{title}");
}

#[track_caller]
pub(crate) fn answer(answer: &Answer) {
    page(&answer.text(), answer.header("content-security-policy").expect("a policy"));
}

#[tokio::test]
async fn every_page_that_is_the_same_for_everyone_holds() {
    for demo in [false, true] {
        let shop = TestShop::with(Wanted { demo, ..Wanted::default() });
        let mut visitor = Visitor::of(&shop);
        let front = [
            "/",
            "/product",
            "/product/plain-tee",
            "/product/print",
            "/category/kitchen",
            "/category/kitchen?sort=price-up&stock=in",
            "/search",
            "/search?q=mug",
            "/search?q=%22%3E%3Cscript%3E",
        ];
        let words = ["/policy", "/page/about", "/order/enter", "/order/forgotten", "/nowhere"];
        for path in front.into_iter().chain(words) {
            for prefix in ["", "/fr-CA", "/ar"] {
                let page = visitor.get(&format!("{prefix}{path}")).await;
                answer(&page);
                assert_eq!(page.text().contains("class=\"demo\""), demo, "{prefix}{path}");
            }
        }
    }
}

#[tokio::test]
async fn every_page_that_is_made_for_one_visitor_holds() {
    for prefix in ["", "/fr-CA", "/ar"] {
        let shop = TestShop::with(Wanted { demo: true, ..Wanted::default() });
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        answer(&visitor.get("/cart").await);
        answer(&visitor.get("/cart?kept").await);
        answer(&visitor.takes_a_tee().await);
        visitor.post("/cart", &[("id", "mug")]).await;
        answer(&visitor.get("/cart").await);
        answer(&visitor.post("/cart", &[("id", "tee"), ("option", "XXXL")]).await);
        answer(&visitor.get("/checkout").await);
        let token = visitor.get("/checkout").await.token();
        let errors = [("token", token.as_str()), ("contact", "yes"), ("sealed", "not armored")];
        answer(&visitor.post("/checkout", &errors).await);
        answer(&visitor.orders_a_tee().await);
        let token = visitor.get("/order").await.token();
        let order = visitor.follow("/order/kept", &[("token", &token)]).await;
        answer(&order);
        answer(&visitor.post("/order/claim", &[("token", &order.token()), ("txid", "?")]).await);
        for path in ["/order", "/order/watch", "/order/receipt", "/order/cancel", "/order/forget"] {
            answer(&visitor.get(path).await);
        }
        answer(&visitor.post("/order/enter", &[("ticket", "nonsense")]).await);
        let nobody_s =
            shop_core::order_code::OrderCode::random(&shop_core::entropy::Seeded::new(9));
        let ticket = nobody_s.reveal();
        answer(&visitor.follow("/order/enter", &[("ticket", &ticket)]).await);
    }
}

#[test]
#[should_panic(expected = "on")]
fn the_lint_sees_a_handler() {
    page("<!doctype html>\n<html lang=\"en\" dir=\"ltr\"><body onload=\"x\"></body></html>", "");
}
