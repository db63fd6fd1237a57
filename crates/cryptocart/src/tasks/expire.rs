//! The expire task: what the terms of RECORDS.md say is over is deleted, and goods that were set
//! aside for long enough are free again.

use crate::{say, system::SystemClock};
use shop_core::time::Clock;
use shop_db::{ClockCheck, Db, Terms};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Times are hours, so once in each is enough; but soon after it began, whenever the shop was
/// opened, and although clocks are set and machines sleep.
const PAUSE: Duration = Duration::from_secs(120);

/// Forgets until told to stop. A demo chain has blocks when somebody mines them: its time says
/// nothing about the clock.
pub(crate) async fn run(db: Db, terms: Terms, demo: bool, stop: CancellationToken) {
    let (mut done, mut doubts) = (None, Doubts::default());
    loop {
        let now = SystemClock.now().coarse();
        if done != Some(now) {
            match db.purge(now, terms).await {
                // If a reader kept the log from being emptied, it is tried again soon.
                Ok(purged) => {
                    done = purged.log_emptied.then_some(now);
                    if purged.given_up > 0 {
                        tracing::warn!("{}", given_up(purged.given_up));
                    }
                    if let Some(warning) = doubts.about(purged.clock).filter(|_| !demo) {
                        tracing::warn!("{warning}");
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

/// Returns a warning that so many blocks are not asked for any more.
fn given_up(blocks: usize) -> String {
    let blocks = say::many(u32::try_from(blocks).unwrap_or(u32::MAX), "block", "blocks");
    format!(
        "no node ever gave the receipts of {blocks}, and no order that is kept could have been paid \
         there: they are not asked for any more. Addresses of a pool that could have been paid there \
         are not given again"
    )
}

/// Whether the seller was told that the clock is wrong. Once is enough, until it was right again.
#[derive(Default)]
struct Doubts {
    before: ClockCheck,
    told: bool,
}

impl Doubts {
    /// What the seller is to be told. A shop that was closed for days is not told at once: its
    /// blocks are still being read.
    fn about(&mut self, check: ClockCheck) -> Option<String> {
        use ClockCheck::{Agrees, Ahead, Behind};
        let before = std::mem::replace(&mut self.before, check);
        let warning = match (before, check) {
            (_, Agrees) => {
                self.told = false;
                None
            }
            (Ahead(_), Ahead(hours)) => Some(format!(
                "this machine's clock is {hours} hours ahead of the newest block: it is wrong, or \
                 no node has new blocks. Until they agree no offer ends and no record is deleted"
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

    #[test]
    fn a_wrong_clock_is_told_once() {
        let mut doubts = Doubts::default();
        let mut told = |check| doubts.about(check).unwrap_or_default();
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
