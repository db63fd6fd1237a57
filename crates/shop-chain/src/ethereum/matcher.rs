//! Matching of movements of money on the chain with what the shop wants to hear of.

use crate::{wanted::Wanted, watcher::WatchList};
use alloy_primitives::Address;
use shop_core::{money::AssetId, pay_to::PayTo};
use std::collections::HashMap;

/// A watch list by the addresses that stand on the chain.
pub(super) struct Matcher<'a> {
    wanted: Wanted<'a>,
    /// Tokens by their contract: several where a seller has corrected decimals.
    tokens: HashMap<Address, Vec<AssetId>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn of(watch_list: &'a WatchList) -> Self {
        let wanted = Wanted::of(watch_list);
        let mut tokens: HashMap<Address, Vec<AssetId>> = HashMap::new();
        for asset in wanted.assets() {
            if let Some(contract) = asset.token_on_chain().and_then(|text| text.parse().ok()) {
                tokens.entry(contract).or_default().push(asset);
            }
        }
        Self { wanted, tokens }
    }

    /// Returns the pay-tos at which this money is to be told. It is Ether where no contract of a
    /// token moved it.
    pub(super) fn pay_tos(&self, token: Option<Address>, to: Address) -> Vec<PayTo> {
        let assets = match token {
            None => &[AssetId::ETH][..],
            Some(contract) => self.tokens.get(&contract).map_or(&[][..], Vec::as_slice),
        };
        if assets.is_empty() {
            return Vec::new();
        }
        PayTo::new(AssetId::ETH, &to.to_checksum(None))
            .map_or_else(|_| Vec::new(), |address| self.wanted.pay_tos(assets, &address))
    }
}
