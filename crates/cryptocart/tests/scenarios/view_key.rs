//! The private view key of a wallet: in a file of its own, and nowhere else.

use crate::{
    backup::{backed_up, restored},
    support::{Seller, Shop, cryptocart, refused},
};
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// The first donation address of Monero's developers, who publish its view key.
pub(crate) const ADDRESS: &str = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
pub(crate) const KEY: &str = "f359631075708155cc3d92a32b75a7d02a5dcf27756707b47a2b31b21c389501";
/// Its subaddresses 1 and 2, as monero-wallet-rpc makes them.
pub(crate) const FIRST: &str = "83z89HLfrAsKvbyxyHhNL8ebNqbKAsNT9YaKp5xVrRrq6JGkvDFsqQf6QbqWBWguze7DeS5tq9NyDcfxBxgGHbLK1762a68";
const SECOND: &str = "87hJMcw34gLTxd4q4N2ZqZjh38Q6QgDPu9RnAtBoY99YSeGoAU4C9z1e6obdkjoM5Qj6DfYZSKsvR9qwmgCLPvshUb9u3BA";

const GOODS: &str = r#"{"products":{"tee":{"name":"Tee","prices":[
    {"price":250000000,"currency":"XMR"}]}}}"#;

/// Returns a shop that is paid in Monero. Its node does not answer.
fn shop() -> Shop {
    let shop = Shop::new();
    fs::write(shop.dir().join("catalog.json"), GOODS).unwrap();
    shop.set("monero", "address", &format!("\"{ADDRESS}\""));
    shop.set("monero", "nodes", "[\"http://127.0.0.1:1\"]");
    shop
}

/// Pipes a line into `monero key`.
pub(crate) fn store(shop: &Shop, line: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .args(["monero", "key"])
        .current_dir(shop.folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that is refused before may not read it.
    drop(child.stdin.take().unwrap().write_all(line.as_bytes()));
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(said).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

/// Returns the files that have the key, in digits or in bytes.
fn with_key(shop: &Shop) -> Vec<PathBuf> {
    let pairs = KEY.as_bytes().chunks(2);
    let pairs = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16));
    let bytes: Vec<u8> = pairs.collect::<Result<_, _>>().unwrap();
    let mut found = files(shop.folder());
    found.retain(|path| {
        let all = fs::read(path).unwrap();
        let has = |needle: &[u8]| all.windows(needle.len()).any(|window| window == needle);
        has(KEY.as_bytes()) || has(&bytes)
    });
    found
}

/// Looks at what every user of the machine, or of the shop, can see of its processes.
fn assert_processes_hide_the_key(shop: &Shop) {
    let mut all = shop.roles();
    assert!(!all.is_empty());
    all.push(shop.pid());
    for pid in all {
        for name in ["cmdline", "environ"] {
            let text = fs::read(format!("/proc/{pid}/{name}")).unwrap();
            let text = String::from_utf8_lossy(&text).into_owned();
            assert!(!text.contains(KEY), "{name} of {pid}");
        }
    }
    assert!(!shop.said().contains(KEY));
}

#[test]
fn view_key_is_in_its_own_file_and_nowhere_else() {
    let mut shop = shop();
    let file = shop.dir().join("state/view-keys/monero");
    let sealed = shop.dir().join("state/view-keys/monero.sealed");
    for command in ["check", "serve"] {
        let said = refused(shop.folder(), &[command, "my-shop"], &[78]);
        assert!(said.contains("not stored here") && said.contains("monero key"), "{said}");
    }
    let stored = store(&shop, &format!("{KEY}\n"));
    let told = said(&stored);
    assert!(stored.status.success() && told.contains(FIRST) && told.contains(SECOND), "{told}");
    assert!(!told.contains(KEY), "{told}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(with_key(&shop), std::slice::from_ref(&file));

    let checked = said(&cryptocart(shop.folder(), &["check"]));
    for wanted in [FIRST, "1000 addresses of an account", "--subaddress-lookahead 1:1001"] {
        assert!(checked.contains(wanted), "{wanted}: {checked}");
    }
    assert!(!checked.contains(KEY), "{checked}");
    let listed = shop.run(&["monero", "addresses", "--from", "2", "--count", "1"]);
    assert_eq!(listed.trim(), format!("2  {SECOND}"));
    shop.open();
    assert_processes_hide_the_key(&shop);
    shop.close();
    assert_eq!(with_key(&shop), std::slice::from_ref(&file));

    fs::write(shop.folder().join("phrase"), "correct horse battery\n").unwrap();
    shop.set("tor", "passphrase_file", "\"../phrase\"");
    shop.run(&["onion", "lock"]);
    assert!(sealed.exists() && !file.exists());
    shop.open();
    assert_processes_hide_the_key(&shop);
    shop.close();
    assert!(with_key(&shop).is_empty());
    assert!(said(&cryptocart(shop.folder(), &["check"])).contains(FIRST));

    // Stored again, it is sealed again.
    let stored = store(&shop, KEY);
    assert!(stored.status.success() && said(&stored).contains("encrypted"), "{}", said(&stored));
    assert!(with_key(&shop).is_empty());
    fs::write(shop.folder().join("phrase"), "wrong\n").unwrap();
    assert_eq!(store(&shop, KEY).status.code(), Some(77));
    let denied = refused(shop.folder(), &["serve", "my-shop"], &[77]);
    assert!(denied.contains("the view key of [monero]"), "{denied}");
    fs::write(shop.folder().join("phrase"), "correct horse battery\n").unwrap();
    fs::set_permissions(&sealed, fs::Permissions::from_mode(0o644)).unwrap();
    for command in ["check", "serve"] {
        let said = refused(shop.folder(), &[command, "my-shop"], &[78]);
        assert!(said.contains("other users on this machine can read"), "{said}");
    }
    fs::set_permissions(&sealed, fs::Permissions::from_mode(0o600)).unwrap();
    shop.run(&["onion", "unlock"]);
    assert_eq!(with_key(&shop), [file]);
}

/// A key that spends must not be on a server, and is not told back either.
#[test]
fn key_that_is_not_the_view_key_is_refused_and_not_shown() {
    let shop = shop();
    let other = KEY.replace("f359", "f459");
    let seed = "abbey ".repeat(25);
    for (line, wanted) in [
        (other.as_str(), "does not belong to this address"),
        ("0123", "64 hexadecimal digits"),
        (seed.as_str(), "seed of a wallet"),
        ("", "no view key was given"),
    ] {
        let refused = store(&shop, line);
        let told = said(&refused);
        assert_eq!(refused.status.code(), Some(2), "{told}");
        assert!(told.contains(wanted), "{told}");
        assert!(line.is_empty() || !told.contains(line.trim()), "{told}");
        assert!(!shop.dir().join("state/view-keys").exists());
    }
}

/// A backup does not know which were given after it, so it gives none of its own again.
#[test]
fn restored_shop_gives_addresses_beyond_those_of_the_backup() {
    let mut shop = shop();
    assert!(store(&shop, KEY).status.success());
    shop.set("monero", "addresses", "20");
    shop.open();
    let seller = Seller::of(&shop);
    let sealed = backed_up(&shop);
    shop.close();
    let unused = |shop: &Shop, count: u32| {
        let checked = said(&cryptocart(shop.folder(), &["check"]));
        assert!(checked.contains(&format!("of 20 addresses, {count} are unused")), "{checked}");
    };
    unused(&shop, 20);
    let mut restored = restored(&seller, &sealed);
    assert_eq!(with_key(&restored), [restored.dir().join("state/view-keys/monero")]);
    restored.open_with(&["--after-loss"]);
    restored.close();
    // Numbers 1 to 20 were those of the backup: 1000 more are left out.
    let beyond = |shop: &Shop, end: u32| {
        let checked = said(&cryptocart(shop.folder(), &["check"]));
        assert!(checked.contains("20 are unused"), "{checked}");
        assert!(checked.contains(&format!("--subaddress-lookahead 1:{end}")), "{checked}");
    };
    beyond(&restored, 1041);
    let skipped = restored.run(&["addresses", "skip", "--coin", "XMR"]);
    assert!(skipped.contains("go on with number 2021"), "{skipped}");
    beyond(&restored, 2041);
}
