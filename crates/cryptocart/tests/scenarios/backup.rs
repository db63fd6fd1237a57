//! Backups of an open shop, and shops that are restored from them.

use crate::{
    handing_out::{bookshop, gifts, order, pay},
    support::{Anvil, SHIP_TO, Seller, Shop, cryptocart, real_shop, refused, until},
};
use serde_json::Value;
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A buyer's words; none may be found in a backup, opened or not.
const CANARIES: &[(&str, &str)] = &[
    ("recipient", "CANARYRECIPIENT9B"),
    ("street", "CANARYSTREET9B"),
    ("city", "CANARYCITY9B"),
    ("province", "CANARYPROVINCE9B"),
    ("country", "CANARYCOUNTRY9B"),
    ("postcode", "CANARYPOSTCODE9B"),
    ("sure", "CANARYSURE9B"),
    ("note", "CANARYNOTE9B"),
];

/// Runs the program at the seller's home, with this on standard input.
fn at_home(seller: &Seller, folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .args(arguments)
        .current_dir(folder)
        .env("GNUPGHOME", seller.home())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses does not read to the end.
    drop(child.stdin.take().unwrap().write_all(input));
    child.wait_with_output().unwrap()
}

/// Restores the sealed file by gpg into a folder of its own.
pub(crate) fn restored(seller: &Seller, sealed: &Path) -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["restore", sealed.to_str().unwrap(), "my-shop"];
    let output = at_home(seller, folder.path(), &arguments, b"");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("NEVER run this shop and the one it was made from"), "{said}");
    Shop::found_in(folder)
}

/// Backs an open or closed shop up, and returns the file.
pub(crate) fn backed_up(shop: &Shop) -> PathBuf {
    let said = shop.run(&["backup", "shop.pgp", "my-shop"]);
    assert!(said.contains("SHA-256") && said.contains("sealed to"), "{said}");
    shop.folder().join("shop.pgp")
}

fn has(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|part| part == word.as_bytes())
}

/// Lists the files of a folder by their names, with modes.
fn listed(folder: &Path, at: &str, all: &mut Vec<(String, u32)>) {
    for entry in fs::read_dir(folder.join(at)).unwrap().flatten() {
        let name = format!("{at}/{}", entry.file_name().to_str().unwrap());
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        all.push((name.clone(), mode));
        if entry.path().is_dir() {
            listed(folder, &name, all);
        }
    }
    all.sort();
}

/// The restored shop does not know an order of after the backup.
/// That order's codes are given to nobody else all the same.
#[test]
fn restored_shop_has_its_address_and_gives_no_code_twice() {
    let mut shop = bookshop("CANARYCODE1\nCANARYCODE2\nCANARYCODE3\n");
    let onion = shop.run(&["onion", "address", "my-shop"]);
    shop.open();
    let buyer_of_shirt = shop.buyer().buy(CANARIES).unwrap();
    let mut first = shop.buyer();
    let before = order(&mut first);
    pay(&shop, &before);
    assert!(first.get("/order").unwrap().text().contains("CANARYCODE1"));
    let sealed = backed_up(&shop);
    let mut second = shop.buyer();
    let after = order(&mut second);
    pay(&shop, &after);
    assert!(second.get("/order").unwrap().text().contains("CANARYCODE2"));
    assert!(shop.said().contains("  orders "), "it was open all the time");
    shop.close();

    let seller = Seller::of(&shop);
    let mut restored = restored(&seller, &sealed);
    for command in [&["serve"][..], &["check"]] {
        let said = refused(restored.folder(), command, &[78]);
        assert!(said.contains("is restored from a backup of 20"), "{said}");
        assert!(said.contains("the other shop is closed for good"), "{said}");
        assert!(said.contains("--after-loss"), "{said}");
    }
    restored.open_with(&["--after-loss"]);
    assert_eq!(restored.run(&["onion", "address", "my-shop"]), onion);
    let listed = restored.run(&["orders"]);
    assert!(listed.contains(&before.id) && listed.contains(&buyer_of_shirt.id), "{listed}");
    assert!(!listed.contains(&after.id), "{listed}");
    let page = restored.buyer().return_with(&before.ticket).unwrap().text();
    assert!(page.contains("CANARYCODE1"), "{page}");
    let page = restored.buyer().return_with(&buyer_of_shirt.ticket).unwrap().text();
    assert!(page.contains(&buyer_of_shirt.id) && page.contains("Hash Range"), "{page}");

    assert_eq!(gifts(&restored), "0", "the shop does not know which codes are used");
    let late = restored.buyer().post("/cart", &[("id", "gift")]).unwrap();
    assert!(late.status == 422 && late.text().contains("is sold out"), "{}", late.text());
    let checked = restored.run(&["check"]);
    assert!(checked.contains("stock codes \"gift\" --given NUMBER"), "{checked}");
    let said = refused(restored.folder(), &["stock", "codes", "gift", "--given", "3"], &[2]);
    assert!(said.contains("had only 2 left"), "{said}");
    restored.run(&["stock", "codes", "gift", "--given", "1"]);
    assert_eq!(gifts(&restored), "1");
    let mut third = restored.buyer();
    let last = order(&mut third);
    pay(&restored, &last);
    let page = third.get("/order").unwrap().text();
    assert!(page.contains("CANARYCODE3") && !page.contains("CANARYCODE2"), "{page}");
    restored.close();
    restored.open();
    let said = refused(restored.folder(), &["stock", "codes", "gift", "--given", "0"], &[2]);
    assert!(said.contains("are not held back"), "{said}");
}

#[test]
fn backup_is_opened_by_gpg_and_tar_alone() {
    let mut shop = bookshop("ONE\n");
    shop.open();
    let placed = shop.buyer().buy(CANARIES).unwrap();
    let seller = Seller::of(&shop);
    until("the mail has arrived", || seller.about(&placed.id).into_iter().next());
    let sealed = backed_up(&shop);
    assert_eq!(sealed.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let mut names: Vec<_> = fs::read_dir(shop.folder()).unwrap().flatten().collect();
    names.retain(|entry| entry.file_name().to_str().unwrap().starts_with('.'));
    assert!(names.is_empty(), "a temporary file is left: {names:?}");
    let bytes = fs::read(&sealed).unwrap();
    let archive = seller.decrypt(&bytes);
    for (_, canary) in CANARIES {
        assert!(!has(&bytes, canary) && !has(&archive, canary), "{canary}");
    }
    assert!(!has(&archive, &placed.ticket) && has(&archive, "SQLite format 3"));
    assert!(!has(&bytes, "SQLite format 3") && !has(&bytes, "catalog.json"), "it is sealed");

    let folder = tempfile::tempdir().unwrap();
    let mut tar = Command::new("tar")
        .arg("x")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    tar.stdin.take().unwrap().write_all(&archive).unwrap();
    assert!(tar.wait().unwrap().success());
    let mut all = Vec::new();
    listed(folder.path(), "my-shop", &mut all);
    for (name, mode) in &all {
        let is_folder = folder.path().join(name).is_dir();
        assert_eq!(*mode, if is_folder { 0o700 } else { 0o600 }, "{name}");
    }
    for wanted in ["shop.toml", "catalog.json", "images/cold-storage.jpg", "state/shop.db"] {
        assert!(all.iter().any(|(name, _)| *name == format!("my-shop/{wanted}")), "{all:?}");
    }
    let unwanted = ["mailorders", "state/tor", "state/pictures", "serve.lock", "control.sock"];
    assert!(!all.iter().any(|(name, _)| unwanted.iter().any(|no| name.contains(no))), "{all:?}");
    let said = refused(folder.path(), &["serve"], &[78]);
    assert!(said.contains("is restored from a backup of"), "by hand, too: {said}");

    // The same by way of standard input, as on a server without the secret key.
    let other = tempfile::tempdir().unwrap();
    let output = at_home(&seller, other.path(), &["restore", "-", "new", "--json"], &archive);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["version"], &json["orders"]), (&Value::from(1), &Value::from(1)));
    let mut same = Vec::new();
    listed(other.path(), "new", &mut same);
    let same: Vec<_> =
        same.into_iter().map(|(n, m)| (n.replacen("new", "my-shop", 1), m)).collect();
    assert_eq!(same, all);
}

#[test]
fn backup_that_is_damaged_or_sealed_or_foreign_restores_nothing() {
    let mut shop = Shop::new();
    shop.open();
    shop.close();
    let seller = Seller::of(&shop);
    let sealed = fs::read(backed_up(&shop)).unwrap();
    let archive = seller.decrypt(&sealed);
    let folder = tempfile::tempdir().unwrap();
    let try_it = |arguments: &[&str], input: &[u8]| {
        let output = at_home(&seller, folder.path(), arguments, input);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(!folder.path().join("new").exists());
        String::from_utf8(output.stderr).unwrap()
    };
    let files = || fs::read_dir(folder.path()).unwrap().count();
    let said = try_it(&["restore", "-", "new"], &sealed);
    assert!(said.contains("still encrypted") && said.contains("gpg --decrypt"), "{said}");
    let said = try_it(&["restore", "-", "new"], &archive[..archive.len() / 2]);
    assert!(said.contains("incomplete"), "{said}");
    assert_eq!(files(), 0, "nothing is left of it");
    let mut damaged = sealed.clone();
    let at = damaged.len() - 2_000;
    damaged[at] ^= 1;
    for (bytes, wanted) in [
        (damaged.as_slice(), "gpg did not open the file to its end"),
        (&sealed[..sealed.len() / 2], "incomplete"),
        (b"hello", "none of the secret keys here opens the file"),
    ] {
        fs::write(folder.path().join("shop.pgp"), bytes).unwrap();
        let said = try_it(&["restore", "shop.pgp", "new"], b"");
        assert!(said.contains(wanted), "{said}");
    }
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/notes.txt"), "mine").unwrap();
    let said = try_it(&["restore", "-", "full"], &archive);
    assert!(said.contains("already exists"), "{said}");
    assert_eq!(files(), 2);
}

/// Killed in the middle, a restore leaves no shop at its place.
#[test]
fn killed_restore_leaves_nothing_that_opens() {
    let mut shop = Shop::new();
    shop.open();
    shop.close();
    let seller = Seller::of(&shop);
    let archive = seller.decrypt(&fs::read(backed_up(&shop)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .args(["restore", "-", "my-shop"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&archive[..archive.len() - 40_000]).unwrap();
    let left = until("some of it is written", || {
        let mut left = fs::read_dir(folder.path()).unwrap().flatten();
        left.next().map(|entry| entry.path()).filter(|path| path.join("shop.toml").exists())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.path().join("my-shop").exists());
    // Not even by who looks for it: half a database is none.
    let said = refused(folder.path(), &["serve", left.to_str().unwrap()], &[70, 75, 78]);
    assert!(!said.contains("  orders "), "{said}");
}

/// Part of a backup, put back by hand into the shop that it was made from.
#[test]
fn database_of_a_backup_is_known_as_an_older_one() {
    let mut shop = Shop::new();
    shop.open();
    let sealed = backed_up(&shop);
    shop.buyer().buy(SHIP_TO).unwrap();
    shop.close();
    let again = restored(&Seller::of(&shop), &sealed);
    let database = shop.dir().join("state/shop.db");
    fs::copy(again.dir().join("state/shop.db"), &database).unwrap();
    let said = refused(shop.folder(), &["serve"], &[78]);
    assert!(said.contains("is an older copy: this shop was opened or backed up 1 time"), "{said}");
}

/// All unused addresses of the backup may be somebody's by now.
#[test]
fn restored_shop_gives_new_addresses_of_its_pool_alone() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    let pool: Vec<String> = (3..8).map(|i| anvil.account(i)).collect();
    fs::write(shop.folder().join("pool.txt"), pool[..4].join("\n")).unwrap();
    shop.set("ether", "wallet", "\"\"");
    shop.set("ether", "pool", "\"../pool.txt\"");
    shop.open();
    let before = shop.buyer().buy(SHIP_TO).unwrap();
    let sealed = backed_up(&shop);
    let after = shop.buyer().buy(SHIP_TO).unwrap();
    shop.close();
    let mut restored = restored(&Seller::of(&shop), &sealed);
    let said = refused(restored.folder(), &["check"], &[78]);
    assert!(said.contains("pool.txt"), "its place outside of the folder is empty: {said}");
    let kept = fs::read_to_string(restored.dir().join("outside/pool.txt")).unwrap();
    fs::write(restored.folder().join("pool.txt"), format!("{kept}\n{}\n", pool[4])).unwrap();
    restored.open_with(&["--after-loss"]);
    let new = restored.buyer().buy(SHIP_TO).unwrap();
    assert!(![&before.pay_to, &after.pay_to].contains(&&new.pay_to), "{}", new.pay_to);
    assert_eq!(new.pay_to.to_lowercase(), pool[4].to_lowercase());
    let mut late = restored.buyer();
    late.take_a_shirt().unwrap();
    assert_eq!(late.check_out(SHIP_TO).unwrap().status, 429, "the others are not given");
}

#[test]
fn backup_says_what_it_is_and_overwrites_nothing() {
    let mut shop = Shop::new();
    let said = refused(shop.folder(), &["backup", "shop.pgp"], &[3]);
    assert!(said.contains("never opened"), "{said}");
    shop.open();
    fs::write(shop.dir().join("notes.txt"), "mine").unwrap();
    let json = shop.run(&["backup", ".", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let file = json["file"].as_str().unwrap();
    assert!(file.starts_with("./my-shop-20") && file.ends_with("h.pgp"), "{file}");
    assert_eq!(json["left_out"], serde_json::json!(["notes.txt"]));
    assert_eq!(json["bytes"], fs::metadata(shop.folder().join(file)).unwrap().len());
    let sum = Command::new("sha256sum").arg(shop.folder().join(file)).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    assert!(sum.starts_with(json["sha256"].as_str().unwrap()), "{sum}");
    let said = refused(shop.folder(), &["backup", file], &[2]);
    assert!(said.contains("already exists"), "{said}");
    let piped = cryptocart(shop.folder(), &["backup", "-"]);
    assert!(piped.status.success());
    let archive = Seller::of(&shop).decrypt(&piped.stdout);
    assert!(has(&archive, "my-shop/shop-id.toml"));
    shop.close();
}
