//! Pools of addresses, made at home.

use crate::{support::cryptocart, view_key};
use std::{fs, path::Path, process::Output};

/// Words that everybody has, and the first addresses that wallets show for them.
const WORDS: &str = "test test test test test test test test test test test junk";
const FIRST: [&str; 3] = [
    "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
];
/// Public key of their account m/44'/60'/0'.
const XPUB: &str = "xpub6Ce9NcJvTk36xtLSrJLZqE7wtgA5deCeYs7rSQtreh4cj6ByPtrg9sD7V2FNFLPnf8heNP3FGkeV9qwfzvZNSd54JoNXVsXFYSYwHsnJxqP";

fn make(folder: &Path, more: &[&str]) -> (i32, String) {
    let arguments = [&["addresses", "make", "pool.txt", "--coin", "ETH"][..], more].concat();
    let Output { status, stdout, stderr } = cryptocart(folder, &arguments);
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    (status.code().unwrap_or(-1), said)
}

fn listed(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("pool.txt")).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn words_and_public_key_go_on_in_one_pool_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("words"), format!("{WORDS}\n")).unwrap();
    let (code, said) = make(folder, &["--words-file", "words", "--count", "2", "--yes"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("m/44'/60'/0'/0/2") && said.contains(FIRST[2]), "{said}");
    assert_eq!(listed(folder), FIRST[..2]);
    let (code, said) = make(folder, &["--xpub", XPUB, "--count", "30", "--yes"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("(numbers 2 to 31)") && said.contains("gap limit above 31"), "{said}");
    let all = listed(folder);
    assert_eq!((all.len(), all[2].as_str()), (32, FIRST[2]));
    // Used ones are taken out, and still none is made again.
    fs::write(
        folder.join("pool.txt"),
        fs::read_to_string(folder.join("pool.txt"))
            .unwrap()
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    )
    .unwrap();
    let (code, said) = make(folder, &["--xpub", XPUB, "--count", "1", "--yes", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &answer["from"], &answer["next"]), (0, &32.into(), &33.into()), "{said}");
}

#[test]
fn pool_of_another_wallet_is_not_added_to() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let other = "0x52908400098527886E0F7030069857D2E4169EE7\n";
    fs::write(folder.join("pool.txt"), other).unwrap();
    let (code, said) = make(folder, &["--xpub", XPUB, "--count", "2", "--yes"]);
    assert!(code == 2 && said.contains("none is of this wallet"), "{said}");
    assert_eq!(fs::read_to_string(folder.join("pool.txt")).unwrap(), other);
    let (code, said) = make(folder, &["--xpub", XPUB, "--count", "2", "--yes", "--from", "0"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(listed(folder)[1..], FIRST[..2]);
}

#[test]
fn nothing_is_written_without_a_yes_or_of_a_secret_key() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let secret = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
    for (more, words) in [
        (&["--xpub", XPUB, "--count", "2"][..], "nothing was written"),
        (&["--xpub", secret, "--count", "2", "--yes"], "SECRET"),
        (&["--xpub", XPUB, "--count", "100001", "--yes"], "at most 100000"),
        (&["--count", "2", "--yes"], "no terminal"),
    ] {
        let (code, said) = make(folder, more);
        assert!(code != 0 && said.contains(words), "{more:?}: {said}");
        assert!(!said.contains(secret), "{said}");
    }
    let (code, said) = make(folder, &["--xpub", XPUB]);
    assert!(code == 0 && said.contains("Nothing was written."), "{said}");
    assert!(!folder.join("pool.txt").exists());
}

/// Words of the BIPs, whose addresses every wallet shows.
const ABANDON: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                       abandon abandon about";

fn said_of(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } =
        cryptocart(folder, &[&["addresses", "make", "pool.txt"], arguments].concat());
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    (status.code().unwrap_or(-1), said)
}

/// The words make the pool and the descriptor, and the descriptor goes on in the pool.
#[test]
fn bitcoin_pool_of_words_goes_on_by_its_descriptor() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("words"), format!("{ABANDON}\n")).unwrap();
    // The address of an old cart, which its buyers know.
    fs::write(folder.join("pool.txt"), "# used: bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu\n")
        .unwrap();
    let words = ["--coin", "BTC", "--words-file", "words"];
    let (code, said) = said_of(folder, &[&words[..], &["--count", "1", "--yes"]].concat());
    assert_eq!(code, 0, "{said}");
    assert_eq!(listed(folder), ["bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g"]);
    assert!(said.contains("m/84'/0'/0'/0/1") && said.contains("a file shows its own"), "{said}");
    let descriptor = said.split('"').find(|text| text.starts_with("wpkh([73c5da0a/84h/0h/0h]xpub"));
    let given = ["--coin", "BTC", "--descriptor", descriptor.expect(&said)];
    let (code, said) = said_of(folder, &[&given[..], &["--count", "2", "--yes"]].concat());
    assert!(code == 0 && said.contains("(numbers 2 to 3)"), "{said}");
    assert_eq!(listed(folder).len(), 3);
}

#[test]
fn bitcoin_key_that_is_not_clear_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(
        folder.join("electrum"),
        "bitter grass shiver impose acquire brush forget axis eager alone wine silver\n",
    )
    .unwrap();
    for (more, words) in [
        (&["--xpub", XPUB][..], "--kind bip84 for bc1q..."),
        (&["--kind", "bip99", "--xpub", XPUB], "the kinds are bip84, bip86, bip49, bip44"),
        (&["--words-file", "electrum"], "Electrum: take Wallet, Information"),
        (&["--descriptor", "wpkh(xprv9s21ZrQ/0/*)"], "PRIVATE"),
        (&["--network", "moon", "--xpub", XPUB], "has no network"),
        (&["--address", "44AFF"], "--address is for XMR"),
    ] {
        let (code, said) = said_of(folder, &[&["--coin", "BTC"], more].concat());
        assert!(code != 0 && said.contains(words), "{more:?}: {said}");
    }
    let (_, said) = said_of(folder, &["--coin", "DOGE"]);
    assert!(said.contains("the coins are BTC, ETH, XMR"), "{said}");
}

/// The account of Monero's developers, who publish its view key.
/// The addresses are those that monero-wallet-rpc makes.
#[test]
fn monero_subaddresses_are_shown_by_view_key_and_no_seed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("key"), format!("{}\n", view_key::KEY)).unwrap();
    fs::write(folder.join("seed"), "abbey ".repeat(25)).unwrap();
    let arguments = ["--coin", "XMR", "--address", view_key::ADDRESS, "--view-key-file"];
    let make = |more: &[&str]| said_of(folder, &[&arguments[..], more].concat());
    let (code, said) = make(&["key"]);
    assert!(code == 0 && said.contains(&format!("  1  {}  0/1", view_key::FIRST)), "{said}");
    let (code, said) = make(&["key", "--count", "2", "--yes"]);
    assert!(code == 0 && said.contains("Keep the file at home"), "{said}");
    assert!(!said.contains(view_key::KEY));
    assert_eq!(listed(folder)[0], view_key::FIRST);
    let (code, said) = make(&["key", "--count", "1", "--yes"]);
    assert!(code == 0 && said.contains("(numbers 3 to 3)"), "{said}");
    let (code, said) = make(&["seed"]);
    assert!(code == 2 && said.contains("seed of a wallet") && !said.contains("abbey"), "{said}");
    let (code, said) = said_of(folder, &["--coin", "XMR"]);
    assert!(code == 2 && said.contains("never type its seed"), "{said}");
}
