//! Monero's addresses, transaction ids and payment requests.

use super::{
    Monero, Settings,
    account::{Account, AccountError, primary},
    hex,
    network::Network,
};
use crate::{
    chain::{Chain, PayToRefusal, TokenRefusal, TxidRefusal},
    transport::Node,
    view_account::{ViewAccount, ViewAccountRefusal},
    watcher::{ChainWatcher, WatchError},
};
use monero_wallet::address::{AddressError, AddressType, MoneroAddress};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::{collections::HashSet, ops::Range, sync::Arc, time::Duration};

const ADDRESS: &str = "a Monero address is 95 letters and digits, and begins with 4 or 8";
const CHANGED: &str = "a letter or digit of the address was changed: copy it again";
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

    /// Returns the address of any network that `text` spells.
    /// It is a primary one, a subaddress, or one with a payment id. Each has one spelling, which
    /// carries a checksum.
    fn pay_to(&self, asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal> {
        let text = text.trim();
        let parsed = MoneroAddress::from_str_with_unchecked_network(text).map_err(refusal)?;
        if matches!(parsed.kind(), AddressType::Featured { .. }) {
            return Err(PayToRefusal::NotAnAddress(ADDRESS));
        }
        PayTo::new(asset, text).map_err(|_| PayToRefusal::NotAnAddress(ADDRESS))
    }

    fn is_on_network(&self, pay_to: &PayTo, network: u64) -> bool {
        Network::from_number(network).is_some_and(|network| {
            MoneroAddress::from_str(network.of_addresses(), pay_to.as_str()).is_ok()
        })
    }

    fn txid(&self, text: &str) -> Result<String, TxidRefusal> {
        let text = text.trim().to_ascii_lowercase();
        hex::hash(&text).map(|_| text).ok_or(TxidRefusal(TXID))
    }

    /// Returns the payment request that Monero's wallets read: `monero:ADDRESS?tx_amount=0.1`.
    fn payment_uri(&self, pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
        let is_monero = pay_to.asset() == AssetId::XMR && due.asset() == AssetId::XMR;
        let request = || format!("monero:{}?tx_amount={}", pay_to.as_str(), due.decimal());
        (is_monero && self.is_on_network(pay_to, network)).then(request)
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

    /// A block comes every two minutes on average.
    fn stuck_after_hours(&self, network: u64) -> Option<u64> {
        let is_public = [Network::Main, Network::Stage].iter().any(|one| one.number() == network);
        is_public.then_some(2)
    }

    fn network_of_name(&self, name: &str) -> Option<u64> {
        Network::from_name(name).map(Network::number)
    }

    fn network_setting(&self, network: u64) -> String {
        let name = Network::from_number(network).map_or("main", Network::name);
        format!("network = \"{name}\"")
    }

    /// Returns a minute: a question for a new block is small, and tells a node nothing.
    fn poll_interval(&self, network: u64) -> Duration {
        let is_own = Network::from_number(network) == Some(Network::Regtest);
        Duration::from_secs(if is_own { 1 } else { 60 })
    }

    fn view_address(&self, text: &str, network: u64) -> Result<String, ViewAccountRefusal> {
        Ok(primary(text, named(network)?)?.to_string())
    }

    fn view_account(
        &self,
        address: &str,
        view_key: &str,
        network: u64,
    ) -> Result<Arc<dyn ViewAccount>, ViewAccountRefusal> {
        Ok(Arc::new(Account::new(address, view_key, named(network)?)?))
    }

    /// Returns an error: nothing is seen without an account ([`Chain::view_account`]).
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

impl ViewAccount for Account {
    fn pay_tos(&self, numbers: Range<u32>) -> Vec<PayTo> {
        self.subaddresses(numbers)
    }

    fn unrecognised(&self, pay_tos: &HashSet<PayTo>) -> HashSet<PayTo> {
        Self::unrecognised(self, pay_tos)
    }

    fn watcher(
        self: Arc<Self>,
        nodes: Vec<Node>,
        reads_unmined: bool,
    ) -> Result<Arc<dyn ChainWatcher>, WatchError> {
        let settings = Settings { reads_pool: reads_unmined, ..Settings::new(self.network()) };
        Ok(Arc::new(Monero::new(self, nodes, settings)?))
    }
}

impl From<AccountError> for ViewAccountRefusal {
    fn from(error: AccountError) -> Self {
        let words = error.to_string();
        match error {
            AccountError::NotAnAddress | AccountError::OtherNetwork | AccountError::NotPrimary => {
                Self::Address(words)
            }
            AccountError::NotAKey
            | AccountError::Seed
            | AccountError::SpendKey
            | AccountError::OtherKey => Self::Key(words),
        }
    }
}

fn named(network: u64) -> Result<Network, ViewAccountRefusal> {
    let unknown = || ViewAccountRefusal::Address("the network is unknown".into());
    Network::from_number(network).ok_or_else(unknown)
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
    use crate::monero::account::{DONATIONS as PRIMARY, DONATIONS_VIEW_KEY as VIEW_KEY};
    use crate::{pay_to, payment_uri, txid};
    use monero_wallet::address;

    const SUBADDRESS: &str = "83z89HLfrAsKvbyxyHhNL8ebNqbKAsNT9YaKp5xVrRrq6JGkvDFsqQf6QbqWBWguze7DeS5tq9NyDcfxBxgGHbLK1762a68";

    fn parsed(text: &str) -> Result<PayTo, PayToRefusal> {
        pay_to(AssetId::XMR, text)
    }

    #[test]
    fn every_kind_of_address_is_taken() {
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
    fn address_belongs_to_its_network_alone() {
        let main = MoneroAddress::from_str(address::Network::Mainnet, PRIMARY).unwrap();
        for of in Network::ALL {
            let kind = AddressType::Legacy;
            let made = MoneroAddress::new(of.of_addresses(), kind, main.spend(), main.view());
            let pay_to = parsed(&made.to_string()).unwrap();
            for network in Network::ALL {
                let is_same = network.of_addresses() == of.of_addresses();
                assert_eq!(Rules.is_on_network(&pay_to, network.number()), is_same, "{of:?}");
            }
            assert!(!Rules.is_on_network(&pay_to, 0));
        }
    }

    #[test]
    fn text_that_is_no_address_is_refused() {
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
        let stuck = Network::ALL.map(|network| Rules.stuck_after_hours(network.number()));
        assert_eq!(stuck, [Some(2), Some(2), None, None]);
    }

    /// It is the developers' donation address, whose view key they publish.
    #[test]
    fn account_refuses_by_address_and_by_key() {
        let main = Network::Main.number();
        let account = Rules.view_account(PRIMARY, VIEW_KEY, main).unwrap();
        assert_eq!(account.pay_tos(0..2), [parsed(SUBADDRESS).unwrap()]);
        assert_eq!(Rules.view_address(&format!(" {PRIMARY} "), main).unwrap(), PRIMARY);
        for (address, network) in [(SUBADDRESS, main), (PRIMARY, 24), ("", main), (PRIMARY, 0)] {
            let refused = Rules.view_account(address, VIEW_KEY, network).unwrap_err();
            assert_eq!(Rules.view_address(address, network), Err(refused.clone()));
            assert!(matches!(refused, ViewAccountRefusal::Address(_)), "{refused}");
        }
        let other = Rules.view_account(PRIMARY, &VIEW_KEY.replace("f3", "e3"), main).unwrap_err();
        assert!(matches!(&other, ViewAccountRefusal::Key(_)), "{other}");
        assert!(!other.to_string().contains(VIEW_KEY), "{other}");
        let none = crate::rules(AssetId::ETH.chain()).unwrap().view_address(PRIMARY, 1);
        assert_eq!(none, Err(ViewAccountRefusal::NoViewKeys));
    }

    /// Numbers may have been lowered in the settings since.
    #[test]
    fn pay_to_beyond_the_known_numbers_is_recognised() {
        let account = Account::new(PRIMARY, VIEW_KEY, Network::Main).unwrap();
        let far = Account::new(PRIMARY, VIEW_KEY, Network::Main).unwrap().subaddresses(40..41);
        assert_eq!(account.subaddresses(1..3).len(), 2);
        let kept: HashSet<PayTo> = far.iter().cloned().collect();
        assert!(account.unrecognised(&kept).is_empty());
        let known = account.subaddresses(40..41);
        assert_eq!(known, far);
    }
}
