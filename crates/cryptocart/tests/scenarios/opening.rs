//! A shop opens before its pictures are made.

use crate::support::{Shop, cryptocart, until};
use std::fs;

/// Pictures of the sample, and of the shops here: more, so that they are made in steps.
const SAMPLE: usize = 21;
const MANY: usize = 70;

/// Makes the sample with this many pictures.
/// Bytes that follow a picture in its file make it another one.
fn shop_with_pictures(count: usize) -> Shop {
    let shop = Shop::new();
    let images = shop.dir().join("images");
    let picture = fs::read(images.join("layers.jpg")).unwrap();
    let names: Vec<String> = (SAMPLE..count).map(|n| format!("more-{n}.jpg")).collect();
    for (n, name) in names.iter().enumerate() {
        fs::write(images.join(name), [&picture[..], &n.to_be_bytes()].concat()).unwrap();
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let catalog = shop.dir().join("catalog.json");
    let text = fs::read_to_string(&catalog).unwrap();
    assert!(text.contains("\"unconfirmed.jpg\""));
    let more = format!("\"unconfirmed.jpg\", {}", quoted.join(", "));
    fs::write(&catalog, text.replacen("\"unconfirmed.jpg\"", &more, 1)).unwrap();
    shop
}

fn run(shop: &Shop, arguments: &[&str]) -> (i32, String) {
    let output = cryptocart(shop.folder(), arguments);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

/// Counts the pictures that a page shows or leads to.
fn pictures_on(shop: &Shop, path: &str) -> usize {
    let page = shop.buyer().get(path).unwrap();
    assert_eq!(page.status, 200);
    let text = page.text();
    text.matches("=\"/i/").count()
}

fn wait_for(shop: &Shop, text: &str) {
    until(text, || shop.said().contains(text).then_some(()));
}

/// A product's page stays whole meanwhile: its first letter stands for a picture.
#[test]
fn new_shop_answers_before_its_pictures_are_made() {
    let mut shop = shop_with_pictures(MANY);
    shop.open();
    let page = shop.buyer().get("/product/unconfirmed").unwrap();
    assert!(page.status == 200 && page.text().contains("noshot"), "{}", shop.said());
    wait_for(&shop, "70 of 70 ready");
    let said = shop.said();
    let at = |text: &str| said.find(text).unwrap_or_else(|| panic!("no {text} in {said}"));
    assert!(at("  orders ") < at("16 of 70 ready") && at("16 of 70") < at("48 of 70"), "{said}");
    assert!(pictures_on(&shop, "/product/unconfirmed") >= MANY - SAMPLE);
    shop.close();
    shop.open();
    assert!(pictures_on(&shop, "/product/unconfirmed") >= MANY - SAMPLE, "all are ready at once");
    assert!(!shop.said().contains(" ready, metadata removed"), "{}", shop.said());
}

#[test]
fn reload_meanwhile_is_refused_or_shows_all_pictures() {
    let mut shop = shop_with_pictures(MANY);
    shop.open();
    let catalog = shop.dir().join("catalog.json");
    let good = fs::read_to_string(&catalog).unwrap();
    fs::write(&catalog, "{").unwrap();
    let (code, said) = run(&shop, &["catalog", "reload"]);
    assert!(code == 78 && said.contains("catalog.json"), "{said}");
    fs::write(&catalog, good.replace("Very Small Whale", "Renamed Later")).unwrap();
    let (code, said) = run(&shop, &["catalog", "reload"]);
    assert_eq!(code, 0, "{said}");
    assert!(pictures_on(&shop, "/product/unconfirmed") >= MANY - SAMPLE);
    shop.close();
    shop.open();
    assert!(!shop.said().contains("ready"), "{}", shop.said());
}

/// Making them goes on at the next start.
#[test]
fn shop_closes_while_pictures_are_made() {
    let mut shop = shop_with_pictures(MANY);
    shop.open();
    wait_for(&shop, "16 of 70 ready");
    shop.close();
    shop.open();
    wait_for(&shop, "70 of 70 ready");
}

#[test]
fn refused_picture_is_named_and_the_rest_is_shown() {
    let mut shop = Shop::new();
    fs::write(shop.dir().join("images/layers.jpg"), "no picture").unwrap();
    shop.open();
    wait_for(&shop, "20 of 21 ready");
    wait_for(&shop, "left out of the pages: the picture layers.jpg cannot be used");
    assert!(pictures_on(&shop, "/product/layers") > 0, "its other pictures");
    for command in [&["catalog", "reload"][..], &["check"]] {
        let (code, said) = run(&shop, command);
        assert!(code == 78 && said.contains("the picture layers.jpg cannot be used"), "{said}");
    }
}
