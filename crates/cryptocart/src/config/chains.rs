//! Sections of `shop.toml` about chains and their assets, in one form whatever the chain.

mod ether;
mod tokens;

pub(crate) use ether::Ether;
use shop_core::{chain::ChainId, money::AssetId};
pub(crate) use tokens::AssetSettings;

/// Section of one chain, as it is written.
/// [`super::plan::ChainPlan`] is what it means, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section<'a> {
    /// Name of the section.
    pub(crate) name: &'static str,
    /// Coin of its chain.
    pub(crate) coin: AssetId,
    /// Advice on the number of the chain's main network.
    pub(crate) main_network: &'static str,
    pub(crate) wallet: &'a str,
    pub(crate) pool: &'a str,
    pub(crate) nodes: &'a [String],
    /// Number of the network: EIP-155's chain id, where a chain has that.
    pub(crate) network: u64,
    pub(crate) confirmations: u32,
    /// In 1e-9 of the coin.
    pub(crate) ignore_below: u64,
    pub(crate) digital_on_one_node: bool,
    pub(crate) stop_after_hours: u64,
}

impl super::Config {
    /// Returns the sections of chains.
    pub(crate) fn chains(&self) -> Vec<Section<'_>> {
        vec![self.ether.section()]
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
        let own = tokens.chain(self.rates.private_texts()).chain(self.escrow.private_texts());
        self.ether.private_texts().chain(own).collect()
    }
}

/// Returns the name of the section about this chain, if there is one.
pub(crate) fn section_of(chain: ChainId) -> Option<&'static str> {
    let config = super::Config::default();
    let sections = config.chains().into_iter();
    sections.filter(|section| section.coin.chain() == chain).map(|section| section.name).next()
}
