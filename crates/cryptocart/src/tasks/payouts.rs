//! The payouts task: the seller is told before no payout address is left to give to a new
//! order.

use shop_core::escrow::PayoutSignature;
use shop_db::{Db, DbError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Interval at which they are counted.
const PAUSE: Duration = Duration::from_secs(600);

/// Returns true if few are left: a day of orders that nobody pays may use them up.
/// A short file is not called short at once: its seller knows.
pub(crate) fn are_few(left: usize, all: usize, most_open: u32) -> bool {
    let few = usize::try_from(most_open).unwrap_or(usize::MAX).min(all / 4);
    left < few.max(1)
}

/// Counts the addresses that were never given.
pub(crate) async fn left_of(db: &Db, all: &[PayoutSignature]) -> Result<usize, DbError> {
    let given = db.payouts_given(all.iter().map(|payout| payout.seller).collect()).await?;
    Ok(given.into_iter().filter(|given| !given).count())
}

/// Counts until told to stop.
pub(crate) async fn run(
    db: Db,
    payouts: Vec<PayoutSignature>,
    most_open: u32,
    stop: CancellationToken,
) {
    let mut is_told = false;
    loop {
        match left_of(&db, &payouts).await {
            Ok(left) => {
                let is_few = are_few(left, payouts.len(), most_open);
                if is_few && !std::mem::replace(&mut is_told, is_few) {
                    // No number, which would say how many orders there were.
                    tracing::warn!(
                        "few payout addresses for escrow are left: make some at home, add them to \
                         the file and restart. cryptocart check counts them"
                    );
                }
                is_told = is_few;
            }
            Err(error) => tracing::warn!("counting payout addresses for escrow: {error}"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seller_is_told_before_payout_addresses_end() {
        assert!(!are_few(50, 1_000, 50) && are_few(49, 1_000, 50));
        assert!(!are_few(5, 20, 50) && are_few(4, 20, 50));
        assert!(!are_few(1, 3, 50) && are_few(0, 3, 50));
    }
}
