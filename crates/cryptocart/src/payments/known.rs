//! Assets that a shop knows, and amounts of them that are too small to matter.

use crate::config::plan::{Plan, TOKEN_IGNORED};
use shop_core::{
    chain::ChainId,
    money::{Amount, AssetId},
};
use std::collections::BTreeMap;

/// Returns what is ignored in this asset, rounded down to its smallest unit.
/// `nano` is in 1e-9 of it.
pub(super) fn ignored(nano: u64, asset: AssetId) -> Amount {
    let unit = 10u64.pow(9u32.saturating_sub(asset.decimals()).max(1));
    let whole = nano - nano % unit;
    Amount::from_price_list(asset, whole).unwrap_or(Amount::zero(asset))
}

/// Returns the assets of a chain that the shop knows, each with what is too little to matter.
/// In a demo they are those that something could be priced in.
pub(super) fn known(plan: &Plan, chain: ChainId) -> BTreeMap<AssetId, Amount> {
    let Some(real) = plan.chain(chain) else {
        let assets = plan.assets.iter().filter(|asset| asset.chain() == chain);
        return assets.map(|asset| (asset, Amount::zero(asset))).collect();
    };
    let below = |asset: AssetId| {
        let taken = real.assets.iter().find(|taken| taken.asset == asset);
        ignored(taken.map_or(TOKEN_IGNORED, |taken| taken.ignore_below), asset)
    };
    real.known.iter().map(|asset| (*asset, below(*asset))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_that_is_ignored_is_whole_in_every_asset() {
        let coins = [AssetId::ETH, AssetId::BTC, AssetId::XMR];
        let units = coins.map(|asset| ignored(20_007, asset).units());
        assert_eq!(units, [20_000_000_000_000, 2_000, 20_000_000]);
        assert!(ignored(0, AssetId::ETH).is_zero());
        let token = AssetId::token(AssetId::ETH.chain(), "0xA0", "USDC", 6, 6).unwrap();
        assert_eq!(ignored(50_000_007, token).units(), 50_000);
        assert!(ignored(999, token).is_zero(), "less than its smallest unit");
        let whole = AssetId::token(AssetId::ETH.chain(), "0xA1", "ONE", 0, 0).unwrap();
        assert!(ignored(999_999_999, whole).is_zero());
    }
}
