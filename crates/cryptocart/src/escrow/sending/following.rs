//! One look for a transaction that was sent.

use super::Ledger;
use shop_chain::ethereum::Mined;
use shop_core::escrow::{Account, Hash};

/// Whereabouts of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// It is in a block.
    Mined(Hash, Mined),
    /// Its number is used up by another one.
    UsedUp,
    /// It is in no block yet, or the nodes do not say.
    Waiting,
}

/// Looks for a transaction of an account, by its number and the hashes of all that have it.
pub(crate) async fn follow(
    ledger: &dyn Ledger,
    from: Account,
    nonce: u64,
    hashes: &[Hash],
) -> Followed {
    for hash in hashes {
        if let Ok(Some(mined)) = ledger.mined(*hash).await {
            return Followed::Mined(*hash, mined);
        }
    }
    if let Ok(now) = ledger.newest().await
        && let Ok(next) = ledger.next_nonce(from, now.height).await
        && next > nonce
        && !may_be_mined(ledger, hashes).await
    {
        return Followed::UsedUp;
    }
    Followed::Waiting
}

/// Returns true unless the nodes say of each that it is in no block.
async fn may_be_mined(ledger: &dyn Ledger, hashes: &[Hash]) -> bool {
    for hash in hashes {
        if matches!(ledger.mined(*hash).await, Ok(Some(_)) | Err(_)) {
            return true;
        }
    }
    false
}
