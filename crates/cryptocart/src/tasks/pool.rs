//! The pool task: the seller is told before no address is left to give to a new order.

use super::health::Monitor;
use crate::health::Part;
use shop_core::{
    pay_to::PayTo,
    time::{Clock, CoarseTime},
};
use shop_db::{Db, DbError, PoolStanding};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Interval at which the pool is looked at.
const PAUSE: Duration = Duration::from_secs(600);

/// Pool of addresses.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) addresses: Vec<PayTo>,
    /// True if one that was given and never paid may be given again.
    pub(crate) reuses: bool,
}

impl Pool {
    /// Counts the addresses that are left.
    pub(crate) async fn standing(&self, db: &Db, now: CoarseTime) -> Result<PoolStanding, DbError> {
        let standing = db.pool(self.addresses.clone(), now).await?;
        let reusable = if self.reuses { standing.reusable } else { 0 };
        Ok(PoolStanding { reusable, ..standing })
    }
}

/// Supply left in a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Left {
    /// Enough.
    #[default]
    Enough,
    /// A day of orders that nobody pays may use it up.
    Few,
    /// Every address was given, and none has rested for long enough.
    None,
}

impl Left {
    /// Returns the supply of a pool of `all` addresses.
    /// `most_open` orders may be open at once: that many addresses are used up in a day by somebody who
    /// places orders and pays none. A short pool is not called short at once: its seller knows.
    pub(crate) fn of(standing: &PoolStanding, all: usize, most_open: u32) -> Self {
        let few = usize::try_from(most_open).unwrap_or(usize::MAX).min(all / 4);
        match (standing.never_given, standing.reusable) {
            (0, 0) => Self::None,
            (never, _) if never < few.max(1) => Self::Few,
            _ => Self::Enough,
        }
    }
}

/// Looks until told to stop. A shop without a pool never runs out.
pub(crate) async fn run(
    db: Db,
    pools: impl Fn() -> Vec<Pool> + Send + Sync + 'static,
    most_open: u32,
    monitor: Arc<Monitor>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut told = Left::default();
    loop {
        match look(&db, &pools(), most_open, clock.now().coarse()).await {
            Ok(left) => {
                match left {
                    Left::None => {
                        let why = "all addresses are in use; cryptocart check says what to do";
                        monitor.fails(Part::Pool, why.into(), true);
                    }
                    Left::Few | Left::Enough => monitor.works(Part::Pool),
                }
                if let Some(warning) = warning(&mut told, left) {
                    tracing::warn!("{warning}");
                }
            }
            Err(error) => tracing::warn!("checking how much of the pool is left: {error}"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Returns the supply of the pool that has least.
async fn look(db: &Db, pools: &[Pool], most_open: u32, now: CoarseTime) -> Result<Left, DbError> {
    let mut least = Left::Enough;
    for pool in pools {
        let standing = pool.standing(db, now).await?;
        least = least.max(Left::of(&standing, pool.addresses.len(), most_open));
    }
    Ok(least)
}

/// Returns what the seller is to be told, once for each time few are left.
/// It has no number, which would say how many orders there were. (That none is left is told as a part
/// that does not work.)
fn warning(told: &mut Left, left: Left) -> Option<&'static str> {
    let worse = left > *told && left == Left::Few;
    *told = left;
    worse.then_some(
        "the pool has few unused addresses left: add some to its file, and run cryptocart \
         catalog reload. cryptocart check counts them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seller_is_told_before_nothing_is_left_and_once_for_each() {
        let left = |never_given, reusable, all| {
            let standing = PoolStanding { never_given, reusable, ..PoolStanding::default() };
            Left::of(&standing, all, 50)
        };
        let mut told = Left::default();
        let mut warned = |left| warning(&mut told, left).unwrap_or_default();
        assert_eq!(warned(left(50, 0, 1_000)), "");
        assert!(warned(left(49, 900, 1_000)).contains("few unused addresses"));
        assert_eq!(warned(left(1, 0, 1_000)), "", "once");
        assert_eq!(left(0, 1, 1_000), Left::Few, "one has rested");
        assert_eq!(warned(left(0, 0, 1_000)), "", "told as a part that does not work");
        assert_eq!(warned(left(0, 1, 1_000)), "", "it got better");
        assert_eq!(warned(left(50, 0, 1_000)), "");
        assert!(warned(left(0, 1, 1_000)).contains("few unused addresses"), "and worse again");
        assert_eq!([left(5, 0, 20), left(4, 0, 20)], [Left::Enough, Left::Few]);
        assert_eq!(
            [left(1, 0, 3), left(0, 1, 3), left(0, 0, 3)],
            [Left::Enough, Left::Few, Left::None]
        );
    }
}
