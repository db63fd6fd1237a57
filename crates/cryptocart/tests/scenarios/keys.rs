//! Keys of a shop that are wrong, lost, open to others or made for trying things out.
//!
//! The shop knows its own keys; it says what is wrong, with what to do.

use crate::support::{self, Shop, cryptocart, with_an_order};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Runs a command that must be refused, and returns what it says.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    support::refused(folder, arguments, &[78, 2])
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn key_of_another_shop_is_refused_until_told_to_adopt() {
    let mut shop = with_an_order();
    let other = with_an_order();
    let key = shop.dir().join("state/cookie.key");
    let right = fs::read(&key).unwrap();
    let database = shop.dir().join("state/shop.db");
    let kept = fs::read(&database).unwrap();
    for exchanged in ["state/cookie.key", "state/shop.db"] {
        fs::copy(other.dir().join(exchanged), shop.dir().join(exchanged)).unwrap();
        for command in [&["serve"][..], &["check"], &["stock", "set", "hash-range", "5"]] {
            let said = refused(shop.folder(), command);
            assert!(said.contains("cookie.key is not the key of"), "{exchanged}: {said}");
            assert!(said.contains("--after-loss"), "{said}");
        }
        fs::write(&key, &right).unwrap();
        fs::write(&database, &kept).unwrap();
    }
    shop.open();
    shop.close();
    fs::write(&key, [7; 32]).unwrap();
    shop.open_with(&["--after-loss"]);
    shop.close();
    shop.open();
    shop.close();
    fs::write(&key, &right).unwrap();
    let said = refused(shop.folder(), &["serve"]);
    assert!(said.contains("is not the key of"), "the other is the shop's by now: {said}");
    fs::remove_file(&key).unwrap();
    assert!(refused(shop.folder(), &["serve"]).contains("cookie.key is missing"));
    assert!(!key.exists(), "none was made");
}

#[test]
fn key_files_that_others_may_read_are_refused() {
    let shop = with_an_order();
    shop.run(&["onion", "address"]);
    shop.set("tor", "enabled", "true");
    for name in ["state/cookie.key", "state/onion/hs_ed25519_secret_key"] {
        let file = shop.dir().join(name);
        mode(&file, 0o644);
        for command in [&["serve"][..], &["check"]] {
            let said = refused(shop.folder(), command);
            assert!(said.contains("chmod 600") && said.contains(name), "{said}");
        }
        mode(&file, 0o600);
    }
}

#[test]
fn changed_onion_key_opens_no_other_address() {
    let shop = Shop::new();
    let address = shop.run(&["onion", "address"]).trim().to_owned();
    shop.run(&["onion", "export", "copy"]);
    shop.set("tor", "enabled", "true");
    let file = shop.dir().join("state/onion/hs_ed25519_secret_key");
    let mut bytes = fs::read(&file).unwrap();
    bytes[40] ^= 4;
    fs::write(&file, bytes).unwrap();
    for command in [&["serve"][..], &["check"], &["onion", "address"], &["onion", "export", "x"]] {
        let said = refused(shop.folder(), command);
        assert!(said.contains(&address) && said.contains("the key was changed"), "{said}");
    }
    shop.run(&["onion", "import", "copy", "--replace"]);
    assert_eq!(shop.run(&["onion", "address"]).trim(), address);
    // Nor does a new key where it is lost.
    fs::remove_dir_all(shop.dir().join("state/onion")).unwrap();
    for command in [&["serve"][..], &["check"], &["onion", "address"], &["onion", "lock"]] {
        let said = refused(shop.folder(), command);
        assert!(said.contains(&address) && said.contains("is missing"), "{said}");
    }
    assert!(!file.exists(), "none was made");
    let other = Shop::new();
    other.run(&["onion", "address"]);
    other.run(&["onion", "export", "other"]);
    let foreign = other.folder().join("other");
    let said = refused(shop.folder(), &["onion", "import", foreign.to_str().unwrap()]);
    assert!(said.contains("does not belong to the shop's address"), "{said}");
    shop.run(&["onion", "import", "copy"]);
    assert_eq!(shop.run(&["onion", "address"]).trim(), address);
}

#[test]
fn throw_away_key_takes_no_real_money_under_any_name() {
    let shop = Shop::new();
    let throw_away = fs::read(shop.seller_key()).unwrap();
    shop.set("ether", "wallet", "\"0xd24def0856636050cf891befc0fa69ecf96c160b\"");
    shop.set("ether", "nodes", "[\"http://127.0.0.1:1\"]");
    let own = cryptocart(shop.folder(), &["check"]);
    let said = String::from_utf8_lossy(&own.stdout).into_owned();
    assert!(said.contains("orders are sealed to") && !said.contains("throw-away"), "{said}");
    // The key alone was copied, under another name, into a shop of another name.
    let renamed = shop.folder().join("fox-and-fern");
    fs::rename(shop.dir(), &renamed).unwrap();
    fs::remove_dir_all(shop.folder().join("my-shop-seller")).unwrap();
    fs::write(renamed.join("seller.asc"), throw_away).unwrap();
    for command in [&["serve", "fox-and-fern"][..], &["check", "fox-and-fern"]] {
        let said = refused(shop.folder(), command);
        assert!(said.contains("is a throw-away key") && said.contains("gpg"), "{said}");
    }
}
