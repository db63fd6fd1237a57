//! The task that asks again for blocks whose receipts no node had, beside the reading of new ones.

use super::watch_list::{self, Offered};
use crate::system::SystemClock;
use shop_chain::{Watch, WatchError};
use shop_core::{
    time::Clock,
    view::{BlockAt, Height},
};
use shop_db::{Db, DbError};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether there are any.
const LOOK: Duration = Duration::from_secs(15);
/// The wait after the first failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// The longest wait: a node that kept a block for a day gives it within the hour.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// What the task of one chain works with.
pub(crate) struct UnreadLogs {
    pub(crate) chain: Arc<dyn Watch>,
    pub(crate) ours: Offered,
    pub(crate) db: Db,
}

/// How often a block was tried, and when it is tried next.
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
    /// Asks until told to stop. What is to be read is on the disk, and a start tries all of it at once.
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
        let unread = match self.db.logs_unread(self.chain.asset()).await {
            Ok(unread) => unread,
            Err(error) => {
                tracing::warn!("looking for blocks whose receipts are not read: {error}");
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
                tracing::warn!("the receipts of block {} are read at last", block.height.0);
                tried.remove(&block.height);
                continue;
            };
            let failures = before.map_or(0, |tried| tried.failures).saturating_add(1);
            let pause = pause_after(failures);
            tried.insert(block.height, Tried { failures, next: Instant::now() + pause });
            tracing::warn!(
                failures,
                "the receipts of block {} cannot be read: {error}. They are asked for again in {} s",
                block.height.0,
                pause.as_secs()
            );
        }
    }

    async fn read(&self, block: BlockAt) -> Result<(), TryError> {
        let asset = self.chain.asset();
        let interest = watch_list::interest(&self.db, asset, &self.ours).await?;
        let found = self.chain.read_logs(block, &interest).await?;
        self.db.logs_read(asset, block, found, SystemClock.now().coarse()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_chain::fake::{self, FakeChain};
    use shop_core::{
        money::{Amount, AssetId},
        view::Advance,
    };

    #[test]
    fn pauses_grow_to_an_hour() {
        let seconds = [1, 2, 3, 8, 99].map(|failures| pause_after(failures).as_secs());
        assert_eq!(seconds, [30, 60, 120, 3_600, 3_600]);
    }

    /// The block is read as soon as a node has it, and not asked for after that.
    #[tokio::test(start_paused = true)]
    async fn unread_block_is_asked_for_until_it_is_read() {
        let chain = FakeChain::in_memory(AssetId::Eth);
        let pay_to = fake::demo_pay_to(AssetId::Eth, 1);
        chain.pay(&pay_to, Amount::new(AssetId::Eth, 5)).unwrap();
        chain.mine(1, SystemClock.now().coarse()).unwrap();
        let ours = Offered::from_iter([pay_to]);
        let db = Db::in_memory().unwrap();
        let interest = watch_list::interest(&db, AssetId::Eth, &ours).await.unwrap();
        let read = chain.advance(&[], &interest).await.unwrap();
        let height = read.blocks[0].height;
        let now = SystemClock.now().coarse();
        let gone = BlockAt { height: Height(height.0 + 7), ..read.blocks[0] };
        let blocks = vec![read.blocks[0], gone];
        let logs_unread = vec![height, gone.height];
        let advance = Advance { blocks, logs_unread, ..Advance::default() };
        db.advance(AssetId::Eth, advance, now).await.unwrap();
        let task = UnreadLogs { chain: Arc::new(chain), ours, db: db.clone() };
        let mut tried = HashMap::new();
        task.look(&mut tried).await;
        assert_eq!(db.logs_unread(AssetId::Eth).await.unwrap(), [gone]);
        assert_eq!(tried[&gone.height].failures, 1);
        task.look(&mut tried).await;
        assert_eq!(tried[&gone.height].failures, 1, "not before its time");
        tokio::time::advance(FIRST_PAUSE).await;
        task.look(&mut tried).await;
        assert_eq!(tried[&gone.height].failures, 2);
    }
}
