//! What commands say, and that the README tells the truth.

use crate::support::{Shop, cryptocart};

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
    assert!(said.contains("there already"), "{said}");
    shop.set("ether", "wallet", "\"0x12\"");
    let (found, said) = code(shop.folder(), &["config", "check"]);
    assert_eq!(found, 78);
    assert!(said.contains("ether.wallet"), "{said}");
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
    assert_eq!(text.matches("WRONG").count(), 2, "{text}");
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
