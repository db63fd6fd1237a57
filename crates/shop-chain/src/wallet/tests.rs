//! Addresses that wallets of other people show for the same words.

use super::{AccountKey, AccountKeyError};
use crate::{chain::Chain, ethereum::escrow::Mnemonic, rules, wallet_path::WalletPath};
use shop_core::money::AssetId;

/// The words that anvil and hardhat start with. Their addresses are known to everybody.
const WORDS: &str = "test test test test test test test test test test test junk";
/// Their account m/44'/60'/0', as `cast` and hardware wallets export it.
const ACCOUNT: &str = "xpub6Ce9NcJvTk36xtLSrJLZqE7wtgA5deCeYs7rSQtreh4cj6ByPtrg9sD7V2FNFLPnf8heNP3FGkeV9qwfzvZNSd54JoNXVsXFYSYwHsnJxqP";

fn ether() -> (&'static dyn Chain, WalletPath) {
    let rules = rules(AssetId::ETH.chain()).unwrap();
    (rules, rules.wallet_paths()[0])
}

fn from_words(words: &str, passphrase: &str, account: u32) -> AccountKey {
    let (rules, path) = ether();
    AccountKey::from_words(rules, path, &Mnemonic::parse(words).unwrap(), passphrase, account)
        .unwrap()
}

fn error(text: &str) -> AccountKeyError {
    let (rules, path) = ether();
    AccountKey::parse(rules, path, text).unwrap_err()
}

#[test]
fn ether_addresses_are_those_of_wallets_with_the_same_words() {
    let key = from_words(WORDS, "", 0);
    let shown = |index| key.address(index).unwrap();
    assert_eq!(shown(0).as_str(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    assert_eq!(shown(1).as_str(), "0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    assert_eq!(shown(9).as_str(), "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720");
    assert_eq!(key.address(1 << 31).err(), Some(AccountKeyError::Index));
}

#[test]
fn public_account_key_makes_the_addresses_of_its_words() {
    let (rules, path) = ether();
    let public = AccountKey::parse(rules, path, &format!(" {ACCOUNT}\n")).unwrap();
    let words = from_words(WORDS, "", 0);
    for index in [0, 1, 2, 999, (1 << 31) - 1] {
        assert_eq!(public.address(index).unwrap(), words.address(index).unwrap());
    }
}

#[test]
fn passphrase_and_account_make_other_addresses() {
    let all = [from_words(WORDS, "", 0), from_words(WORDS, "TREZOR", 0), from_words(WORDS, "", 1)];
    let first: std::collections::HashSet<_> =
        all.iter().map(|key| key.address(0).unwrap()).collect();
    assert_eq!(first.len(), 3);
}

#[test]
fn other_keys_are_refused_by_what_they_are() {
    // Test vector 1 of BIP-32: a root key and its secret half.
    let root = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8";
    let secret = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
    assert_eq!(error(root), AccountKeyError::Depth(0));
    assert_eq!(error(secret), AccountKeyError::Secret);
    assert_eq!(error(&ACCOUNT.replace("Ce9N", "Ce9M")), AccountKeyError::NotAKey);
    for text in ["", "xpub", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", &"x".repeat(10_000)] {
        assert_eq!(error(text), AccountKeyError::NotAKey, "{text}");
    }
}
