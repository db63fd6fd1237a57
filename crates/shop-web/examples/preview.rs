//! The test shop on loopback, to look at: `cargo run --release -p shop-web --example preview`.
//! With the path of a shop folder it shows that folder's catalogue, pictures and pages; with a theme's
//! name behind it, in that theme.

#[path = "../tests/web/shop.rs"]
#[expect(dead_code, reason = "a test's helper, of which this needs a part")]
mod shop;

use shop::{PREVIEW, TestShop, Wanted, encode};
use shop_core::{catalog::Catalog, time::SetClock};
use shop_web::{
    Base, ContentPage, Door, PageText, Picture, Pictures, Theme, Visit, serve_connection,
};
use std::{path::Path, sync::Arc};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "it serves for the eye, not for buyers")]
async fn main() {
    let wanted = match std::env::args().nth(1) {
        Some(folder) => sample(Path::new(&folder)),
        None => Wanted { demo: true, ..Wanted::default() },
    };
    let shop = TestShop::with(wanted);
    let listener = tokio::net::TcpListener::bind(PREVIEW).await.expect("the port is free");
    loop {
        let (stream, _) = listener.accept().await.expect("a visitor");
        let visit = Visit { door: Door::Preview, circuit: 0 };
        drop(tokio::spawn(serve_connection(stream, visit, shop.router.clone(), shop.web.clone())));
    }
}

fn sample(folder: &Path) -> Wanted {
    let catalog = std::fs::read_to_string(folder.join("catalog.json")).expect("a catalogue");
    let parsed = Catalog::from_json(&catalog).expect("a good catalogue");
    let mut pictures = Pictures::new();
    for name in parsed.products().iter().flat_map(|product| &product.images) {
        let image = image::open(folder.join("images").join(name)).expect("a picture");
        let sized = |side| encode(&image.resize_to_fill(side, side, FILTER).to_rgb8());
        pictures.insert(name, Picture { thumb: sized(240), full: sized(640) });
    }
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder.join("pages")).expect("pages") {
        let path = entry.expect("a page").path();
        let text = std::fs::read_to_string(&path).expect("a page");
        let (title, markdown) = text.split_once('\n').expect("a title");
        let slug = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let title = title.trim_start_matches("# ").to_owned();
        let text = PageText { title, markdown: markdown.to_owned() };
        pages.push(ContentPage { slug, text, translations: Vec::new() });
    }
    pages.sort_by(|a, b| a.slug.cmp(&b.slug));
    let clock = Arc::new(SetClock::new(shop::START));
    let tagline = "Wear what you sign".into();
    let base = std::env::args().nth(2).and_then(|name| Base::from_name(&name)).unwrap_or_default();
    let theme = Theme::of(base);
    Wanted { catalog, tagline, pictures, pages, demo: true, clock, theme, ..Wanted::default() }
}

const FILTER: image::imageops::FilterType = image::imageops::FilterType::Lanczos3;
