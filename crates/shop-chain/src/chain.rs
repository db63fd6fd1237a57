//! Rules of a chain: what can be said of it without reading it.

use crate::{
    transport::Node,
    view_account::{ViewAccount, ViewAccountRefusal},
    wallet_path::WalletPath,
    watcher::{ChainWatcher, WatchError},
};
use shop_core::{
    kind::{HasKind, Kind},
    money::{Amount, AssetId, TokenError},
    pay_to::PayTo,
};
use std::{sync::Arc, time::Duration};

/// Rules of one kind of chain. Its networks (main and test) share them.
///
/// A chain has one implementor, which reads nothing and remembers nothing. Its watcher
/// ([`ChainWatcher`]) is opened by [`Chain::watcher`].
pub trait Chain: Send + Sync {
    /// Returns the coin that is paid on it. The coin names the chain ([`AssetId::chain`]).
    fn coin(&self) -> AssetId;

    /// Returns true if its watcher sees transfers of this asset.
    /// No shop takes what it does not see: nobody would know who has paid.
    fn is_watched(&self, asset: AssetId) -> bool;

    /// Returns the pay-to that `text` spells, in the one spelling the shop uses.
    ///
    /// # Errors
    /// [`PayToRefusal`].
    fn pay_to(&self, asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal>;

    /// Returns true if a pay-to is one of this network.
    /// Chains whose networks share their addresses do not tell them apart.
    fn is_on_network(&self, _pay_to: &PayTo, _network: u64) -> bool {
        true
    }

    /// Returns the one spelling of a transaction id that was typed or pasted.
    /// It is there to be compared.
    ///
    /// # Errors
    /// [`TxidRefusal`].
    fn txid(&self, text: &str) -> Result<String, TxidRefusal>;

    /// Returns the payment request that wallets read from a QR code.
    /// There is none if the chain has none, or the pay-to is not real.
    fn payment_uri(&self, pay_to: &PayTo, due: Amount, network: u64) -> Option<String>;

    /// Returns the token that a contract or another name on the chain stands for.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    fn token(&self, name: &str, code: &str, decimals: u32) -> Result<AssetId, TokenRefusal>;

    /// Returns the tokens of a network that are built in. No two have one ticker.
    fn built_in_tokens(&self, _network: u64) -> Vec<AssetId> {
        Vec::new()
    }

    /// Returns the payment request as a link, for wallets that read more from it than an address.
    /// It is no text for a QR code: some wallets drop the part they do not know, and send to
    /// somebody else.
    fn payment_link(&self, pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
        self.payment_uri(pay_to, due, network)
    }

    /// Returns true if money of this asset can come in a way that only a proof of the balance
    /// shows ([`ChainWatcher::balance`]).
    fn needs_balances(&self, _asset: AssetId) -> bool {
        false
    }

    /// Returns the number of decimals of an amount that wallets and exchanges take, at most.
    fn typed_decimals(&self) -> u32 {
        self.coin().typed_decimals()
    }

    /// Returns the usual fee of a transfer, in the coin.
    /// Smaller differences are not worth sending back.
    fn usual_fee(&self) -> Amount;

    /// Returns true if one node alone, where there is no other, can make up a payment.
    fn believes_one_node(&self) -> bool {
        true
    }

    /// Returns the setting of `shop.toml` that names a network.
    fn network_setting(&self, network: u64) -> String {
        format!("chain_id = {network}")
    }

    /// Returns the usual fee of a transfer of this asset, in the coin.
    fn usual_fee_of(&self, _asset: AssetId) -> Amount {
        self.usual_fee()
    }

    /// Returns the usual time from one block to the next.
    fn block_time(&self) -> Duration;

    /// Returns about how many blocks come in this time.
    fn blocks_in(&self, time: Duration) -> u64 {
        time.as_secs() / self.block_time().as_secs().max(1)
    }

    /// Returns the time between two questions for a new block.
    fn poll_interval(&self, _network: u64) -> Duration {
        self.block_time()
    }

    /// Returns the age in hours of the newest block at which the nodes are stuck.
    ///
    /// Hours are rounded down, so this is one more than is meant. There is none for a private
    /// network, which may wait for somebody to mine.
    fn stuck_after_hours(&self, network: u64) -> Option<u64>;

    /// Returns the number of a network as wallets show it (EIP-155), where they do.
    fn shown_network(&self, _network: u64) -> Option<u64> {
        None
    }

    /// Returns the kinds of accounts in which wallets keep addresses of a network, the usual one
    /// first. There are none where addresses are not derived from keys of BIP-32.
    fn wallet_paths(&self, _network: u64) -> &'static [WalletPath] {
        &[]
    }

    /// Returns the address of a public key (SEC1, 33 bytes) in an account of this kind.
    fn address_of_key(&self, path: WalletPath, network: u64, key: &[u8; 33]) -> Option<PayTo> {
        let _ = (path, network, key);
        None
    }

    /// Returns the text that tells wallets and shops all receive addresses of an account.
    /// `key` is its public key, `origin` its place below the root, where that is known.
    fn descriptor(&self, path: WalletPath, origin: Option<&str>, key: &str) -> Option<String> {
        let _ = (path, origin, key);
        None
    }

    /// Returns the number of the network that settings name so: `main`, and others where the
    /// addresses of networks differ.
    fn network_of_name(&self, name: &str) -> Option<u64> {
        (name == "main").then(|| self.main_network())
    }

    /// Returns the one spelling of an address whose payments are seen with its private view key.
    ///
    /// # Errors
    /// [`ViewAccountRefusal`], also where the chain needs no such key.
    fn view_address(&self, text: &str, network: u64) -> Result<String, ViewAccountRefusal> {
        let _ = (text, network);
        Err(ViewAccountRefusal::NoViewKeys)
    }

    /// Opens the account of an address and its private view key, whose text the caller wipes.
    ///
    /// # Errors
    /// [`ViewAccountRefusal`], also where the chain needs no such key.
    fn view_account(
        &self,
        address: &str,
        view_key: &str,
        network: u64,
    ) -> Result<Arc<dyn ViewAccount>, ViewAccountRefusal> {
        let _ = (address, view_key, network);
        Err(ViewAccountRefusal::NoViewKeys)
    }

    /// Opens the watcher that asks these nodes about this network.
    /// Where payments are seen with a view key alone, its account opens it
    /// ([`ViewAccount::watcher`]).
    ///
    /// # Errors
    /// [`WatchError::NoNodes`], also where the chain cannot be watched so.
    fn watcher(&self, nodes: Vec<Node>, network: u64) -> Result<Arc<dyn ChainWatcher>, WatchError>;

    /// Opens a watcher that finds out what these nodes can do, and sees no payment.
    ///
    /// # Errors
    /// As [`Chain::watcher`].
    fn prober(&self, nodes: Vec<Node>, network: u64) -> Result<Arc<dyn ChainWatcher>, WatchError> {
        self.watcher(nodes, network)
    }

    /// Returns the number of the main network.
    fn main_network(&self) -> u64 {
        1
    }

    /// Returns about how many bytes a day these nodes send, on the main network.
    /// `bench/README.md` says how that was measured, or what it is an upper bound of.
    fn bytes_a_day(&self, nodes: u64) -> u64;
}

/// Reason why text is no pay-to of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayToRefusal {
    /// The text has not the form of the chain's addresses, which is said.
    #[error("{0}")]
    NotAnAddress(&'static str),
    /// The text carries a checksum that does not fit: a digit was changed on the way.
    #[error("its checksum (upper and lower case) is wrong: copy the address again")]
    Checksum,
    /// The text carries a checksum that does not fit, whatever its letters' case.
    #[error("its checksum is wrong: copy the address again")]
    Mistyped,
    /// An address of the protocol: nobody has its key.
    #[error("nobody owns this address: money sent there is lost")]
    Nobody,
    /// The shop cannot watch this asset yet.
    #[error("{0} cannot be watched yet, so a payment would never be seen")]
    NotWatched(AssetId),
}

impl HasKind for PayToRefusal {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

/// Text that cannot be a transaction id of its chain, whose form is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TxidRefusal(pub &'static str);

impl HasKind for TxidRefusal {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

/// Reason why text names no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The chain has no tokens.
    #[error("this chain has no tokens")]
    None,
    /// The text is no name of a token on this chain.
    #[error("{0}")]
    Name(#[from] PayToRefusal),
    /// No asset can be made of it.
    #[error("{0}")]
    Asset(#[from] TokenError),
}

impl HasKind for TokenRefusal {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}
