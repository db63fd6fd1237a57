//! Choice of the payout address of the next order in escrow.

use shop_core::{
    escrow::{Account, PayoutSignature},
    time::UnixTime,
};
use shop_db::{Db, DbError};
use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Seconds an address is kept from others while its order is being placed.
const HELD: u64 = 120;
/// Number of addresses asked about at once.
const LOOKED_AT: usize = 32;

/// Payout addresses of a shop, in the sequence of their file.
pub(super) struct Payouts {
    all: Vec<PayoutSignature>,
    held: Mutex<HashMap<Account, UnixTime>>,
    /// Least number of addresses given, from the beginning.
    given: AtomicUsize,
}

impl Payouts {
    pub(super) fn new(all: Vec<PayoutSignature>) -> Self {
        Self { all, held: Mutex::default(), given: AtomicUsize::new(0) }
    }

    /// Returns the first that was never given and is not being offered; none if all are.
    /// Looking starts behind those that were given before: an address that a paid order had stays so.
    pub(super) async fn next(
        &self,
        db: &Db,
        now: UnixTime,
    ) -> Result<Option<PayoutSignature>, DbError> {
        for from in [self.given.load(Ordering::SeqCst), 0] {
            let rest = self.all.get(from..).unwrap_or_default();
            for (page, some) in rest.chunks(LOOKED_AT).enumerate() {
                let given = given(db, some).await?;
                if given.iter().all(|given| *given) {
                    self.given.fetch_max(from + (page + 1) * LOOKED_AT, Ordering::SeqCst);
                    continue;
                }
                let free = some.iter().zip(given).filter(|(_, given)| !given);
                if let Some(payout) = self.hold(free.map(|(payout, _)| *payout), now) {
                    return Ok(Some(payout));
                }
            }
        }
        Ok(None)
    }

    /// Keeps the first of these that is not being offered from others for a while.
    fn hold(
        &self,
        mut free: impl Iterator<Item = PayoutSignature>,
        now: UnixTime,
    ) -> Option<PayoutSignature> {
        let mut held = self.held.lock().expect("no holder panics");
        held.retain(|_, since| since.plus_seconds(HELD) > now);
        let payout = free.find(|payout| !held.contains_key(&payout.seller))?;
        held.insert(payout.seller, now);
        Some(payout)
    }
}

/// Returns for each of these if it was given.
async fn given(db: &Db, some: &[PayoutSignature]) -> Result<Vec<bool>, DbError> {
    db.payouts_given(some.iter().map(|payout| payout.seller).collect()).await
}
