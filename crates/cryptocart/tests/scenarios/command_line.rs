//! Output and exit codes of commands.

use crate::support::{SHIP_TO, Shop, cryptocart, until};
use std::process::Command;

fn code(folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let output = cryptocart(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn exit_codes_and_errors_follow_the_table() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, wanted, words) in [
        (&["orders", "nowhere"][..], 3, "cryptocart new nowhere"),
        (&["check", "nowhere"], 3, "no shop.toml"),
        (&["import", "nowhere", "shop"], 3, "db/data.json"),
        (&["serve", "--nonsense"], 2, "--nonsense"),
        (&["role", "shop"], 2, "not by hand"),
    ] {
        let (found, said) = code(folder.path(), arguments);
        assert_eq!(found, wanted, "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    let shop = Shop::new();
    let (found, said) = code(shop.folder(), &["new", "my-shop"]);
    assert_eq!(found, 2);
    assert!(said.contains("already exists"), "{said}");
    shop.set("ether", "wallet", "\"0x12\"");
    let (found, said) = code(shop.folder(), &["config", "check"]);
    assert_eq!(found, 78);
    assert!(said.contains("ether.wallet"), "{said}");
}

#[test]
fn what_is_to_be_typed_next_names_the_folder_in_use() {
    let mut shop = Shop::new();
    shop.open();
    let number = shop.buyer().buy(SHIP_TO).unwrap().id;
    shop.close();
    std::fs::rename(shop.dir(), shop.folder().join("elsewhere")).unwrap();
    let typed = |arguments: &[&str]| {
        let output = cryptocart(shop.folder(), &[arguments, &["--dir", "elsewhere"]].concat());
        let all = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&all).into_owned()
    };
    let paid = typed(&["demo", "pay", &number]);
    let next = paid.lines().find_map(|line| line.split_once(":  cryptocart ")).unwrap().1;
    let next: Vec<&str> = next.split(' ').collect();
    let mined = cryptocart(shop.folder(), &next);
    assert_eq!(
        String::from_utf8_lossy(&mined.stdout).trim(),
        "Mined 2 blocks. The demo chain is at block 3."
    );
    for (arguments, wanted) in [
        (&["discount", "add", "X", "--percent", "5"][..], "catalog reload"),
        (&["discount", "add", "X", "--percent", "5"], "discount list"),
        (&["orders", "undo", "nonsense"], "orders"),
        (&["demo", "pay", "nonsense"], "orders"),
        (&["stock", "set", "nonsense", "1"], "stock"),
        (&["catalog", "reload"], "serve"),
        (&["theme", "new"], "theme check"),
    ] {
        let said = typed(arguments);
        let wanted = format!("cryptocart {wanted} --dir elsewhere");
        assert!(said.contains(&wanted), "{arguments:?}: {said}");
    }
    assert_eq!(typed(&["orders"]), cryptocart_says(&shop, &["orders", "elsewhere"]));
    assert!(typed(&["orders", "elsewhere"]).contains("cannot be used with"));
    let (found, said) = code(shop.folder(), &["orders"]);
    assert!(found == 3 && said.contains("--dir DIR"), "{said}");
}

fn cryptocart_says(shop: &Shop, arguments: &[&str]) -> String {
    String::from_utf8_lossy(&cryptocart(shop.folder(), arguments).stdout).into_owned()
}

#[test]
fn check_says_everything_that_is_wrong() {
    let shop = Shop::new();
    assert!(shop.run(&["check"]).contains("to do"));
    std::fs::remove_file(shop.dir().join("images/layers.jpg")).unwrap();
    std::fs::write(shop.dir().join("seller.asc"), "nonsense").unwrap();
    let output = cryptocart(shop.folder(), &["check"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(78), "{text}");
    assert_eq!(text.matches("ERROR").count(), 2, "{text}");
}

/// The container image turns this on.
///
/// Elsewhere a `WALLET` in the environment is about something else.
#[test]
fn settings_of_the_environment_count_where_they_are_turned_on() {
    let shop = Shop::new();
    let run = |words: &[&str], switch: &str, currency: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cryptocart"));
        let variables =
            [("CRYPTOCART_SETTINGS", switch), ("SITE_NAME", "Nordlys"), ("CURRENCY", currency)];
        let output = command.args(words).current_dir(shop.folder()).envs(variables).output();
        let output = output.unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    };
    let words = "from the environment, not from shop.toml: SITE_NAME (shop.name), CURRENCY";
    for command in [&["check"][..], &["config", "show"], &["config", "check"]] {
        let (code, said) = run(command, "environment", "BTC");
        assert!(code == Some(0) && said.contains(words), "{command:?}: {said}");
        let (code, said) = run(command, "", "XYZ");
        assert!(code == Some(0) && !said.contains("environment"), "{command:?}: {said}");
    }
    assert!(run(&["config", "show"], "environment", "").1.contains("name = \"Nordlys\""));
    let (code, said) = run(&["serve"], "environment", "XYZ");
    assert!(code == Some(78) && said.contains("CURRENCY in the environment"), "{said}");
}

/// Each file is right by itself: the shop would not open all the same.
#[test]
fn check_builds_the_storefront_as_opening_does() {
    let shop = Shop::new();
    assert!(shop.run(&["check"]).contains("ok     storefront"));
    std::fs::write(shop.dir().join("pages/Privacy.md"), "# Privacy\n\nAs ever.\n").unwrap();
    let output = cryptocart(shop.folder(), &["check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(78), "{said}");
    assert!(said.contains("ERROR  storefront"), "{said}");
    assert!(said.contains("page \"privacy\": another page has the same name"), "{said}");
}

#[test]
fn check_says_what_was_hardly_meant_and_what_is_left_to_do() {
    let mut shop = Shop::new();
    let fresh = shop.run(&["check"]);
    for wanted in ["still the sample's: pages/about", "how buyers reach you", "your products"] {
        assert!(fresh.contains(wanted), "{wanted}: {fresh}");
    }
    assert!(!fresh.contains("  warn   "), "{fresh}");
    let catalog = shop.dir().join("catalog.json");
    let text = std::fs::read_to_string(&catalog).unwrap();
    std::fs::write(&catalog, text.replacen("\"quantity\"", "\"quantitiy\"", 1)).unwrap();
    let about = shop.dir().join("pages/about.md");
    std::fs::write(&about, "# About\n\nSee [sizes](/page/sizes).\n").unwrap();
    let shipping = shop.run(&["config", "example", "shipping"]);
    std::fs::write(shop.dir().join("shipping.toml"), shipping).unwrap();
    let said = shop.run(&["check"]);
    for wanted in [
        "unknown field \"quantitiy\"; did you mean \"quantity\"?",
        "warn   pages/about.md, line 3: the link to /page/sizes is broken",
        "to do  pages/policy.md says that shipping is included, but there is a shipping.toml",
        "to do  pages/policy.fr-CA.md says",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let sample = said.lines().find(|line| line.contains("still the sample's")).unwrap();
    assert!(!said.contains("your products") && !sample.contains("about.md"), "{said}");
    shop.open();
    until("the slip is told", || shop.said().contains("did you mean \"quantity\"?").then_some(()));
    let reloaded = cryptocart(shop.folder(), &["catalog", "reload"]);
    assert!(String::from_utf8_lossy(&reloaded.stderr).contains("did you mean \"quantity\"?"));
    shop.close();
    std::fs::write(&catalog, text.replace("\"quantity\": ", "\"quantity\": -")).unwrap();
    let output = cryptocart(shop.folder(), &["check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.matches(", quantity: it must be a whole number").count() > 1, "{said}");
    std::fs::write(shop.dir().join("shop.toml"), "").unwrap();
    let output = cryptocart(shop.folder(), &["check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(78) && said.contains("ERROR  settings"), "{said}");
    let (found, said) = code(shop.folder(), &["serve"]);
    assert!(found == 78 && said.contains("the shop has no name"), "{said}");
}

#[test]
fn what_is_listed_can_be_typed() {
    let mut shop = Shop::new();
    shop.open();
    let listed = shop.run(&["catalog", "list"]);
    assert!(listed.contains("/product/"), "{listed}");
    let stock = shop.run(&["stock"]);
    let keys = listed.lines().skip(1).filter(|line| !line.contains(" any "));
    let keys: Vec<&str> = keys.map(|line| line.split("  ").next().unwrap().trim()).collect();
    assert!(keys.len() > 5, "{listed}");
    for key in keys {
        assert!(stock.lines().any(|line| line.starts_with(&format!("{key} "))), "{key}: {stock}");
    }
    let (found, said) = code(shop.folder(), &["stock", "set", "hash-rnage", "1"]);
    assert!(found == 3 && said.contains("did you mean \"hash-range\"?"), "{said}");
}

#[test]
fn the_onion_key_can_be_sealed_moved_and_opened_again() {
    let shop = Shop::new();
    let address = shop.run(&["onion", "address"]);
    assert!(address.trim().ends_with(".onion"));
    shop.run(&["onion", "export", "copy"]);
    assert_eq!(std::fs::metadata(shop.folder().join("copy")).unwrap().len(), 96);
    std::fs::write(shop.folder().join("phrase"), "correct horse battery\n").unwrap();
    shop.set("tor", "passphrase_file", "\"../phrase\"");
    shop.run(&["onion", "lock"]);
    let key = std::fs::read(shop.folder().join("copy")).unwrap();
    for file in walk(&shop.dir()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(64).any(|window| key.ends_with(window));
        assert!(!found, "the key is readable in {}", file.display());
    }
    assert_eq!(shop.run(&["onion", "address"]), address);
    std::fs::write(shop.folder().join("phrase"), "wrong\n").unwrap();
    assert_eq!(code(shop.folder(), &["onion", "address"]).0, 77);
    std::fs::write(shop.folder().join("phrase"), "correct horse battery\n").unwrap();
    shop.run(&["onion", "unlock"]);
    assert_eq!(shop.run(&["onion", "address"]), address);
    let (found, said) = code(shop.folder(), &["onion", "import", "copy"]);
    assert_eq!(found, 2, "{said}");
    shop.run(&["onion", "import", "--replace", "copy"]);
    assert_eq!(shop.run(&["onion", "address"]), address);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn discount_codes_are_made_listed_and_taken_back_and_not_kept() {
    let shop = Shop::new();
    assert!(shop.run(&["discount", "list"]).contains("no discounts"));
    shop.run(&["discount", "add", "Sparrow-7", "--percent", "12.5", "--uses", "50"]);
    let said = shop.run(&[
        "discount",
        "add",
        "--random",
        "--amount",
        "ETH=0.01",
        "--minimum",
        "ETH=0.05",
        "--until",
        "2999-12-24",
    ]);
    let code = said.lines().find_map(|line| line.split_once("shown only once: ")).unwrap().1;
    let listed = shop.run(&["discount", "list"]);
    assert!(listed.contains("1  12.5 % off; limited to 50 orders"), "{listed}");
    assert!(listed.contains("2  0.01 ETH off; until 2999-12-25 00:00 UTC"), "{listed}");
    for file in walk(&shop.dir()) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).to_uppercase();
        let plain = code.replace('-', "");
        for kept in ["SPARROW", code, plain.as_str()] {
            assert!(!text.contains(kept), "the code is in {}", file.display());
        }
    }
    assert!(!listed.to_uppercase().contains("SPARROW"));
    let (found, said) =
        self::code(shop.folder(), &["discount", "add", "sparrow 7", "--free-shipping"]);
    assert!(found == 2 && said.contains("already"), "{said}");
    shop.run(&["discount", "remove", "1"]);
    assert_eq!(self::code(shop.folder(), &["discount", "remove", "1"]).0, 3);
    assert!(!shop.run(&["discount", "list"]).contains("12.5"));
    for wrong in [
        &["discount", "add", "X"][..],
        &["discount", "add", "X", "--percent", "0"],
        &["discount", "add", "X", "--percent", "5", "--free-shipping"],
        &["discount", "add", "X", "--percent", "5", "--until", "1999-01-01"],
        &["discount", "add", "--percent", "5"],
        &["discount", "add", "X", "--amount", "ETH=0.0000000001"],
    ] {
        let (found, said) = self::code(shop.folder(), wrong);
        assert_eq!(found, 2, "{wrong:?}: {said}");
    }
}

#[test]
fn check_looks_at_shipping_tax_and_discounts() {
    let shop = Shop::new();
    for file in ["shipping", "tax"] {
        let text = shop.run(&["config", "example", file]);
        std::fs::write(shop.dir().join(format!("{file}.toml")), text).unwrap();
    }
    let said = shop.run(&["check"]);
    assert!(said.contains("3 zones, 4 rates") && said.contains("3 entries"), "{said}");
    std::fs::write(shop.dir().join("shipping.toml"), "[[zone]]\nto = [\"Canada\"]\n").unwrap();
    std::fs::write(shop.dir().join("tax.toml"), "[[tax]]\n").unwrap();
    std::fs::write(shop.dir().join("discounts.toml"), "salt = 1\n").unwrap();
    let output = cryptocart(shop.folder(), &["check"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(78), "{text}");
    for wanted in ["shipping.toml, zone 1, to", "tax.toml, line 1", "discounts.toml, line 1"] {
        assert!(text.contains(wanted), "{text}");
    }
}

#[test]
fn a_theme_is_begun_checked_and_refused_with_file_and_line() {
    let mut shop = Shop::new();
    assert!(shop.run(&["theme", "check"]).contains("paper"));
    assert_eq!(code(shop.folder(), &["theme", "new", "--base", "marble"]).0, 2);
    let said = shop.run(&["theme", "new", "--base", "kiosk", "--templates"]);
    assert!(said.contains("theme.toml"), "{said}");
    let (found, said) = code(shop.folder(), &["theme", "new"]);
    assert!(found == 2 && said.contains("already exists"), "{said}");
    assert!(shop.run(&["theme", "check"]).contains("kiosk, 24 templates"));
    let theme = shop.dir().join("theme");
    let notice = theme.join("templates/notice.html");
    let text = std::fs::read_to_string(&notice).unwrap().replace("<h1>", "<h1>OURS ");
    std::fs::write(&notice, text).unwrap();
    std::fs::write(theme.join("templates/cart.html"), "<p>\n{{ nothing }}\n").unwrap();
    std::fs::write(theme.join("extra.css"), "@import url(x);\n").unwrap();
    let toml = "base = \"kiosk\"\n[colors]\nsoft = \"#ccc\"\n";
    std::fs::write(theme.join("theme.toml"), toml).unwrap();
    for command in [&["theme", "check"][..], &["check"]] {
        let output = cryptocart(shop.folder(), command);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(78), "{text}");
        for wanted in ["theme.toml:3: colors.soft", "extra.css:1: ", "templates/cart.html:2: "] {
            assert!(text.contains(&format!("theme/{wanted}")), "{text}");
        }
    }
    shop.open();
    let mut buyer = shop.buyer();
    assert!(buyer.get("/nowhere").unwrap().text().contains("OURS"));
    assert!(buyer.get("/cart").unwrap().text().contains("<h1>"), "the built-in cart stands in");
    let refused = "ignored: theme/templates/cart.html:2: ";
    until("the template is refused", || shop.said().contains(refused).then_some(()));
}
