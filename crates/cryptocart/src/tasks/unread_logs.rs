//! The task that asks again for blocks whose receipts no node had.
//!
//! It runs beside the reading of new ones.

use super::watch_list::{self, WatchSettings};
use shop_chain::{ChainWatcher, WatchError};
use shop_core::{
    time::Clock,
    view::{BlockAt, Height},
};
use shop_db::{Db, DbError};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Interval at which unread blocks are looked for.
const LOOK: Duration = Duration::from_secs(15);
/// The wait after the first failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// The longest wait: a node that kept a block for a day gives it within the hour.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// The task of one chain.
pub(crate) struct UnreadLogs {
    pub(crate) chain: Arc<dyn ChainWatcher>,
    pub(crate) settings: WatchSettings,
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Number of failed tries of a block, and the time of the next.
#[derive(Clone, Copy)]
struct Tried {
    failures: u32,
    next: Instant,
}

#[derive(Debug, thiserror::Error)]
enum TryError {
    #[error("{0}")]
    Chain(#[from] WatchError),
    #[error("the database: {0}")]
    Db(#[from] DbError),
}

fn pause_after(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_PAUSE)
}

impl UnreadLogs {
    /// Asks until told to stop.
    /// Blocks to be read are listed on the disk, and a start tries all of them at once.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut tried = HashMap::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.look(&mut tried) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn look(&self, tried: &mut HashMap<Height, Tried>) {
        let unread = match self.db.logs_unread(self.chain.chain()).await {
            Ok(unread) => unread,
            Err(error) => {
                tracing::warn!("checking for blocks with unread receipts: {error}");
                return;
            }
        };
        tried.retain(|height, _| unread.iter().any(|block| block.height == *height));
        for block in unread {
            let before = tried.get(&block.height).copied();
            if before.is_some_and(|tried| tried.next > Instant::now()) {
                continue;
            }
            let Err(error) = self.read(block).await else {
                tracing::warn!("the receipts of block {} have now been read", block.height.0);
                tried.remove(&block.height);
                continue;
            };
            let failures = before.map_or(0, |tried| tried.failures).saturating_add(1);
            let pause = pause_after(failures);
            tried.insert(block.height, Tried { failures, next: Instant::now() + pause });
            tracing::warn!(
                failures,
                "the receipts of block {} cannot be read: {error}. Trying again in {} s",
                block.height.0,
                pause.as_secs()
            );
        }
    }

    async fn read(&self, block: BlockAt) -> Result<(), TryError> {
        let chain = self.chain.chain();
        let now = self.clock.now().coarse();
        let watch_list = watch_list::watch_list(&self.db, chain, &self.settings, now).await?;
        let found = self.chain.read_logs(block, &watch_list).await?;
        self.db.logs_read(chain, block, found, self.clock.now().coarse()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{system::System, tasks::watch_list::Offered};
    use shop_chain::fake::{self, FakeChain};
    use shop_core::{
        money::{Amount, AssetId},
        view::ChainUpdate,
    };

    #[test]
    fn pauses_grow_to_an_hour() {
        let seconds = [1, 2, 3, 8, 99].map(|failures| pause_after(failures).as_secs());
        assert_eq!(seconds, [30, 60, 120, 3_600, 3_600]);
    }

    /// The block is read as soon as a node has it, and not asked for after that.
    #[tokio::test(start_paused = true)]
    async fn unread_block_is_asked_for_until_it_is_read() {
        let chain = FakeChain::in_memory(AssetId::ETH.chain());
        let pay_to = fake::demo_pay_to(AssetId::ETH, 1);
        let clock = System::fake().clock;
        let now = clock.now().coarse();
        chain.pay(&pay_to, Amount::new(AssetId::ETH, 5)).unwrap();
        chain.mine(1, now).unwrap();
        let offered = vec![Offered::from_iter([pay_to])];
        let settings = WatchSettings { offered, ..WatchSettings::default() };
        let db = Db::in_memory().unwrap();
        let chain_id = AssetId::ETH.chain();
        let watch_list = watch_list::watch_list(&db, chain_id, &settings, now).await.unwrap();
        let read = chain.next_update(&[], &watch_list).await.unwrap();
        let height = read.blocks[0].height;
        let gone = BlockAt { height: Height(height.0 + 7), ..read.blocks[0] };
        let blocks = vec![read.blocks[0], gone];
        let logs_unread = vec![height, gone.height];
        let advance = ChainUpdate { blocks, logs_unread, ..ChainUpdate::default() };
        db.apply_update(AssetId::ETH.chain(), advance, now).await.unwrap();
        let task = UnreadLogs { chain: Arc::new(chain), settings, db: db.clone(), clock };
        let mut tried = HashMap::new();
        task.look(&mut tried).await;
        assert_eq!(db.logs_unread(AssetId::ETH.chain()).await.unwrap(), [gone]);
        assert_eq!(tried[&gone.height].failures, 1);
        task.look(&mut tried).await;
        assert_eq!(tried[&gone.height].failures, 1, "not before its time");
        tokio::time::advance(FIRST_PAUSE).await;
        task.look(&mut tried).await;
        assert_eq!(tried[&gone.height].failures, 2);
    }
}
