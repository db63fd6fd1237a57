//! Rules of Bitcoin: addresses, transaction ids and payment requests, in one spelling each.

use super::{Bitcoin, Settings, address, descriptor, form::Form, network::Network};
use crate::{
    chain::{Chain, PayToRefusal, TokenRefusal, TxidRefusal},
    transport::Node,
    wallet_path::WalletPath,
    watcher::{ChainWatcher, WatchError},
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::{sync::Arc, time::Duration};

/// Form of a transaction id.
const TXID: &str = "a transaction id is 64 digits of 0-9, a-f";
/// The usual fee of a transfer, in satoshi: about 140 bytes at 15 satoshi each.
const FEE: u128 = 2_000;
/// Most bytes a day of headers and filters, whatever the number of nodes.
/// A block that pays the shop is one to two million more.
const BYTES_A_DAY: u64 = 10_000_000;
/// Number of satoshi of a coin.
const COIN: u128 = 100_000_000;

/// Kinds of accounts on the main network. Electrum's own words make trees with fewer steps.
const MAIN_PATHS: [WalletPath; 4] = [
    path("bip84", 84, 0, &["zpub", "xpub"], &[3, 1]),
    path("bip86", 86, 0, &["xpub"], &[3]),
    path("bip49", 49, 0, &["ypub", "xpub"], &[3]),
    path("bip44", 44, 0, &["xpub"], &[3, 0]),
];
/// Kinds of accounts on test networks.
const TEST_PATHS: [WalletPath; 4] = [
    path("bip84", 84, 1, &["vpub", "tpub"], &[3, 1]),
    path("bip86", 86, 1, &["tpub"], &[3]),
    path("bip49", 49, 1, &["upub", "tpub"], &[3]),
    path("bip44", 44, 1, &["tpub"], &[3, 0]),
];

/// Rules of Bitcoin.
pub struct Rules;

impl Chain for Rules {
    fn coin(&self) -> AssetId {
        AssetId::BTC
    }

    fn is_watched(&self, asset: AssetId) -> bool {
        asset == AssetId::BTC
    }

    /// Returns the pay-to of an address of any network.
    /// [`Chain::is_on_network`] tells them apart.
    fn pay_to(&self, asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal> {
        let text = address::spelled(text)?;
        PayTo::new(asset, &text).map_err(|_| PayToRefusal::NotAnAddress("not a Bitcoin address"))
    }

    fn is_on_network(&self, pay_to: &PayTo, network: u64) -> bool {
        Network::from_number(network)
            .is_some_and(|network| address::is_on(pay_to.as_str(), network))
    }

    fn txid(&self, text: &str) -> Result<String, TxidRefusal> {
        let text = text.trim().to_ascii_lowercase();
        let is_shaped = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if is_shaped { Ok(text) } else { Err(TxidRefusal(TXID)) }
    }

    /// Returns the payment request of BIP 21, whose amount is in whole coins.
    fn payment_uri(&self, pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
        let is_bitcoin = pay_to.asset() == AssetId::BTC && due.asset() == AssetId::BTC;
        if !is_bitcoin || !self.is_on_network(pay_to, network) {
            return None;
        }
        let fraction = format!("{:08}", due.units() % COIN);
        let amount = format!("{}.{fraction}", due.units() / COIN);
        let amount = amount.trim_end_matches('0').trim_end_matches('.');
        Some(format!("bitcoin:{}?amount={amount}", pay_to.as_str()))
    }

    fn token(&self, _name: &str, _code: &str, _decimals: u32) -> Result<AssetId, TokenRefusal> {
        Err(TokenRefusal::None)
    }

    fn usual_fee(&self) -> Amount {
        Amount::new(AssetId::BTC, FEE)
    }

    /// Returns false: a payment takes the work of its block, whoever tells of it.
    fn believes_one_node(&self) -> bool {
        false
    }

    fn network_setting(&self, network: u64) -> String {
        let name = Network::from_number(network).map_or("main", Network::name);
        format!("network = \"{name}\"")
    }

    fn block_time(&self) -> Duration {
        Duration::from_secs(600)
    }

    /// Returns two minutes: each question costs every node about a kilobyte.
    fn poll_interval(&self, network: u64) -> Duration {
        let is_own = Network::from_number(network) == Some(Network::Regtest);
        Duration::from_secs(if is_own { 1 } else { 120 })
    }

    /// Returns false: the next block is an hour away every few days.
    /// A block comes every ten minutes on average: two hours without one, once in some years.
    fn stuck_after_hours(&self, network: u64) -> Option<u64> {
        (network == Network::Main.number()).then_some(5)
    }

    fn wallet_paths(&self, network: u64) -> &'static [WalletPath] {
        match Network::from_number(network) {
            Some(Network::Main) => &MAIN_PATHS,
            Some(Network::Signet | Network::Regtest) => &TEST_PATHS,
            None => &[],
        }
    }

    fn address_of_key(&self, path: WalletPath, network: u64, key: &[u8; 33]) -> Option<PayTo> {
        Form::of_purpose(path.purpose)?.address(key, Network::from_number(network)?)
    }

    fn descriptor(&self, path: WalletPath, origin: Option<&str>, key: &str) -> Option<String> {
        descriptor::of_account(Form::of_purpose(path.purpose)?, origin, key)
    }

    fn network_of_name(&self, name: &str) -> Option<u64> {
        Network::from_name(name).map(Network::number)
    }

    fn watcher(&self, nodes: Vec<Node>, network: u64) -> Result<Arc<dyn ChainWatcher>, WatchError> {
        let network = Network::from_number(network).ok_or(WatchError::NoNodes)?;
        Ok(Arc::new(Bitcoin::new(nodes, Settings::new(network))?))
    }

    fn bytes_a_day(&self, _nodes: u64) -> u64 {
        BYTES_A_DAY
    }
}

/// Returns a kind of accounts.
const fn path(
    name: &'static str,
    purpose: u32,
    coin: u32,
    prefixes: &'static [&'static str],
    depths: &'static [u8],
) -> WalletPath {
    WalletPath { name, purpose, coin, prefixes, depths }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pay_to, payment_uri};

    /// Addresses of the main network: P2PKH, P2SH, P2WPKH, P2WSH (BIP 173) and P2TR (BIP 350).
    const MAIN: [&str; 5] = [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ];
    /// Addresses of test networks: segwit ones (BIP 173), and one of the older form.
    const TEST: [&str; 2] =
        ["tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"];

    #[test]
    fn address_has_one_spelling_and_its_network() {
        for text in MAIN {
            let made = pay_to(AssetId::BTC, &format!(" {text}\n")).unwrap();
            assert_eq!(made.as_str(), text);
            assert!(Rules.is_on_network(&made, 1) && !Rules.is_on_network(&made, 3), "{text}");
        }
        for text in TEST {
            let made = pay_to(AssetId::BTC, text).unwrap();
            assert!(!Rules.is_on_network(&made, 1) && Rules.is_on_network(&made, 2), "{text}");
        }
        let upper = MAIN[2].to_uppercase();
        assert_eq!(pay_to(AssetId::BTC, &upper).unwrap().as_str(), MAIN[2]);
    }

    #[test]
    fn mistyped_address_is_refused() {
        for text in MAIN {
            let last = if text.ends_with('4') { "5" } else { "4" };
            let wrong = format!("{}{last}", text.get(..text.len() - 1).unwrap());
            assert_eq!(pay_to(AssetId::BTC, &wrong), Err(PayToRefusal::Mistyped), "{wrong}");
        }
        // Its checksum is the one of the older form (BIP 350), and one in mixed case.
        let older = "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4";
        let mixed = "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
        for text in [older, mixed] {
            assert_eq!(pay_to(AssetId::BTC, text), Err(PayToRefusal::Mistyped), "{text}");
        }
        for text in ["", "demo-btc-7k2q9f", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"] {
            let refused = pay_to(AssetId::BTC, text).unwrap_err();
            assert!(matches!(refused, PayToRefusal::NotAnAddress(_) | PayToRefusal::Mistyped));
        }
    }

    /// Version 2 of BIP 350's vectors: whoever sees the payment first could take it.
    #[test]
    fn address_of_an_unused_version_is_refused() {
        let refused = pay_to(AssetId::BTC, "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs").unwrap_err();
        assert!(refused.to_string().contains("not in use yet"), "{refused}");
    }

    #[test]
    fn payment_request_names_the_exact_amount() {
        let to = pay_to(AssetId::BTC, MAIN[2]).unwrap();
        let uri = |units| payment_uri(&to, Amount::new(AssetId::BTC, units), 1).unwrap();
        assert_eq!(uri(1), format!("bitcoin:{}?amount=0.00000001", MAIN[2]));
        assert_eq!(uri(51_990_000), format!("bitcoin:{}?amount=0.5199", MAIN[2]));
        assert_eq!(uri(2_100_000_000), format!("bitcoin:{}?amount=21", MAIN[2]));
        assert_eq!(payment_uri(&to, Amount::new(AssetId::BTC, 1), 3), None, "another network");
    }

    #[test]
    fn transaction_id_has_one_spelling() {
        let canonical = "ab".repeat(32);
        assert_eq!(Rules.txid(&format!(" {} ", "AB".repeat(32))), Ok(canonical.clone()));
        for text in ["", &format!("0x{canonical}"), &"g".repeat(64)] {
            assert_eq!(Rules.txid(text), Err(TxidRefusal(TXID)), "{text}");
        }
    }
}
