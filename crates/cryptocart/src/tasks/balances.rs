//! The balances task: proves the balance of an order's address whose buyer says that an
//! exchange has paid.
//!
//! Each question names one address to the nodes. So it is asked for a buyer alone, no order is
//! asked about more than once in ten minutes, and the database counts how often it was
//! ([`BalanceClaim`]). It is asked at the newest block that was read; where a node keeps no older
//! state, the block has passed, and it is asked again at the next.
//!
//! [`BalanceClaim`]: shop_db::BalanceClaim

use super::WakeSignal;
use shop_chain::ChainWatcher;
use shop_core::{money::Amount, order::OrderId, time::Clock, view::BalanceAt};
use shop_db::{Db, DbError, PendingBalance};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Interval at which a question is noticed if nobody rings.
const POLL: Duration = Duration::from_secs(5);
/// Time a new question waits, so that the chain is read first.
/// The money may be in a block that was not; the same click asks for it to be read.
const READING: Duration = Duration::from_secs(15);
/// Least time between two answers about one order.
const SPACING: Duration = Duration::from_secs(600);
/// Pause after nodes that proved nothing.
const PAUSE: Duration = Duration::from_secs(30);
/// Number of tries after which a question is answered with what is known: nothing.
const TRIES: u32 = 20;

/// The balances task of one chain.
pub(crate) struct Balances {
    pub(crate) chain: Arc<dyn ChainWatcher>,
    pub(crate) db: Db,
    /// Rung when a buyer has asked.
    pub(crate) wake_signal: Arc<WakeSignal>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Tries about one order.
#[derive(Clone, Copy)]
struct Tried {
    /// Earliest time of the next question.
    next: Instant,
    failures: u32,
}

impl Balances {
    /// Answers questions until told to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut tried: HashMap<OrderId, Tried> = HashMap::new();
        loop {
            if let Err(error) = self.answer(&mut tried).await {
                tracing::warn!("storing the balance of an address: {error}");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wake_signal.wait(Duration::ZERO, POLL) => {}
            }
        }
    }

    async fn answer(&self, tried: &mut HashMap<OrderId, Tried>) -> Result<(), DbError> {
        let now = Instant::now();
        let waiting = self.db.pending_balances(self.chain.chain()).await?;
        let is_waiting = |order: &OrderId| waiting.iter().any(|it| it.order == *order);
        tried.retain(|order, tried| tried.next > now || is_waiting(order));
        for pending in &waiting {
            let new = Tried { next: now + READING, failures: 0 };
            let Tried { next, failures } = *tried.entry(pending.order).or_insert(new);
            if next > now {
                continue;
            }
            let is_answered = self.ask(pending, failures.saturating_add(1) >= TRIES).await?;
            let after = if is_answered {
                Tried { next: now + SPACING, failures: 0 }
            } else {
                Tried { next: now + PAUSE, failures: failures.saturating_add(1) }
            };
            tried.insert(pending.order, after);
        }
        Ok(())
    }

    /// Asks about one address, at the newest block that was read.
    /// Returns true if it was answered.
    async fn ask(&self, pending: &PendingBalance, is_last: bool) -> Result<bool, DbError> {
        let PendingBalance { order, pay_to } = pending;
        let Some(tip) = self.db.chain(self.chain.chain()).await?.last().copied() else {
            return Ok(false);
        };
        let found = match self.chain.balance(pay_to, tip).await {
            Ok(found) => found,
            Err(_) if is_last => {
                let amount = Amount::zero(pay_to.asset());
                BalanceAt { amount, block: tip, is_all_that_came: false }
            }
            Err(error) => {
                tracing::warn!("no node proved the balance of an address: {error}");
                return Ok(false);
            }
        };
        self.db.judge_balance(*order, found, self.clock.now().coarse()).await
    }
}
