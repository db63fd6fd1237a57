//! Numbered addresses of an open shop, which must not be behind those of the chain.

use super::{OpenShop, note};
use crate::{address_numbers, error::CliError};
use std::{sync::Arc, time::Duration};

/// Longest time between two looks.
const PAUSE: Duration = Duration::from_secs(3_600);

/// Text about numbers that went on.
/// It has none of them: that would tell how many orders there were.
const WENT_ON: &str = "WARNING: money came to an address of your wallet that this shop has not given \
    yet. Its records are older than the chain, or the wallet is used elsewhere too. So that no address \
    is given twice, it goes on 1000 addresses further along. cryptocart check says which gap limit \
    your wallet needs now";

impl OpenShop {
    /// Goes on further along whenever money comes to a number that was never given.
    /// It looks when the shop opens, and when money came that is no order's.
    pub(super) async fn follow_numbers(self: Arc<Self>) {
        loop {
            match self.catch_up_numbers().await {
                Ok(false) => {}
                Ok(true) => note(&self.reporter, "pool", WENT_ON).await,
                Err(error) => tracing::warn!("looking after the numbers of addresses: {error}"),
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.unmatched.wait(Duration::ZERO, PAUSE) => {}
            }
        }
    }

    /// Returns true if the numbers went on.
    async fn catch_up_numbers(&self) -> Result<bool, CliError> {
        let _alone = self.reloading.lock().await;
        let needs_restart = self.changed_settings()?;
        let Some(plan) = self.pools_again(&needs_restart)? else { return Ok(false) };
        let Some(plan) = address_numbers::catch_up(&self.db, &plan).await? else {
            return Ok(false);
        };
        self.payments.take_pools(&plan);
        self.db.replace_policies(self.payments.policies());
        Ok(true)
    }
}
