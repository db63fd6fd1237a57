//! The expire task: records that are over are deleted, by the terms of RECORDS.md.
//!
//! Goods that were set aside for long enough are free again.

use crate::terminal;
use shop_core::{chain::ChainId, order_status::RetentionPolicy, time::Clock};
use shop_db::{ChainClock, ClockCheck, Db};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Pause between two looks.
/// Times are hours, so once in each is enough; but soon after it began, whenever the shop was
/// opened, and although clocks are set and machines sleep.
const PAUSE: Duration = Duration::from_secs(120);

/// Forgets until told to stop.
/// A demo chain has blocks when somebody mines them: its time says nothing about the clock.
pub(crate) async fn run(
    db: Db,
    terms: RetentionPolicy,
    demo: bool,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut done = None;
    let mut doubts: BTreeMap<ChainId, Doubts> = BTreeMap::new();
    loop {
        let now = clock.now().coarse();
        if done != Some(now) {
            match db.purge(now, terms).await {
                // If a reader kept the log from being emptied, it is tried again soon.
                Ok(purged) => {
                    done = purged.log_emptied.then_some(now);
                    if purged.given_up > 0 {
                        tracing::warn!("{}", given_up(purged.given_up));
                    }
                    for ChainClock { chain, check } in purged.clocks {
                        let warning = doubts.entry(chain).or_default().about(chain, check);
                        if let Some(warning) = warning.filter(|_| !demo) {
                            tracing::warn!("{warning}");
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!("deleting old records: {error}; trying again in two minutes");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Line that says that so many blocks are not asked for any more.
fn given_up(blocks: usize) -> String {
    let blocks = terminal::many(u32::try_from(blocks).unwrap_or(u32::MAX), "block", "blocks");
    format!(
        "no node provided the receipts of {blocks}, and no stored order could have been paid \
         there: giving up on them. Addresses of a pool that could have been paid there are not \
         reused"
    )
}

/// Doubts about the clock because of one chain: told once, until it was right again.
#[derive(Default)]
struct Doubts {
    before: ClockCheck,
    told: bool,
}

impl Doubts {
    /// Returns what the seller is to be told.
    /// A shop that was closed for days is not told at once: its blocks are still being read.
    fn about(&mut self, chain: ChainId, check: ClockCheck) -> Option<String> {
        use ClockCheck::{Agrees, Ahead, Behind};
        let before = std::mem::replace(&mut self.before, check);
        let warning = match (before, check) {
            (_, Agrees) => {
                self.told = false;
                None
            }
            (Ahead(_), Ahead(hours)) => Some(format!(
                "this machine's clock is {hours} hours ahead of the newest block of {chain}: it is \
                 wrong, or no node has new blocks. Until they agree, no offer ends and no record is deleted"
            )),
            (_, Ahead(_)) => None,
            (_, Behind(hours)) => Some(format!(
                "this machine's clock is {hours} hours behind the newest block: offers end too \
                 early, and payments count as late. Set the clock"
            )),
        };
        warning.filter(|_| !std::mem::replace(&mut self.told, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_order::sample_order;
    use shop_core::{
        entropy,
        money::{Amount, AssetId},
        pay_to::{Matching, Offer, PayTo},
        time::{CoarseTime, SetClock},
    };
    use tokio_util::task::TaskTracker;

    /// Places an order whose offer ends at this hour, and delivers its mail.
    async fn place(db: &Db, expires: CoarseTime) {
        let source = entropy::Seeded::new(expires.hours());
        let pay_to = PayTo::new(AssetId::ETH, &format!("demo-{}", expires.hours())).unwrap();
        let due = Amount::new(AssetId::ETH, 5);
        let offer = Offer { pay_to, due, matching: Matching::PayTo };
        let placed = CoarseTime::from_hours(1);
        db.place(sample_order(&source, offer, placed, expires)).await.unwrap();
        let mails = db.outbox(usize::MAX).await.unwrap();
        db.delivered(mails.into_iter().map(|mail| mail.id).collect()).await.unwrap();
    }

    /// Lets the runtime's time pass until an order is deleted, and returns how many are left.
    async fn left_of(db: &Db, before: usize) -> usize {
        loop {
            let left = db.orders().await.unwrap().len();
            if left < before {
                return left;
            }
            tokio::time::advance(Duration::from_secs(60)).await;
        }
    }

    /// Days pass in this test, and no second of the machine's.
    #[tokio::test(start_paused = true)]
    async fn unpaid_order_is_deleted_when_its_term_ends() {
        let now = CoarseTime::from_hours(500_000);
        let clock = Arc::new(SetClock::new(now.start()));
        let db = Db::in_memory().unwrap();
        place(&db, now.plus_hours(10)).await;
        place(&db, now.plus_hours(50)).await;
        let terms = RetentionPolicy { unpaid_hours: 2, paid_hours: 9 };
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let given: Arc<dyn Clock> = clock.clone();
        tasks.spawn(run(db.clone(), terms, true, given, stop.clone()));
        clock.advance(13 * 3_600);
        assert_eq!(left_of(&db, 2).await, 1, "the other has its term still");
        clock.advance(40 * 3_600);
        assert_eq!(left_of(&db, 1).await, 0);
        stop.cancel();
    }

    #[test]
    fn a_wrong_clock_is_told_once() {
        let mut doubts = Doubts::default();
        let chain = shop_core::money::AssetId::ETH.chain();
        let mut told = |check| doubts.about(chain, check).unwrap_or_default();
        assert_eq!(told(ClockCheck::Agrees), "");
        assert_eq!(told(ClockCheck::Ahead(200)), "", "blocks are still being read");
        assert_eq!(told(ClockCheck::Agrees), "");
        assert_eq!(told(ClockCheck::Ahead(200)), "");
        assert!(told(ClockCheck::Ahead(201)).contains("201 hours ahead"));
        assert_eq!(told(ClockCheck::Ahead(202)), "", "once");
        assert_eq!(told(ClockCheck::Agrees), "");
        assert!(told(ClockCheck::Behind(9)).contains("9 hours behind"));
        assert_eq!(told(ClockCheck::Behind(9)), "");
    }
}
