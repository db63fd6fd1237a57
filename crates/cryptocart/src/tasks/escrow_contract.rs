//! The contract task: escrow is offered once enough nodes show the contract's code.
//!
//! On a chain where other code stands at its address, or none, a buyer's money would be lost.

use super::Readiness;
use shop_chain::{ChainWatcher, ethereum::escrow::PINNED};
use shop_core::escrow::Account;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// First pause after nodes that did not answer, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(600)];

/// Asks until the code was seen, or until told to stop. Code never changes at an address:
/// once is enough for as long as the shop is open.
pub(crate) async fn run(
    chain: Arc<dyn ChainWatcher>,
    contract: Account,
    is_read: Readiness,
    is_seen: Readiness,
    stop: CancellationToken,
) {
    let look = async {
        is_read.wait().await;
        let [mut pause, longest] = PAUSES;
        loop {
            match chain.code_hash(contract).await {
                Ok(code) if code == PINNED.code_hash => {
                    is_seen.set();
                    return;
                }
                Ok(_) => {
                    tracing::warn!(
                        "escrow is not offered: the nodes show another contract at its address, or \
                         none. Set escrow.enabled = false in shop.toml for this chain"
                    );
                    pause = longest;
                }
                Err(error) => tracing::warn!(
                    "escrow is not offered yet: asking the nodes for its contract: {error}"
                ),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = look => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_chain::{BoxFuture, LookUp, NodeReport, WatchError, WatchList};
    use shop_core::{
        chain::ChainId,
        escrow::Hash,
        money::AssetId,
        view::{BlockAt, BlockLogs, ChainIdentity, ChainUpdate},
    };
    use std::sync::Mutex;
    use tokio_util::task::TaskTracker;

    /// A chain whose nodes tell these codes, one after the other.
    struct Codes(Mutex<Vec<Result<Hash, WatchError>>>);

    impl ChainWatcher for Codes {
        fn chain(&self) -> ChainId {
            AssetId::ETH.chain()
        }
        fn next_update<'a>(
            &'a self,
            _: &'a [BlockAt],
            _: &'a WatchList,
        ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>> {
            Box::pin(async { Err(WatchError::NoNodes) })
        }
        fn look_up<'a>(
            &'a self,
            _: &'a str,
            _: &'a WatchList,
        ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
            Box::pin(async { Err(WatchError::NoNodes) })
        }
        fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
            Box::pin(async { Err(WatchError::NoNodes) })
        }
        fn read_logs<'a>(
            &'a self,
            _: BlockAt,
            _: &'a WatchList,
        ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
            Box::pin(async { Err(WatchError::NoNodes) })
        }
        fn code_hash(&self, _: Account) -> BoxFuture<'_, Result<Hash, WatchError>> {
            let told = self.0.lock().unwrap().pop();
            Box::pin(async move { told.unwrap_or(Err(WatchError::NoNodes)) })
        }
        fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
            Box::pin(async { Vec::new() })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn escrow_is_offered_once_its_code_is_seen() {
        let told = vec![Ok(PINNED.code_hash), Err(WatchError::NoNodes), Ok(Hash([1; 32]))];
        let codes = Arc::new(Codes(Mutex::new(told)));
        let is_read = Readiness::default();
        let is_seen = Readiness::default();
        let stop = CancellationToken::new();
        let chain: Arc<dyn ChainWatcher> = codes.clone();
        let task = run(chain, PINNED.contract, is_read.clone(), is_seen.clone(), stop.clone());
        let tasks = TaskTracker::new();
        let task = tasks.spawn(task);
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        assert_eq!(codes.0.lock().unwrap().len(), 3, "nothing is asked before the chain was read");
        is_read.set();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(!is_seen.is_set(), "other code, then no answer");
        is_seen.wait().await;
        task.await.unwrap();
    }
}
