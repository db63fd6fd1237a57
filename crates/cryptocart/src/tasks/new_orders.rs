//! The new-orders task: numbers of orders that are placed, for a seller at a terminal.

use shop_core::order::OrderId;
use shop_db::PlacedOrders;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Tells of new orders until told to stop: the numbers of the latest, and how many they are.
/// Orders that come while it tells are told together.
pub(crate) async fn run<F: Future<Output = ()>>(
    mut placed: watch::Receiver<PlacedOrders>,
    tell: impl Fn(Vec<OrderId>, u64) -> F,
    stop: CancellationToken,
) {
    let mut told = placed.borrow_and_update().count;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = placed.changed() => if changed.is_err() { return },
        }
        let PlacedOrders { count, mut latest } = placed.borrow_and_update().clone();
        let new = count.saturating_sub(told);
        let old = latest.len().saturating_sub(usize::try_from(new).unwrap_or(usize::MAX));
        latest.drain(..old);
        told = count;
        tell(latest, new).await;
    }
}
