//! Chains known by their coin alone: a demo is paid in it, a real shop is not.

use crate::{
    chain::{Chain, PayToRefusal, TokenRefusal, TxidRefusal},
    transport::Node,
    watcher::{ChainWatcher, WatchError},
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::{sync::Arc, time::Duration};

/// A chain that cannot be watched yet.
pub(crate) struct Unwatched {
    pub(crate) coin: AssetId,
    /// The usual fee, in smallest units.
    pub(crate) fee: u128,
    pub(crate) block_time: Duration,
}

impl Chain for Unwatched {
    fn coin(&self) -> AssetId {
        self.coin
    }

    fn is_watched(&self, _asset: AssetId) -> bool {
        false
    }

    fn pay_to(&self, asset: AssetId, _text: &str) -> Result<PayTo, PayToRefusal> {
        Err(PayToRefusal::NotWatched(asset))
    }

    fn txid(&self, _text: &str) -> Result<String, TxidRefusal> {
        Err(TxidRefusal("this chain cannot be watched yet"))
    }

    fn payment_uri(&self, _pay_to: &PayTo, _due: Amount, _network: u64) -> Option<String> {
        None
    }

    fn token(&self, _name: &str, _code: &str, _decimals: u32) -> Result<AssetId, TokenRefusal> {
        Err(TokenRefusal::None)
    }

    fn usual_fee(&self) -> Amount {
        Amount::new(self.coin, self.fee)
    }

    fn block_time(&self) -> Duration {
        self.block_time
    }

    fn has_steady_blocks(&self, _network: u64) -> bool {
        false
    }

    fn watcher(
        &self,
        _nodes: Vec<Node>,
        _network: u64,
    ) -> Result<Arc<dyn ChainWatcher>, WatchError> {
        Err(WatchError::NoNodes)
    }
}

#[cfg(test)]
mod tests {
    use crate::{PayToRefusal, pay_to};
    use shop_core::money::AssetId;

    #[test]
    fn a_chain_that_cannot_be_watched_takes_no_money() {
        let refused = pay_to(
            AssetId::XMR,
            "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge",
        );
        assert_eq!(refused, Err(PayToRefusal::NotWatched(AssetId::XMR)));
    }
}
