//! Texts that sellers and buyers write: catalogue, theme, order codes.

use shop_core::{catalog::Catalog, order::OrderId, order_code::OrderCode};
use shop_web::Theme;

/// Reads order codes and order numbers; what is accepted is read back the same.
pub fn order_code(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(code) = OrderCode::parse(&text) {
        let again = OrderCode::parse(&code.reveal()).expect("a code that was shown");
        assert_eq!(code.secret(), again.secret());
    }
    if let Some(order) = OrderId::parse(&text) {
        assert_eq!(OrderId::parse(&order.to_string()), Some(order));
    }
}

/// Reads a catalogue, and walks through what was accepted as the pages do.
pub fn catalogue(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(catalog) = Catalog::from_json(&text) else { return };
    for product in catalog.products() {
        let found = catalog.by_slug(&product.slug).expect("a product under its own slug");
        assert_eq!(found.id, product.id);
        let _ = catalog.level_of(product);
        let _ = catalog.related(product, 4);
        for asset in catalog.assets() {
            let _ = catalog.lowest(product, asset);
        }
    }
    for category in catalog.categories() {
        assert!(catalog.category(&category.slug).is_some());
    }
}

/// Takes a style sheet and a template of the seller's.
pub fn style(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (name, text) = text.split_once('\n').unwrap_or(("extra.css", &text));
    let mut theme = Theme::default();
    if name.ends_with(".css") {
        if theme.append(text, name).is_ok() {
            assert!(!theme.css().contains("//"), "an address of somebody else");
        }
    } else {
        let flaws = theme.replace(vec![(name.to_owned(), text.to_owned())], "theme/templates");
        assert!(theme.replaced() + flaws.len() > 0, "neither taken nor refused");
    }
}
