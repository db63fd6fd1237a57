//! Content of a shop folder: its catalogue, pictures and pages.

use crate::shop::{START, Wanted, encode};
use shop_core::{catalog::Catalog, time::SetClock};
use shop_web::{ContentPage, PageText, Picture, Pictures};
use std::{path::Path, sync::Arc};

pub(crate) fn sample(folder: &Path) -> Wanted {
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
        let slug = path.file_stem().expect("a name").to_string_lossy().into_owned();
        // `policy.fr-CA.md` is a translation.
        if slug.contains('.') {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a page");
        let (title, markdown) = text.split_once('\n').expect("a title");
        let title = title.trim_start_matches("# ").to_owned();
        let text = PageText { title, markdown: markdown.to_owned() };
        pages.push(ContentPage { slug, text, translations: Vec::new() });
    }
    pages.sort_by(|a, b| a.slug.cmp(&b.slug));
    let clock = Arc::new(SetClock::new(START));
    let tagline = "Wear what you sign".into();
    Wanted { catalog, tagline, pictures, pages, demo: true, clock, ..Wanted::default() }
}

const FILTER: image::imageops::FilterType = image::imageops::FilterType::Lanczos3;
