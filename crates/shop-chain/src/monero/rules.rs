//! Monero's addresses, transaction ids and payment requests.

use super::{Account, Monero, Settings, hex, network::Network};
use crate::{
    chain::{Chain, PayToRefusal, TokenRefusal, TxidRefusal},
    transport::Node,
    watcher::{ChainWatcher, WatchError},
};
use monero_wallet::address::{self, AddressError, AddressType, MoneroAddress};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::{sync::Arc, time::Duration};

const ADDRESS: &str = "a Monero address is 95 letters and digits, and begins with 4 or 8";
const CHANGED: &str = "a letter or digit of the address was changed: copy it again";
const TEST_NETWORK: &str = "this is an address of a test network";
const TXID: &str = "a transaction id is 64 hexadecimal digits";
/// A transfer with two outputs, at the usual fee.
const FEE: u128 = 20_000_000;
/// Most bytes a day, whatever the number of nodes, where the pool is not read.
const BYTES_A_DAY: u64 = 100_000_000;

/// Rules of Monero.
pub struct Rules;

impl Chain for Rules {
    fn coin(&self) -> AssetId {
        AssetId::XMR
    }

    fn is_watched(&self, asset: AssetId) -> bool {
        asset == AssetId::XMR
    }

    /// Returns the address of the main network that `text` spells.
    /// It is a primary one, a subaddress, or one with a payment id. Each has one spelling, which
    /// carries a checksum.
    fn pay_to(&self, asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal> {
        let text = text.trim();
        let parsed = MoneroAddress::from_str_with_unchecked_network(text).map_err(refusal)?;
        if parsed.network() != address::Network::Mainnet {
            return Err(PayToRefusal::NotAnAddress(TEST_NETWORK));
        }
        if matches!(parsed.kind(), AddressType::Featured { .. }) {
            return Err(PayToRefusal::NotAnAddress(ADDRESS));
        }
        PayTo::new(asset, text).map_err(|_| PayToRefusal::NotAnAddress(ADDRESS))
    }

    fn txid(&self, text: &str) -> Result<String, TxidRefusal> {
        let text = text.trim().to_ascii_lowercase();
        hex::hash(&text).map(|_| text).ok_or(TxidRefusal(TXID))
    }

    /// Returns the payment request that Monero's wallets read: `monero:ADDRESS?tx_amount=0.1`.
    fn payment_uri(&self, pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
        let is_monero = pay_to.asset() == AssetId::XMR && due.asset() == AssetId::XMR;
        let network = Network::from_number(network)?;
        let real = MoneroAddress::from_str(network.of_addresses(), pay_to.as_str()).is_ok();
        let request = || format!("monero:{}?tx_amount={}", pay_to.as_str(), due.decimal());
        (is_monero && real).then(request)
    }

    fn token(&self, _name: &str, _code: &str, _decimals: u32) -> Result<AssetId, TokenRefusal> {
        Err(TokenRefusal::None)
    }

    fn usual_fee(&self) -> Amount {
        Amount::new(AssetId::XMR, FEE)
    }

    fn block_time(&self) -> Duration {
        Duration::from_secs(120)
    }

    fn has_steady_blocks(&self, network: u64) -> bool {
        [Network::Main, Network::Stage].iter().any(|steady| steady.number() == network)
    }

    /// Returns an error: nothing is seen without an account ([`super::Monero::new`]).
    fn watcher(
        &self,
        _nodes: Vec<Node>,
        _network: u64,
    ) -> Result<Arc<dyn ChainWatcher>, WatchError> {
        Err(WatchError::NoNodes)
    }

    /// Opens a watcher of an account whose keys everybody knows.
    fn prober(&self, nodes: Vec<Node>, network: u64) -> Result<Arc<dyn ChainWatcher>, WatchError> {
        let network = Network::from_number(network).ok_or(WatchError::NoNodes)?;
        let account = Account::of_donations(network).map_err(|_| WatchError::NoNodes)?;
        Ok(Arc::new(Monero::new(Arc::new(account), nodes, Settings::new(network))?))
    }

    fn main_network(&self) -> u64 {
        Network::Main.number()
    }

    fn bytes_a_day(&self, _nodes: u64) -> u64 {
        BYTES_A_DAY
    }
}

fn refusal(error: AddressError) -> PayToRefusal {
    match error {
        AddressError::InvalidEncoding => PayToRefusal::NotAnAddress(CHANGED),
        _ => PayToRefusal::NotAnAddress(ADDRESS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pay_to, payment_uri, txid};

    const PRIMARY: &str = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
    const SUBADDRESS: &str = "83z89HLfrAsKvbyxyHhNL8ebNqbKAsNT9YaKp5xVrRrq6JGkvDFsqQf6QbqWBWguze7DeS5tq9NyDcfxBxgGHbLK1762a68";

    fn parsed(text: &str) -> Result<PayTo, PayToRefusal> {
        pay_to(AssetId::XMR, text)
    }

    #[test]
    fn every_kind_of_address_of_the_main_network_is_taken() {
        let made = |kind| {
            let parsed = MoneroAddress::from_str(address::Network::Mainnet, PRIMARY).unwrap();
            let network = address::Network::Mainnet;
            MoneroAddress::new(network, kind, parsed.spend(), parsed.view()).to_string()
        };
        let integrated = made(AddressType::LegacyIntegrated([7; 8]));
        for text in [PRIMARY, SUBADDRESS, &integrated, &format!(" {PRIMARY}\n")] {
            assert_eq!(parsed(text).unwrap().as_str(), text.trim());
        }
        let kind = AddressType::Featured { subaddress: false, payment_id: None, guaranteed: true };
        assert_eq!(parsed(&made(kind)), Err(PayToRefusal::NotAnAddress(ADDRESS)));
    }

    #[test]
    fn what_is_no_address_of_the_main_network_is_refused() {
        let main = MoneroAddress::from_str(address::Network::Mainnet, PRIMARY).unwrap();
        let on = |network| {
            MoneroAddress::new(network, AddressType::Legacy, main.spend(), main.view()).to_string()
        };
        for network in [address::Network::Stagenet, address::Network::Testnet] {
            assert_eq!(parsed(&on(network)), Err(PayToRefusal::NotAnAddress(TEST_NETWORK)));
        }
        let changed = PRIMARY.replace("44A", "44B");
        let short = PRIMARY.trim_end_matches('A');
        for text in ["", "demo-xmr-1", &changed, short, &PRIMARY.to_lowercase()] {
            assert_eq!(parsed(text), Err(PayToRefusal::NotAnAddress(CHANGED)), "{text}");
        }
    }

    #[test]
    fn transaction_id_is_64_digits_in_one_spelling() {
        let to = parsed(PRIMARY).unwrap();
        assert_eq!(txid(&to, &format!(" {} ", "AB".repeat(32))), Ok("ab".repeat(32)));
        for text in ["", "0x", &format!("0x{}", "ab".repeat(32)), &"g".repeat(64)] {
            assert_eq!(txid(&to, text), Err(TxidRefusal(TXID)), "{text}");
        }
    }

    #[test]
    fn payment_request_names_the_exact_amount() {
        let to = parsed(SUBADDRESS).unwrap();
        let due = Amount::new(AssetId::XMR, 251_990_000_001);
        let wanted = format!("monero:{SUBADDRESS}?tx_amount=0.251990000001");
        for network in [Network::Main, Network::Regtest] {
            let request = payment_uri(&to, due, network.number());
            assert_eq!(request.as_deref(), Some(wanted.as_str()));
        }
        assert_eq!(payment_uri(&to, due, Network::Stage.number()), None);
        let demo = PayTo::new(AssetId::XMR, "demo-xmr-7k2q9f").unwrap();
        assert_eq!(payment_uri(&demo, due, Network::Main.number()), None);
    }

    #[test]
    fn networks_have_numbers_of_their_own() {
        for network in Network::ALL {
            assert_eq!(Network::from_number(network.number()), Some(network));
        }
        assert_eq!(Network::from_number(0), None, "the demo's");
        let steady = Network::ALL.map(|network| Rules.has_steady_blocks(network.number()));
        assert_eq!(steady, [true, true, false, false]);
    }
}
