//! Sections of `shop.toml` about chains and their assets, in one form whatever the chain.

mod bitcoin;
mod ether;
mod monero;
mod node;
mod tokens;

pub(crate) use bitcoin::Bitcoin;
pub(crate) use ether::Ether;
pub(crate) use monero::Monero;
pub(crate) use node::NodeSetting;
use shop_core::{chain::ChainId, money::AssetId};
pub(crate) use tokens::{AssetSettings, Token};

/// Section of one chain, as it is written.
/// [`super::plan::ChainPlan`] is what it means, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section<'a> {
    /// Name of the section.
    pub(crate) name: &'static str,
    /// Coin of its chain.
    pub(crate) coin: AssetId,
    /// Name of the setting that names the network.
    pub(crate) network_key: &'static str,
    /// Advice on the chain's main network.
    pub(crate) main_network: &'static str,
    /// Address that all orders share; none where the section has no such setting.
    pub(crate) wallet: Option<&'a str>,
    pub(crate) pool: &'a str,
    /// Addresses that follow from a key or an account, where the section has one.
    pub(crate) derived: Option<Derived<'a>>,
    pub(crate) nodes: &'a [NodeSetting],
    pub(crate) node_form: NodeForm,
    /// Number of the network: EIP-155's chain id, where a chain has that; 0 if it is unknown.
    pub(crate) network: u64,
    pub(crate) confirmations: u32,
    /// In 1e-9 of the coin.
    pub(crate) ignore_below: u64,
    /// True if payments that wait to be in a block are read too.
    pub(crate) reads_unmined: bool,
    pub(crate) digital_on_one_node: bool,
    pub(crate) stop_after_hours: u64,
}

/// Addresses that follow from something else by their numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Derived<'a> {
    pub(crate) origin: Origin<'a>,
    /// Number of the first one that is given.
    pub(crate) first: u32,
    /// Number of them that are given.
    pub(crate) addresses: u32,
}

/// Thing that addresses follow from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    /// A descriptor's public key.
    Descriptor(&'a str),
    /// An account, whose private view key is in a file of its own.
    Account { address: &'a str },
}

/// Form in which nodes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeForm {
    /// `https://..`: they answer requests.
    Url,
    /// A host, with or without a port: they speak the protocol of the chain.
    Peer {
        /// Port of a host without one.
        port: u16,
    },
}

impl super::Config {
    /// Returns the sections of chains.
    pub(crate) fn chains(&self) -> Vec<Section<'_>> {
        vec![self.ether.section(), self.bitcoin.section(), self.monero.section()]
    }

    /// Returns the files with addresses that it names.
    pub(crate) fn pools(&self) -> Vec<&str> {
        let of_chains = self.chains().into_iter().map(|section| section.pool);
        let of_tokens = self.assets.tokens.iter().map(|token| token.pool.as_str());
        let of_escrow = std::iter::once(self.escrow.payouts.as_str());
        let pools = of_chains.chain(of_tokens).chain(of_escrow).map(str::trim);
        pools.filter(|pool| !pool.is_empty()).collect()
    }

    /// Returns the texts that name the seller's money or network.
    pub(super) fn private_texts(&mut self) -> Vec<&mut String> {
        let tokens = self.assets.tokens.iter_mut();
        let tokens = tokens.flat_map(|token| [&mut token.wallet, &mut token.pool]);
        let coins = self.ether.private_texts().chain(self.bitcoin.private_texts());
        let coins = coins.chain(self.monero.private_texts());
        let own = tokens.chain(self.rates.private_texts()).chain(self.escrow.private_texts());
        coins.chain(own).collect()
    }
}

/// Returns true if the section about this chain takes an address that all orders share.
pub(crate) fn takes_wallet(chain: ChainId) -> bool {
    of_section(chain, |section| section.wallet.is_some()) == Some(true)
}

/// Returns the name of the section about this chain, if there is one.
pub(crate) fn section_of(chain: ChainId) -> Option<&'static str> {
    of_section(chain, |section| section.name)
}

/// Returns the form in which nodes of this chain are written.
pub(crate) fn node_form(chain: ChainId) -> NodeForm {
    of_section(chain, |section| section.node_form).unwrap_or(NodeForm::Url)
}

/// Returns what is the same in every shop's section about this chain, if there is one.
fn of_section<T>(chain: ChainId, read: impl Fn(&Section<'_>) -> T) -> Option<T> {
    let config = super::Config::default();
    let sections = config.chains();
    sections.iter().find(|section| section.coin.chain() == chain).map(read)
}
