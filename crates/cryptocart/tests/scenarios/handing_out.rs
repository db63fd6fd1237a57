//! Digital goods through the real program.
//!
//! There is a file to fetch, codes to read, and what is kept of both.

use crate::support::{Buyer, Placed, Seller, Shop, cryptocart, html, refused, until};
use std::{fs, path::Path};

/// Makes a shop that also sells a file and codes.
pub(crate) fn bookshop(codes: &str) -> Shop {
    let shop = Shop::new();
    let catalog = shop.dir().join("catalog.json");
    let text = std::fs::read_to_string(&catalog).unwrap();
    let goods = r#""products": {
      "zine": {"name": "Zine", "price": 1000000, "digital": {"file": "zine.txt", "downloads": 1}},
      "gift": {"name": "Gift", "price": 1000000, "digital": {"codes": "gifts.txt"}},"#;
    let with = text.replacen("\"products\": {", goods, 1);
    assert_ne!(with, text, "the sample has products");
    std::fs::write(&catalog, with).unwrap();
    std::fs::create_dir(shop.dir().join("digital")).unwrap();
    std::fs::write(shop.dir().join("digital/zine.txt"), zine()).unwrap();
    std::fs::write(shop.dir().join("digital/gifts.txt"), codes).unwrap();
    shop
}

fn zine() -> String {
    "All of it, from beginning to end. ".repeat(9_000)
}

/// Orders a zine and a gift, and writes the order code down.
pub(crate) fn order(buyer: &mut Buyer) -> Placed {
    for id in ["zine", "gift"] {
        buyer.post("/cart", &[("id", id)]).unwrap();
    }
    buyer.finish(&[]).unwrap()
}

pub(crate) fn pay(shop: &Shop, placed: &Placed) {
    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "3"]);
    until("it is settled", || {
        let listed = shop.run(&["orders"]);
        listed.lines().any(|l| l.starts_with(&placed.id) && l.contains("settled")).then_some(())
    });
}

/// Returns the number of gifts the shop counts.
pub(crate) fn gifts(shop: &Shop) -> String {
    let stock = shop.run(&["stock"]);
    let line = stock.lines().find(|line| line.starts_with("gift ")).expect("gifts are counted");
    line.split_whitespace().nth(2).expect("how many are there").to_owned()
}

fn holds(folder: &Path, words: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            return holds(&path, words);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(words.len()).any(|window| window == words)
    })
}

/// Nothing is handed out before the payment; a power cut takes nothing away.
#[test]
fn paid_files_and_codes_are_handed_out_after_a_restart() {
    let mut shop = bookshop("CANARYCODE1\nCANARYCODE2\nCANARYCODE3\n");
    let looked = cryptocart(shop.folder(), &["check", "my-shop"]);
    let looked = String::from_utf8_lossy(&looked.stdout).into_owned();
    assert!(looked.contains("1 file, 1 list of codes"), "{looked}");
    shop.open();
    assert_eq!(gifts(&shop), "3");
    let mut buyer = shop.buyer();
    let placed = order(&mut buyer);
    assert!(buyer.get("/order").unwrap().text().contains("once your payment is confirmed"));
    assert_eq!(buyer.get("/order/file/0").unwrap().status, 303);
    pay(&shop, &placed);
    let page = buyer.get("/order").unwrap().text();
    assert!(page.contains("CANARYCODE1") && !page.contains("CANARYCODE2"), "{page}");
    let token = html::hidden(&page, "/order/download", "token").expect("a token");
    let begin = [("token", token.as_str()), ("line", "0")];
    let file = buyer.post("/order/download", &begin).unwrap();
    assert_eq!((file.status, file.text() == zine()), (200, true));
    let named = file.header("content-disposition");
    assert_eq!(named, Some("attachment; filename=\"zine.txt\""));

    // Its one download is begun; it may still be repeated, also after a crash.
    shop.cut_power();
    shop.open();
    let mut buyer = shop.buyer();
    let page = buyer.return_with(&placed.ticket).unwrap().text();
    assert!(page.contains("CANARYCODE1") && page.contains("/order/file/0"), "{page}");
    assert!(!page.contains("/order/download"), "it was begun as often as it was bought");
    assert!(buyer.get("/order/file/0").unwrap().text() == zine());
    assert_eq!(gifts(&shop), "2");
    assert!(!shop.said().contains("CANARY"));
    let letter = until("the seller hears of the order", || {
        Seller::of(&shop).about(&placed.id).into_iter().find(|letter| letter.contains("Zine"))
    });
    assert!(
        letter.contains("(delivered online)") && letter.contains("nothing to ship: everything")
    );
    assert!(!letter.contains("CANARY"), "{letter}");
    shop.close();
    for kept in ["state", "mailorders"] {
        assert!(!holds(&shop.dir().join(kept), b"CANARYCODE"), "codes are sealed in {kept}");
    }
}

#[test]
fn the_list_is_the_count_and_grows_with_it() {
    let mut shop = bookshop("ONE\n");
    shop.open();
    let placed = order(&mut shop.buyer());
    pay(&shop, &placed);
    assert_eq!(gifts(&shop), "0");
    let mut late = shop.buyer();
    let refused = late.post("/cart", &[("id", "gift")]).unwrap();
    assert!(refused.status == 422 && refused.text().contains("is sold out"), "{}", refused.text());
    let set = cryptocart(shop.folder(), &["stock", "set", "gift", "5"]);
    let said = String::from_utf8_lossy(&set.stderr).into_owned();
    assert!(set.status.code() == Some(2) && said.contains("digital/gifts.txt"), "{said}");

    let list = shop.dir().join("digital/gifts.txt");
    std::fs::write(&list, "ONE\nTWO\nTWO\n").unwrap();
    let refused = cryptocart(shop.folder(), &["catalog", "reload"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success(), "a list with a code twice is refused");
    assert!(said.contains("line 3 repeats line 2") && !said.contains("TWO"), "{said}");
    std::fs::write(&list, "ONE\nTWO\n").unwrap();
    shop.run(&["catalog", "reload"]);
    until("the new code is counted", || (gifts(&shop) == "1").then_some(()));
    let mut buyer = shop.buyer();
    let placed = order(&mut buyer);
    pay(&shop, &placed);
    let page = buyer.get("/order").unwrap().text();
    assert!(page.contains(">TWO<") && !page.contains(">ONE<"), "{page}");
}

#[test]
fn a_catalogue_that_is_refused_gives_no_code_of_its_lists() {
    let mut shop = bookshop("ONE\n");
    shop.open();
    let mut buyer = shop.buyer();
    let placed = order(&mut buyer);
    std::fs::write(shop.dir().join("digital/gifts.txt"), "NEW\nONE\n").unwrap();
    // The shop reads the pages after the catalogue and its lists.
    let page = shop.dir().join("pages/broken.md");
    std::fs::write(&page, "no title\n").unwrap();
    let refused = cryptocart(shop.folder(), &["catalog", "reload"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("the first line is not a title"), "{said}");
    until("the terminal says it too", || shop.said().contains("Not reloaded: ").then_some(()));
    assert_eq!(gifts(&shop), "1");
    pay(&shop, &placed);
    let shown = buyer.get("/order").unwrap().text();
    assert!(shown.contains(">ONE<") && !shown.contains(">NEW<"), "{shown}");
    std::fs::remove_file(page).unwrap();
    // As an init system does it.
    let asked = std::process::Command::new("kill").args(["-HUP", &shop.pid().to_string()]).status();
    assert!(asked.unwrap().success());
    until("it is read", || shop.said().contains("catalog  reloaded: ").then_some(()));
    until("the new code is counted", || (gifts(&shop) == "1").then_some(()));
}

#[test]
fn a_shop_whose_file_is_missing_does_not_open_and_says_which() {
    let shop = bookshop("ONE\n");
    std::fs::remove_file(shop.dir().join("digital/zine.txt")).unwrap();
    for arguments in [["serve", "my-shop"], ["check", "my-shop"]] {
        let output = cryptocart(shop.folder(), &arguments);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!output.status.success() && said.contains("digital/zine.txt"), "{said}");
    }
}

/// Returns a shop, closed again, that has given its first code.
fn that_gave_one() -> Shop {
    let mut shop = bookshop("ONE\nTWO\n");
    shop.open();
    let placed = order(&mut shop.buyer());
    pay(&shop, &placed);
    assert_eq!(gifts(&shop), "1");
    shop.close();
    shop
}

/// It would give codes again that it has given, so `--after-loss` must allow it.
#[test]
fn shop_without_its_key_opens_only_after_loss() {
    let mut shop = that_gave_one();
    let key = shop.dir().join("state/cookie.key");
    let copy = shop.folder().join("copy");
    fs::rename(&key, &copy).unwrap();
    for command in [&["serve"][..], &["check"], &["stock", "set", "zine", "5"]] {
        let said = refused(shop.folder(), command, &[78]);
        assert!(
            said.contains("would be given out again") && said.contains("--after-loss"),
            "{said}"
        );
    }
    assert!(!key.exists(), "none was made");
    fs::rename(&copy, &key).unwrap();
    shop.open();
    assert_eq!(gifts(&shop), "1");
    shop.close();
    fs::remove_file(&key).unwrap();
    // The seller takes out what was given, as the hint says.
    fs::write(shop.dir().join("digital/gifts.txt"), "TWO\n").unwrap();
    shop.open_with(&["--after-loss"]);
    assert_eq!(gifts(&shop), "1");
    shop.close();
    shop.open();
}

/// It would give addresses again that it has given, so `--after-loss` must allow it.
#[test]
fn shop_without_its_database_opens_only_after_loss() {
    let mut shop = that_gave_one();
    let database = shop.dir().join("state/shop.db");
    fs::remove_file(&database).unwrap();
    for empty in [false, true] {
        if empty {
            fs::File::create(&database).unwrap();
        }
        for command in [&["serve"][..], &["check"], &["orders"], &["stock"]] {
            let said = refused(shop.folder(), command, &[78]);
            assert!(said.contains("shop.db is missing or empty"), "{said}");
            assert!(said.contains("addresses") && said.contains("--after-loss"), "{said}");
        }
    }
    shop.open_with(&["--after-loss"]);
    assert_eq!(gifts(&shop), "2", "it remembers nothing");
    shop.close();
    shop.open();
}
