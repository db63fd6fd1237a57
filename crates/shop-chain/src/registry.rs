//! The chains that are built in.

use crate::{
    chain::{Chain, PayToRefusal},
    ethereum,
    unwatched::Unwatched,
};
use shop_core::{
    chain::ChainId,
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::time::Duration;

/// The chains that are built in, one for each coin.
static CHAINS: [&dyn Chain; 3] = [
    &ethereum::Rules,
    &Unwatched { coin: AssetId::BTC, fee: 2_000, block_time: Duration::from_secs(600) },
    &Unwatched { coin: AssetId::XMR, fee: 20_000_000, block_time: Duration::from_secs(120) },
];

/// Returns the rules of a chain; None for one that this program does not know.
#[must_use]
pub fn rules(chain: ChainId) -> Option<&'static dyn Chain> {
    CHAINS.into_iter().find(|rules| rules.coin().chain() == chain)
}

/// Returns the chains that are built in.
pub fn chains() -> impl Iterator<Item = &'static dyn Chain> {
    CHAINS.into_iter()
}

/// Returns the pay-to that `text` spells, by the rules of the asset's chain.
///
/// # Errors
/// [`PayToRefusal`].
pub fn pay_to(asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal> {
    rules(asset.chain()).ok_or(PayToRefusal::NotWatched(asset))?.pay_to(asset, text)
}

/// Returns the payment request for a pay-to, by the rules of its chain.
#[must_use]
pub fn payment_uri(pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
    rules(pay_to.asset().chain())?.payment_uri(pay_to, due, network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coin_has_one_chain_with_its_rules() {
        for coin in AssetId::COINS {
            let rules = rules(coin.chain()).unwrap();
            assert_eq!(rules.coin(), coin);
            assert_eq!(rules.usual_fee().asset(), coin);
            assert_eq!(rules.typed_decimals(), 8, "{coin}");
        }
        assert_eq!(chains().count(), AssetId::COINS.len());
        assert!(rules(ChainId::parse("elsewhere").unwrap()).is_none());
    }
}
