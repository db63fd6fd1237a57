//! Themes are the seller's, and nothing of them keeps a page from being shown.

use crate::{
    shop::{TestShop, Wanted},
    visitor::Visitor,
};
use shop_web::{Base, EncodedImage, LogoGround, Theme};

fn with(name: &str, change: impl Fn(&str) -> String) -> TestShop {
    let (_, text) = Theme::templates().iter().find(|(known, _)| *known == name).unwrap();
    let changed = change(text);
    assert_ne!(changed, *text);
    let mut theme = Theme::default();
    assert_eq!(theme.replace(vec![(name.into(), changed)], "theme/templates"), []);
    TestShop::with(Wanted { theme, ..Wanted::default() })
}

#[tokio::test]
async fn a_sellers_template_is_shown_in_every_language() {
    let shop = with("cart.html", |text| {
        text.replace("<h1>", "<p class=\"note\">Ours: {{ t(\"cart\") }} {{ to(\"/x\") }}</p><h1>")
    });
    let mut visitor = Visitor::of(&shop);
    visitor.get("/cart").await.shows("<p class=\"note\">Ours: Cart /x</p>");
    visitor.get("/fr-CA/cart").await.shows("<p class=\"note\">Ours: Panier /fr-CA/x</p>");
    crate::lint::answer(&visitor.takes_a_tee().await);
}

/// The template cannot show one of the products.
#[tokio::test]
async fn failing_template_is_replaced_on_the_failing_page_alone() {
    let broken = "<h1>{% if product.name == \"Print\" %}{{ product.nothing }}{% endif %}OURS";
    let shop = with("product.html", |text| text.replacen("<h1", &format!("{broken}</h1><h1"), 1));
    let mut visitor = Visitor::of(&shop);
    visitor.get("/product/mug-ohm").await.shows("OURS");
    for path in ["/product/print", "/ar/product/print"] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("OURS"), "{path}");
        crate::lint::answer(&page);
    }
}

#[tokio::test]
async fn a_logo_stands_for_the_name() {
    let mut theme = Theme::of(Base::Kiosk);
    let logo = EncodedImage::new(vec![1, 2, 3], "image/webp", (120, 40));
    theme.set_logo(logo, LogoGround::Light);
    let shop = TestShop::with(Wanted { theme, ..Wanted::default() });
    let mut visitor = Visitor::of(&shop);
    let page = visitor.get("/").await;
    crate::lint::answer(&page);
    let text = page.text();
    let logo = text.split("<a class=\"name\" href=\"/\"><img src=\"").nth(1).unwrap();
    assert!(logo.contains("width=\"120\" height=\"40\" alt=\"Fox &amp; Fern\"></a>"), "{logo}");
    let picture = visitor.get(logo.split('"').next().unwrap()).await;
    assert_eq!(picture.status, 200);
    assert_eq!(picture.bytes, [1, 2, 3][..]);
}

#[tokio::test]
async fn each_theme_has_a_style_sheet_of_its_own() {
    let mut sheets = Vec::new();
    for base in Base::ALL {
        let shop = TestShop::with(Wanted { theme: Theme::of(base), ..Wanted::default() });
        let path = shop.paths.iter().find(|path| path.starts_with("/s/")).unwrap();
        let sheet = Visitor::of(&shop).get(path).await;
        assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
        sheets.push(sheet.text());
    }
    assert_ne!(sheets[0], sheets[1]);
    for sheet in sheets {
        for wanted in ["prefers-color-scheme:dark", "@media print", "forced-colors"] {
            assert!(sheet.contains(wanted), "{wanted}");
        }
    }
}
