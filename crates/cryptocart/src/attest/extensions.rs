//! Later deadlines for deliveries, which the operator signs when a carrier stands still.
//!
//! They are files, as reports are. A command writes them, and the service reads them when somebody
//! asks, so neither needs the other.

use crate::{
    error::{CliError, IoContext},
    files,
};
use shop_chain::ethereum::escrow::{Domain, Key, extend_digest};
use shop_core::{
    escrow::{ExtensionEntry, ExtensionFile, Hash, Statement, Terms},
    kind::Kind,
    time::UnixTime,
};
use std::path::PathBuf;

/// Deadlines that may be signed for one order. The contract takes one.
const MOST: usize = 4;

/// Reason why the deadline of an order is not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotMoved {
    /// The contract takes no other deadline any more.
    #[error("the deadline of the order has passed")]
    Passed,
    /// It is not later.
    #[error("the deadline of the order is later already")]
    NotLater,
}

/// Files of what was signed, one an order.
pub(super) struct Extensions(PathBuf);

impl Extensions {
    /// Opens the folder, which is made if it is not there.
    pub(super) fn open(folder: PathBuf) -> Result<Self, CliError> {
        files::private_folder(&folder)?;
        Ok(Self(folder))
    }

    /// Returns what was signed of an order.
    pub(super) fn of(&self, id: Hash) -> Result<Option<ExtensionFile>, CliError> {
        let path = self.path(id);
        // An error is not "nothing signed".
        if !path.try_exists().io_context(|| format!("reading {}", path.display()))? {
            return Ok(None);
        }
        let bytes = files::read(&path, 64 << 10)?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            CliError::misconfigured(format!("{} is damaged", path.display()))
                .hint("restore it from your backup")
        })
    }

    /// Signs a deadline of an order, unless it was signed before. Returns true if it is new.
    pub(super) fn sign(
        &self,
        key: &Key,
        statement: &Statement,
        until: UnixTime,
    ) -> Result<bool, CliError> {
        let Statement { id, contract, terms, .. } = statement;
        let id = *id;
        let contract = *contract;
        let file = self.of(id)?;
        let mut file = file.unwrap_or_else(|| ExtensionFile {
            id,
            contract,
            chain_id: terms.chain_id,
            attestor: key.account(),
            extensions: Vec::new(),
        });
        if file.extensions.iter().any(|entry| entry.until == until.0) {
            return Ok(false);
        }
        if file.extensions.len() >= MOST {
            let what = format!("{MOST} deadlines were signed for one order already");
            return Err(CliError::input(what).hint(
                "agree with the order's other attestors on one of them: the contract takes one",
            ));
        }
        let domain = Domain { chain_id: terms.chain_id, contract };
        let signature = key.sign(extend_digest(domain, id, until));
        file.extensions.push(ExtensionEntry { until: until.0, signature });
        let bytes = serde_json::to_vec_pretty(&file);
        let bytes = bytes.map_err(|error| CliError::new(Kind::Bug, error.to_string()))?;
        files::write(&self.path(id), &bytes, true)?;
        Ok(true)
    }

    fn path(&self, id: Hash) -> PathBuf {
        self.0.join(format!("{id}.json"))
    }
}

/// Returns the deadline that the contract takes for an order when `wanted` is wanted.
///
/// It is that one, or the latest that the terms allow. All attestors that want the same come to the
/// same.
pub(super) fn deadline(
    terms: &Terms,
    wanted: UnixTime,
    now: UnixTime,
) -> Result<UnixTime, NotMoved> {
    if now > terms.deliver_by {
        return Err(NotMoved::Passed);
    }
    if wanted <= terms.deliver_by {
        return Err(NotMoved::NotLater);
    }
    Ok(wanted.min(terms.latest_delivery()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shop_core::escrow::{Account, MatchLevel};

    const fn terms(deliver_by: u64) -> Terms {
        Terms {
            chain_id: 1,
            seller: Account([1; 20]),
            operator: Account([2; 20]),
            refund_to: Account([3; 20]),
            buyer_key: None,
            arbiter: None,
            token: None,
            price: 1,
            ship_by: UnixTime(1),
            deliver_by: UnixTime(deliver_by),
            dispute_window: 86_400,
            arbiter_window: 259_200,
            arbiter_fee_bps: 0,
            keeper_tip: 0,
            min_match: MatchLevel(3),
            attestors: Hash([4; 32]),
            release_hash: None,
            order: Hash([5; 32]),
        }
    }

    #[test]
    fn deadline_is_later_within_the_bound_and_in_time() {
        let terms = terms(1_000);
        let latest = 1_000 + Terms::MOST_EXTENSION;
        let moved = |wanted, now| deadline(&terms, UnixTime(wanted), UnixTime(now));
        assert_eq!(moved(1_001, 1_000), Ok(UnixTime(1_001)));
        assert_eq!(moved(latest, 0), Ok(UnixTime(latest)));
        assert_eq!(moved(latest + 1, 0), Ok(UnixTime(latest)));
        assert_eq!(moved(1_000, 0), Err(NotMoved::NotLater));
        assert_eq!(moved(2_000, 1_001), Err(NotMoved::Passed));
    }

    proptest! {
        #[test]
        fn any_deadline_is_one_the_contract_takes(by in 0_u64..1 << 40, wanted: u64, now: u64) {
            let terms = terms(by);
            if let Ok(until) = deadline(&terms, UnixTime(wanted), UnixTime(now)) {
                prop_assert!(until > terms.deliver_by && until <= terms.latest_delivery());
                prop_assert!(now <= by && until.0 <= wanted);
            }
        }
    }
}
