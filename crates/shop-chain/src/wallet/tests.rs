//! Addresses that wallets of other people show for the same words.

use super::{AccountKey, AccountKeyError};
use crate::{bitcoin, chain::Chain, ethereum::escrow::Mnemonic, rules};
use shop_core::money::AssetId;

/// The words that anvil and hardhat start with. Their addresses are known to everybody.
const WORDS: &str = "test test test test test test test test test test test junk";
/// Their account m/44'/60'/0', as `cast` and hardware wallets export it.
const ACCOUNT: &str = "xpub6Ce9NcJvTk36xtLSrJLZqE7wtgA5deCeYs7rSQtreh4cj6ByPtrg9sD7V2FNFLPnf8heNP3FGkeV9qwfzvZNSd54JoNXVsXFYSYwHsnJxqP";

/// Words of other people's tests: those of the BIPs, and those of Trezor's.
const ABANDON: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                       abandon abandon about";
const ALL: &str = "all all all all all all all all all all all all";

fn ether() -> &'static dyn Chain {
    rules(AssetId::ETH.chain()).unwrap()
}

fn btc() -> &'static dyn Chain {
    rules(AssetId::BTC.chain()).unwrap()
}

fn derived(
    rules: &'static dyn Chain,
    kind: &str,
    network: u64,
    words: &str,
    passphrase: &str,
    account: u32,
) -> AccountKey {
    let path = *rules.wallet_paths(network).iter().find(|path| path.name == kind).unwrap();
    let words = Mnemonic::parse(words).unwrap();
    AccountKey::from_words(rules, path, network, &words, passphrase, account).unwrap()
}

fn from_words(words: &str, passphrase: &str, account: u32) -> AccountKey {
    derived(ether(), "bip44", 1, words, passphrase, account)
}

fn error(text: &str) -> AccountKeyError {
    AccountKey::parse(ether(), None, 1, text).unwrap_err()
}

fn shown(key: &AccountKey, index: u32) -> String {
    key.address(index).unwrap().as_str().to_owned()
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
    let public = AccountKey::parse(ether(), None, 1, &format!(" {ACCOUNT}\n")).unwrap();
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

/// The vectors of BIP-44, 49, 84 and 86 (the second list), and those of Trezor's device tests
/// (`tests/device_tests/bitcoin/test_getaddress*.py` of trezor-firmware).
#[test]
fn bitcoin_addresses_are_those_of_wallets_with_the_same_words() {
    for (words, kind, network, first) in [
        (ABANDON, "bip44", 1, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
        (ABANDON, "bip49", 1, "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf"),
        (ABANDON, "bip49", 3, "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2"),
        (ABANDON, "bip84", 1, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        (ABANDON, "bip84", 3, "bcrt1q6rz28mcfaxtmd6v789l9rrlrusdprr9pz3cppk"),
        (ABANDON, "bip86", 1, "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
        (ALL, "bip44", 1, "1JAd7XCBzGudGpJQSDSfpmJhiygtLQWaGL"),
        (ALL, "bip49", 1, "3L6TyTisPBmrDAj6RoKmDzNnj4eQi54gD2"),
        (ALL, "bip84", 1, "bc1qannfxke2tfd4l7vhepehpvt05y83v3qsf6nfkk"),
        (ALL, "bip84", 2, "tb1qkvwu9g3k2pdxewfqr7syz89r3gj557l3uuf9r9"),
        (ALL, "bip86", 1, "bc1ptxs597p3fnpd8gwut5p467ulsydae3rp9z75hd99w8k3ljr9g9rqx6ynaw"),
        (ALL, "bip86", 2, "tb1pswrqtykue8r89t9u4rprjs0gt4qzkdfuursfnvqaa3f2yql07zmq8s8a5u"),
    ] {
        let key = derived(btc(), kind, network, words, "", 0);
        assert_eq!(shown(&key, 0), first, "{kind}");
    }
    let second = derived(btc(), "bip84", 1, ABANDON, "", 0);
    assert_eq!(shown(&second, 1), "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g");
}

/// A key as it is exported by Trezor Suite and Ledger Live, by Caravan, and by Electrum
/// (`tests/test_wallet_vertical.py`), whose own words make trees with fewer steps.
#[test]
fn bitcoin_keys_make_the_addresses_of_the_wallets_they_are_from() {
    for (kind, key, first) in [
        (
            None,
            "zpub6rszzdAK6RuafeRwyN8z1cgWcXCuKbLmjjfnrW4fWKtcoXQ8787214pNJjnBG5UATyghuNzjn6Lfp5k5xymrLFJnCy46bMYJPyZsbpFGagT",
            "bc1qannfxke2tfd4l7vhepehpvt05y83v3qsf6nfkk",
        ),
        (
            None,
            "ypub6Ww3ibxVfGzLrAH1PNcjyAWenMTbbAosGNB6VvmSEgytSER9azLDWCxoJwW7Ke7icmizBMXrzBx9979FfaHxHcrArf3zbeJJJUZPf663zsP",
            "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf",
        ),
        (
            Some("bip49"),
            "xpub6C6nQwHaWbSrzs5tZ1q7m5R9cPK9eYpNMFesiXsYrgc1P8bvLLAet9JfHjYXKjToD8cBRswJXXbbFpXgwsswVPAZzKMa1jUp2kVkGVUaJa7",
            "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf",
        ),
        (
            None,
            "zpub6nsHdRuY92FsMKdbn9BfjBCG6X8pyhCibNP6uDvpnw2cyrVhecvHRMa3Ne8kdJZxjxgwnpbHLkcR4bfnhHy6auHPJyDTQ3kianeuVLdkCYQ",
            "bc1q3g5tmkmlvxryhh843v4dz026avatc0zzr6h3af",
        ),
        (
            Some("bip44"),
            "xpub661MyMwAqRbcFWohJWt7PHsFEJfZAvw9ZxwQoDa4SoMgsDDM1T7WK3u9E4edkC4ugRnZ8E4xDZRpk8Rnts3Nbt97dPwT52CwBdDWroaZf8U",
            "1NNkttn1YvVGdqBW4PR6zvc3Zx3H5owKRf",
        ),
    ] {
        let key = AccountKey::parse(btc(), kind, 1, key).unwrap();
        assert_eq!(shown(&key, 0), first);
    }
}

#[test]
fn bitcoin_key_that_does_not_say_its_kind_is_refused() {
    let xpub = "xpub6C6nQwHaWbSrzs5tZ1q7m5R9cPK9eYpNMFesiXsYrgc1P8bvLLAet9JfHjYXKjToD8cBRswJXXbbFpXgwsswVPAZzKMa1jUp2kVkGVUaJa7";
    let zpub = "zpub6rszzdAK6RuafeRwyN8z1cgWcXCuKbLmjjfnrW4fWKtcoXQ8787214pNJjnBG5UATyghuNzjn6Lfp5k5xymrLFJnCy46bMYJPyZsbpFGagT";
    let refused = |kind, network, key| AccountKey::parse(btc(), kind, network, key).err();
    assert_eq!(refused(None, 1, xpub), Some(AccountKeyError::SeveralKinds("xpub")));
    assert_eq!(refused(Some("bip86"), 1, zpub), Some(AccountKeyError::OtherKind("zpub")));
    assert_eq!(refused(None, 2, zpub), Some(AccountKeyError::OtherKind("zpub")), "a test network");
    assert_eq!(refused(Some("bip84"), 1, xpub), None);
}

/// The pool made at home and the descriptor in the settings have the same addresses.
#[test]
fn descriptor_of_an_account_has_its_addresses() {
    for (kind, number, network) in
        [("bip84", 1, bitcoin::Network::Main), ("bip86", 3, bitcoin::Network::Regtest)]
    {
        let key = derived(btc(), kind, number, ABANDON, "", 0);
        let text = key.descriptor().unwrap();
        assert!(text.contains("([73c5da0a/8"), "the origin that hardware wallets ask for: {text}");
        let descriptor = bitcoin::Descriptor::parse(&text, network).unwrap();
        assert_eq!(descriptor.fingerprint(), key.fingerprint());
        for index in [0, 1, 2_000, (1 << 31) - 1] {
            assert_eq!(descriptor.address(index), key.address(index).ok());
        }
    }
    assert_eq!(from_words(WORDS, "", 0).descriptor(), None, "Ether has none");
}
