//! The shop in other languages than its own.

use crate::{
    headers::FROZEN,
    shop::{ONION, TestShop, Wanted, all_languages},
    visitor::{Answer, Visitor, encoded},
};
use axum::{
    body::Body,
    http::{Method, header},
};
use shop_web::{ClientInfo, ContentPage, Ingress, Language, Languages, PageText};
use std::collections::BTreeSet;

/// Returns the targets of the links, forms, pictures and style sheets of a page.
fn leads(page: &str, attribute: &str) -> BTreeSet<String> {
    let named = format!(" {attribute}=\"");
    let values = page.split(&named).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(|value| value.replace("&#x2f;", "/")).collect()
}

/// Returns a page without what stands after the language menu's links.
fn without_menu(page: &str) -> String {
    match page.split_once("<nav class=\"languages\"") {
        Some((before, _)) => before.to_owned(),
        None => page.to_owned(),
    }
}

/// Returns true for what has one address in all languages.
fn is_file(path: &str) -> bool {
    ["/i/", "/s/", "data:", "#"].iter().any(|start| path.starts_with(start))
        || ["/pgp.txt", "/order/qr.png"].contains(&path)
}

#[track_caller]
pub(crate) fn stays(page: &str, prefix: &str) {
    let page = without_menu(page);
    for path in leads(&page, "href").into_iter().chain(leads(&page, "action")) {
        let inside = path.starts_with(&format!("{prefix}/"));
        assert!(is_file(&path) || inside, "{path} leaves {prefix}");
    }
}

/// Returns everything a visitor can get to from the first page by following links.
async fn crawl(visitor: &mut Visitor<'_>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = visitor.get(&path).await;
        assert!(answer.status == 200 || answer.status == 303, "{path}: {}", answer.status);
        let page = without_menu(&String::from_utf8_lossy(&answer.bytes));
        open.extend(leads(&page, "href").into_iter().filter(|to| !is_file(to)));
        open.extend(answer.header("location").map(str::to_owned));
    }
    seen
}

#[tokio::test]
async fn pages_exist_in_every_language_and_links_stay_in_it() {
    let shop = TestShop::new();
    let own = crawl(&mut Visitor::of(&shop), "/").await;
    assert!(own.contains("/cart") && own.contains("/policy") && own.len() > 10, "{own:?}");
    for (prefix, lang) in
        [("/fr-CA", "lang=\"fr-CA\" dir=\"ltr\""), ("/ar", "lang=\"ar\" dir=\"rtl\"")]
    {
        let mut visitor = Visitor::of(&shop);
        let found = crawl(&mut visitor, &format!("{prefix}/")).await;
        let wanted: BTreeSet<String> = own.iter().map(|path| format!("{prefix}{path}")).collect();
        assert_eq!(found, wanted);
        for path in found {
            let answer = visitor.get(&path).await;
            if answer.status == 200 {
                answer.shows(&format!("<html {lang}>"));
                stays(&answer.text(), prefix);
            }
        }
    }
}

#[tokio::test]
async fn a_whole_purchase_stays_in_its_language() {
    for (prefix, wanted) in [
        (
            "/fr-CA",
            [
                "Votre panier",
                "Gardez ce code",
                "En attente de votre paiement",
                "Reçu de la commande",
            ],
        ),
        ("/ar", ["سلتك", "احتفظ بهذا الرمز", "في انتظار دفعتك", "إيصال الطلب"]),
    ] {
        let shop = TestShop::with(Wanted { demo: true, ..Wanted::default() });
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        let [cart, fresh, order, receipt] = wanted;
        let mut pages = Vec::new();
        let mut see = |page: Answer, words: &str| {
            page.shows(words);
            stays(&page.text(), prefix);
            pages.push(page);
        };
        see(visitor.takes_a_tee().await, cart);
        see(visitor.post("/cart", &[("id", "print")]).await, "Print");
        see(visitor.get("/checkout").await, "0");
        let token = visitor.get("/checkout").await.token();
        see(visitor.post("/checkout", &[("token", &token), ("contact", "yes")]).await, "0");
        see(visitor.orders_a_tee().await, fresh);
        let token = visitor.get("/order").await.token();
        see(visitor.follow("/order/kept", &[("token", &token)]).await, order);
        let watch = visitor.get("/order/watch").await;
        assert_eq!(watch.header("refresh"), Some(&*format!("60; url={prefix}/order/watch")));
        see(watch, order);
        see(visitor.get("/order/receipt").await, receipt);
        for path in ["/order/cancel", "/order/forget", "/order/forgotten"] {
            see(visitor.get(path).await, "<h1>");
        }
        let text = visitor.get("/order/receipt.txt").await;
        text.shows(receipt);
        text.shows("\n  0.10398101 ETH\n");
        let token = visitor.get("/order").await.token();
        let left = visitor.post("/order/leave", &[("token", &token)]).await;
        assert_eq!(left.location(), format!("{prefix}/order/enter"));
        for page in pages {
            let text = page.text();
            let main = text.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
            // Words of the seller's, which nobody translated.
            let main = main.replace("the seller at the market", "");
            for english in ["Please", "Your ", "Payment", " the ", "Quantity"] {
                assert!(!main.contains(english), "{english:?} is English:\n{main}");
            }
        }
    }
}

#[tokio::test]
async fn each_page_has_one_address() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    for path in [
        "/en/",
        "/en/cart",
        "/en",
        "/fr/cart",
        "/fr-ca/cart",
        "/FR-CA/cart",
        "/de/",
        "/arabic/cart",
        "/fr-CA/ar/cart",
        "/fr-CA/fr-CA/cart",
        "/ar/en/cart",
        "/fr-CA//cart",
        "/fr%2DCA/cart",
        "/fr-CA/pgp.txt",
        "/fr-CA/favicon.ico",
        "/ar/order/qr.png",
        "/fr-CA/nowhere",
    ] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
    let picture = shop.paths.iter().find(|path| path.starts_with("/i/")).unwrap();
    assert_eq!(visitor.get(&format!("/ar{picture}")).await.status, 404);
    assert_eq!(visitor.get("/fr-CA").await.location(), "/fr-CA/");
    assert_eq!(visitor.get("/fr-CA/cart").await.status, 200);
    assert_eq!(visitor.get("/order/qr.png").await.status, 200);
    let alone = TestShop::with(Wanted {
        languages: Languages::new(Language::CanadianFrench, &[]),
        ..Wanted::default()
    });
    let mut visitor = Visitor::of(&alone);
    let page = visitor.get("/").await;
    page.shows("<html lang=\"fr-CA\" dir=\"ltr\">");
    assert!(!page.text().contains("languages"), "there is nothing to choose");
    for path in ["/fr-CA/", "/ar/", "/en/"] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn errors_are_said_in_the_language_of_the_path() {
    let shop = TestShop::new();
    let mut visitor = Visitor { prefix: "/fr-CA", ..Visitor::of(&shop) };
    let gone = visitor.get("/nowhere").await;
    assert_eq!(gone.status, 404);
    gone.shows("Page introuvable");
    gone.shows("href=\"/fr-CA/product\"");
    stays(&gone.text(), "/fr-CA");
    let stale = visitor.post("/order/kept", &[]).await;
    assert_eq!(stale.status, 403);
    stale.shows("Ce formulaire a expiré");
    let method = visitor.post("/", &[]).await;
    assert_eq!((method.status.as_u16(), method.header("allow")), (405, Some("GET,HEAD")));
    method.shows("Vous ne pouvez pas faire cela ici");
    visitor.post("/cart", &[("id", "mug"), ("quantity", "4")]).await.shows("au plus 3 ×");
    let long = visitor.get(&format!("/{}", "x".repeat(2_100))).await;
    assert_eq!(long.status, 414);
    long.shows("Cette adresse Web est trop longue");
    for (name, value) in FROZEN {
        assert_eq!(long.header(name), Some(value));
    }
    visitor.prefix = "/ar";
    visitor.get("/nowhere").await.shows("الصفحة غير موجودة");
}

#[tokio::test]
async fn a_prefix_is_no_way_around_the_door() {
    let shop = TestShop::new();
    let onion = ClientInfo { door: Ingress::Onion, circuit: 1 };
    let at = |host: &str, prefix| Visitor {
        visit: onion,
        host: host.into(),
        prefix,
        ..Visitor::of(&shop)
    };
    let plain = at("evil.onion", "").get("/").await;
    let prefixed = at("evil.onion", "/fr-CA").get("/").await;
    assert_eq!(plain.status, 421);
    assert_eq!(
        (plain.headers, plain.bytes),
        (prefixed.headers, prefixed.bytes),
        "no sign of French"
    );

    let mut visitor = at(ONION, "/fr-CA");
    let forged = visitor.form("/cart", &[]).header("origin", "http://evil.onion");
    let forged = forged.body(Body::from(encoded(&[("id", "mug")]))).unwrap();
    assert_eq!(visitor.send(forged).await.status, 403);
    assert!(visitor.cookies.is_empty());

    shop.clock.advance(60);
    for prefix in ["", "/fr-CA", "/ar", "/fr-CA"].into_iter().cycle().take(20) {
        visitor.prefix = prefix;
        assert_eq!(visitor.get("/").await.status, 200);
    }
    visitor.prefix = "/fr-CA";
    let refused = visitor.get("/").await;
    assert_eq!(refused.status, 429, "pages in all languages are counted together");
    refused.shows("Veuillez ralentir");
    visitor.prefix = "";
    let picture = shop.paths.iter().find(|path| path.starts_with("/i/")).unwrap();
    assert_eq!(visitor.get(picture).await.status, 200);
}

#[tokio::test]
async fn what_the_browser_says_of_its_language_changes_nothing() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    for path in ["/", "/policy", "/cart", "/fr-CA/", "/ar/nowhere", "/fr-CA", "/order"] {
        let mut answers = Vec::new();
        for wanted in ["en", "fr-CA, fr;q=0.9", "ar", "*", ""] {
            let request = visitor.request(Method::GET, path);
            let request = request.header(header::ACCEPT_LANGUAGE, wanted);
            let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
            assert!(answer.header("vary").is_none() && answer.header("content-language").is_none());
            // A form's token is new in each answer.
            let page = String::from_utf8_lossy(&answer.bytes).into_owned();
            let pieces = page.split("name=\"token\" value=\"").enumerate();
            let pieces = pieces.map(|(i, piece)| match i {
                0 => piece,
                _ => piece.split_once('"').unwrap().1,
            });
            answers.push((answer.status, answer.headers, pieces.collect::<String>()));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}");
    }
}

#[tokio::test]
async fn the_menu_leads_to_the_same_page_in_each_language() {
    let shop = TestShop::new();
    for prefix in ["", "/fr-CA", "/ar"] {
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        visitor.takes_a_tee().await;
        for (asked, path) in [
            ("/", "/"),
            ("/product/plain-tee", "/product/plain-tee"),
            ("/category/kitchen", "/category/kitchen"),
            ("/policy", "/policy"),
            ("/cart", "/cart"),
            ("/checkout", "/checkout"),
            ("/order/enter", "/order/enter"),
            ("/nowhere", "/"),
        ] {
            let page = visitor.get(asked).await;
            for (to, tag, name) in
                [("", "en", "English"), ("/fr-CA", "fr-CA", "Français"), ("/ar", "ar", "العربية")]
            {
                let here = if to == prefix { " aria-current=\"true\"" } else { "" };
                page.shows(&format!(
                    "<a href=\"{to}{path}\" lang=\"{tag}\" hreflang=\"{tag}\"{here}>{name}</a>"
                ));
            }
        }
    }
    let mut visitor = Visitor { prefix: "/ar", ..Visitor::of(&shop) };
    visitor.pays_next().await;
    for path in ["/order", "/order/watch", "/order/receipt"] {
        visitor.get(path).await.shows(&format!("<a href=\"/fr-CA{path}\" lang=\"fr-CA\""));
    }
}

#[tokio::test]
async fn amounts_follow_the_reader_and_copied_text_the_wallet() {
    let shop = TestShop::new();
    let mut visitor = Visitor { prefix: "/fr-CA", ..Visitor::of(&shop) };
    visitor.get("/").await.shows("0,05199\u{a0}ETH");
    visitor.takes_a_tee().await.shows("0,05199\u{a0}ETH l’unité");
    let (page, _) = visitor.pays_next().await;
    page.shows("23 novembre 2026, 12\u{a0}h\u{a0}UTC");
    page.shows("<span class=\"copy code\" dir=\"ltr\">0.10398101 ETH</span>");
    page.shows("<span class=\"copy code\" dir=\"ltr\">0x52908400098527886E0F7030069857D2E4169EE7");
    visitor.get("/order/receipt").await.shows("22 novembre 2026");
    visitor.prefix = "/ar";
    let page = visitor.get("/order").await;
    page.shows("23 نوفمبر 2026، الساعة 12:00");
    page.shows("dir=\"ltr\">0.10398101 ETH</span>");
    visitor.get("/").await.shows("\u{2066}0.05199 ETH\u{2069}");
    visitor.prefix = "";
    visitor.get("/order").await.shows("23 November 2026, 12:00 UTC");
}

#[tokio::test]
async fn the_shops_own_texts_have_one_address_in_all_languages() {
    let texts = ["/mirrors.txt", "/canary.txt", "/.well-known/security.txt"];
    let markdown = texts.map(|path| format!("[this]({path})")).join(" ");
    let text = PageText { title: "Who we are".into(), markdown };
    let page = ContentPage { slug: "who".into(), text, translations: Vec::new() };
    let shop = TestShop::with(Wanted {
        pages: vec![page],
        texts: texts.map(|path| (path.to_owned(), format!("This is {path}."))).to_vec(),
        ..Wanted::default()
    });
    for prefix in ["", "/fr-CA", "/ar"] {
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        let page = visitor.get("/page/who").await.text();
        let linked: BTreeSet<String> =
            leads(&page, "href").into_iter().filter(|path| path.ends_with(".txt")).collect();
        assert_eq!(linked.len(), 4, "{linked:?}");
        visitor.prefix = "";
        for path in linked {
            assert_eq!(visitor.get(&path).await.status, 200, "{path} from {prefix}");
        }
    }
}

#[tokio::test]
async fn seller_texts_are_translated_or_marked_as_foreign() {
    let shop = TestShop::new();
    let mut visitor = Visitor { prefix: "/fr-CA", ..Visitor::of(&shop) };
    let policy = visitor.get("/policy").await;
    policy.shows("<article class=\"prose\">\n<h1>Retours</h1>");
    policy.shows("<a href=\"/fr-CA/product\">produits</a>");
    policy.shows("<a href=\"/pgp.txt\">clé</a>");
    let about = visitor.get("/page/about").await;
    about.shows("<article class=\"prose\" lang=\"en\" dir=\"ltr\">\n<h1>About us</h1>");
    about.shows("<a href=\"/fr-CA/product\">things</a>");
    visitor.prefix = "/ar";
    let product = visitor.get("/product/plain-tee").await;
    product.shows("<h1 lang=\"en\" dir=\"ltr\">Plain Tee</h1>");
    visitor.get("/policy").await.shows("<h1>Policy</h1>");
    visitor.prefix = "";
    visitor.get("/policy").await.shows("<article class=\"prose\">\n<h1>Policy</h1>");
}

#[test]
fn a_shop_has_each_language_once_and_its_own_always() {
    let twice = [Language::Arabic, Language::Arabic, Language::English];
    let languages = Languages::new(Language::CanadianFrench, &twice);
    assert_eq!(languages.own(), Language::CanadianFrench);
    let wanted = [Language::CanadianFrench, Language::Arabic, Language::English];
    assert_eq!(languages.all(), wanted);
    assert_eq!(all_languages().all(), Language::ALL);
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
    }
    assert_eq!(Language::from_tag("fr-ca"), None);
}
